import { hmac } from "@holdfast/core"
import { describe, expect, it } from "vitest"
import { calendlySignature, createCalendlyEmulator, emulatorApp, personalAccessTokens } from "./emulator.js"
import { webhooks } from "./events.js"
import { calendly } from "./index.js"
import { ada, bob, byToken, calendlyWorld, endOf } from "./test-support.js"

const pathOf = ({ method, url }: Request) => `${method} ${new URL(url).pathname}`
const basic = `Basic ${btoa(`${emulatorApp.clientId}:${emulatorApp.clientSecret}`)}`
const token = "https://auth.calendly.com/oauth/token"

describe("refresh tokens", () => {
  it("are shown once for many callers, who all get the new token (quirk 22, quirk 40)", async () => {
    const { connect, emulator } = calendlyWorld()
    const connection = await connect()
    const before = await connection.accessToken()
    for (let turn = 0; turn < 2; turn++) {
      emulator.clock.advance(7_201_000)
      const tokens = await Promise.all(Array.from({ length: 20 }, () => connection.accessToken()))
      expect(new Set(tokens).size).toBe(1)
      expect(tokens[0]).not.toBe(before)
    }
    expect(emulator.counters.refreshes).toMatchObject({ shown: 2, mostForOne: 1 })
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("that were used are refused at once by the stand-in (quirk 22)", async () => {
    const emulator = createCalendlyEmulator()
    const { main } = emulator.provider.oauth.issue({ scopes: ["users:read"] })
    const refresh = () =>
      emulator.fetch(token, {
        method: "POST",
        headers: { authorization: basic },
        body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: main.refreshToken ?? "" }),
      })
    expect(await (await refresh()).json()).toMatchObject({
      expires_in: 7_200,
      owner: "https://api.calendly.com/users/ADA1EMULATED0001",
      organization: expect.stringContaining("https://api.calendly.com/organizations/"),
    })
    const again = await refresh()
    expect([again.status, await again.json()]).toMatchObject([400, { error: "invalid_grant" }])
  })

  it("are revoked with the client in the body, and the access token ends with them", async () => {
    const { connect, emulator, requests } = calendlyWorld()
    const connection = await connect()
    const access = await connection.accessToken()
    expect(await connection.disconnect()).toMatchObject({ revocation: "revoked" })
    const revocation = requests.find(({ url }) => url.endsWith("/oauth/revoke"))
    expect(revocation?.headers.get("authorization")).toBeNull()
    expect(new URLSearchParams(await revocation?.text()).get("client_id")).toBe(emulatorApp.clientId)
    expect(emulator.provider.oauth.inspectToken(access).is).toBe("revoked")
  })
})

describe("consent", () => {
  it("is asked for with PKCE, and the client's secret goes in a header", async () => {
    const { connect, leave, requests } = calendlyWorld()
    const url = await leave()
    expect(url.origin + url.pathname).toBe("https://auth.calendly.com/oauth/authorize")
    expect(url.searchParams.get("code_challenge_method")).toBe("S256")
    expect(url.searchParams.get("scope")?.split(" ")).toContain("scheduled_events:write")
    await connect()
    const exchange = requests.find(({ url }) => url === token)
    expect(exchange?.headers.get("authorization")).toBe(basic)
    expect(await exchange?.text()).not.toContain(emulatorApp.clientSecret)
  })

  it("always covers users:read, and calls whose scope was not asked for send nothing (quirk 22)", async () => {
    const { connect, requests } = calendlyWorld()
    const connection = await connect({ scopes: ["scheduled_events:read"] })
    expect((await connection.info()).account.id).toBe("ADA1EMULATED0001")
    expect(await connection.run("get_event", { event_uuid: "ADA1EMULATED0001-E1" })).toMatchObject({ status: "active" })
    const sent = requests.length
    const end = await endOf(connection.run("cancel_event", { event_uuid: "ADA1EMULATED0001-E1" }))
    expect(end.code).toBe("scope_missing")
    expect(requests).toHaveLength(sent)
  })

  it("to an app from before there were scopes leaves open what was granted (quirk 22)", async () => {
    const { connect } = calendlyWorld({ legacyApp: true })
    const connection = await connect()
    expect((await connection.info()).slots.main?.scopes).toBeNull()
    expect(await connection.run("cancel_event", { event_uuid: "ADA1EMULATED0001-E1" })).toMatchObject({
      canceler_type: "host",
    })
  })
})

