import type { Context, ErrorCode } from "@holdfast/core"
import { approve } from "@holdfast/emulator"
import { ada, bob } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { verifyCallback } from "./callback.js"
import { exampleOrder, exampleProduct } from "./emulator.js"
import { shopifyWorld } from "./test-support.js"

const hour = 3_600_000
const day = 24 * hour

/** The vector that Shopify publishes: `hush` signs it. */
const vector =
  "code=0907a61c0c8d55e99db179b68161bc00&hmac=700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf&shop=some-shop.myshopify.com&state=0.6784241404160823&timestamp=1337178173"

async function proved(query: string, secret = "hush", shop = "some-shop"): Promise<string> {
  const context = { app: { fields: { clientSecret: secret } }, attempt: { input: { shop } } } as unknown as Context
  const url = `https://app.example.com/callback?${query}`
  const callback = { from: "callback", url, method: "GET", headers: new Headers(), body: "", inBrowser: true } as const
  try {
    await verifyCallback(context, callback)
    return "proved"
  } catch (error) {
    const { code, details } = error as { code: ErrorCode; details: { reason?: string } }
    return `${code} ${details.reason}`
  }
}

describe("the shop that is typed", () => {
  it.each([["first-shop"], ["first-shop.myshopify.com"], ["FIRST-shop"], [" First-Shop.MyShopify.com "]])(
    "%s is taken",
    async (shop) => {
      const url = await shopifyWorld().leave({ values: { shop } })
      expect(url.origin).toBe("https://first-shop.myshopify.com")
    },
  )

  it.each([
    ["evil.com/x.myshopify.com"],
    ["evil.com"],
    ["evil.com#.myshopify.com"],
    ["evil.com?.myshopify.com"],
    ["user@first-shop"],
    ["first-shop.myshopify.com.evil.com"],
    ["first-shop.myshopify.com:8080"],
    ["https://first-shop.myshopify.com"],
    ["first_shop"],
    ["-first-shop"],
    ["first.shop.myshopify.com"],
    ["first-shop%2eevil.com"],
    ["first-shop\n.evil.com"],
  ])("%s is refused, and nothing is sent (quirk 11)", async (shop) => {
    const { holdfast, requests } = shopifyWorld()
    const { step } = await holdfast.attempts.begin(ada, { connector: "shopify", browser: "b", values: { shop } })
    expect(step).toMatchObject({ kind: "form", error: { code: "input_invalid", field: "shop" } })
    expect(requests).toEqual([])
  })

  it("is asked for where it was not given", async () => {
    const { step } = await shopifyWorld().holdfast.attempts.begin(ada, { connector: "shopify", browser: "b" })
    expect(step).toMatchObject({ kind: "form", fields: [{ name: "shop" }] })
    expect(step).not.toHaveProperty("error")
  })

  it("leaves with scopes between commas, and without PKCE", async () => {
    const { searchParams, pathname } = await shopifyWorld().leave()
    expect(pathname).toBe("/admin/oauth/authorize")
    expect(searchParams.get("scope")).toBe("read_orders,read_products")
    expect(searchParams.has("code_challenge")).toBe(false)
  })

  it("chooses no host, so the redirect URI that all services share will do (X3)", async () => {
    const { holdfast } = shopifyWorld()
    expect(holdfast.connectorOf("shopify").methods[0]?.facts.hostIsChosen).toBe(false)
  })
})

