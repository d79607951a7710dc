import { type EmulatorKit, escapeHtml, page, redirect } from "@holdfast/emulator"
import type { Items } from "./items.js"

/** Plaid's page for a link token. @see https://plaid.com/docs/link/hosted-link/ */
export function hostedLink(kit: EmulatorKit, items: Items): void {
  kit.route(["GET", "POST"], "https://secure.plaid.com", "/link/{id}", async (call) => {
    const link = items.linkByUrl(`https://secure.plaid.com/link/${call.params.id}`)
    if (!link) return page("Plaid cannot go on", "<h1>This link does not work</h1>\n<p>It has expired.</p>", 400)
    const choices = link.item ? [link.item.user] : items.users
    if (call.request.method === "GET") {
      const radios = choices.map(
        ({ id, label, institutionName }, index) =>
          `<p><label><input type="radio" name="account" value="${escapeHtml(id)}"${index === 0 ? " checked" : ""}> ${escapeHtml(`${institutionName}: ${label}`)}</label></p>`,
      )
      const buttons = `<p><button type="submit" name="decision" value="allow">Continue</button> <button type="submit" name="decision" value="deny">Leave</button></p>`
      return page(
        "Connect a bank",
        `<h1>Connect a bank</h1>\n<form method="post">\n${radios.join("\n")}\n${buttons}\n</form>`,
      )
    }
    const form = await call.form()
    const user = choices.find(({ id }) => id === form?.get("account")) ?? choices[0]
    items.finish(link, form?.get("decision") === "allow" ? user : undefined)
    return link.completionRedirectUri === undefined
      ? page("Done", "<h1>You can close this page</h1>")
      : redirect(link.completionRedirectUri)
  })
}
