import { ada, bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createPayPalEmulator, emulatorApp, emulatorBusinesses } from "./emulator.js"
import { paypalWorld } from "./test-support.js"

const { first, second } = emulatorBusinesses
const business = {
  method: "client_credentials",
  values: { client_id: first.clientId, client_secret: first.clientSecret },
} as const
const login = { method: "oauth" } as const
const approved = { order_id: "5O190127TN36471A0" }
const hourMs = 3_600_000

describe("hosts (quirk 28)", () => {
  it("are api-m.paypal.com and PayPal's site, and none of those that are gone", async () => {
    const { connect, leave, requests } = paypalWorld()
    const page = await leave(login)
    expect(`${page.origin}${page.pathname}`).toBe("https://www.paypal.com/signin/authorize")
    expect(page.searchParams.get("flowEntry")).toBe("static")
    await connect(login)
    await (await connect({ ...business, owner: bob })).run("get_order", approved)
    expect(new Set(requests.map(({ url }) => new URL(url).host))).toEqual(new Set(["api-m.paypal.com"]))
    expect(requests.some(({ url }) => url.includes("openidconnect"))).toBe(false)
  })

  it("are those of the sandbox where the app says so", async () => {
    const { connect, leave, requests } = paypalWorld({ environment: "sandbox" }, { environment: "sandbox" })
    expect((await leave(login)).host).toBe("www.sandbox.paypal.com")
    await connect(business)
    expect(new Set(requests.map(({ url }) => new URL(url).host))).toEqual(new Set(["api-m.sandbox.paypal.com"]))
  })
})

describe("the token call (quirk 28)", () => {
  it("authenticates by Basic alone, for a business as for a login", async () => {
    for (const [request, { clientId, clientSecret }] of [
      [login, emulatorApp],
      [business, first],
    ] as const) {
      const { connect, requests } = paypalWorld()
      await connect(request)
      const exchange = requests.find(({ url }) => url.endsWith("/v1/oauth2/token"))
      expect(exchange?.headers.get("authorization")).toBe(`Basic ${btoa(`${clientId}:${clientSecret}`)}`)
      const form = new URLSearchParams(await exchange?.text())
      expect(form.has("client_secret")).toBe(false)
      expect(form.has("client_id")).toBe(false)
    }
  })

  it("is refused by the stand-in with the secret in the body", async () => {
    const { fetch } = createPayPalEmulator()
    const { clientId, clientSecret } = first
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
    })
    const answer = await fetch("https://api-m.paypal.com/v1/oauth2/token", { method: "POST", body })
    expect([answer.status, await answer.json()]).toEqual([
      401,
      { error: "invalid_client", error_description: "Client Authentication failed" },
    ])
  })
})

