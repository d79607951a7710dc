import { connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createGohighlevelEmulator, gohighlevelApp } from "./gohighlevel.emulator.js"
import { gohighlevel } from "./gohighlevel.js"
import { gohighlevelEvent, gohighlevelSignature } from "./gohighlevel-webhooks.emulator.js"

const world = () => connectorWorld({ connectors: [gohighlevel(gohighlevelApp)], emulator: createGohighlevelEmulator() })
const signature = gohighlevelSignature()

describe("deliveries (quirks, part B)", () => {
  it("are refused after five minutes, however well signed", async () => {
    const { connect, deliver, emulator } = world()
    await connect()
    for (const [minutes, code] of [
      [4, "ok"],
      [6, "webhook_unverified"],
    ] as const) {
      const sent = gohighlevelEvent("ContactCreate", emulator.clock.now() - minutes * 60_000, {
        locationId: "location1",
      })
      expect(await endOf(deliver(sent, signature))).toMatchObject({ code })
    }
  })

  it("are proved by HighLevel's own key where no other is configured", async () => {
    const { clientId, clientSecret } = gohighlevelApp
    const connectors = [gohighlevel({ clientId, clientSecret })] as const
    const { connect, deliver, emulator } = connectorWorld({
      connectors: [...connectors],
      emulator: createGohighlevelEmulator(),
    })
    await connect()
    const sent = gohighlevelEvent("ContactCreate", emulator.clock.now(), { locationId: "location1" })
    expect(await endOf(deliver(sent, signature))).toMatchObject({ code: "webhook_unverified" })
  })

  it("of one location concern it and its agency, and no other", async () => {
    const { connect, deliver, emulator, holdfast } = world()
    const first = await (await connect()).info()
    const second = await (await connect({}, { account: "location2" })).info()
    const agency = await (await connect({ method: "agency" }, { account: "agency1" })).info()
    const heard: string[] = []
    holdfast.on("gohighlevel", "contact_created", ({ connectionId }) => void heard.push(connectionId))
    const sent = gohighlevelEvent("ContactCreate", emulator.clock.now(), {
      locationId: "location1",
      companyId: "agency1",
    })
    await deliver(sent, signature)
    expect(new Set(heard)).toEqual(new Set([first.id, agency.id]))
    expect(heard).not.toContain(second.id)
  })

  it("that the app was taken out of a location leave its agency connected", async () => {
    const { connect, deliver, emulator } = world()
    const location = await connect()
    const agency = await connect({ method: "agency" }, { account: "agency1" })
    const place = { locationId: "location1", companyId: "agency1" }
    await deliver(gohighlevelEvent("UNINSTALL", emulator.clock.now(), place), signature)
    expect(await location.info()).toMatchObject({ status: "needs_reauth", reason: "ended_by_provider" })
    expect(await agency.info()).toMatchObject({ status: "active" })
  })
})
