import type { EmulatorClock } from "./clock.js"
import type { DeliverySignature } from "./signing.js"

/** A webhook delivery before it is signed. */
export interface Delivery {
  /** Sent as is; anything but a string or bytes is sent as JSON. */
  body: unknown
  /** Default `"application/json"`. */
  contentType?: string
  /** Headers besides the signature: the topic, the shop. */
  headers?: Readonly<Record<string, string>>
  /** Delivery id, for templates that have `{id}`. Default `"delivery-1"`. */
  id?: string
  /** Default `"POST"`. */
  method?: string
}

/** What may be wrong with a delivery. `"stale"` was signed an hour ago, `"foreign"` by another app's secret. */
export type DeliveryFlaw = "tampered" | "foreign" | "stale" | "unsigned" | "duplicated"

/** Where deliveries go: a URL (fetched), or a handler of requests. */
export type DeliveryTarget = { url: string; handler?: (request: Request) => Promise<Response> }

/** How to sign a delivery, and what to get wrong. */
export interface SignDeliveryOptions {
  signature: DeliverySignature
  clock: EmulatorClock
  /** Default: none; the delivery is genuine. */
  flaw?: DeliveryFlaw
}

const encoder = new TextEncoder()
const anHourMs = 3_600_000

/** A signed request, or one with exactly one flaw. */
export async function signDelivery(delivery: Delivery, url: string, options: SignDeliveryOptions): Promise<Request> {
  const { flaw, clock } = options
  const body = toBytes(delivery.body)
  const method = delivery.method ?? "POST"
  const signature = flaw === "foreign" ? options.signature.withForeignSecret() : options.signature
  const at = flaw === "stale" ? clock.now() - anHourMs : clock.now()
  const signed = await signature.sign({ method, url, body, at, id: delivery.id ?? "delivery-1" })
  const headers = new Headers({ "content-type": delivery.contentType ?? "application/json", ...delivery.headers })
  if (flaw !== "unsigned") for (const [name, value] of Object.entries(signed)) headers.set(name, value)
  if (flaw === "duplicated") {
    const other = await signature.withForeignSecret().sign({ method, url, body, at, id: delivery.id ?? "delivery-1" })
    // Only headers that differ are repeated: the same value twice is not an attack.
    for (const [name, value] of Object.entries(other)) if (signed[name] !== value) headers.append(name, value)
  }
  return new Request(url, { method, headers, body: flaw === "tampered" ? tamper(body) : new Uint8Array(body) })
}

/** Signs and sends one delivery. */
export async function deliver(
  delivery: Delivery,
  target: DeliveryTarget,
  options: SignDeliveryOptions,
): Promise<Response> {
  const request = await signDelivery(delivery, target.url, options)
  return target.handler ? target.handler(request) : fetch(request)
}

/** The genuine delivery and every flawed one, for conformance suites: only `genuine` may be accepted. */
export async function deliveryVariants(
  delivery: Delivery,
  url: string,
  options: Omit<SignDeliveryOptions, "flaw">,
): Promise<Record<"genuine" | DeliveryFlaw, Request>> {
  const flawed = (flaw: DeliveryFlaw) => signDelivery(delivery, url, { ...options, flaw })
  return {
    genuine: await signDelivery(delivery, url, options),
    tampered: await flawed("tampered"),
    foreign: await flawed("foreign"),
    stale: await flawed("stale"),
    unsigned: await flawed("unsigned"),
    duplicated: await flawed("duplicated"),
  }
}

function toBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body
  return encoder.encode(typeof body === "string" ? body : JSON.stringify(body))
}

// One more blank leaves JSON and forms meaning the same: only a check of the exact bytes notices.
function tamper(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const tampered = new Uint8Array(body.length + 1)
  tampered.set(body)
  tampered[body.length] = 0x20
  return tampered
}
