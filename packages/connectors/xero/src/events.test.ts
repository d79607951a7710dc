import { createHmac } from "node:crypto"
import type { ReceivedEvent } from "@holdfast/core"
import { bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { guid } from "./emulator/books.js"
import { emulatorApp } from "./emulator.js"
import { xeroWorld } from "./test-support.js"

const two = guid(0x200)

describe("deliveries", () => {
  it("prove themselves by base64 of the HMAC of the exact body (table B)", async () => {
    const { deliver, emulator } = xeroWorld()
    const delivery = emulator.provider.event("INVOICE", "CREATE")
    const sent: string[] = []
    const signature = {
      withForeignSecret: () => emulator.provider.signature.withForeignSecret(),
      async sign(parts: Parameters<typeof emulator.provider.signature.sign>[0]) {
        const headers = await emulator.provider.signature.sign(parts)
        sent.push(headers["x-xero-signature"] ?? "")
        return headers
      },
    }
    expect((await deliver(delivery, signature)).status).toBe(200)
    const expected = createHmac("sha256", emulatorApp.webhookKey).update(JSON.stringify(delivery.body)).digest("base64")
    expect(sent).toEqual([expected])
  })

  it("of the intent to receive get 200 and an empty body, and 401 where they are signed wrongly (table B, X7)", async () => {
    const { deliver, emulator } = xeroWorld()
    const { provider } = emulator
    const good = await deliver(provider.intentToReceive(), provider.signature)
    expect([good.status, await good.text()]).toEqual([200, ""])
    expect(good.headers.has("set-cookie")).toBe(false)
    for (const flaw of ["foreign", "unsigned", "tampered"] as const) {
      const end = await endOf(deliver(provider.intentToReceive(), provider.signature, { flaw }))
      expect(end.code, flaw).toBe("webhook_unverified")
    }
  })

  it("reach every connection that has the organisation, whoever's default it is, and no other", async () => {
    const { connect, deliver, emulator, holdfast } = xeroWorld()
    const { provider } = emulator
    await connect({}, { account: guid(1) })
    const theirs = await (await connect({ owner: bob }, { account: guid(2) })).info()
    const beside = await (await connect({}, { account: guid(3), forms: { tenant: { tenantId: guid(0x100) } } })).info()
    const heard: ReceivedEvent[] = []
    holdfast.on("xero", "invoice_updated", (event) => void heard.push(event))
    const delivery = provider.event("INVOICE", "UPDATE", two)
    await deliver(delivery, provider.signature)
    await deliver(delivery, provider.signature)
    expect(heard.map(({ connectionId }) => connectionId).toSorted()).toEqual([theirs.id, beside.id].toSorted())
    expect(heard[0]?.payload).toMatchObject({ tenantId: two, resourceId: guid(0x1001) })
  })

  it("of kinds and forms that we do not know are acknowledged", async () => {
    const { connect, deliver, emulator } = xeroWorld()
    const { provider } = emulator
    await connect()
    for (const delivery of [provider.event("CREDITNOTE", "CREATE"), { body: "not JSON" }, { body: [] }]) {
      expect((await deliver(delivery, provider.signature)).status).toBe(200)
    }
  })
})
