import { ada, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createQuickBooksEmulator, defaultCompanies, emulatorApp } from "./emulator.js"
import { quickbooksWorld } from "./test-support.js"

const [first = "", second = ""] = defaultCompanies.map(({ realmId }) => realmId)
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const tokens = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"
const basic = `Basic ${btoa(`${emulatorApp.clientId}:${emulatorApp.clientSecret}`)}`

describe("the company (quirk 14)", () => {
  it("is the realmId of the callback, proved by a call, and part of every address from then on", async () => {
    const { connect, requests } = quickbooksWorld()
    const connection = await connect()
    expect((await connection.info()).account).toMatchObject({ id: first, data: { realmId: first } })
    await connection.run("get_invoice", { invoice_id: "301" })
    const called = requests.filter(({ url }) => url.startsWith("https://quickbooks.api.intuit.com/"))
    expect(called.map(({ url }) => new URL(url).pathname)).toEqual([
      `/v3/company/${first}/companyinfo/${first}`,
      `/v3/company/${first}/invoice/301`,
    ])
    expect(called.every(({ headers }) => headers.get("accept") === "application/json")).toBe(true)
    expect(called.every(({ url }) => new URL(url).searchParams.get("minorversion") === "75")).toBe(true)
  })

  it("is the browser's word until then: another one than the token's is refused", async () => {
    const { holdfast, walk } = quickbooksWorld()
    const arrive = (back: URL) => {
      back.searchParams.set("realmId", second)
      return back
    }
    expect(await walk({}, { arrive })).toMatchObject({ status: "failed", error: { code: "forbidden" } })
    expect(await holdfast.for(ada).list()).toEqual([])
  })

  it("that the callback does not name, or names in a way of its own, ends with a clear error", async () => {
    for (const realmId of [undefined, "", "1/../2", "x".repeat(40)]) {
      const { requests, walk } = quickbooksWorld()
      const arrive = (back: URL) => {
        back.searchParams.delete("realmId")
        if (realmId !== undefined) back.searchParams.set("realmId", realmId)
        return back
      }
      expect(await walk({}, { arrive }), realmId).toMatchObject({
        status: "failed",
        error: { code: "response_invalid" },
      })
      expect(requests.some(({ url }) => url.includes("/v3/company/"))).toBe(false)
    }
  })

  it("is a connection for each, under one person", async () => {
    const { connect, holdfast } = quickbooksWorld()
    await connect()
    await connect({}, { account: second })
    const ids = (await holdfast.for(ada).list()).map(({ account }) => account.id)
    expect(ids.toSorted()).toEqual([first, second])
  })

  it("is a sandbox where the app says so, and then at no other host", async () => {
    const { connect, requests } = quickbooksWorld({ environment: "sandbox" }, { environment: "sandbox" })
    await (await connect()).run("list_customers")
    const hosts = new Set(requests.map(({ url }) => new URL(url).host))
    expect(hosts).toContain("sandbox-quickbooks.api.intuit.com")
    expect(hosts).not.toContain("quickbooks.api.intuit.com")
    const { walk } = quickbooksWorld({ environment: "sandbox" })
    expect(await walk()).toMatchObject({ status: "failed", error: { code: "config_invalid" } })
  })
})

describe("the token call (quirk 14)", () => {
  it("authenticates by Basic, asks for JSON, and for the end of the five years", async () => {
    const { connect, requests } = quickbooksWorld()
    await connect()
    const exchange = requests.find(({ url }) => url === tokens)
    expect(exchange?.headers.get("authorization")).toBe(basic)
    expect(exchange?.headers.get("accept")).toBe("application/json")
    expect(exchange?.headers.get("x-include-refresh-token-hard-expires-in")).toBe("true")
    expect(new URLSearchParams(await exchange?.text()).has("client_secret")).toBe(false)
  })
})