describe("the callback's signature (quirk 11)", () => {
  it("is the one that Shopify publishes", async () => {
    expect(await proved(vector)).toBe("proved")
    expect(await proved(vector.split("&").toReversed().join("&"))).toBe("proved")
    expect(await proved(`${vector}&signature=not-part-of-it`)).toBe("proved")
  })

  it.each([
    ["another secret", vector, "hushed"],
    ["another shop", vector.replace("some-shop", "any-shop")],
    ["a further parameter", `${vector}&host=x`],
    ["a changed parameter", vector.replace("1337178173", "1337178174")],
    ["a signature cut short", vector.replace("c4bf", "")],
    ["two signatures", `${vector}&hmac=00`],
    ["no signature", vector.replace(/hmac=\w+&/, "")],
    ["an empty one", vector.replace(/hmac=\w+&/, "hmac=&")],
    ["none of anything", ""],
  ])("does not fit %s", async (_, query, secret = "hush") => {
    expect(await proved(query, secret)).toBe("state_mismatch invalid_hmac")
  })

  it("is about the shop that was started with", async () => {
    expect(await proved(vector, "hush", "other-shop")).toBe("state_mismatch other_shop")
  })

  it("is looked at before any token is asked for, and the page learns why (seed 001)", async () => {
    const { leave, comeBack, emulator, holdfast } = shopifyWorld()
    for (const change of [
      (url: URL) => url.searchParams.set("hmac", "0".repeat(64)),
      (url: URL) => url.searchParams.delete("hmac"),
      (url: URL) => url.searchParams.set("shop", "second-shop.myshopify.com"),
      (url: URL) => url.searchParams.set("shop", "evil.com/x.myshopify.com"),
    ]) {
      const callback = await approve(emulator.fetch, await leave())
      change(callback)
      const view = await comeBack(callback)
      expect(view).toMatchObject({ status: "failed", error: { code: "state_mismatch", reason: "invalid_hmac" } })
    }
    expect(emulator.counters.tokenCalls).toEqual({})
    expect(await holdfast.for(ada).list()).toEqual([])
  })

  it("of another shop's own callback is refused for the shop", async () => {
    const { leave, comeBack, emulator } = shopifyWorld()
    const [mine, theirs] = [await leave(), await leave({ values: { shop: "second-shop" } })]
    theirs.searchParams.set("state", mine.searchParams.get("state") ?? "")
    const view = await comeBack(await approve(emulator.fetch, theirs))
    expect(view.error).toMatchObject({ code: "state_mismatch", reason: "other_shop" })
    expect(emulator.counters.tokenCalls).toEqual({})
  })
})

describe("tokens (quirk 12)", () => {
  it("end after an hour and are renewed, single use; the header is Shopify's own", async () => {
    const { connect, clockOf, emulator, requests } = shopifyWorld()
    const connection = await connect()
    const now = emulator.clock.now()
    expect(await clockOf(connection)).toEqual({
      issuedAt: now,
      expiresAt: now + hour,
      refreshExpiresAt: now + 90 * day,
      rotation: "single-use",
    })
    emulator.clock.advance(hour)
    const { orders } = await connection.run("list_orders")
    expect(orders).toHaveLength(3)
    expect(emulator.counters.refreshes).toMatchObject({ shown: 1, issued: 1 })
    const call = requests.at(-1)
    expect(call?.headers.get("x-shopify-access-token")).toMatch(/^shpat_/)
    expect(call?.headers.has("authorization")).toBe(false)
  })

  it("without an end say never, because they came without one, and only then", async () => {
    const lasting = shopifyWorld({ expiringTokens: false })
    const connection = await lasting.connect()
    expect(await lasting.clockOf(connection)).toMatchObject({ expiresAt: "never", rotation: "none" })
    lasting.emulator.clock.advance(400 * day)
    expect((await connection.check()).ok).toBe(true)
    expect(lasting.emulator.counters.refreshes.shown).toBe(0)
  })

  it("are taken for what they are, whatever was asked for (C12)", async () => {
    const { connect, emulator, leave, comeBack, holdfast } = shopifyWorld()
    emulator.faults.next({
      on: "token.code",
      fault: { kind: "token_answer", expiresIn: "absent", refreshToken: "absent" },
    })
    expect((await (await connect()).info()).slots.main?.expiresAt).toBe("never")
    // An end without a means to get past it is not worth keeping: consent is asked for once more.
    emulator.faults.next({ on: "token.code", fault: { kind: "token_answer", refreshToken: "absent" } })
    const view = await comeBack(await approve(emulator.fetch, await leave({ owner: bob })), bob)
    expect(view).toMatchObject({ status: "pending", step: { kind: "redirect" } })
    expect(await holdfast.for(bob).list()).toEqual([])
  })

  it("whose renewal leaves out its end are renewed again all the same (pain 8)", async () => {
    const { connect, emulator } = shopifyWorld()
    const connection = await connect()
    for (const refreshToken of [{}, { refreshToken: "absent" as const }]) {
      emulator.clock.advance(hour)
      emulator.faults.next({
        on: "token.refresh",
        fault: { kind: "token_answer", expiresIn: "absent", ...refreshToken },
      })
      await connection.accessToken()
      expect((await connection.info()).slots.main?.expiresAt).toBe(emulator.clock.now() + hour)
    }
    expect(await connection.info()).toMatchObject({ status: "degraded", reason: "refresh_token_missing" })
  })

  it("are not lost with an answer: the old refresh token works until the new one is used (R7)", async () => {
    const { connect, emulator, holdfast } = shopifyWorld()
    const connection = await connect()
    emulator.clock.advance(hour)
    emulator.faults.next({ on: "token.refresh", fault: { kind: "drop_after" } })
    await connection.accessToken().catch(() => {})
    for (let minute = 0; minute < 20; minute++) {
      emulator.clock.advance(60_000)
      await holdfast.scheduler.tick()
    }
    expect(await connection.accessToken()).toMatch(/^shpat_/)
    expect(await connection.info()).toMatchObject({ status: "active", reason: null })
  })

  it("that Shopify calls inactive, with 401 and the code of a malformed request, are dead", async () => {
    const { connect, emulator } = shopifyWorld()
    const connection = await connect()
    emulator.clock.advance(91 * day)
    await expect(connection.run("list_orders")).rejects.toMatchObject({ code: "reauth_required" })
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
  })

  it("are kept alive while nobody uses them", async () => {
    const { connect, emulator, holdfast } = shopifyWorld()
    const connection = await connect()
    for (let week = 0; week < 52; week++) {
      emulator.clock.advance(7 * day)
      await holdfast.scheduler.tick()
    }
    expect(emulator.counters.refreshes.issued).toBeLessThan(10)
    expect((await connection.run("get_order", { orderId: "450789469" })).name).toBe("#1001")
  })

  it("of another organisation that connects the same shop end, and it is told so (C8)", async () => {
    const { connect } = shopifyWorld()
    const first = await connect()
    const second = await connect({ owner: bob })
    expect(await first.info()).toMatchObject({ status: "needs_reauth", reason: "superseded_elsewhere" })
    expect((await second.check()).ok).toBe(true)
  })

  it("wrong for this shop are worth nothing, and a public app's may not last", async () => {
    const { emulator } = shopifyWorld({}, { requiresExpiring: true })
    const { main } = emulator.provider.oauth.issue({ origin: "https://first-shop.myshopify.com" })
    const at = (shop: string, headers: Record<string, string>) =>
      emulator.fetch(`https://${shop}.myshopify.com/admin/api/2026-07/shop.json`, { headers })
    expect((await at("first-shop", { authorization: `Bearer ${main.accessToken}` })).status).toBe(401)
    expect((await at("second-shop", { "x-shopify-access-token": main.accessToken })).status).toBe(401)
    expect((await at("first-shop", { "x-shopify-access-token": main.accessToken })).status).toBe(403)
  })
})

