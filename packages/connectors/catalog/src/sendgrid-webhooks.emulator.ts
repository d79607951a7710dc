import { type DeliverySignature, type EmulatorKit, json } from "@holdfast/emulator"
import type { authenticatedRoutes } from "./emulator-kit.js"
import { objectOf } from "./emulator-kit.js"

const curve = { name: "ECDSA", namedCurve: "P-256" } as const

/** What an account asked to hear of. */
export interface SendgridWebhook {
  readonly id: string
  readonly url: string
  /** Made when the webhook was first told to sign. */
  keys?: CryptoKeyPair
  publicKey?: string
}

/** How deliveries are signed. @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features */
export function sendgridSignature(key: () => CryptoKey | Promise<CryptoKey>): DeliverySignature {
  return {
    async sign({ body, at }) {
      const timestamp = String(Math.floor(at / 1_000))
      const message = new Uint8Array([...new TextEncoder().encode(timestamp), ...body])
      const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, await key(), message)
      return {
        "x-twilio-email-event-webhook-signature": btoa(String.fromCharCode(...derOf(new Uint8Array(raw)))),
        "x-twilio-email-event-webhook-timestamp": timestamp,
      }
    },
    withForeignSecret: () =>
      sendgridSignature(async () => (await crypto.subtle.generateKey(curve, false, ["sign", "verify"])).privateKey),
  }
}

/** What is sent of one e-mail. @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
export function sendgridEvent(event: string) {
  const one = {
    email: "one@receiver.example",
    event,
    sg_event_id: `emulated-${event}`,
    sg_message_id: "emulated.recvd-1",
    timestamp: 1_767_225_600,
  }
  return { body: `${JSON.stringify([one])}\r\n` }
}

/** Settings of event webhooks, of which a plan allows so many. Answers those that stand. */
export function sendgridWebhooks(
  kit: EmulatorKit,
  routes: (scope: string) => ReturnType<typeof authenticatedRoutes<object>>,
  refusal: (status: number, message: string, field?: string) => Response,
): readonly SendgridWebhook[] {
  const standing: SendgridWebhook[] = []
  const scope = (verb: string) => routes(`user.webhooks.event.settings.${verb}`)
  const settings = "/v3/user/webhooks/event/settings"

  scope("read")("GET", `${settings}/all`, () =>
    json({ max_allowed: 2, webhooks: standing.map(({ id, url }) => ({ id, url, enabled: true })) }),
  )
  scope("create")("POST", settings, async (call) => {
    const { url } = await objectOf(call)
    if (typeof url !== "string" || !url.startsWith("https://")) return refusal(400, "url is required", "url")
    if (standing.length >= 2) return refusal(400, "the maximum number of webhooks is reached")
    const webhook = { id: kit.random.id("", 32), url }
    standing.push(webhook)
    return json({ ...webhook, enabled: true }, { status: 201 })
  })
  scope("update")("PATCH", `${settings}/signed/{id}`, async (call) => {
    const webhook = standing.find(({ id }) => id === call.params.id)
    if (!webhook) return refusal(404, "not found")
    if ((await objectOf(call)).enabled !== true) return refusal(400, "enabled is required", "enabled")
    webhook.keys ??= await crypto.subtle.generateKey(curve, true, ["sign", "verify"])
    const spki = new Uint8Array(await crypto.subtle.exportKey("spki", webhook.keys.publicKey))
    webhook.publicKey = btoa(String.fromCharCode(...spki))
    return json({ id: webhook.id, public_key: webhook.publicKey })
  })
  scope("delete")("DELETE", `${settings}/{id}`, ({ params }) => {
    const at = standing.findIndex(({ id }) => id === params.id)
    if (at < 0) return refusal(404, "not found")
    standing.splice(at, 1)
    return new Response(null, { status: 204 })
  })
  return standing
}

/** @see https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3 */
function derOf(raw: Uint8Array): Uint8Array {
  const numbers = [raw.subarray(0, 32), raw.subarray(32)].flatMap((half) => {
    const first = half.findIndex((byte) => byte !== 0)
    const bare = [...half.subarray(first)]
    const number = (bare[0] ?? 0) >= 0x80 ? [0, ...bare] : bare
    return [0x02, number.length, ...number]
  })
  return Uint8Array.from([0x30, numbers.length, ...numbers])
}
