import { hmac } from "@holdfast/core"
import { describe, expect, it } from "vitest"
import { apiTokens, createZendeskEmulator, emulatorApp, zendeskSignature } from "./emulator.js"
import { webhooks } from "./events.js"
import { endOf, values, zendeskWorld } from "./test-support.js"

const typed = { ...values, username: "ada@first.example", password: apiTokens.first ?? "" }
const byToken = { method: "api_token", values: typed }
const pathOf = ({ method, url }: Request) => `${method} ${new URL(url).pathname}`

describe("the account's address", () => {
  it.each(["first", " First.zendesk.com ", "https://first.zendesk.com/agent/dashboard"])(
    "is typed as people know it: %s",
    async (subdomain) => {
      const { leave } = zendeskWorld()
      expect((await leave({ values: { subdomain } })).origin).toBe("https://first.zendesk.com")
    },
  )

  it.each([
    "first.zendesk.com.evil.example",
    "evil.example",
    "evil.example/.zendesk.com",
    "a.first.zendesk.com",
    "first.zendesk.com:8443",
    "user@first",
    "http://first.zendesk.com",
    "-",
  ])("is one of Zendesk's and nowhere else: %s", async (subdomain) => {
    const { begin, requests } = zendeskWorld()
    const { step } = await begin({ values: { subdomain } })
    expect(step).toMatchObject({ kind: "form", error: { code: "input_invalid", field: "subdomain" } })
    expect(requests).toEqual([])
  })

  it("is the only one at which a client works that is not global", async () => {
    const { connect, walk } = zendeskWorld({ home: "first" })
    expect((await (await connect({ values })).info()).account.id).toBe("first:1001")
    expect((await walk({ values: { subdomain: "second" } })).error?.code).toBe("config_invalid")
  })
})

describe("tokens (quirk 23)", () => {
  it("are asked for as JSON, with PKCE, and with the lives that they shall have", async () => {
    const { connect, requests } = zendeskWorld({}, { accessTokenSeconds: 1_800, refreshTokenSeconds: 700_000 })
    const connection = await connect({ values })
    expect(requests[0]?.headers.get("content-type")).toContain("application/json")
    expect(await requests[0]?.json()).toMatchObject({
      grant_type: "authorization_code",
      client_id: emulatorApp.clientId,
      code_verifier: expect.any(String),
      expires_in: "1800",
      refresh_token_expires_in: "700000",
    })
    const { expiresAt } = await connection.token()
    const { slots } = await connection.info()
    expect(expiresAt).toEqual(new Date(Number(slots.main?.expiresAt)))
  })

  it("are both deleted by a refresh, which happens once for many callers (quirk 23, quirk 40)", async () => {
    const { connect, emulator } = zendeskWorld()
    const connection = await connect({ values })
    const before = await connection.accessToken()
    for (let turn = 0; turn < 2; turn++) {
      emulator.clock.advance(86_401_000)
      await Promise.all(Array.from({ length: 20 }, () => connection.run("get_ticket", { ticket_id: 1 })))
    }
    expect(emulator.counters.refreshes.mostForOne).toBe(1)
    expect(emulator.provider.oauth.inspectToken(before, "https://first.zendesk.com").is).not.toBe("live")
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("that were spent are refused at the stand-in, and so are lives out of range", async () => {
    const emulator = createZendeskEmulator()
    const origin = "https://first.zendesk.com"
    const { main } = emulator.provider.oauth.issue({ scopes: ["read"], origin })
    const refresh = (further: object = {}) =>
      emulator.fetch(`${origin}/oauth/tokens`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          grant_type: "refresh_token",
          refresh_token: main.refreshToken,
          client_id: emulatorApp.clientId,
          client_secret: emulatorApp.clientSecret,
          ...further,
        }),
      })
    expect((await refresh({ expires_in: 172_800 })).status).toBe(400)
    expect((await refresh({ refresh_token_expires_in: 604_800 })).status).toBe(400)
    expect(await (await refresh({ expires_in: 301 })).json()).toMatchObject({ expires_in: 301, token_type: "bearer" })
    expect(emulator.provider.oauth.inspectToken(main.accessToken, origin).is).toBe("revoked")
    expect(await (await refresh()).json()).toMatchObject({ error: "invalid_grant" })
  })

  it("are revoked by the access token, also one that has ended by itself", async () => {
    for (const advance of [0, 86_401_000]) {
      const { connect, emulator, requests } = zendeskWorld()
      const connection = await connect({ values })
      emulator.clock.advance(advance)
      expect(await connection.disconnect()).toMatchObject({ revocation: "revoked" })
      expect(requests.some((request) => pathOf(request) === "DELETE /api/v2/oauth/tokens/current.json")).toBe(true)
      expect(emulator.provider.oauth.grants().every(({ revokedAt }) => revokedAt !== undefined)).toBe(true)
    }
  })
})

