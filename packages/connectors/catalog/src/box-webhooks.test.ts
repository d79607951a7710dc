import { connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { boxApp, createBoxEmulator } from "./box.emulator.js"
import { type BoxOptions, box } from "./box.js"
import { boxEvent, boxSignature } from "./box-webhooks.emulator.js"

const world = (options: BoxOptions = boxApp) =>
  connectorWorld({ connectors: [box(options)], emulator: createBoxEmulator() })

describe("signature keys (quirks, part B)", () => {
  it("are two, and either may be changed while the other proves what comes", async () => {
    const { connect, deliver, emulator } = world()
    await connect()
    const url = emulator.provider.webhooks[0]?.address ?? ""
    const sent = boxEvent("FILE.UPLOADED")
    for (const [keys, code] of [
      [{ ...boxApp, primaryKey: "a new primary key" }, "ok"],
      [{ ...boxApp, secondaryKey: "a new secondary key" }, "ok"],
      [{ primaryKey: boxApp.secondaryKey, secondaryKey: boxApp.primaryKey }, "webhook_unverified"],
    ] as const) {
      expect(await endOf(deliver(sent, boxSignature(keys), { url }))).toMatchObject({ code })
    }
  })

  it("prove nothing after ten minutes", async () => {
    const { connect, deliver, emulator } = world()
    await connect()
    const url = emulator.provider.webhooks[0]?.address ?? ""
    const { clock } = emulator
    const late = (minutes: number) => {
      const signature = boxSignature(boxApp)
      const sentAt = clock.now() - minutes * 60_000
      return {
        ...signature,
        sign: (parts: Parameters<typeof signature.sign>[0]) => signature.sign({ ...parts, at: sentAt }),
      }
    }
    expect(await endOf(deliver(boxEvent("FILE.MOVED"), late(9), { url }))).toMatchObject({ code: "ok" })
    expect(await endOf(deliver(boxEvent("FILE.MOVED"), late(11), { url }))).toMatchObject({
      code: "webhook_unverified",
    })
  })

  it("are needed: without any, nothing is asked for", async () => {
    const { clientId, clientSecret } = boxApp
    const { connect, emulator } = world({ clientId, clientSecret })
    await connect()
    expect(emulator.provider.webhooks).toEqual([])
  })
})

describe("webhooks", () => {
  it("are of the folders in the root, since the root itself can have none", async () => {
    const { connect, emulator } = world()
    await connect()
    expect(emulator.provider.webhooks).toMatchObject([
      { folder: "1001", triggers: expect.arrayContaining(["FILE.UPLOADED"]) },
    ])
  })
})