describe("operations", () => {
  it("take the payload of seed 004 (S7)", async () => {
    const { connect, holdfast } = shopifyWorld()
    const { id } = await (await connect()).info()
    const order = await holdfast
      .for(ada)
      .execute({ provider: "shopify", operation: "get_order", connectionId: id, parameters: { orderId: "450789469" } })
    expect(order).toMatchObject({ id: 450789469, name: "#1001" })
  })

  it("take ids as numbers, texts and global ids, and nothing that could climb (X10)", async () => {
    const connection = await shopifyWorld().connect()
    for (const orderId of [450789469, "450789469", "gid://shopify/Order/450789469"]) {
      expect((await connection.run("get_order", { orderId })).name).toBe("#1001")
    }
    for (const orderId of ["../shop", "450789469/transactions", "gid://shopify/Product/450789469", "", -1, 1.5]) {
      await expect(connection.run("get_order", { orderId })).rejects.toMatchObject({ code: "input_invalid" })
    }
  })

  it("page by the link's cursor alone, to the end", async () => {
    const products = Array.from({ length: 7 }, (_, index) => exampleProduct({ id: 100 + index, title: `P${index}` }))
    const shop = { handle: "first-shop", id: 548380009, name: "First shop", email: "owner@first-shop.example" }
    const connection = await shopifyWorld({}, { shops: [{ ...shop, products }] }).connect()
    const seen: (string | null | undefined)[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < 5; pages++) {
      const page = await connection.run("list_products", { status: "active", limit: 3, ...(cursor && { cursor }) })
      seen.push(...page.products.map(({ title }) => title))
      cursor = page.nextCursor
      if (cursor === undefined) break
    }
    expect(seen).toEqual(products.map(({ title }) => title))
  })

  it("follow no link to another host (X6)", async () => {
    const { connect, emulator, requests } = shopifyWorld()
    const connection = await connect()
    const link = '<https://evil.example/admin/api/2026-07/orders.json?limit=1&page_info=abc>; rel="next"'
    const fault = { kind: "status", status: 200, body: { orders: [] }, headers: { link } } as const
    emulator.faults.next({ on: "GET /orders.json", fault })
    expect(await connection.run("list_orders", { limit: 1 })).toEqual({ orders: [], nextCursor: "abc" })
    await connection.run("list_orders", { cursor: "abc" }).catch(() => {})
    expect(new Set(requests.map(({ url }) => new URL(url).host))).toEqual(new Set(["first-shop.myshopify.com"]))
  })
})

