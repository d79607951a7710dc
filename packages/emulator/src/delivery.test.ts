import { describe, expect, it } from "vitest"
import { virtualClock } from "./clock.js"
import { deliver, deliveryVariants, signDelivery } from "./delivery.js"
import { hmac, hmacSignature } from "./signing.js"

const url = "https://app.example/webhooks/acme"
const clock = virtualClock()
const signature = hmacSignature({
  secret: "signing-secret",
  signed: "v0:{timestamp}:{body}",
  headers: { "x-acme-signature": "v0={signature}", "x-acme-timestamp": "{timestamp}" },
})

/** How an honest receiver judges a delivery. */
async function judge(request: Request): Promise<string> {
  const shown = request.headers.get("x-acme-signature")
  if (shown === null) return "unsigned"
  if (shown.includes(",")) return "duplicated"
  const timestamp = Number(request.headers.get("x-acme-timestamp"))
  if (Math.abs(clock.now() / 1000 - timestamp) > 300) return "stale"
  const expected = await hmac("SHA-256", "signing-secret", `v0:${timestamp}:${await request.text()}`, "hex")
  return shown === `v0=${expected}` ? "genuine" : "forged"
}

describe("signDelivery", () => {
  it("makes a POST that an honest receiver takes", async () => {
    const request = await signDelivery({ body: { type: "ping" }, headers: { "x-topic": "ping" } }, url, {
      signature,
      clock,
    })
    expect([request.method, request.url, request.headers.get("x-topic")]).toEqual(["POST", url, "ping"])
    expect(request.headers.get("content-type")).toBe("application/json")
    expect(await request.clone().json()).toEqual({ type: "ping" })
    expect(await judge(request)).toBe("genuine")
  })

  it("keeps text and bytes as they are", async () => {
    const text = await signDelivery({ body: "a=1", contentType: "application/x-www-form-urlencoded" }, url, {
      signature,
      clock,
    })
    expect(await text.text()).toBe("a=1")
    const raw = await signDelivery({ body: Uint8Array.from([1, 2]) }, url, { signature, clock })
    expect(new Uint8Array(await raw.arrayBuffer())).toEqual(Uint8Array.from([1, 2]))
  })
})

it("deliveryVariants makes one genuine delivery and one for each flaw", async () => {
  const variants = await deliveryVariants({ body: { type: "ping" } }, url, { signature, clock })
  const judged = await Promise.all(
    Object.entries(variants).map(async ([name, request]) => [name, await judge(request)]),
  )
  expect(Object.fromEntries(judged)).toEqual({
    genuine: "genuine",
    tampered: "forged",
    foreign: "forged",
    stale: "stale",
    unsigned: "unsigned",
    duplicated: "duplicated",
  })
})

it("deliver hands the request to a handler and answers what it answered", async () => {
  const answer = await deliver(
    { body: { type: "ping" } },
    { url, handler: async (request) => new Response(await judge(request), { status: 202 }) },
    { signature, clock },
  )
  expect([answer.status, await answer.text()]).toEqual([202, "genuine"])
})