describe("accounts", () => {
  it("are the same by OAuth and by token, and hold the URIs", async () => {
    const { connect } = calendlyWorld()
    const byApp = await (await connect()).info()
    const personal = await (await connect({ ...byToken(), owner: bob })).info()
    expect(personal.account).toEqual(byApp.account)
    expect(byApp.account.data).toMatchObject({ user: "https://api.calendly.com/users/ADA1EMULATED0001" })
  })

  it("need their person when the token was deleted", async () => {
    const { connect, emulator } = calendlyWorld()
    const connection = await connect(byToken())
    emulator.clock.advance(61_000)
    emulator.provider.deleteToken(personalAccessTokens.first)
    expect((await connection.check()).ok).toBe(false)
    expect(await connection.info()).toMatchObject({ status: "needs_reauth" })
  })

  it("may ask for everybody's events only as an owner or admin", async () => {
    const { connect } = calendlyWorld()
    const owner = await connect()
    const organization = (await owner.info()).account.data?.organization ?? ""
    expect((await owner.run("list_scheduled_events", { organization })).collection).toHaveLength(6)
    const member = await connect({ owner: bob }, { account: "BOB1EMULATED0002" })
    expect(await endOf(member.run("list_scheduled_events", { organization }))).toMatchObject({ code: "forbidden" })
  })
})

describe("lists", () => {
  it("are walked by page token", async () => {
    const { connect, requests } = calendlyWorld()
    const connection = await connect()
    const found: string[] = []
    for await (const { uri } of connection.paginate("list_scheduled_events", { count: 2 })) found.push(uri)
    expect(found).toHaveLength(3)
    expect(new URL(requests.at(-1)?.url ?? "").searchParams.get("page_token")).toBe("page2")
  })
})

describe("figures (S9)", () => {
  it("count what is ahead and what can be booked", async () => {
    const { connect, emulator } = calendlyWorld()
    const connection = await connect()
    expect((await connection.statistics()).provider).toEqual([
      { label: "Upcoming events", value: 3 },
      { label: "Active event types", value: 2 },
    ])
    emulator.clock.advance(30 * 3_600_000)
    expect((await connection.statistics()).provider).toContainEqual({ label: "Upcoming events", value: 2 })
  })
})

describe("limits", () => {
  it("end in as many seconds as the header of the limit says", () => {
    // https://developer.calendly.com/api-docs/overview/rate-limits
    const { retryAfterMs } = calendly().errors
    const after = (headers: Record<string, string>) => retryAfterMs?.({ headers: new Headers(headers), body: {} }, 0)
    expect(after({ "x-ratelimit-reset": "60" })).toBe(60_000)
    expect(after({ "x-ratelimit-reset": "60", "retry-after": "5" })).toBe(5_000)
    expect(after({})).toBeUndefined()
  })
})

