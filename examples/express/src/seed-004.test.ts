import { type AttemptView, createHoldfast, keyring, memoryStore } from "@holdfast/core"
import { type ApproveOptions, approve, emulatedFetch, virtualClock } from "@holdfast/emulator"
import { googleSheets } from "@holdfast/google"
import { createGoogleEmulator, emulatorApp as googleApp } from "@holdfast/google/emulator"
import { hubspot } from "@holdfast/hubspot"
import { createHubSpotEmulator, emulatorApp as hubspotApp } from "@holdfast/hubspot/emulator"
import { shopify } from "@holdfast/shopify"
import { createShopifyEmulator, exampleOrder, emulatorApp as shopifyApp } from "@holdfast/shopify/emulator"
import { slack } from "@holdfast/slack"
import { createSlackEmulator, defaultWorkspaces, emulatorApp as slackApp } from "@holdfast/slack/emulator"
import { describe, expect, it } from "vitest"
import { filled, type StoredCall, seed004Payloads } from "./seed-004-payloads.js"

const owner = { tenantId: "tenant-1", userId: "user-1" }
const orderId = "450789469"
const holes = {
  "order.id": orderId,
  "trigger.body.orderId": orderId,
  "trigger.body.firstName": "First",
  "trigger.body.lastName": "Customer",
  "trigger.body.company": "First company",
  "trigger.body.name": "First customer",
  "trigger.body.email": "first@customer.example",
  "trigger.body.phone": "+1 555 0100",
  "now()": "2026-11-21T09:00:00.000Z",
}

// Both teams have the channel that the seed posts to.
const alerts = { name: "alerts", withBot: true }
const workspaces = defaultWorkspaces.map((workspace) =>
  workspace.channels.some(({ name }) => name === alerts.name)
    ? workspace
    : { ...workspace, channels: [...workspace.channels, { ...alerts, id: "C0000000B2" }] },
)

/** The connections of the seed, by the names it gives them, each at its provider's stand-in. */
async function world() {
  const clock = virtualClock()
  const providers = {
    slack: createSlackEmulator({ clock, workspaces }),
    google: createGoogleEmulator({ clock }),
    shopify: createShopifyEmulator({ clock }),
    hubspot: createHubSpotEmulator({ clock }),
  }
  providers.google.provider.addSpreadsheet("1abc...", { Sheet1: [["Name", "Email", "Phone", "At"]] })
  providers.shopify.provider.shop("first-shop").orders.push(exampleOrder({ id: Number(orderId), name: "#1001" }))
  const send = emulatedFetch(Object.values(providers))
  const holdfast = createHoldfast({
    url: "https://app.example.com/api/integrations",
    connectors: [slack(slackApp), googleSheets(googleApp), shopify(shopifyApp), hubspot(hubspotApp)],
    store: memoryStore({ now: () => clock.now() }),
    keys: keyring(`test:${"A".repeat(43)}`),
    env: {},
    runtime: {
      clock: { now: () => clock.now(), monotonic: () => performance.now() },
      fetch: (request) => send(request),
    },
  })

  async function connect(
    connector: "slack" | "google-sheets" | "shopify" | "hubspot",
    alias: string,
    { values = {}, ...person }: ApproveOptions & { values?: Record<string, string> } = {},
  ): Promise<void> {
    const browser = "a-browser"
    let view: AttemptView = await holdfast.attempts.begin(owner, { connector, alias, values, browser })
    for (let left = 0; view.step.kind === "redirect" && left < 3; left++) {
      const back = await approve(send, view.step.url, person)
      const state = back.searchParams.get("state") ?? ""
      const arrival = { state, connector, url: back.href, method: "GET", headers: new Headers(), body: "" }
      view = await holdfast.attempts.callback(arrival, { browser, owner })
    }
    expect(view.status, `${alias}: ${view.error?.code}`).toBe("connected")
  }

  await connect("slack", "conn_slack_main")
  await connect("slack", "conn_slack_marketing", { account: "U0000000B1" })
  await connect("google-sheets", "conn_google")
  await connect("shopify", "conn_shopify", { values: { shop: "first-shop" } })
  await connect("hubspot", "conn_hubspot")
  const execute = (call: StoredCall) => holdfast.for(owner).execute(filled(call, holes))
  return { ...providers, execute, holdfast }
}

describe("the calls of seed 004, as they stand there (S7)", () => {
  it("585: a message to a channel by its name, through a connection by the name that people gave it (S23)", async () => {
    const { execute, slack: provider } = await world()
    expect(await execute(seed004Payloads[585])).toMatchObject({ ok: true, channel: "C0000000A2" })
    expect(provider.provider.messages("T0000000A1", "C0000000A2")).toMatchObject([
      { text: `New order received: ${orderId}` },
    ])
  })

  it("612: a contact, its parameters by the names that HubSpot itself uses", async () => {
    const { execute, hubspot: provider } = await world()
    const before = provider.provider.records.length
    expect(await execute(seed004Payloads[612])).toMatchObject({ id: expect.any(String) })
    expect(provider.provider.records.slice(before)).toMatchObject([
      {
        properties: {
          email: "first@customer.example",
          firstname: "First",
          lastname: "Customer",
          company: "First company",
        },
      },
    ])
  })

  it("a provider that there is no connector for is called unknown", async () => {
    const { holdfast } = await world()
    const stranger = { ...seed004Payloads[612], provider: "nobody" }
    await expect(holdfast.for(owner).execute(stranger)).rejects.toMatchObject({ code: "connector_unknown" })
  })

  it("649: a row of a spreadsheet, its values in one flat row, its provider with an underscore", async () => {
    const { execute, google } = await world()
    expect(await execute(seed004Payloads[649])).toMatchObject({ updates: { updatedRows: 1, updatedCells: 4 } })
    expect(google.provider.spreadsheets.get("1abc...")?.sheets.get("Sheet1")?.[1]).toEqual([
      "First customer",
      "first@customer.example",
      "+1 555 0100",
      "2026-11-21T09:00:00.000Z",
    ])
  })

  it("677: an order by an id that is a string", async () => {
    const { execute } = await world()
    expect(await execute(seed004Payloads[677])).toMatchObject({ id: Number(orderId), name: "#1001" })
  })

  it("707: one of several connections of the same provider", async () => {
    const { execute, slack: provider } = await world()
    expect(await execute(seed004Payloads[707])).toMatchObject({ ok: true, channel: "C0000000B2" })
    expect(provider.provider.messages("T0000000B1", "C0000000B2")).toHaveLength(1)
    expect(provider.provider.messages("T0000000A1", "C0000000A2")).toHaveLength(0)
  })

  it("741: a call without parameters", async () => {
    const { execute } = await world()
    const names = ["general", "alerts", "random", "old-project"]
    expect(await execute(seed004Payloads[741])).toMatchObject({ channels: names.map((name) => ({ name })) })
  })

  it("run as they were stored, too: what the workflow left unfilled is passed on as it is", async () => {
    const { holdfast, slack: provider } = await world()
    await holdfast.for(owner).execute(seed004Payloads[585])
    expect(provider.provider.messages("T0000000A1", "C0000000A2")).toMatchObject([
      { text: "New order received: {{order.id}}" },
    ])
  })
})
