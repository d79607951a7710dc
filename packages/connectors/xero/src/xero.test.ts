import { ada, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { guid } from "./emulator/books.js"
import { createXeroEmulator, emulatorApp } from "./emulator.js"
import { xeroWorld } from "./test-support.js"

const one = guid(0x100)
const two = guid(0x200)
const three = guid(0x300)
const many = { account: guid(3) }
const minuteMs = 60_000

describe("the token call (quirk 16)", () => {
  it("authenticates by Basic, and asks for a refresh token", async () => {
    const { connect, leave, requests } = xeroWorld()
    expect((await leave()).searchParams.get("scope")?.split(" ")).toContain("offline_access")
    expect((await leave({ scopes: ["accounting.contacts"] })).searchParams.get("scope")?.split(" ").toSorted()).toEqual(
      ["accounting.contacts", "offline_access"],
    )
    await connect()
    const exchange = requests.find(({ url }) => url === "https://identity.xero.com/connect/token")
    expect(exchange?.headers.get("authorization")).toBe(
      `Basic ${btoa(`${emulatorApp.clientId}:${emulatorApp.clientSecret}`)}`,
    )
    expect(new URLSearchParams(await exchange?.text()).has("client_secret")).toBe(false)
  })
})

describe("organisations (quirk 16)", () => {
  it("are one connection: the grant is the person's, and a choice makes one the default", async () => {
    const { begin, connect, holdfast, walk } = xeroWorld()
    const { step } = await walk({}, many)
    expect(step).toMatchObject({
      kind: "form",
      id: "tenant",
      fields: [{ name: "tenantId", type: "select", options: [{ value: one }, { value: two }, { value: three }] }],
    })
    const { account } = await (await connect({}, { ...many, forms: { tenant: { tenantId: two } } })).info()
    expect(account).toMatchObject({ id: guid(3), label: "Maple Florists Ltd", data: { tenantId: two } })
    expect(account.data?.tenantIds?.split(" ").toSorted()).toEqual([one, two, three])
    await connect({}, { ...many, forms: { tenant: { tenantId: three } } })
    expect(await holdfast.for(ada).list()).toHaveLength(1)
    expect((await begin()).step.kind).toBe("redirect")
  })

  it("are not asked about when the token names the one that was just picked", async () => {
    const { connect, emulator } = xeroWorld()
    emulator.provider.pick(guid(3), [one])
    const first = await connect({}, many)
    expect((await first.info()).account.data?.tenantId).toBe(one)
    await first.disconnect()
    emulator.provider.oauth.issue({ accountId: guid(3), scopes: ["offline_access"] })
    emulator.provider.pick(guid(3), [two])
    const { account } = await (await connect({}, many)).info()
    expect(account.data).toMatchObject({ tenantId: two })
  })

  it("keep their default when the same person authorises again", async () => {
    const { connect, emulator } = xeroWorld()
    const connection = await connect({}, { ...many, forms: { tenant: { tenantId: two } } })
    emulator.provider.pick(guid(3), [three])
    const { id } = await connection.info()
    await connect({ reconnect: id }, many)
    expect((await connection.info()).account.data?.tenantId).toBe(two)
  })

  it("that are none end the attempt with what to do", async () => {
    const { emulator, walk } = xeroWorld()
    emulator.provider.pick(guid(1), [])
    expect(await walk()).toMatchObject({ status: "failed", error: { code: "resource_not_found" } })
  })

  it("are named in each call, and another than the default by its id", async () => {
    const { connect, requests } = xeroWorld()
    const connection = await connect({}, { ...many, forms: { tenant: { tenantId: one } } })
    expect((await connection.targets()).map(({ id, label }) => [id, label])).toEqual([
      [one, "Demo Company (NZ)"],
      [two, "Maple Florists Ltd"],
      [three, "Harbour Bakery"],
    ])
    expect((await connection.run("list_contacts")).Contacts).toHaveLength(2)
    const { Contacts } = await connection.run("list_contacts", {}, { target: two })
    expect(Contacts).toMatchObject([{ Name: "Kim Three" }])
    expect(requests.at(-1)?.headers.get("xero-tenant-id")).toBe(two)
    expect((await endOf(connection.run("list_contacts", {}, { target: guid(0xdead) }))).code).toBe("resource_not_found")
  })

  it("that a person disconnects within Xero show as such, and the connection lives on", async () => {
    const { connect, emulator } = xeroWorld()
    const connection = await connect({}, { ...many, forms: { tenant: { tenantId: one } } })
    emulator.provider.disconnect(one)
    expect(await endOf(connection.run("list_contacts"))).toEqual({
      code: "forbidden",
      providerCode: "AuthenticationUnsuccessful:403",
    })
    const report = await connection.check()
    expect(report.parts).toContainEqual({ name: "organisation", ok: false, code: "resource_not_found" })
    expect((await connection.info()).status).toBe("active")
    expect((await connection.run("list_contacts", {}, { target: two })).Contacts).toHaveLength(1)
  })
})

describe("the API (quirk 16)", () => {
  it("answers XML to whoever does not ask for JSON, and 403 without a tenant", async () => {
    const { connect, emulator } = xeroWorld()
    const connection = await connect()
    const headers = { authorization: `Bearer ${await connection.accessToken()}` }
    const get = (more: Record<string, string>) =>
      emulator.fetch("https://api.xero.com/api.xro/2.0/Invoices", { headers: { ...headers, ...more } })
    expect((await get({ "xero-tenant-id": one })).headers.get("content-type")).toBe("text/xml")
    expect((await get({ accept: "application/json" })).status).toBe(403)
    expect((await connection.run("list_invoices")).Invoices).toHaveLength(2)
  })

  it("is paged through", async () => {
    const { connect } = xeroWorld()
    const connection = await connect()
    const numbers: unknown[] = []
    for await (const { InvoiceNumber } of connection.paginate("list_invoices", { page_size: 1 }))
      numbers.push(InvoiceNumber)
    expect(numbers).toEqual(["INV-1001", "INV-1002"])
  })

  it("makes one invoice of one key, and sends nothing again without one", async () => {
    const { connect, emulator, requests } = xeroWorld()
    const connection = await connect()
    const invoice = { contact_id: guid(0x2001), line_items: [{ description: "Advice" }] }
    emulator.faults.next({ on: "PUT /Invoices", fault: { kind: "drop_after" } })
    expect((await endOf(connection.run("create_invoice", invoice))).code).toBe("provider_unavailable")
    expect(requests.filter(({ method }) => method === "PUT")).toHaveLength(1)
    expect(emulator.provider.books.invoices).toHaveLength(3)
    const keyed = { ...invoice, idempotency_key: "order-1" }
    const { InvoiceID } = await connection.run("create_invoice", keyed)
    expect((await connection.run("create_invoice", keyed)).InvoiceID).toBe(InvoiceID)
    expect(emulator.provider.books.invoices).toHaveLength(4)
  })
})

describe("tokens (quirk 16, quirk 40)", () => {
  it("last thirty minutes, and one refresh serves all callers", async () => {
    const { connect, emulator } = xeroWorld()
    const connection = await connect()
    expect((await connection.info()).slots.main?.expiresAt).toBe(emulator.clock.now() + 30 * minuteMs)
    emulator.clock.advance(31 * minuteMs)
    await Promise.all(Array.from({ length: 5 }, () => connection.run("list_invoices")))
    expect(emulator.counters.refreshes).toMatchObject({ issued: 1, mostForOne: 1 })
  })

  it("survive a refresh whose answer was lost: the one before is good for half an hour", async () => {
    const { connect, emulator } = xeroWorld()
    const connection = await connect()
    emulator.clock.advance(31 * minuteMs)
    emulator.faults.next({ on: "token.refresh", fault: { kind: "drop_after" } })
    await endOf(connection.run("list_invoices"))
    emulator.clock.advance(5 * minuteMs)
    expect((await connection.run("list_invoices")).Invoices).toHaveLength(2)
    expect((await connection.info()).status).toBe("active")
  })

  it("are refused by the stand-in after that half hour, and after sixty days unused", async () => {
    const { clock, fetch, provider } = createXeroEmulator()
    const refresh = async (refresh_token = "") => {
      const answer = await fetch("https://identity.xero.com/connect/token", {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${emulatorApp.clientId}:${emulatorApp.clientSecret}`)}` },
        body: new URLSearchParams({ grant_type: "refresh_token", refresh_token }),
      })
      return [answer.status, ((await answer.json()) as { error?: string }).error]
    }
    const { main } = provider.oauth.issue({ scopes: ["offline_access"] })
    expect(await refresh(main.refreshToken)).toEqual([200, undefined])
    clock.advance(29 * minuteMs)
    expect(await refresh(main.refreshToken)).toEqual([200, undefined])
    clock.advance(2 * minuteMs)
    expect(await refresh(main.refreshToken)).toEqual([400, "invalid_grant"])
    const { main: idle } = provider.oauth.issue({ scopes: ["offline_access"] })
    clock.advance(61 * 24 * 60 * minuteMs)
    expect(await refresh(idle.refreshToken)).toEqual([400, "invalid_grant"])
  })

  it("are kept alive by the scheduler over months without a call", async () => {
    const { connect, emulator, holdfast } = xeroWorld()
    const connection = await connect()
    for (let day = 0; day < 130; day++) {
      emulator.clock.advance(24 * 60 * minuteMs)
      await holdfast.scheduler.tick()
    }
    expect((await connection.run("list_invoices")).Invoices).toHaveLength(2)
  })

  it("are revoked with all of the person's connections", async () => {
    const { connect, requests } = xeroWorld()
    const connection = await connect()
    expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
    expect(requests.at(-1)?.url).toBe("https://identity.xero.com/connect/revocation")
  })
})

describe("limits", () => {
  it("are waited for as Retry-After says, and say which limit it was", async () => {
    const { connect, emulator } = xeroWorld()
    const connection = await connect()
    emulator.faults.next({
      on: "GET /Invoices",
      fault: { kind: "status", status: 429, retryAfterSeconds: 3_600, headers: { "x-rate-limit-problem": "day" } },
    })
    expect(await endOf(connection.run("list_invoices"))).toEqual({ code: "rate_limited", providerCode: "day" })
  })
})
