import { ada, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createHubSpotEmulator, defaultPortals, emulatorApp } from "./emulator.js"
import { hubspotWorld } from "./test-support.js"

const callback = "https://app.example.com/api/integrations/oauth/callback/hubspot"

describe("the token call (quirk 18)", () => {
  it("has the credentials in the body alone", async () => {
    const { connect, requests } = hubspotWorld()
    await connect()
    const [exchange] = requests
    expect(exchange?.url).toBe("https://api.hubapi.com/oauth/2026-03/token")
    expect(exchange?.headers.has("authorization")).toBe(false)
    expect(Object.fromEntries(new URLSearchParams(await exchange?.text()))).toEqual({
      grant_type: "authorization_code",
      code: expect.any(String),
      redirect_uri: callback,
      client_id: emulatorApp.clientId,
      client_secret: emulatorApp.clientSecret,
    })
  })

  it("goes to the endpoints that the app was told to use", async () => {
    const { connect, emulator, requests } = hubspotWorld({ oauthVersion: "v3" })
    const connection = await connect()
    emulator.clock.advance(1_801_000)
    await connection.run("search_contacts")
    await connection.disconnect()
    const oauth = requests.map(({ url }) => url).filter((url) => url.includes("/oauth/"))
    expect(oauth).toEqual([
      "https://api.hubapi.com/oauth/v3/token",
      "https://api.hubapi.com/oauth/v3/token",
      "https://api.hubapi.com/oauth/v3/token/revoke",
    ])
  })

  it("is refused by the stand-in with Basic authentication, as JSON, and at the endpoint that has ended", async () => {
    const emulator = createHubSpotEmulator()
    const refresh_token = emulator.provider.oauth.issue({ scopes: ["oauth"] }).main.refreshToken ?? ""
    const credentials = { client_id: emulatorApp.clientId, client_secret: emulatorApp.clientSecret }
    const parameters = { grant_type: "refresh_token", refresh_token }
    const post = async (version: string, init: RequestInit) => {
      const answer = await emulator.fetch(`https://api.hubapi.com/oauth/${version}/token`, { method: "POST", ...init })
      return answer.status
    }
    const basic = `Basic ${btoa(`${emulatorApp.clientId}:${emulatorApp.clientSecret}`)}`
    const form = new URLSearchParams({ ...parameters, ...credentials })
    expect(await post("v3", { body: form })).toBe(200)
    expect(await post("v1", { body: form })).toBe(404)
    expect(await post("v3", { body: new URLSearchParams(parameters), headers: { authorization: basic } })).toBe(401)
    const headers = { "content-type": "application/json" }
    expect(await post("v3", { body: JSON.stringify({ ...parameters, ...credentials }), headers })).toBe(400)
  })
})

describe("identity (quirk 18)", () => {
  it("is the hub, learnt with the token in a header: no address and no line of a log has a token", async () => {
    const { connect, emulator, requests, lines } = hubspotWorld()
    const connection = await connect()
    const tokens = [await connection.accessToken()]
    emulator.clock.advance(1_801_000)
    await connection.run("search_contacts")
    await connection.check()
    tokens.push(await connection.accessToken())
    expect(new Set(tokens).size).toBe(2)
    expect((await connection.info()).account).toMatchObject({
      id: "1111111",
      data: { hubId: "1111111", userId: "71", uiDomain: "app.hubspot.com" },
    })
    expect(lines.length).toBeGreaterThan(0)
    for (const token of tokens) {
      expect(token).toHaveLength(300)
      for (const { url } of requests) expect(url).not.toContain(token)
      expect(lines.join("\n")).not.toContain(token)
    }
  })

  it("is one connection for each hub", async () => {
    const { connect, holdfast } = hubspotWorld()
    await connect()
    await connect({}, { account: String(defaultPortals[1]?.portalId) })
    const ids = (await holdfast.for(ada).list()).map(({ account }) => account.id)
    expect(ids.toSorted()).toEqual(["1111111", "2222222"])
  })
})

