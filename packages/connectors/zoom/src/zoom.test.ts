import { approve } from "@holdfast/emulator"
import { ada, bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { emulatorApp, emulatorServerToServer } from "./emulator.js"
import { zoomWorld } from "./test-support.js"

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const owner = "u-FirstOwner-00000001"
const member = "u-FirstMember-0000003"
const classic = ["meeting:write:admin", "meeting:read:admin"]
const { accountId: account_id, clientId: client_id, clientSecret: client_secret } = emulatorServerToServer.first
const server = { account_id, client_id, client_secret }

describe("leaving for Zoom", () => {
  it("asks with PKCE, and names no scopes: the app's page does (quirk 24)", async () => {
    const url = await zoomWorld().leave()
    expect(url.origin + url.pathname).toBe("https://zoom.us/oauth/authorize")
    expect(url.searchParams.has("scope")).toBe(false)
    expect(url.searchParams.get("code_challenge_method")).toBe("S256")
  })
})

describe("connecting a person", () => {
  it("authenticates the app by Basic alone (quirk 24)", async () => {
    const { connect, emulator } = zoomWorld()
    const sent: { basic: boolean; body: string }[] = []
    const { fetch } = emulator
    emulator.fetch = async (input, init) => {
      const request = new Request(input, init)
      if (request.url.endsWith("/oauth/token")) {
        const basic = request.headers.get("authorization")?.startsWith("Basic ") ?? false
        sent.push({ basic, body: await request.clone().text() })
      }
      return await fetch(request)
    }
    await connect()
    expect(sent).toHaveLength(1)
    expect(sent[0]?.basic).toBe(true)
    expect(sent[0]?.body).not.toContain(emulatorApp.clientSecret)
  })

  it("knows who is there, by account and person, with an e-mail address for the page (001)", async () => {
    const info = await (await zoomWorld().connect()).info()
    expect(info).toMatchObject({
      name: "First Owner",
      shared: "user",
      account: { id: `a-First-00000001:${owner}`, email: "first.owner@zoom.example", data: { userId: owner } },
    })
  })

  it("works with the classic scopes of seed 000, which do not even tell who is there", async () => {
    const { connect, emulator } = zoomWorld({ scopes: classic })
    const connection = await connect()
    expect((await connection.info()).account).toMatchObject({ id: `a-First-00000001:${owner}`, label: `User ${owner}` })
    expect((await connection.check()).parts.every(({ ok }) => ok)).toBe(true)
    const { id } = await connection.run("create_meeting", { topic: "With classic scopes" })
    expect(await connection.run("get_meeting", { meeting_id: id })).toMatchObject({ topic: "With classic scopes" })
    expect((await connection.run("list_meetings")).meetings).toHaveLength(1)
    emulator.clock.advance(2 * hourMs)
    expect((await connection.check()).ok).toBe(true)
  })

  it("says which scope is missing when a token tells nothing and Zoom may not be asked", async () => {
    const { leave, comeBack, emulator } = zoomWorld({ scopes: classic })
    const callback = await approve(emulator.fetch, await leave())
    const body = { access_token: "opaque", refresh_token: "opaque-too", expires_in: 3600, scope: classic.join(" ") }
    emulator.faults.next({ on: "token", fault: { kind: "status", status: 200, body } })
    const me = { code: 4711, message: "Invalid access token, does not contain scopes:[user:read:user]." }
    emulator.faults.next({ on: "GET /v2/users/{userId}", fault: { kind: "status", status: 400, body: me } })
    expect((await comeBack(callback)).error?.code).toBe("scope_missing")
  })

  it("stores nothing when the code was too old, or traded before", async () => {
    const { leave, comeBack, emulator, holdfast } = zoomWorld()
    const late = await approve(emulator.fetch, await leave())
    emulator.clock.advance(301_000)
    expect((await comeBack(late)).error?.code).toBe("provider_rejected")
    const url = await leave()
    const first = await approve(emulator.fetch, url)
    first.searchParams.set("code", late.searchParams.get("code") ?? "")
    expect((await comeBack(first)).error?.code).toBe("provider_rejected")
    expect(await holdfast.for(ada).list()).toEqual([])
  })
})

describe("keeping fresh", () => {
  it("spends a refresh token once for a thousand callers, and hands out only the token that lives (quirk 24, 40)", async () => {
    const { connect, emulator } = zoomWorld()
    const connection = await connect()
    const before = await connection.accessToken()
    emulator.clock.advance(2 * hourMs)
    const after = await Promise.all(Array.from({ length: 1_000 }, () => connection.accessToken()))
    expect(new Set(after).size).toBe(1)
    expect(emulator.counters.refreshes).toMatchObject({ shown: 1, mostForOne: 1 })
    expect(emulator.provider.oauth.inspectToken(after[0] ?? "").is).toBe("live")
    expect(emulator.provider.oauth.inspectToken(before)).toMatchObject({
      is: "revoked",
      because: "superseded_by_refresh",
    })
  })

  it("keeps a connection that nobody uses alive beyond the 90 days of its refresh token", async () => {
    const { connect, emulator, holdfast } = zoomWorld()
    const connection = await connect()
    for (let day = 0; day < 200; day += 1) {
      emulator.clock.advance(dayMs)
      await holdfast.scheduler.tick()
    }
    expect((await connection.check()).ok).toBe(true)
    const { shown, mostForOne } = emulator.counters.refreshes
    expect(mostForOne).toBe(1)
    expect(shown, "idle connections are renewed for their refresh token alone").toBeLessThan(10)
  })

  it("needs the person again when the refresh token is gone, as either answer says it", async () => {
    for (const error of ["invalid_grant", "invalid_request"]) {
      const { connect, emulator } = zoomWorld()
      const connection = await connect()
      emulator.clock.advance(2 * hourMs)
      const body = { reason: "Invalid Token!", error }
      emulator.faults.next({ on: "token.refresh", fault: { kind: "status", status: 400, body } })
      expect((await endOf(connection.accessToken())).code).toBe("reauth_required")
      expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
    }
  })

  it("does not take a wrong client secret for the end of the connection", async () => {
    const { connect, emulator } = zoomWorld()
    const connection = await connect()
    emulator.clock.advance(2 * hourMs)
    const body = { reason: "Invalid client_id or client_secret", error: "invalid_client" }
    emulator.faults.next({ on: "token.refresh", fault: { kind: "status", status: 400, body } })
    await endOf(connection.accessToken())
    expect((await connection.info()).status).not.toBe("needs_reauth")
  })

  it("gives the tokens of a second consent to the first connection, which they killed (C7, C8)", async () => {
    const { connect, holdfast } = zoomWorld()
    const first = await connect()
    const again = await connect()
    expect((await again.info()).id).toBe((await first.info()).id)
    expect((await first.check()).ok).toBe(true)
    const theirs = await connect({ owner: bob })
    expect((await theirs.check()).ok).toBe(true)
    expect(await first.info()).toMatchObject({ status: "needs_reauth", reason: "superseded_elsewhere" })
    expect(await holdfast.for(ada).list()).toHaveLength(1)
  })
})

describe("disconnecting", () => {
  it("revokes by the access token, and the grant is gone", async () => {
    const { connect, emulator } = zoomWorld()
    expect(await (await connect()).disconnect()).toEqual({ revocation: "revoked" })
    expect(emulator.provider.oauth.grants()[0]).toMatchObject({ revokedBecause: "revoked_by_client" })
    expect(emulator.counters.refreshes.shown).toBe(0)
  })

  it("gets a last access token to revoke when the stored one has ended", async () => {
    const { connect, emulator } = zoomWorld()
    const connection = await connect()
    emulator.clock.advance(20 * dayMs)
    expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
    expect(emulator.provider.oauth.grants()[0]?.live).toEqual({ accessTokens: 0, refreshTokens: 0 })
    expect(emulator.counters.refreshes).toMatchObject({ shown: 1, mostForOne: 1 })
  })

  it("is done when the grant was gone already, as old answers say it", async () => {
    const { connect, emulator } = zoomWorld()
    const connection = await connect()
    emulator.provider.deauthorize(owner)
    expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
  })
})

describe("connecting an account by its server-to-server app", () => {
  it("acts for the account and everybody in it, with tokens that need no refresh token", async () => {
    const { connect, emulator } = zoomWorld()
    const connection = await connect({ method: "server_to_server", values: server })
    expect((await connection.info()).account).toMatchObject({ id: account_id, email: "first.owner@zoom.example" })
    const meeting = await connection.run("create_meeting", { user_id: member, topic: "For somebody else" })
    expect(meeting).toMatchObject({ host_id: member })
    emulator.clock.advance(2 * hourMs)
    const tokens = await Promise.all(Array.from({ length: 100 }, () => connection.accessToken()))
    expect(new Set(tokens).size).toBe(1)
    expect(emulator.counters.tokensIssued).toEqual({ account_credentials: 2 })
    expect(await connection.run("get_meeting", { meeting_id: meeting.id })).toMatchObject({
      topic: "For somebody else",
    })
  })

  it("trims what was pasted, and shows the form again for a wrong secret", async () => {
    const { connect, holdfast } = zoomWorld()
    const pasted = { account_id: ` ${account_id}\n`, client_id: `${client_id} `, client_secret: ` ${client_secret}` }
    expect((await (await connect({ method: "server_to_server", values: pasted })).check()).ok).toBe(true)
    const wrong = { connector: "zoom", method: "server_to_server", values: { ...server, client_secret: "wrong" } }
    const { step, status } = await holdfast.attempts.begin(bob, { ...wrong, browser: "b" })
    expect(status).toBe("pending")
    expect(step).toMatchObject({ kind: "form", error: { code: "credential_invalid", field: "client_secret" } })
    expect(await holdfast.for(bob).list()).toEqual([])
  })

  it("needs somebody when the app was switched off", async () => {
    const { connect, emulator } = zoomWorld()
    const connection = await connect({ method: "server_to_server", values: server })
    emulator.provider.deactivate(client_id)
    emulator.clock.advance(2 * hourMs)
    expect((await endOf(connection.accessToken())).code).toBe("reauth_required")
    expect(await connection.info()).toMatchObject({ status: "needs_reauth" })
  })

  it("does not take the credentials of a general app", async () => {
    const { holdfast } = zoomWorld()
    const { clientId, clientSecret } = emulatorApp
    const values = { account_id, client_id: clientId, client_secret: clientSecret }
    const begun = holdfast.attempts.begin(ada, { connector: "zoom", method: "server_to_server", browser: "b", values })
    expect((await begun).step).toMatchObject({ kind: "form", error: { code: "provider_rejected" } })
    expect(await holdfast.for(ada).list()).toEqual([])
  })
})

describe("operations", () => {
  it("schedule with everything that was said, and let Zoom fill in the rest", async () => {
    const { connect, emulator } = zoomWorld()
    const connection = await connect()
    const settings = { join_before_host: true }
    const said = {
      topic: "Review",
      type: 2,
      start_time: "2026-12-01T15:00:00",
      timezone: "Europe/Berlin",
      duration: 45,
    } as const
    const meeting = await connection.run("create_meeting", {
      ...said,
      agenda: "All of it",
      password: "abc123",
      settings,
    })
    expect(meeting).toMatchObject({ ...said, settings, status: "waiting", join_url: "https://zoom.us/j/81000000001" })
    expect(emulator.provider.meetings).toMatchObject([{ hostId: owner, password: "abc123", durationMinutes: 45 }])
  })

  it("refuse what cannot be meant before anything is sent", async () => {
    const { connect, emulator } = zoomWorld()
    const connection = await connect()
    const { requests } = emulator.counters
    for (const wrong of [{ topic: "" }, { topic: "x", start_time: "tomorrow" }, { topic: "x", duration: 0 }]) {
      expect((await endOf(connection.run("create_meeting", wrong))).code).toBe("input_invalid")
    }
    for (const meeting_id of ["../users/me", "", "abc", "12345"]) {
      expect((await endOf(connection.run("get_meeting", { meeting_id }))).code).toBe("input_invalid")
    }
    expect(emulator.counters.requests).toBe(requests)
  })

  it("put a person's id into the path as one segment (X10)", async () => {
    const { connect, emulator } = zoomWorld()
    const connection = await connect()
    expect(await endOf(connection.run("list_meetings", { user_id: "me/../../x?y=1" }))).toMatchObject({
      code: "resource_not_found",
    })
    expect(emulator.log.at(-1)).toMatchObject({ route: "GET /v2/users/{userId}/meetings", status: 404 })
    expect((await endOf(connection.run("list_meetings", { user_id: ".." }))).code).toBe("input_invalid")
  })

  it("go from page to page up to the limit, and say where to go on", async () => {
    const { connect } = zoomWorld()
    const connection = await connect()
    for (let meeting = 0; meeting < 7; meeting++)
      await connection.run("create_meeting", { topic: `Meeting ${meeting}` })
    const some = await connection.run("list_meetings", { limit: 5 })
    expect(some.meetings).toHaveLength(5)
    const rest = await connection.run("list_meetings", { limit: 5, next_page_token: some.next_page_token })
    expect(rest.meetings.map(({ topic }) => topic)).toEqual(["Meeting 5", "Meeting 6"])
    expect(rest).not.toHaveProperty("next_page_token")
  })

  it("say when to try again, also where Zoom names a date", async () => {
    const { connect, emulator } = zoomWorld()
    const connection = await connect()
    const until = new Date(emulator.clock.now() + hourMs).toISOString()
    const body = { code: 429, message: "You have exceeded the daily rate limit." }
    const fault = { kind: "status", status: 429, body, headers: { "retry-after": until } } as const
    emulator.faults.next({ on: "*", fault })
    const error = await connection.run("list_meetings").catch((thrown) => thrown)
    expect(error).toMatchObject({ code: "rate_limited", details: { retryAfterMs: hourMs, providerCode: "429" } })
  })
})
