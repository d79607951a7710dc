import { listen } from "@holdfast/emulator/node"
import { Client } from "@hubspot/api-client"
import { FilterOperatorEnum } from "@hubspot/api-client/lib/codegen/crm/contacts/index.js"
import { AssociationSpecAssociationCategoryEnum as Category } from "@hubspot/api-client/lib/codegen/crm/objects/notes/index.js"
import { afterEach, describe, expect, it } from "vitest"
import { createHubSpotEmulator } from "./emulator.js"

// HubSpot's own library against the stand-in: what it refuses, that has wrong.

const close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of close.splice(0)) await end()
})

async function installed(
  scopes = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.deals.write"],
) {
  const emulator = createHubSpotEmulator()
  const server = await listen(emulator)
  close.push(server.close)
  const { main } = emulator.provider.oauth.issue({ scopes })
  const basePath = server.reroute["https://api.hubapi.com"] ?? ""
  return { emulator, hubspot: new Client({ accessToken: main.accessToken, basePath }) }
}

describe("@hubspot/api-client", () => {
  it("finds and creates contacts", async () => {
    const { hubspot, emulator } = await installed()
    const filter = { propertyName: "email", operator: FilterOperatorEnum.Eq, value: "maria@customer.example" }
    const found = await hubspot.crm.contacts.searchApi.doSearch({
      filterGroups: [{ filters: [filter] }],
      properties: ["email"],
      limit: 10,
    })
    expect(found).toMatchObject({ total: 1, results: [{ id: "101" }] })
    const created = await hubspot.crm.contacts.basicApi.create({
      properties: { email: "sdk@customer.example" },
      associations: [],
    })
    expect(emulator.provider.records.some(({ id }) => id === created.id)).toBe(true)
  })

  it("changes deals, and adds notes to them", async () => {
    const { hubspot } = await installed()
    const deal = await hubspot.crm.deals.basicApi.update("301", { properties: { dealstage: "closedwon" } })
    expect(deal.properties.dealstage).toBe("closedwon")
    const note = await hubspot.crm.objects.notes.basicApi.create({
      properties: { hs_note_body: "Called back.", hs_timestamp: "2026-11-21T00:00:00Z" },
      associations: [
        { to: { id: "301" }, types: [{ associationCategory: Category.HubspotDefined, associationTypeId: 214 }] },
      ],
    })
    expect(note.properties.hs_note_body).toBe("Called back.")
  })

  it("sees HubSpot's errors: status, category and words", async () => {
    const { hubspot } = await installed()
    await expect(hubspot.crm.deals.basicApi.update("999", { properties: {} })).rejects.toMatchObject({
      code: 404,
      body: { status: "error", category: "OBJECT_NOT_FOUND" },
    })
    const limited = (await installed(["oauth"])).hubspot
    await expect(
      limited.crm.contacts.basicApi.create({ properties: { email: "x@customer.example" }, associations: [] }),
    ).rejects.toMatchObject({ code: 403, body: { category: "MISSING_SCOPES" } })
  })
})
