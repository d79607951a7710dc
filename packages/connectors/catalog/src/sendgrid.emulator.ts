import { type Emulator, json } from "@holdfast/emulator"
import {
  authenticatedRoutes,
  bearerOf,
  type CatalogEmulatorOptions,
  catalogEmulator,
  createKeys,
  objectOf,
} from "./emulator-kit.js"
import { type SendgridWebhook, sendgridWebhooks } from "./sendgrid-webhooks.emulator.js"

/** A key that may do everything, two like it, and one that may only read statistics. 69 characters, as SendGrid's are. */
export const sendgridKeys = {
  first: `SG.${"f".repeat(22)}.${"1".repeat(43)}`,
  second: `SG.${"s".repeat(22)}.${"2".repeat(43)}`,
  third: `SG.${"u".repeat(22)}.${"4".repeat(43)}`,
  statistics: `SG.${"t".repeat(22)}.${"3".repeat(43)}`,
}

export interface SendgridProvider {
  readonly webhooks: readonly SendgridWebhook[]
  /** What was accepted, oldest first. */
  readonly sent: readonly Readonly<Record<string, unknown>>[]
  /** A person deletes a key. */
  revokeKey(key: string): boolean
}

export type SendgridEmulator = Emulator<SendgridProvider>

const verified = "sender@verified.example"

/** A strict stand-in for SendGrid's v3 API. @see https://www.twilio.com/docs/sendgrid/api-reference */
export function createSendgridEmulator(options: CatalogEmulatorOptions = {}): SendgridEmulator {
  return catalogEmulator("sendgrid", ["https://api.sendgrid.com"], options, (kit) => {
    const hooks = ["create", "read", "update", "delete"].map((verb) => `user.webhooks.event.settings.${verb}`)
    const all = ["mail.send", "stats.read", "suppression.read", ...hooks]
    const keys = createKeys({
      [sendgridKeys.first]: { scopes: all },
      [sendgridKeys.second]: { scopes: all },
      [sendgridKeys.third]: { scopes: all },
      [sendgridKeys.statistics]: { scopes: ["stats.read"] },
    })
    const sent: Record<string, unknown>[] = []
    const routes = (scope?: string) =>
      authenticatedRoutes(kit, "https://api.sendgrid.com", (call) => {
        const holder = keys.find(bearerOf(call))
        if (!holder) return refusal(401, "The provided authorization grant is invalid, expired, or revoked")
        if (scope !== undefined && !holder.scopes.includes(scope)) return refusal(403, "access forbidden")
        return call.request.headers.has("accept") ? holder : refusal(406, "Missing Accept header")
      })

    routes()("GET", "/v3/scopes", (_call, { scopes }) => json({ scopes }))
    routes("mail.send")("POST", "/v3/mail/send", async (call) => {
      const mail = await objectOf(call)
      const { personalizations, from, content } = mail
      if (!Array.isArray(personalizations) || personalizations.length === 0)
        return refusal(400, "The personalizations field is required.", "personalizations")
      if ((from as { email?: unknown } | undefined)?.email !== verified)
        return refusal(403, "The from address does not match a verified Sender Identity.", "from")
      const types = Array.isArray(content) ? content.map(({ type }: { type: string }) => type) : []
      if (types.length === 0) return refusal(400, "The content field is required.", "content")
      if (types.indexOf("text/plain") > 0)
        return refusal(
          400,
          "If present, text/plain and text/html may only be provided once, text/plain first.",
          "content",
        )
      sent.push(mail)
      return new Response(null, { status: 202, headers: { "x-message-id": kit.random.id("", 22) } })
    })
    routes("suppression.read")("GET", "/v3/suppression/bounces", () =>
      json([
        { created: 1_767_225_600, email: "gone@bounce.example", reason: "550 5.1.1 No such user", status: "5.1.1" },
      ]),
    )
    routes("stats.read")("GET", "/v3/stats", ({ url }) => {
      const date = url.searchParams.get("start_date")
      if (date === null) return refusal(400, "start_date is required", "start_date")
      return json([{ date, stats: [{ metrics: { requests: sent.length, delivered: sent.length } }] }])
    })
    const webhooks = sendgridWebhooks(kit, routes, refusal)
    kit.notFound(() => refusal(404, "not found"))
    return { sent, webhooks, revokeKey: keys.revoke }
  })
}

function refusal(status: number, message: string, field: string | null = null): Response {
  return json({ errors: [{ message, field, help: null }] }, { status })
}
