import { createHmac } from "node:crypto"
import type { ReceivedEvent } from "@holdfast/core"
import { bob, endOf } from "@holdfast/testing"
import { Signature } from "@hubspot/api-client"
import { describe, expect, it } from "vitest"
import { webhooks } from "./events.js"
import { hubspotWorld } from "./test-support.js"

const clientSecret = "a-client-secret"
const at = 1_765_000_000_000
const body = '[{"eventId":1,"portalId":1,"subscriptionType":"contact.creation"}]'

function verify(url: string, headers: HeadersInit, now = at, secret = clientSecret) {
  return webhooks.verify(
    {
      app: { id: "hubspot:1", clientId: "1", fields: { clientId: "1", clientSecret: secret }, tenantId: null },
      clock: { now: () => now, monotonic: () => 0 },
      digest: async (text) => text,
      fetch: () => Promise.reject(new TypeError("nothing is fetched")),
      log: { debug() {}, info() {}, warn() {}, error() {} },
    },
    { method: "POST", url, headers: new Headers(headers), body: new TextEncoder().encode(body), text: body },
  )
}

/** Signed by HubSpot's own library, over the address as HubSpot writes it. */
function signed(url: string, timestamp = at) {
  const options = { clientSecret, requestBody: body, url, timestamp, signature: "" }
  const signature = Signature.getSignature("POST", "v3", options)
  return { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": `${timestamp}` }
}

describe("the signature (v3)", () => {
  it("is what HubSpot's own library makes, for five minutes", async () => {
    const url = "https://app.example.com/webhooks/hubspot/1"
    expect((await verify(url, signed(url))).is).toBe("events")
    expect((await verify(url, signed(url), at + 299_000)).is).toBe("events")
    expect((await endOf(verify(url, signed(url), at + 301_000))).code).toBe("webhook_unverified")
    expect((await endOf(verify(url, signed(url), at - 301_000))).code).toBe("webhook_unverified")
  })

  it("is over an address with twelve characters decoded, and no others", async () => {
    const encoded = "https://app.example.com/hubspot%3A1/%2f%40?a=%21%24%27%28%29%2A%2C%3B%3F&b=%20%25"
    const plain = "https://app.example.com/hubspot:1//@?a=!$'()*,;?&b=%20%25"
    expect((await verify(encoded, signed(plain))).is).toBe("events")
    expect((await endOf(verify(encoded, signed(encoded)))).code).toBe("webhook_unverified")
  })

  it("is refused when anything is missing, doubled, shortened or of another version", async () => {
    const url = "https://app.example.com/webhooks/hubspot/1"
    const headers = signed(url)
    const { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": timestamp } = headers
    const v1 = createHmac("sha256", clientSecret).update(body).digest("hex")
    for (const wrong of [
      {},
      { "x-hubspot-signature-v3": signature },
      { "x-hubspot-request-timestamp": timestamp },
      { ...headers, "x-hubspot-signature-v3": signature.slice(0, -1) },
      { ...headers, "x-hubspot-request-timestamp": "soon" },
      { "x-hubspot-signature": v1, "x-hubspot-signature-version": "v1" },
      [...Object.entries(headers), ["x-hubspot-signature-v3", "other"]] as [string, string][],
    ]) {
      expect((await endOf(verify(url, wrong as HeadersInit))).code, JSON.stringify(wrong)).toBe("webhook_unverified")
    }
    expect((await endOf(verify(url, headers, at, ""))).code).toBe("webhook_unverified")
    expect((await endOf(verify("https://app.example.com/elsewhere", headers))).code).toBe("webhook_unverified")
  })
})

describe("events", () => {
  it("of one delivery reach the connections of their hubs, once", async () => {
    const { connect, deliver, emulator, holdfast } = hubspotWorld()
    const mine = await (await connect()).info()
    const theirs = await (await connect({ owner: bob }, { account: "2222222" })).info()
    const heard: ReceivedEvent[] = []
    holdfast.on("hubspot", "contact_changed", (event) => void heard.push(event))
    const further = { propertyName: "company", propertyValue: "Acme" }
    const events = [1_111_111, 2_222_222, 3_333_333].flatMap(
      (portal) => emulator.provider.event("contact.propertyChange", portal, further).body as object[],
    )
    await deliver({ body: events })
    await deliver({ body: events.map((event) => ({ ...event, attemptNumber: 1 })) })
    expect(heard.map(({ connectionId }) => connectionId).toSorted()).toEqual([mine.id, theirs.id].toSorted())
    expect(heard[0]?.payload).toMatchObject({ propertyName: "company", propertyValue: "Acme" })
  })

  it("in the newer form say which object they are about", async () => {
    const { connect, deliver, emulator, holdfast } = hubspotWorld()
    await connect()
    const heard: ReceivedEvent[] = []
    holdfast.on("hubspot", "deal_created", (event) => void heard.push(event))
    await deliver(emulator.provider.event("object.creation", 1_111_111, { objectTypeId: "0-3" }))
    expect(heard).toHaveLength(1)
  })

  it("of kinds and forms that we do not know are acknowledged", async () => {
    const { connect, deliver, emulator } = hubspotWorld()
    await connect()
    for (const delivery of [
      emulator.provider.event("company.merge", 1_111_111),
      emulator.provider.event("object.creation", 1_111_111, { objectTypeId: "2-99" }),
      { body: "not JSON" },
      { body: {} },
    ]) {
      expect((await deliver(delivery)).status).toBe(200)
    }
  })
})
