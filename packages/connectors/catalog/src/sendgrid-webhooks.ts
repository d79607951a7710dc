import { type Call, isHoldfastError, type Webhooks } from "@holdfast/core"
import { z } from "zod"
import { bytesOf, parsedJson, unverified } from "./webhook-kit.js"

/** @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
const payload = z.looseObject({
  event: z.string(),
  sg_event_id: z.string().optional(),
  sg_message_id: z.string().optional(),
  email: z.string().optional(),
  timestamp: z.number().optional(),
})

/** What SendGrid calls it in deliveries, what in settings, and what it means. */
const kinds: Readonly<Record<string, { readonly setting: string; readonly name: string; readonly summary: string }>> = {
  processed: { setting: "processed", name: "email_processed", summary: "An e-mail was taken to be delivered" },
  delivered: { setting: "delivered", name: "email_delivered", summary: "The receiving server took an e-mail" },
  deferred: { setting: "deferred", name: "email_deferred", summary: "The receiving server wants an e-mail later" },
  bounce: { setting: "bounce", name: "email_bounced", summary: "The receiving server refused an e-mail for good" },
  dropped: { setting: "dropped", name: "email_dropped", summary: "SendGrid did not send an e-mail; `reason` says why" },
  open: { setting: "open", name: "email_opened", summary: "Somebody opened an e-mail" },
  click: { setting: "click", name: "link_clicked", summary: "Somebody followed a link of an e-mail" },
  spamreport: { setting: "spam_report", name: "spam_reported", summary: "Somebody said that an e-mail is spam" },
  unsubscribe: { setting: "unsubscribe", name: "unsubscribed", summary: "Somebody wants no more e-mail" },
}

/** @see https://www.twilio.com/docs/sendgrid/api-reference/webhooks/get-all-event-webhooks */
const listed = z.looseObject({
  max_allowed: z.number().optional(),
  webhooks: z.array(z.looseObject({ id: z.string(), url: z.string().nullish() })),
})
const made = z.looseObject({ id: z.string() })
/** @see https://www.twilio.com/docs/sendgrid/api-reference/webhooks/toggle-signature-verification-for-an-event-webhook */
const signed = z.looseObject({ public_key: z.string().min(1) })

const toleranceMs = 300_000

/**
 * One webhook for the account, whose key SendGrid makes when it is asked to sign.
 * @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */
export const webhooks: Webhooks = {
  scheme:
    "ECDSA P-256 with SHA-256 of {timestamp}{body} with the webhook's key, base64 of DER, X-Twilio-Email-Event-Webhook-Signature and -Timestamp; 300 s",

  own: {
    async verify({ clock, secrets }, { headers, body, text }) {
      const timestamp = headers.get("x-twilio-email-event-webhook-timestamp") ?? ""
      const signature = headers.get("x-twilio-email-event-webhook-signature") ?? ""
      if (!/^\d{1,12}$/.test(timestamp) || Math.abs(clock.now() - Number(timestamp) * 1_000) > toleranceMs)
        throw unverified("sendgrid", "The time of the delivery is missing or too long ago.")
      const fits = await Promise.all(secrets.map((key) => isSigned(key, signature, timestamp, body)))
      if (!fits.includes(true))
        throw unverified("sendgrid", "The signature does not fit the body and the webhook's key.")
      const read = z.array(payload).safeParse(parsedJson(text)).data
      if (!read) throw unverified("sendgrid", "The delivery cannot be read.")
      const events = read.flatMap((one) => {
        const kind = Object.hasOwn(kinds, one.event) ? kinds[one.event] : undefined
        return kind ? [{ ...(one.sg_event_id && { id: one.sg_event_id }), name: kind.name, payload: one }] : []
      })
      return { is: "events", events }
    },
  },

  events: Object.fromEntries(Object.values(kinds).map(({ name, summary }) => [name, { summary, payload }])),

  async subscribe(call, { url }) {
    try {
      const id = await webhookAt(call, url)
      if (id === undefined) return []
      // Asked again, it shows the same key again.
      const { public_key } = await call.http.patch("/user/webhooks/event/settings/signed/{id}", {
        path: { id },
        json: { enabled: true },
        output: signed,
      })
      return [{ data: { id }, secret: public_key }]
    } catch (error) {
      if (!isHoldfastError(error, "forbidden")) throw error
      call.context.log.warn("this key may not make webhooks at SendGrid, so there will be no events", {})
      return []
    }
  },

  async unsubscribe({ http }, subscriptions) {
    for (const { data } of subscriptions) {
      await http
        .delete("/user/webhooks/event/settings/{id}", { path: { id: data.id ?? "" } })
        .catch((error: unknown) => {
          if (!isHoldfastError(error, "resource_not_found")) throw error
        })
    }
  },
}

/** The webhook that delivers there, made if there is none. Undefined: the account may have no more of them. */
async function webhookAt(call: Call, url: string): Promise<string | undefined> {
  const { max_allowed, webhooks: there } = await call.http.get("/user/webhooks/event/settings/all", { output: listed })
  const found = there.find((one) => one.url === url)
  if (found) return found.id
  if (max_allowed !== undefined && there.length >= max_allowed) {
    call.context.log.warn("SendGrid allows this account no further webhook, so there will be no events", {})
    return undefined
  }
  const wanted = Object.fromEntries(Object.values(kinds).map(({ setting }) => [setting, true]))
  const json = { enabled: true, url, friendly_name: "Holdfast", ...wanted }
  return (await call.http.post("/user/webhooks/event/settings", { json, output: made })).id
}

async function isSigned(key: string, signature: string, timestamp: string, body: Uint8Array): Promise<boolean> {
  const [spki, der] = [bytesOf(key), bytesOf(signature)]
  const raw = der && rawOf(der)
  if (!spki || !raw) return false
  const prefix = new TextEncoder().encode(timestamp)
  const message = new Uint8Array(prefix.length + body.length)
  message.set(prefix)
  message.set(body, prefix.length)
  try {
    const curve = { name: "ECDSA", namedCurve: "P-256" }
    const verifier = await crypto.subtle.importKey("spki", spki, curve, false, ["verify"])
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, verifier, raw, message)
  } catch {
    // What is kept as a secret may be no key at all.
    return false
  }
}

/** The two numbers of a signature side by side, as Web Crypto wants them. @see https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3 */
function rawOf(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined
  const raw = new Uint8Array(64)
  let at = 2
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0
    const number = der.subarray(at + 2, at + 2 + length)
    if (der[at] !== 0x02 || number.length !== length || length === 0) return undefined
    const bare = number[0] === 0 ? number.subarray(1) : number
    if (bare.length > 32) return undefined
    raw.set(bare, end - bare.length)
    at += 2 + length
  }
  return at === der.length ? raw : undefined
}
