import { type EmulatorKit, escapeHtml, page, redirect } from "@holdfast/emulator"
import type { Device } from "./device.js"
import type { World } from "./world.js"

/** Where the person's own Telegram would be. */
export const phoneOrigin = "https://web.telegram.org"

/** Stands for the person's other device: shows login codes as they arrive, and scans QR codes. */
export function phonePage(kit: EmulatorKit, world: World, device: Device): void {
  kit.route("GET", phoneOrigin, "/", () => {
    const rows = [...world.accounts.values()].map(({ phone, firstName, password }) => {
      const code = escapeHtml(device.code(phone) ?? "none yet")
      const scan = `<form method="post" action="/scan"><input type="hidden" name="phone" value="${phone}"><input name="url" size="40" placeholder="tg://login?token=…" aria-label="Login link"> <button>Scan</button></form>`
      const extra = password ? ", two-step password set" : ""
      return `<section><h2>${escapeHtml(firstName)} +${phone}</h2><p>Last login code: <strong>${code}</strong>${extra}. Sessions: ${device.sessions(phone)}.</p>${scan}</section>`
    })
    return page("Phones", `<h1>Phones</h1>${rows.join("\n")}`)
  })
  kit.route("POST", phoneOrigin, "/scan", async (call) => {
    const form = await call.form()
    try {
      device.scan(form?.get("url") ?? "", form?.get("phone") ?? "")
      return redirect(`${phoneOrigin}/`)
    } catch (error) {
      const why = error instanceof Error ? error.message : "unknown"
      return page("Not scanned", `<h1>Not scanned</h1><p>${escapeHtml(why)}</p>`, 400)
    }
  })
}
