import { connectorSuite, connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createGohighlevelEmulator, type GohighlevelEmulator, gohighlevelApp } from "./gohighlevel.emulator.js"
import { type GohighlevelConnector, type GohighlevelOptions, gohighlevel } from "./gohighlevel.js"
import { gohighlevelEvent, gohighlevelSignature } from "./gohighlevel-webhooks.emulator.js"

connectorSuite<GohighlevelConnector, GohighlevelOptions, GohighlevelEmulator>(gohighlevel, {
  emulator: ({ redirectUri }) => createGohighlevelEmulator({ redirectUris: [redirectUri] }),
  app: gohighlevelApp,
  methods: {
    oauth: {
      account: {
        id: "agency1:location1",
        label: "First location",
        kind: "location",
        data: { userType: "Location", companyId: "agency1", locationId: "location1" },
      },
    },
    agency: {
      approve: { account: "agency1" },
      another: { approve: { account: "agency2" } },
      account: { id: "agency1", label: "First agency", kind: "company" },
    },
  },
  operations: {
    list_contacts: {
      method: "oauth",
      parameters: { limit: 1 },
      answer: { contacts: [{ email: "one@contact.example" }], meta: { startAfterId: "contact1" } },
    },
    get_contact: { method: "oauth", parameters: { contact_id: "contact2" }, answer: { email: "two@contact.example" } },
    upsert_contact: {
      method: "oauth",
      parameters: { email: "three@contact.example" },
      answer: { id: "contact3", email: "three@contact.example" },
    },
    list_pipelines: { method: "oauth", answer: { pipelines: [{ name: "Sales of First location" }] } },
  },
  errors: [
    {
      when: "there is no such contact",
      operation: "get_contact",
      parameters: { contact_id: "none" },
      code: "input_invalid",
    },
  ],
  webhooks: {
    signature: () => gohighlevelSignature(),
    deliveries({ clock }) {
      const event = (type: string) => gohighlevelEvent(type, clock.now(), { locationId: "location1" })
      return {
        contact_created: event("ContactCreate"),
        contact_updated: event("ContactUpdate"),
        contact_deleted: event("ContactDelete"),
        opportunity_created: event("OpportunityCreate"),
        opportunity_updated: event("OpportunityUpdate"),
        opportunity_status_updated: event("OpportunityStatusUpdate"),
        opportunity_deleted: event("OpportunityDelete"),
        message_received: event("InboundMessage"),
        app_uninstalled: event("UNINSTALL"),
      }
    },
    ends: ["app_uninstalled"],
  },
  skip: {
    unknown_error: "GoHighLevel's refusals carry sentences and no codes",
    stale_delivery: "HighLevel's time stands in the signed body; a test of its own shows that an old one is refused",
  },
})

const world = () => connectorWorld({ connectors: [gohighlevel(gohighlevelApp)], emulator: createGohighlevelEmulator() })
const agency = [{ method: "agency" }, { account: "agency1" }] as const

describe("sub-accounts (quirk 26)", () => {
  it("are asked for with user_type Location in a form, and every call has the version", async () => {
    const { connect, requests } = world()
    const connection = await connect()
    await connection.run("list_contacts")
    const [exchange, ...calls] = requests
    expect(exchange?.headers.get("content-type")).toMatch(/^application\/x-www-form-urlencoded/)
    expect(new URLSearchParams(await exchange?.text()).get("user_type")).toBe("Location")
    for (const { headers } of calls) expect(headers.get("version")).toBe("2021-07-28")
    expect(await connection.targets()).toEqual([])
  })

  it("have tokens of 86399 s, and refresh tokens that work once (quirk 40)", async () => {
    const { connect, emulator } = world()
    const connection = await connect()
    expect((await connection.info()).slots.main?.expiresAt).toBe(emulator.clock.now() + 86_399_000)
    emulator.clock.advance(86_400_000)
    await Promise.all(Array.from({ length: 20 }, () => connection.run("list_pipelines")))
    expect(emulator.counters.refreshes).toMatchObject({ issued: 1, mostForOne: 1 })
  })

  it("are no agencies: a grant of the other kind is refused", async () => {
    const view = await world().walk({}, { account: "agency1" })
    expect(view).toMatchObject({ status: "failed", error: { code: "provider_rejected" } })
  })
})

describe("agencies (quirk 26)", () => {
  it("reach their locations, each with a token that the agency's is traded for", async () => {
    const { connect, emulator } = world()
    const connection = await connect(...agency)
    const targets = await connection.targets()
    expect(targets.map(({ id, label }) => [id, label])).toEqual([
      ["location1", "First location"],
      ["location2", "Second location"],
    ])
    const { pipelines } = await connection.run("list_pipelines", {}, { target: "location2" })
    expect(pipelines).toMatchObject([{ name: "Sales of Second location" }])
    expect(emulator.provider.traded).toEqual(["location2"])
  })

  it("must say which location is meant, and cannot mean another's", async () => {
    const connection = await world().connect(...agency)
    expect((await endOf(connection.run("list_pipelines"))).code).toBe("input_invalid")
    expect((await endOf(connection.run("list_pipelines", {}, { target: "location9" }))).code).toBe("resource_not_found")
  })

  it("go on after their token has ended", async () => {
    const { connect, emulator } = world()
    const connection = await connect(...agency)
    emulator.clock.advance(61_000)
    emulator.provider.oauth.expireAccessTokens()
    await connection.run("list_contacts", {}, { target: "location1" })
    expect(emulator.counters.refreshes.issued).toBe(1)
  })
})

describe("lists", () => {
  it("are walked by the contact and the time they end with", async () => {
    const connection = await world().connect()
    const ids: string[] = []
    for await (const { id } of connection.paginate("list_contacts", { limit: 1 })) ids.push(id)
    expect(ids).toEqual(["contact1", "contact2"])
  })
})