describe("refresh tokens (quirk 14, quirk 40)", () => {
  it("change about daily: the newest is stored, and refreshes go on for years", async () => {
    const { connect, emulator } = quickbooksWorld()
    const connection = await connect()
    const shown = new Set<unknown>()
    for (let days = 0; days < 10; days++) {
      const secret = (await connection.unsafe.secret()) as { refreshToken: string }
      shown.add(secret.refreshToken)
      emulator.clock.advance(dayMs / 2)
      expect((await connection.run("get_invoice", { invoice_id: "301" })).Id).toBe("301")
    }
    expect(shown.size).toBe(5)
  })

  it("survive a refresh whose answer was lost on the day that the value changes", async () => {
    const { connect, emulator } = quickbooksWorld()
    const connection = await connect()
    emulator.clock.advance(25 * hourMs)
    emulator.faults.next({ on: "token.refresh", fault: { kind: "drop_after" } })
    await endOf(connection.run("get_invoice", { invoice_id: "301" }))
    emulator.clock.advance(hourMs)
    expect((await connection.run("get_invoice", { invoice_id: "301" })).Id).toBe("301")
    expect((await connection.info()).status).toBe("active")
  })

  it("are refreshed once for all callers", async () => {
    const { connect, emulator } = quickbooksWorld()
    const connection = await connect()
    emulator.clock.advance(hourMs + 1_000)
    await Promise.all(Array.from({ length: 5 }, () => connection.run("list_customers")))
    expect(emulator.counters.refreshes).toMatchObject({ issued: 1 })
  })

  it("are kept alive by the scheduler, and end for good after five years, which shows before", async () => {
    const { connect, emulator, holdfast, store } = quickbooksWorld()
    const connection = await connect()
    const { id } = await connection.info()
    const endsAt = async () => (await store.connections.get(id))?.detail.slots.main?.clock.refreshExpiresAt
    expect(await endsAt()).toBe(emulator.clock.now() + 8_726_400_000)
    for (let day = 0; day < 1_800; day += 10) {
      emulator.clock.advance(10 * dayMs)
      await holdfast.scheduler.tick()
    }
    expect((await connection.run("get_invoice", { invoice_id: "301" })).Id).toBe("301")
    expect(await endsAt()).toBe(emulator.clock.now() + 25 * dayMs)
    emulator.clock.advance(26 * dayMs)
    expect((await endOf(connection.run("get_invoice", { invoice_id: "301" }))).code).toBe("reauth_required")
  })

  it("of the day before are refused by the stand-in a day after their change", async () => {
    const { clock, fetch, provider } = createQuickBooksEmulator()
    const refresh = async (refresh_token: string) => {
      const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token })
      const answer = await fetch(tokens, { method: "POST", headers: { authorization: basic }, body })
      return (await answer.json()) as { refresh_token?: string; error?: string }
    }
    const { main } = provider.oauth.issue({ scopes: ["com.intuit.quickbooks.accounting"] })
    const old = main.refreshToken ?? ""
    expect((await refresh(old)).refresh_token).toBe(old)
    clock.advance(25 * hourMs)
    const { refresh_token: next = "" } = await refresh(old)
    expect(next).not.toBe(old)
    clock.advance(23 * hourMs)
    expect((await refresh(old)).refresh_token).toBe(next)
    clock.advance(2 * hourMs)
    expect((await refresh(old)).error).toBe("invalid_grant")
    expect((await refresh(next)).error).toBeUndefined()
  })

  it("are revoked as JSON, with the grant", async () => {
    const { connect, emulator, requests } = quickbooksWorld()
    const connection = await connect()
    expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
    expect(requests.at(-1)?.headers.get("content-type")).toBe("application/json")
    expect(emulator.provider.oauth.grants()[0]?.live).toEqual({ accessTokens: 0, refreshTokens: 0 })
  })
})

