import { type Context, HoldfastError, parsedJson, type WebhookEvent, type Webhooks } from "@holdfast/core"
import { z } from "zod"
import { bytesOf, keyOfCertificate } from "./certificate.js"

// As long as PayPal tries again: https://developer.paypal.com/api/rest/webhooks/rest/
const oldestMs = 3 * 86_400_000
const aheadMs = 300_000

const payee = z.looseObject({ merchant_id: z.string().optional() })

/** @see https://developer.paypal.com/api/rest/webhooks/ */
const notification = z.looseObject({
  id: z.string(),
  event_type: z.string(),
  create_time: z.string().optional(),
  resource_type: z.string().optional(),
  summary: z.string().optional(),
  resource: z.looseObject({
    id: z.string().optional(),
    merchant_id: z.string().optional(),
    payee: payee.optional(),
    purchase_units: z.array(z.looseObject({ payee: payee.optional() })).optional(),
  }),
})

/**
 * What happens to orders and payments, signed under a certificate of PayPal's over id, time, webhook and checksum of the body.
 * @see https://developer.paypal.com/api/rest/webhooks/rest/
 * @see https://developer.paypal.com/api/rest/webhooks/event-names/
 */
export function webhooksOf(environment: "live" | "sandbox"): Webhooks {
  return {
    scheme:
      "SHA256withRSA of {id}|{time}|{webhook}|{crc32 of the body}, base64, PAYPAL-TRANSMISSION-SIG; certificate from PAYPAL-CERT-URL",

    async verify({ app, clock, fetch }, { headers, body, text }) {
      const { webhookId } = app.fields
      const id = headers.get("paypal-transmission-id") ?? ""
      const time = headers.get("paypal-transmission-time") ?? ""
      if (!webhookId) throw unverified("The app has no webhook ID.")
      if (headers.get("paypal-auth-algo") !== "SHA256withRSA")
        throw unverified("PAYPAL-AUTH-ALGO is not SHA256withRSA.")
      const age = clock.now() - Date.parse(time)
      if (!(age <= oldestMs && age >= -aheadMs)) throw unverified("The delivery is too old, or has no time.")
      const signature = signatureOf(headers.get("paypal-transmission-sig"))
      const address = certificateAddress(headers.get("paypal-cert-url"), environment)
      const key = await keyOfCertificate(await certificateAt(address, fetch), clock.now())
      const signed = new TextEncoder().encode(`${id}|${time}|${webhookId}|${crc32(body)}`)
      if (!(await crypto.subtle.verify("RSASSA-PKCS1-v1_5", key, signature, signed))) {
        throw unverified("The signature does not fit: is it this app's webhook ID?")
      }
      return { is: "events", events: eventsOf(text) }
    },

    events: {
      checkout_order_approved: { summary: "A buyer has approved an order", payload: notification },
      checkout_order_completed: { summary: "An order is complete", payload: notification },
      payment_capture_completed: { summary: "Money was taken", payload: notification },
      payment_capture_pending: { summary: "Money is on its way", payload: notification },
      payment_capture_denied: { summary: "Money was refused", payload: notification },
      payment_capture_refunded: { summary: "Money was given back", payload: notification },
      payment_capture_reversed: { summary: "PayPal took money back", payload: notification },
    },
  }
}

/** CRC-32 as zip and Ethernet have it, as an unsigned number. */
export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  }
  return (sum ^ 0xffffffff) >>> 0
}

/** Whoever sends a delivery names it, so only PayPal's own certificates are fetched: those of this environment. */
function certificateAddress(given: string | null, environment: "live" | "sandbox"): URL {
  const url = given !== null && URL.canParse(given) ? new URL(given) : undefined
  const isSandbox = url?.hostname.endsWith(".sandbox.paypal.com") ?? false
  const isTheirs =
    url?.protocol === "https:" &&
    url.hostname.endsWith(".paypal.com") &&
    url.port === "" &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    /^\/v1\/notifications\/certs\/[\w.-]+$/.test(url.pathname)
  if (!url || !isTheirs || isSandbox !== (environment === "sandbox")) {
    throw unverified("PAYPAL-CERT-URL is not an address of PayPal's certificates.")
  }
  return url
}

async function certificateAt(address: URL, fetch: Context["fetch"]): Promise<string> {
  let answer: { status: number; text: string }
  try {
    const response = await fetch(new Request(address))
    answer = { status: response.status, text: await response.text() }
  } catch {
    throw new HoldfastError("provider_unavailable", "PayPal's certificate cannot be fetched.")
  }
  if (answer.status >= 500) throw new HoldfastError("provider_unavailable", "PayPal's certificate cannot be fetched.")
  if (answer.status !== 200) throw unverified("There is no such certificate at PayPal.")
  return answer.text
}

function signatureOf(given: string | null): Uint8Array<ArrayBuffer> {
  try {
    return bytesOf(given ?? "")
  } catch {
    throw unverified("PAYPAL-TRANSMISSION-SIG is missing or repeated.")
  }
}

function eventsOf(text: string): readonly WebhookEvent[] {
  const event = notification.safeParse(parsedJson(text)).data
  if (!event) return []
  const { merchant_id, payee, purchase_units } = event.resource
  const accountId = merchant_id ?? payee?.merchant_id ?? purchase_units?.[0]?.payee?.merchant_id
  if (accountId === undefined) return []
  return [{ id: event.id, name: event.event_type.toLowerCase().replace(/[.-]/g, "_"), accountId, payload: event }]
}

function unverified(message: string): HoldfastError {
  return new HoldfastError("webhook_unverified", message, { details: { connector: "paypal" } })
}