describe("webhooks", () => {
  it("of an app's people are signed with the app's key, of tokens with a key of the connection's own", async () => {
    const { connect, emulator } = calendlyWorld()
    await connect()
    await connect({ ...byToken(personalAccessTokens.second), owner: bob })
    const [own, organization, bobs] = emulator.provider.webhooks
    expect([own?.secret, organization?.secret]).toEqual([emulatorApp.webhookSigningKey, emulatorApp.webhookSigningKey])
    expect(bobs?.secret).toMatch(/^[0-9a-f]{32,}$/)
  })

  it("hear of one's own meetings; of routing forms only owners and admins, whom others connect without", async () => {
    const { connect, emulator, lines } = calendlyWorld()
    await connect()
    expect(emulator.provider.webhooks).toMatchObject([
      { scope: "user", events: ["invitee.created", "invitee.canceled"] },
      { scope: "organization", events: ["routing_form_submission.created"] },
    ])
    const member = await connect({ owner: bob }, { account: "BOB1EMULATED0002" })
    expect(await member.info()).toMatchObject({ status: "active" })
    expect(emulator.provider.webhooks).toHaveLength(3)
    expect(lines.join("\n")).toContain("lets this person have no such webhook")
  })

  it("are made again where Calendly switched one off", async () => {
    const { connect, emulator } = calendlyWorld()
    await connect()
    const [first] = emulator.provider.webhooks
    if (first) first.state = "disabled"
    await connect()
    const states = emulator.provider.webhooks.map(({ state }) => state)
    expect(states).toEqual(["active", "active"])
    expect(emulator.provider.webhooks.map(({ uri }) => uri)).not.toContain(first?.uri)
  })

  it("are not asked for without the app's key, nor by a token that may not", async () => {
    const { connect, emulator, requests, lines } = calendlyWorld({}, { webhookSigningKey: "" })
    await connect()
    expect(requests.map(pathOf)).not.toContain("POST /webhook_subscriptions")
    expect(lines.join("\n")).toContain("no webhook signing key")
    const narrow = await connect({ ...byToken(personalAccessTokens.narrow), owner: bob })
    expect(await narrow.info()).toMatchObject({ status: "active" })
    expect(emulator.provider.webhooks).toEqual([])
  })

  it("are proved over the time and the exact body, for 180 seconds", async () => {
    // https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures
    const secret = "a-key-of-the-subscriber"
    const text = '{"event":"invitee.created","created_at":"2026-01-01T00:00:00Z", "payload":{"uri":"u"}}'
    const body = new TextEncoder().encode(text)
    const at = 1_767_225_600_000
    const signed = await calendlySignature(secret).sign({ method: "POST", url: "", body, at, id: "" })
    const expected = await hmac("SHA-256", secret, [`1767225600.${text}`], "hex")
    expect(signed["calendly-webhook-signature"]).toBe(`t=1767225600,v1=${expected}`)
    const verify = (header: string, now = at, secrets = ["another", secret]) =>
      webhooks.own?.verify(
        {
          clock: { now: () => now, monotonic: () => 0 },
          digest: async () => "",
          fetch: async () => new Response(),
          log: { debug() {}, info() {}, warn() {}, error() {} },
          app: undefined,
          account: { id: "ADA", label: "" },
          secrets,
        },
        { method: "POST", url: "", headers: new Headers({ "calendly-webhook-signature": header }), body, text },
      )
    expect(await verify(`t=1767225600,v1=${expected}`, at + 180_000)).toMatchObject({
      is: "events",
      events: [{ id: "invitee.created 2026-01-01T00:00:00Z u", name: "invitee_created" }],
    })
    const refused = { code: "webhook_unverified" }
    await expect(verify(`t=1767225600,v1=${expected}`, at + 181_000)).rejects.toMatchObject(refused)
    await expect(verify(`t=1767225600,v1=${expected}`, at, ["another"])).rejects.toMatchObject(refused)
    await expect(verify(`t=1767225600,t=1767225600,v1=${expected}`)).rejects.toMatchObject(refused)
    await expect(verify(`t=1767225601,v1=${expected}`)).rejects.toMatchObject(refused)
    await expect(verify("")).rejects.toMatchObject(refused)
  })
})

it("keeps two people's connections apart", async () => {
  const { connect, holdfast } = calendlyWorld()
  await connect()
  await connect({ owner: bob }, { account: "BOB1EMULATED0002" })
  expect(await holdfast.for(ada).list()).toHaveLength(1)
  expect(await holdfast.for(bob).list()).toHaveLength(1)
})