describe("who is there (quirk 28)", () => {
  it("is the account's id, asked for with the schema; the user id is an address, and is kept whole", async () => {
    const { connect, requests } = paypalWorld()
    const { account } = await (await connect(login)).info()
    expect(account).toMatchObject({ id: "WDJJHEBZ4X2LY", label: "First Person", email: "first@paypal.example" })
    expect(account.data?.userId).toMatch(/^https:\/\/www\.paypal\.com\/webapps\/auth\/identity\/user\//)
    expect(new URL(requests.at(-1)?.url ?? "").search).toBe("?schema=paypalv1.1")
  })

  it("needs its scopes, even where others are asked for", async () => {
    const { leave } = paypalWorld()
    const { searchParams } = await leave({ ...login, scopes: ["https://uri.paypal.com/services/invoicing"] })
    expect(searchParams.get("scope")?.split(" ").toSorted()).toEqual([
      "https://uri.paypal.com/services/invoicing",
      "https://uri.paypal.com/services/paypalattributes",
      "openid",
    ])
  })

  it("is each business by its own keys", async () => {
    const { connect, holdfast } = paypalWorld()
    await connect(business)
    const values = { client_id: second.clientId, client_secret: second.clientSecret }
    await connect({ method: "client_credentials", values })
    const ids = (await holdfast.for(ada).list()).map(({ account }) => account.id)
    expect(ids.toSorted()).toEqual([`app:${first.clientId}`, `app:${second.clientId}`])
  })
})

describe("what a login may do", () => {
  it("is not to touch money, and that is said before anything is sent", async () => {
    const { connect, requests } = paypalWorld()
    const connection = await connect(login)
    const before = requests.length
    expect((await endOf(connection.run("get_order", approved))).code).toBe("scope_missing")
    expect(requests).toHaveLength(before)
  })
})

describe("tokens (quirk 40)", () => {
  it("of a login are refreshed, and the refresh token that no answer repeats is kept", async () => {
    const { connect, emulator } = paypalWorld()
    const connection = await connect(login)
    for (let round = 0; round < 3; round++) {
      emulator.clock.advance(8 * hourMs + 1_000)
      expect((await connection.check()).ok).toBe(true)
    }
    expect(emulator.counters.tokensIssued).toEqual({ authorization_code: 1, refresh_token: 3 })
  })

  it("of a business are asked for anew after nine hours, once for all callers", async () => {
    const { connect, emulator } = paypalWorld()
    const connection = await connect(business)
    expect((await connection.info()).slots.main?.expiresAt).toBe(emulator.clock.now() + 9 * hourMs)
    emulator.clock.advance(9 * hourMs + 1_000)
    await Promise.all(Array.from({ length: 5 }, () => connection.run("get_order", approved)))
    expect(emulator.counters.tokensIssued).toEqual({ client_credentials: 2 })
  })

  it("of a business whose keys were taken away need that business", async () => {
    const { connect, emulator } = paypalWorld()
    const connection = await connect(business)
    emulator.provider.revokeKeys(first.clientId)
    emulator.clock.advance(9 * hourMs + 1_000)
    expect((await endOf(connection.run("get_order", approved))).code).toBe("reauth_required")
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
  })
})

describe("money", () => {
  const order = { amount: "10.00", currency: "EUR" }

  it("moves once, though the answer was lost and the request was sent again", async () => {
    const { connect, emulator, requests } = paypalWorld()
    const connection = await connect(business)
    emulator.faults.next({ on: "POST /v2/checkout/orders", fault: { kind: "drop_after" } })
    const { status } = await connection.run("create_order", order)
    expect(status).toBe("CREATED")
    const sent = requests.filter(({ url }) => url.endsWith("/v2/checkout/orders"))
    expect(sent).toHaveLength(2)
    expect(new Set(sent.map(({ headers }) => headers.get("paypal-request-id"))).size).toBe(1)
    expect(emulator.provider.orders).toHaveLength(3)
  })

  it("moves once for one request id, and each time without one", async () => {
    const { connect, emulator } = paypalWorld()
    const connection = await connect(business)
    const { id } = await connection.run("create_order", { ...order, request_id: "order-1" })
    expect((await connection.run("create_order", { ...order, request_id: "order-1" })).id).toBe(id)
    await connection.run("create_order", order)
    await connection.run("create_order", order)
    expect(emulator.provider.orders).toHaveLength(5)
  })

  it("goes from an approved order to a capture to refunds of no more than that", async () => {
    const { connect, emulator } = paypalWorld()
    const connection = await connect(business)
    const { id } = await connection.run("create_order", order)
    expect((await endOf(connection.run("capture_order", { order_id: id }))).providerCode).toBe("ORDER_NOT_APPROVED")
    emulator.provider.approve(id)
    const captured = await connection.run("capture_order", { order_id: id })
    const capture_id = captured.purchase_units?.[0]?.payments?.captures?.[0]?.id ?? ""
    expect(await connection.run("refund_payment", { capture_id, amount: "4.00", currency: "EUR" })).toMatchObject({
      amount: { value: "4.00" },
    })
    expect(await connection.run("refund_payment", { capture_id })).toMatchObject({ amount: { value: "6.00" } })
    expect((await endOf(connection.run("refund_payment", { capture_id }))).providerCode).toBe("REFUND_AMOUNT_EXCEEDED")
  })

  it("is written as PayPal writes it, or nothing is sent", async () => {
    const { connect, requests } = paypalWorld()
    const connection = await connect(business)
    const before = requests.length
    for (const work of [
      connection.run("create_order", { amount: "10,00", currency: "EUR" }),
      connection.run("create_order", { amount: "10.00", currency: "Euro" }),
      connection.run("refund_payment", { capture_id: "A1", amount: "1.00" }),
      connection.run("get_order", { order_id: "../../v1/identity" }),
    ]) {
      expect((await endOf(work)).code).toBe("input_invalid")
    }
    expect(requests).toHaveLength(before)
  })

  it("that has passed through is paged", async () => {
    const { connect, emulator } = paypalWorld()
    const connection = await connect(business)
    emulator.provider.approve(approved.order_id)
    await connection.run("capture_order", approved)
    const between = { start_date: "2026-11-01T00:00:00Z", end_date: "2026-11-30T00:00:00Z", page_size: 1 }
    const ids: unknown[] = []
    for await (const { transaction_info } of connection.paginate("list_transactions", between)) {
      ids.push(transaction_info?.transaction_id)
    }
    expect(ids).toHaveLength(2)
  })
})