describe("tokens (quirk 18, quirk 40)", () => {
  it("last thirty minutes, and the refresh token stays", async () => {
    const { connect, emulator } = hubspotWorld()
    const connection = await connect()
    const { slots } = await connection.info()
    expect(slots.main).toMatchObject({ expiresAt: emulator.clock.now() + 1_800_000 })
    for (let round = 0; round < 3; round++) {
      emulator.clock.advance(1_801_000)
      await Promise.all(Array.from({ length: 5 }, () => connection.run("search_contacts")))
    }
    expect(emulator.counters.tokensIssued).toEqual({ authorization_code: 1, refresh_token: 3 })
  })

  it("that HubSpot no longer knows end the connection", async () => {
    const { connect, emulator } = hubspotWorld()
    const connection = await connect()
    emulator.provider.oauth.revokeAccount("1111111")
    emulator.clock.advance(1_801_000)
    expect(await endOf(connection.run("search_contacts"))).toMatchObject({ code: "reauth_required" })
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
  })
})

describe("optional scopes (quirk 18)", () => {
  it("are asked for apart, and granted where the account has what they are about", async () => {
    const { connect, requests, holdfast } = hubspotWorld({ optionalScopes: ["tickets"] })
    const { step } = await holdfast.attempts.begin(ada, { connector: "hubspot", browser: "b" })
    const asked = new URL(step.kind === "redirect" ? step.url : "").searchParams
    expect(asked.get("optional_scope")).toBe("tickets")
    expect(asked.get("scope")?.split(" ")).not.toContain("tickets")
    const first = await (await connect()).info()
    const second = await (await connect({}, { account: "2222222" })).info()
    expect(first.slots.main?.scopes).toContain("tickets")
    expect(second.slots.main?.scopes).not.toContain("tickets")
    expect(second.status).toBe("active")
    expect(requests.length).toBeGreaterThan(0)
  })
})

describe("parameters", () => {
  it("are those of the workflow that creates a contact from a form (seed 004)", async () => {
    const { connect, emulator } = hubspotWorld()
    const parameters = { email: "form@customer.example", firstname: "Form", lastname: "Person", company: "Acme" }
    const { id } = await (await connect()).run("create_contact", parameters)
    expect(emulator.provider.records.find((record) => record.id === id)?.properties).toEqual(parameters)
  })

  it("that cannot be meant are refused before anything is sent", async () => {
    const { connect, requests } = hubspotWorld()
    const connection = await connect()
    const before = requests.length
    for (const work of [
      connection.run("create_contact", { company: "Acme" }),
      connection.run("create_contact", { email: "not an address" }),
      connection.run("update_deal", { deal_id: "301" }),
      connection.run("update_deal", { deal_id: "../contacts/1", amount: 1 }),
      connection.run("add_note", { body: "To nobody" }),
    ]) {
      expect((await endOf(work)).code).toBe("input_invalid")
    }
    expect(requests).toHaveLength(before)
  })

  it("page through what was found", async () => {
    const { connect } = hubspotWorld()
    const connection = await connect()
    const first = await connection.run("search_contacts", { query: "customer", limit: 1 })
    expect(first).toMatchObject({ total: 2, paging: { next: { after: "1" } } })
    const after = first.paging?.next?.after ?? ""
    const second = await connection.run("search_contacts", { query: "customer", limit: 1, after })
    expect(second.results[0]?.id).toBe("102")
    expect(second.paging).toBeUndefined()
  })

  it("put a note at the present moment", async () => {
    const { connect, emulator } = hubspotWorld()
    const connection = await connect()
    const { properties } = await connection.run("add_note", { body: "Now", contact_id: "101" })
    expect(properties.hs_timestamp).toBe(new Date(emulator.clock.now()).toISOString())
  })
})
