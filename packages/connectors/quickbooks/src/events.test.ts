import { createHmac } from "node:crypto"
import type { ReceivedEvent } from "@holdfast/core"
import { bob } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { defaultCompanies, emulatorApp } from "./emulator.js"
import { quickbooksWorld } from "./test-support.js"

const [first = "", second = ""] = defaultCompanies.map(({ realmId }) => realmId)

describe("deliveries (table B)", () => {
  it("prove themselves by base64 of the HMAC of the exact body", async () => {
    const { emulator } = quickbooksWorld()
    const body = new TextEncoder().encode('{"eventNotifications":[]}')
    const { sign } = emulator.provider.signature
    const headers = await sign({ method: "POST", url: "https://x", body, at: 0, id: "1" })
    const expected = createHmac("sha256", emulatorApp.verifierToken).update(body).digest("base64")
    expect(headers).toEqual({ "intuit-signature": expected })
  })

  it("say the same in both forms", async () => {
    const { connect, deliver, emulator, holdfast } = quickbooksWorld()
    await connect()
    const heard: ReceivedEvent[] = []
    holdfast.on("quickbooks", "invoice_created", (event) => void heard.push(event))
    await deliver(emulator.provider.event("invoice", "created"), emulator.provider.signature)
    await deliver(emulator.provider.notification("Invoice", "Create"), emulator.provider.signature)
    const at = new Date(emulator.clock.now()).toISOString()
    const expected = { realmId: first, entity: "Invoice", id: "301", operation: "created", at }
    expect(heard.map(({ payload }) => payload)).toEqual([expected, expected])
  })

  it("of several companies at once reach each its own connection, once", async () => {
    const { connect, deliver, emulator, holdfast } = quickbooksWorld()
    const { event, signature } = emulator.provider
    const mine = await (await connect()).info()
    const theirs = await (await connect({ owner: bob }, { account: second })).info()
    const heard: ReceivedEvent[] = []
    holdfast.on("quickbooks", "customer_updated", (event) => void heard.push(event))
    const body = [first, second, "1"].flatMap((realmId) => event("customer", "updated", realmId).body as object[])
    await deliver({ body }, signature)
    await deliver({ body }, signature)
    expect(heard.map(({ connectionId }) => connectionId).toSorted()).toEqual([mine.id, theirs.id].toSorted())
  })

  it("of kinds and forms that we do not know are acknowledged", async () => {
    const { connect, deliver, emulator } = quickbooksWorld()
    const { event, notification, signature } = emulator.provider
    await connect()
    for (const delivery of [
      event("bill", "created"),
      notification("Bill", "Create"),
      { body: [{ id: "1", type: "other.thing", intuitentityid: "1", intuitaccountid: first }] },
      { body: "not JSON" },
      { body: {} },
    ]) {
      expect((await deliver(delivery, signature)).status).toBe(200)
    }
  })
})
