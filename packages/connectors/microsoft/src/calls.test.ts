import { endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { personalTenantId, seededIds } from "./emulator.js"
import { microsoftWorld } from "./test-support.js"

const graph = "https://graph.microsoft.com/v1.0"

async function connected<Id extends "outlook" | "outlook-calendar" | "teams">(connector: Id) {
  const world = microsoftWorld()
  const connection = await world.connect({ connector })
  return { ...world, connection }
}

/** Graph wants more of an access token than it has, so many times. */
function challenge(times: number) {
  const body = { error: { code: "InvalidAuthenticationToken", message: "Continuous access evaluation: challenge." } }
  const claims = btoa('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}')
  const headers = {
    "www-authenticate": `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`,
  }
  return { left: times, answer: () => Response.json(body, { status: 401, headers }) }
}

describe("a claims challenge", () => {
  it("leads to a refresh, after which the call goes through", async () => {
    const pending: { challenged?: ReturnType<typeof challenge> } = {}
    const world = microsoftWorld({}, undefined, async (answer, request) => {
      const { challenged } = pending
      if (!challenged || challenged.left === 0 || !request.url.startsWith(graph)) return answer
      challenged.left--
      return challenged.answer()
    })
    const mail = await world.connect({ connector: "outlook" })
    // A token that came a moment ago would not be given up for that.
    world.emulator.clock.advance(600_000)
    pending.challenged = challenge(1)
    expect((await mail.run("list_messages", {})).value).toHaveLength(2)
    expect(world.emulator.counters.refreshes.shown).toBe(1)
  })

  it("needs the person when the token endpoint says so at that refresh", async () => {
    const pending: { challenged?: ReturnType<typeof challenge> } = {}
    const world = microsoftWorld({}, undefined, async (answer, request) =>
      pending.challenged && request.url.startsWith(graph) ? pending.challenged.answer() : answer,
    )
    const mail = await world.connect({ connector: "outlook" })
    // A token that came a moment ago would not be given up for that.
    world.emulator.clock.advance(600_000)
    pending.challenged = challenge(1)
    const body = { error: "interaction_required", error_codes: [50_076], error_description: "AADSTS50076: MFA." }
    world.emulator.faults.next({ on: "token.refresh", fault: { kind: "status", status: 400, body } })
    expect(await endOf(mail.run("list_messages", {}))).toEqual({ code: "reauth_required", providerCode: "AADSTS50076" })
    expect(await mail.info()).toMatchObject({ status: "needs_reauth" })
  })
})

describe("pages", () => {
  it("are walked by the addresses that Graph gives", async () => {
    const { connection, requests } = await connected("outlook")
    const subjects: (string | null | undefined)[] = []
    for await (const { subject } of connection.paginate("list_messages", { top: 1 })) subjects.push(subject)
    expect(subjects).toEqual(["Your invoice", "Welcome"])
    const lists = requests.map(({ url }) => new URL(url)).filter(({ pathname }) => pathname.endsWith("/messages"))
    expect(lists.map(({ searchParams }) => searchParams.get("$skip"))).toEqual([null, "1"])
    for (const { searchParams } of lists) expect(searchParams.get("$top")).toBe("1")
    const found = await connection.run("search_messages", { query: "month", top: 1 })
    expect(found["@odata.nextLink"]).toContain("skiptoken=1")
  })

  it("are at Graph and nowhere else", async () => {
    const { connection, emulator } = await connected("outlook")
    const { requests } = emulator.counters
    for (const nextLink of [
      "https://evil.example/v1.0/me/messages",
      "https://graph.microsoft.com.evil.example/v1.0/me",
      "https://graph.microsoft.com@evil.example/v1.0/me",
      "http://graph.microsoft.com/v1.0/me",
      "/me/messages",
    ])
      expect((await endOf(connection.run("list_messages", { nextLink }))).code, nextLink).toBe("input_invalid")
    expect(emulator.counters.requests).toBe(requests)
  })
})

describe("bad input", () => {
  it("cannot reach another path than its own (X10)", async () => {
    const { connection, emulator } = await connected("outlook")
    const { requests } = emulator.counters
    for (const id of ["../x", "..", "a/b", "a?b", "a#b", "a\\b", "a%2fb", ""])
      expect((await endOf(connection.run("get_message", { id }))).code, id).toMatch(/^input_invalid$/)
    expect(emulator.counters.requests).toBe(requests)
  })

  it("cannot smuggle recipients into a mail", async () => {
    const { connection, emulator } = await connected("outlook")
    const { requests } = emulator.counters
    const fine = { to: "second.user@first.example", subject: "x", text: "x" }
    for (const wrong of [
      { to: "a@example.org, third@example.org" },
      { to: "A <a@example.org>, B <third@example.org>" },
      { to: "a@example.org\r\nBcc: third@example.org" },
      { to: "nobody" },
      { to: [] },
      { text: undefined },
    ])
      expect((await endOf(connection.run("send_email", { ...fine, ...wrong }))).code, JSON.stringify(wrong)).toBe(
        "input_invalid",
      )
    expect(emulator.counters.requests).toBe(requests)
  })

  it("is searched for as words, quotes and all", async () => {
    const { connection, requests } = await connected("outlook")
    await connection.run("search_messages", { query: 'a"b\\c' })
    expect(new URL(requests.at(-1)?.url ?? "").searchParams.get("$search")).toBe('"a\\"b\\\\c"')
  })
})

describe("mail and events", () => {
  it("keep ids that do not change when they are moved", async () => {
    const { connection, requests } = await connected("outlook")
    await connection.run("list_messages", {})
    expect(requests.at(-1)?.headers.get("prefer")).toBe('IdType="ImmutableId"')
    await connection.run("get_message", { id: seededIds.message, format: "text" })
    expect(requests.at(-1)?.headers.get("prefer")).toBe('IdType="ImmutableId", outlook.body-content-type="text"')
  })

  it("take times as a person writes them", async () => {
    const { connection } = await connected("outlook-calendar")
    const event = await connection.run("create_event", {
      subject: "Call",
      start: "2026-11-23T09:00:00+01:00",
      end: "2026-11-23T08:30:00Z",
    })
    expect(event.start).toEqual({ dateTime: "2026-11-23T08:00:00.000", timeZone: "UTC" })
    expect(event.isAllDay).toBe(false)
    const days = await connection.run("create_event", { subject: "Off", start: "2026-11-23", end: "2026-11-25" })
    expect(days).toMatchObject({ isAllDay: true, start: { dateTime: "2026-11-23T00:00:00", timeZone: "UTC" } })
    const mixed = connection.run("create_event", { subject: "x", start: "2026-11-23", end: "2026-11-23T08:30:00Z" })
    expect((await endOf(mixed)).code).toBe("input_invalid")
  })

  it("are made once under one transaction id, even if the answer is lost", async () => {
    const { connection, emulator } = await connected("outlook-calendar")
    const before = emulator.provider.events.length
    emulator.faults.next({ on: "me.events.create", fault: { kind: "drop_after" } })
    const event = { subject: "Once", start: "2026-11-23T09:00:00Z", end: "2026-11-23T10:00:00Z", transactionId: "t-1" }
    await connection.run("create_event", event)
    await connection.run("create_event", event)
    expect(emulator.provider.events).toHaveLength(before + 1)
  })
})

describe("limits and closed doors", () => {
  it("says how long Graph wants to be left alone", async () => {
    const { connection, emulator } = await connected("teams")
    const body = { error: { code: "TooManyRequests", message: "Slow down." } }
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 429, retryAfterSeconds: 7_200, body } })
    const refused = connection.run("send_chat_message", { chatId: seededIds.chat, message: "x" })
    await expect(refused).rejects.toMatchObject({ code: "rate_limited", details: { retryAfterMs: 7_200_000 } })
  })

  it("has no Teams for personal accounts, and says so in the check", async () => {
    const world = microsoftWorld()
    const connection = await world.connect({ connector: "teams" }, { account: "00000000-0000-0000-1234-56789abcdef0" })
    expect((await connection.info()).account.id.startsWith(personalTenantId)).toBe(true)
    expect(await endOf(connection.run("list_teams", {}))).toEqual({ code: "forbidden", providerCode: "Forbidden" })
    const { ok, parts } = await connection.check()
    expect(ok).toBe(false)
    expect(parts).toContainEqual({ name: "api", ok: false, code: "forbidden" })
    expect(parts).toContainEqual({ name: "token", ok: true })
  })

  it("calls no scope missing where Microsoft's word stands for the person's rights as well", async () => {
    const { connection, emulator } = await connected("outlook")
    const [grant] = emulator.provider.oauth.grants()
    expect(grant?.scopes).toContain("Mail.Read")
    const body = { error: { code: "ErrorAccessDenied", message: "Access is denied." } }
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 403, body } })
    expect((await endOf(connection.run("list_messages", {}))).code).toBe("forbidden")
  })
})