describe("webhooks", () => {
  const topics = [
    "app/uninstalled",
    "orders/create",
    "orders/updated",
    "orders/paid",
    "orders/cancelled",
    "products/create",
    "products/update",
    "products/delete",
  ]

  it("are asked for at an address that ends with the shop's id, once", async () => {
    const { connect, emulator } = shopifyWorld()
    await connect()
    const made = emulator.provider.subscriptions("first-shop")
    expect(made.map(({ topic }) => topic)).toEqual(topics)
    expect(new Set(made.map(({ address }) => address))).toEqual(
      new Set([
        "https://app.example.com/api/integrations/webhooks/shopify/1a2b3c4d5e6f70819203a4b5c6d7e8f9?shop_id=548380009",
      ]),
    )
    await connect()
    expect(emulator.provider.subscriptions("first-shop")).toHaveLength(topics.length)
  })

  it("go without topics that the app may not have", async () => {
    const { connect, emulator, store } = shopifyWorld({ scopes: ["write_products"] })
    const { id } = await (await connect()).info()
    expect(emulator.provider.subscriptions("first-shop").map(({ topic }) => topic)).toEqual(
      topics.filter((topic) => !topic.startsWith("orders/")),
    )
    expect((await store.connections.get(id))?.detail.webhooks).toMatchObject({ state: "made" })
  })

  it("reach the one shop whose address they came to, and no other", async () => {
    const { connect, deliver, emulator, holdfast } = shopifyWorld()
    const first = await (await connect()).info()
    const second = await (await connect({ owner: bob, values: { shop: "second-shop" } })).info()
    const heard: string[] = []
    holdfast.on("shopify", "orders_create", ({ connectionId }) => void heard.push(connectionId))
    const order = exampleOrder({ id: 1, name: "#1" })
    await deliver(emulator.provider.delivery("first-shop", "orders/create", order))
    await deliver(emulator.provider.delivery("second-shop", "orders/create", order))
    expect(heard).toEqual([first.id, second.id])
  })

  it("that say of no shop whose they are concern nobody; at another shop's address they are refused", async () => {
    const { connect, deliver, emulator, holdfast } = shopifyWorld()
    await connect()
    const heard: string[] = []
    for (const name of ["orders_create", "app_uninstalled"] as const) {
      holdfast.on("shopify", name, ({ name }) => void heard.push(name))
    }
    const { query, ...nameless } = emulator.provider.delivery(
      "first-shop",
      "orders/create",
      exampleOrder({ id: 1, name: "#1" }),
    )
    expect(query).toBe("shop_id=548380009")
    expect((await deliver(nameless)).status).toBe(200)
    const astray = { ...emulator.provider.uninstall("first-shop"), query: "shop_id=548380010" }
    await expect(deliver(astray)).rejects.toMatchObject({ code: "webhook_unverified" })
    expect(heard).toEqual([])
  })

  it("are gone, and the app with them, after disconnecting, though the token had ended", async () => {
    const { connect, emulator } = shopifyWorld()
    const connection = await connect()
    emulator.clock.advance(2 * hour)
    expect((await connection.disconnect()).revocation).toBe("revoked")
    expect(emulator.provider.subscriptions("first-shop")).toEqual([])
    expect(emulator.provider.oauth.grants().every(({ revokedAt }) => revokedAt !== undefined)).toBe(true)
  })

  it("tell that the app was removed: nothing is asked of Shopify any more", async () => {
    const { connect, deliver, emulator, requests } = shopifyWorld()
    const connection = await connect()
    await deliver(emulator.provider.uninstall("first-shop"))
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", reason: "ended_by_provider" })
    const before = requests.length
    await expect(connection.run("list_orders")).rejects.toMatchObject({ code: "reauth_required" })
    expect(requests).toHaveLength(before)
  })
})