describe("somebody without an id (quirk 23)", () => {
  it("is what Zendesk calls a wrong log-in, with status 200", async () => {
    const emulator = createZendeskEmulator()
    const answer = await emulator.fetch("https://first.zendesk.com/api/v2/users/me.json")
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ user: { id: null } })
  })

  it("is never an account", async () => {
    const { begin, holdfast, requests } = zendeskWorld()
    const wrong = { ...byToken, values: { ...typed, password: "not-the-token" } }
    const { step, connectionId } = await begin(wrong)
    expect(connectionId).toBeUndefined()
    expect(step).toMatchObject({ kind: "form", error: { code: "credential_invalid" } })
    expect(requests.map(pathOf)).toContain("GET /api/v2/users/me.json")
    expect(await holdfast.for({ tenantId: "tenant-1", userId: "user-1" }).list()).toEqual([])
  })

  it("is a connection that needs its person, when the token was deactivated", async () => {
    const { connect, emulator } = zendeskWorld()
    const connection = await connect(byToken)
    emulator.clock.advance(61_000)
    emulator.provider.deactivateToken("first")
    expect((await connection.check()).ok).toBe(false)
    expect(await connection.info()).toMatchObject({ status: "needs_reauth" })
  })
})

describe("API tokens", () => {
  it("are shown behind the e-mail address and /token, however that was typed", async () => {
    for (const username of [" ada@first.example ", "ada@first.example/token"]) {
      const { connect, requests } = zendeskWorld()
      await connect({ ...byToken, values: { ...typed, username } })
      const expected = `Basic ${btoa(`ada@first.example/token:${apiTokens.first}`)}`
      expect(new Set(requests.map(({ headers }) => headers.get("authorization")))).toEqual(new Set([expected]))
    }
  })
})

describe("comments", () => {
  it("whose answer was lost are not sent again", async () => {
    const { connect, emulator } = zendeskWorld()
    const connection = await connect({ values })
    emulator.faults.next({ on: "PUT /tickets/{id}.json", fault: { kind: "drop_after" } })
    expect((await endOf(connection.run("add_comment", { ticket_id: 1, body: "Once." }))).code).not.toBe("ok")
    expect(emulator.provider.comments).toHaveLength(1)
  })
})

describe("lists", () => {
  it("are walked by cursor and by page", async () => {
    const { connect, requests } = zendeskWorld()
    const connection = await connect({ values })
    const people: string[] = []
    for await (const { name } of connection.paginate("list_users", { page_size: 1 })) people.push(name)
    expect(people).toEqual(["Ada First", "Cleo Agent"])
    const tickets: number[] = []
    for await (const { id } of connection.paginate("search_tickets", { query: "Help", per_page: 1 })) tickets.push(id)
    expect(tickets).toEqual([1, 3])
    expect(new URL(requests.at(-1)?.url ?? "").searchParams.get("query")).toBe("type:ticket Help")
  })
})

describe("webhooks", () => {
  it("are made by the connection, with a secret that Zendesk chose, once", async () => {
    const { connect, emulator, requests } = zendeskWorld()
    await connect({ values })
    expect(emulator.provider.webhooks).toMatchObject([
      { subscriptions: expect.arrayContaining(["zen:event-type:ticket.created"]), secret: expect.any(String) },
    ])
    expect(requests.map(pathOf)).toContain(`GET /api/v2/webhooks/${emulator.provider.webhooks[0]?.id}/signing_secret`)
    await connect({ values })
    expect(emulator.provider.webhooks).toHaveLength(1)
  })

  it("are an administrator's: others connect without", async () => {
    const { connect, emulator, lines } = zendeskWorld()
    const connection = await connect({ values }, { account: "1002" })
    expect(await connection.info()).toMatchObject({ status: "active" })
    expect(emulator.provider.webhooks).toEqual([])
    expect(lines.join("\n")).toContain("may not make webhooks")
  })

  it("are proved by the secret that Zendesk's documentation shows, over its time and body", async () => {
    // https://developer.zendesk.com/documentation/webhooks/verifying/
    const secret = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
    const text = JSON.stringify({ type: "zen:event-type:ticket.created", id: "e1", detail: {}, event: {} })
    const body = new TextEncoder().encode(text)
    const at = Date.parse("2021-07-25T10:00:00Z")
    const signed = await zendeskSignature(secret).sign({ method: "POST", url: "", body, at, id: "" })
    expect(signed["x-zendesk-webhook-signature"]).toBe(
      await hmac("SHA-256", secret, ["2021-07-25T10:00:00Z", text], "base64"),
    )
    const verify = (headers: Record<string, string>, now = at, secrets = ["another", secret]) =>
      webhooks.own?.verify(
        {
          clock: { now: () => now, monotonic: () => 0 },
          digest: async () => "",
          fetch: async () => new Response(),
          log: { debug() {}, info() {}, warn() {}, error() {} },
          app: undefined,
          account: { id: "first:1001", label: "" },
          secrets,
        },
        { method: "POST", url: "", headers: new Headers(headers), body, text },
      )
    expect(await verify(signed)).toMatchObject({ is: "events", events: [{ id: "e1", name: "ticket_created" }] })
    const refused = { code: "webhook_unverified" }
    await expect(verify(signed, at + 300_001)).rejects.toMatchObject(refused)
    await expect(verify(signed, at, ["another"])).rejects.toMatchObject(refused)
    await expect(verify({ ...signed, "x-zendesk-webhook-signature-timestamp": "soon" })).rejects.toMatchObject(refused)
    await expect(verify({})).rejects.toMatchObject(refused)
  })
})
