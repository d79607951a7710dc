import { connectorSuite, connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import type { OAuthAppOptions } from "./app.js"
import { createWixEmulator, type WixEmulator, wixApp, wixInstances } from "./wix.emulator.js"
import { type WixConnector, wix } from "./wix.js"

connectorSuite<WixConnector, OAuthAppOptions, WixEmulator>(wix, {
  emulator: () => createWixEmulator(),
  app: wixApp,
  methods: {
    install: {
      account: { id: wixInstances.first, label: "first site" },
      visit: async ({ provider }, url, { account }) => [await provider.install(url, account ?? wixInstances.first)],
      another: { approve: { account: wixInstances.second } },
    },
  },
  operations: {
    list_contacts: {
      parameters: { limit: 1 },
      answer: { contacts: [{ id: "contact1" }], pagingMetadata: { hasNext: true } },
    },
    create_contact: { parameters: { email: "three@contact.example", first_name: "Three" }, answer: { id: "contact3" } },
    search_orders: { parameters: { limit: 1 }, answer: { orders: [{ id: "order1" }] } },
  },
  errors: [
    {
      when: "the cursor is not one",
      operation: "search_orders",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 400, body: body("INVALID_ARGUMENT") } }),
      code: "input_invalid",
      providerCode: "INVALID_ARGUMENT",
    },
    {
      when: "the contact is there",
      operation: "create_contact",
      parameters: { email: "one@contact.example" },
      code: "provider_rejected",
      providerCode: "CONTACT_ALREADY_EXISTS",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 409, body: body("holdfast_unheard_of") } }),
  skip: {
    consent_denied: "Wix does not come back when a person closes its page",
    withdrawn_grant: "what Wix's token endpoint says of an app that was removed is documented nowhere",
  },
})

function body(code: string) {
  return { message: "No.", details: { applicationError: { code } } }
}

function world() {
  return connectorWorld({ connectors: [wix(wixApp)], emulator: createWixEmulator() })
}

describe("installing (quirk 35)", () => {
  it("leaves with the app's id and where to come back, and asks for a token in JSON", async () => {
    const { leave, comeBack, emulator, requests } = world()
    const url = await leave()
    expect(url.origin + url.pathname).toBe("https://www.wix.com/app-installer")
    expect([...url.searchParams.keys()]).toEqual(["appId", "postInstallationUrl"])
    expect((await comeBack(await emulator.provider.install(url))).status).toBe("connected")
    expect(requests[0]?.url).toBe("https://www.wixapis.com/oauth2/token")
    expect(await requests[0]?.json()).toEqual({
      grant_type: "client_credentials",
      client_id: wixApp.clientId,
      client_secret: wixApp.clientSecret,
      instance_id: wixInstances.first,
    })
    expect(requests[1]?.headers.get("authorization")).not.toMatch(/^Bearer/)
  })

  it("brings tokens of 14400 s, and the next one without a refresh token", async () => {
    const { leave, comeBack, emulator, holdfast } = world()
    const { connectionId = "" } = await comeBack(await emulator.provider.install(await leave()))
    const connection = holdfast.for({ tenantId: "tenant-1", userId: "user-1" }).connection(connectionId)
    expect((await connection.info()).slots.main?.expiresAt).toBe(emulator.clock.now() + 14_400_000)
    emulator.clock.advance(14_401_000)
    await connection.run("list_contacts")
    expect(emulator.counters.tokensIssued).toEqual({ client_credentials: 2 })
  })

  it("cannot end at another's site: an instance that is not signed is nobody's", async () => {
    for (const change of [
      (back: URL) => back.searchParams.delete("signedInstance"),
      (back: URL) =>
        back.searchParams.set("signedInstance", `x.${btoa(JSON.stringify({ instanceId: wixInstances.second }))}`),
    ]) {
      const { leave, comeBack, emulator, requests } = world()
      const back = await emulator.provider.install(await leave())
      back.searchParams.set("instanceId", wixInstances.second)
      change(back)
      const view = await comeBack(back).catch((error: unknown) => error)
      expect(JSON.stringify(view)).toContain("state_mismatch")
      expect(requests).toEqual([])
    }
  })
})

describe("lists", () => {
  it("are walked by offsets and by cursors", async () => {
    const { leave, comeBack, emulator, holdfast } = world()
    const { connectionId = "" } = await comeBack(await emulator.provider.install(await leave()))
    const connection = holdfast.for({ tenantId: "tenant-1", userId: "user-1" }).connection(connectionId)
    const ids: unknown[] = []
    for await (const one of connection.paginate("list_contacts", { limit: 1 })) ids.push((one as { id: string }).id)
    for await (const one of connection.paginate("search_orders", { limit: 1 })) ids.push((one as { id: string }).id)
    expect(ids).toEqual(["contact1", "contact2", "order1", "order2"])
    expect((await endOf(connection.run("list_contacts"))).code).toBe("ok")
  })
})