describe("errors", () => {
  const body = (key: "Fault" | "fault", code: string) =>
    key === "Fault"
      ? { Fault: { Error: [{ Message: "No.", code }], type: "AuthenticationFault" } }
      : { fault: { error: [{ message: `errorCode=${code}`, code }], type: "AUTHENTICATION" } }

  it("of a token that has ended come in two forms, and lead to a refresh", async () => {
    for (const [key, code] of [
      ["Fault", "100"],
      ["Fault", "3200"],
      ["fault", "003200"],
    ] as const) {
      const { connect, emulator } = quickbooksWorld()
      const connection = await connect()
      // One that was issued this minute is not taken for ended.
      emulator.clock.advance(61_000)
      emulator.faults.next({ on: "GET /invoice/{id}", fault: { kind: "status", status: 401, body: body(key, code) } })
      expect((await connection.run("get_invoice", { invoice_id: "301" })).Id).toBe("301")
      expect(emulator.counters.refreshes.issued, code).toBe(1)
    }
  })

  it("may come with 200", async () => {
    const { connect, emulator } = quickbooksWorld()
    const connection = await connect()
    emulator.faults.next({
      on: "GET /invoice/{id}",
      fault: { kind: "status", status: 200, body: body("Fault", "610") },
    })
    expect(await endOf(connection.run("get_invoice", { invoice_id: "301" }))).toEqual({
      code: "resource_not_found",
      providerCode: "610",
    })
  })

  it("that forbid do not end the connection", async () => {
    const { connect, emulator } = quickbooksWorld()
    const connection = await connect()
    emulator.faults.next({
      on: "GET /invoice/{id}",
      fault: { kind: "status", status: 403, body: body("fault", "3100") },
    })
    expect((await endOf(connection.run("get_invoice", { invoice_id: "301" }))).code).toBe("forbidden")
    expect((await connection.info()).status).toBe("active")
  })
})

describe("operations", () => {
  it("page through customers, active ones alone unless told", async () => {
    const { connect } = quickbooksWorld()
    const connection = await connect()
    const names: unknown[] = []
    for await (const { DisplayName } of connection.paginate("list_customers", { max_results: 1 }))
      names.push(DisplayName)
    expect(names).toEqual(["Maria One", "Bo O'Two"])
    expect((await connection.run("list_customers", { active: false })).Customer).toMatchObject([
      { DisplayName: "Gone Three" },
    ])
  })

  it("put names into queries as names, whatever is in them", async () => {
    const { connect } = quickbooksWorld()
    const connection = await connect()
    expect((await connection.run("list_customers", { name: "o'two" })).Customer).toMatchObject([{ Id: "102" }])
    const sly = "x%' OR Active = false OR DisplayName LIKE '"
    expect((await connection.run("list_customers", { name: sly })).Customer).toEqual([])
  })

  it("make one invoice of one request id, and send nothing again without one", async () => {
    const { connect, emulator, requests } = quickbooksWorld()
    const connection = await connect()
    const invoice = { customer_id: 101, lines: [{ amount: 10 }] }
    emulator.faults.next({ on: "POST /invoice", fault: { kind: "drop_after" } })
    expect((await endOf(connection.run("create_invoice", invoice))).code).toBe("provider_unavailable")
    expect(requests.filter(({ url }) => url.includes("/invoice?"))).toHaveLength(1)
    const keyed = { ...invoice, request_id: "order-1" }
    const { Id } = await connection.run("create_invoice", keyed)
    expect((await connection.run("create_invoice", keyed)).Id).toBe(Id)
  })

  it("ask only: a query that is none is refused before anything is sent", async () => {
    const { connect, requests } = quickbooksWorld()
    const connection = await connect()
    const before = requests.length
    expect((await endOf(connection.run("query", { query: "DELETE FROM Invoice" }))).code).toBe("input_invalid")
    expect(requests).toHaveLength(before)
    const { Invoice } = await connection.run("query", {
      query: "select * from Invoice where Balance > '0' maxresults 5",
    })
    expect(Invoice).toMatchObject([{ Id: "301" }])
  })
})
