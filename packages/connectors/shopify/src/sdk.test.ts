import "@shopify/shopify-api/adapters/web-api"
import { approve, signDelivery, systemClock } from "@holdfast/emulator"
import { HttpResponseError, LogSeverity, type Session, shopifyApi } from "@shopify/shopify-api"
import { restResources } from "@shopify/shopify-api/rest/admin/2026-04"
import { setAbstractFetchFunc } from "@shopify/shopify-api/runtime"
import { afterAll, describe, expect, it } from "vitest"
import { createShopifyEmulator, emulatorApp, exampleOrder, type ShopifyEmulator } from "./emulator.js"
import { shopify } from "./index.js"

// Shopify's own package against the stand-in: what it refuses, the stand-in has wrong.

const shop = "first-shop.myshopify.com"
const callbackPath = "/callback"
// The package takes short ones for robots.
const person = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

afterAll(() => setAbstractFetchFunc(globalThis.fetch))

/** The package has one `fetch` for all its instances. It also has a clock of its own, for the age of callbacks. */
function sdk(emulator: ShopifyEmulator = stand()) {
  setAbstractFetchFunc(emulator.fetch as typeof globalThis.fetch)
  const api = shopifyApi({
    apiKey: emulatorApp.clientId,
    apiSecretKey: emulatorApp.clientSecret,
    scopes: ["read_orders", "read_products"],
    hostName: "app.example.com",
    hostScheme: "https",
    isEmbeddedApp: false,
    apiVersion: "2026-04" as never,
    restResources,
    logger: { level: LogSeverity.Error, log: async () => {} },
  })
  return { api, emulator }
}

function stand(): ShopifyEmulator {
  return createShopifyEmulator({
    redirectUris: [`https://app.example.com${callbackPath}`],
    clock: systemClock(),
  })
}

async function installed({ api, emulator }: ReturnType<typeof sdk>, expiring = true): Promise<Session> {
  const rawRequest = new Request("https://app.example.com/auth", { headers: { "user-agent": person } })
  const began: Response = await api.auth.begin({ shop, callbackPath, isOnline: false, rawRequest })
  const callback = await approve(emulator.fetch, began.headers.get("location") ?? "")
  const cookie = began.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ")
  const back = new Request(callback, { headers: { cookie, "user-agent": person } })
  const { session } = await api.auth.callback({ rawRequest: back, expiring })
  return session
}

describe("@shopify/shopify-api", () => {
  it("installs, and believes the signed callback", async () => {
    const session = await installed(sdk())
    expect(session).toMatchObject({ shop, isOnline: false, scope: "read_orders,read_products" })
    expect(session.accessToken).toMatch(/^shpat_/)
    expect(session.refreshToken).toMatch(/^shprt_/)
    expect((session.refreshTokenExpires?.getTime() ?? 0) - Date.now()).toBeGreaterThan(89 * 86_400_000)
    const lasting = await installed(sdk(), false)
    expect([lasting.refreshToken, lasting.expires]).toEqual([undefined, undefined])
  })

  it("refreshes, again and again, each time with the token that came last", async () => {
    const { api, emulator } = sdk()
    let refreshToken = (await installed({ api, emulator })).refreshToken ?? ""
    for (let round = 0; round < 3; round++) {
      const { session } = await api.auth.refreshToken({ shop, refreshToken })
      expect(session.refreshToken).not.toBe(refreshToken)
      refreshToken = session.refreshToken ?? ""
    }
    const refused = api.auth.refreshToken({ shop, refreshToken: "shprt_none" })
    await expect(refused).rejects.toMatchObject({ response: { code: 401, body: { error: "invalid_request" } } })
    expect(await refused.catch((error) => error)).toBeInstanceOf(HttpResponseError)
  })

  it("reads orders and products, page by page", async () => {
    const { api, emulator } = sdk()
    const session = await installed({ api, emulator })
    const { data: orders } = await api.rest.Order.all({ session, status: "any" })
    expect(orders.map(({ name }) => name)).toEqual(["#1005", "#1004", "#1003", "#1002", "#1001"])
    expect(await api.rest.Order.find({ session, id: 450789469 })).toMatchObject({ name: "#1001" })
    const first = await api.rest.Product.all({ session, limit: 2 })
    const next = await api.rest.Product.all({ session, ...(first.pageInfo?.nextPage?.query as object) })
    expect([...first.data, ...next.data].map(({ title }) => title)).toEqual(["T-Shirt", "Hat", "Scarf"])
    expect(next.pageInfo?.nextPage).toBeUndefined()
    await expect(api.rest.Order.find({ session, id: 1 })).rejects.toMatchObject({ response: { code: 404 } })
  })

  it("makes, finds and removes webhooks", async () => {
    const { api, emulator } = sdk()
    const session = await installed({ api, emulator })
    const asked = { topic: "orders/create", address: "https://app.example.com/webhooks", format: "json" }
    const webhook = Object.assign(new api.rest.Webhook({ session }), asked)
    await webhook.save({ update: true })
    const { data } = await api.rest.Webhook.all({ session, topic: "orders/create" })
    expect(data.map(({ id }) => id)).toEqual([webhook.id])
    const again = Object.assign(new api.rest.Webhook({ session }), asked)
    await expect(again.save()).rejects.toMatchObject({ response: { code: 422 } })
    await api.rest.Webhook.delete({ session, id: webhook.id ?? 0 })
    expect(emulator.provider.subscriptions("first-shop")).toEqual([])
  })

  it("believes deliveries, but none that was changed on the way", async () => {
    const { api, emulator } = sdk()
    const { signature, delivery } = emulator.provider
    const sent = delivery("first-shop", "orders/create", exampleOrder({ id: 1, name: "#1" }))
    const options = { signature, clock: emulator.clock }
    const validate = async (flaw?: "tampered" | "foreign" | "unsigned") => {
      const rawRequest = await signDelivery(sent, "https://app.example.com/webhooks", {
        ...options,
        ...(flaw && { flaw }),
      })
      return await api.webhooks.validate({ rawRequest, rawBody: await rawRequest.clone().text() })
    }
    expect(await validate()).toMatchObject({ valid: true, topic: "ORDERS_CREATE", domain: shop })
    for (const flaw of ["tampered", "foreign", "unsigned"] as const) expect((await validate(flaw)).valid).toBe(false)
  })

  it("takes the names of shops that the connector takes", () => {
    const { api } = sdk()
    const { input } = shopify().methods[0] ?? {}
    for (const typed of ["first-shop", "a", "0-9", "evil.com/x", "evil.com#", "x y", "", "-a", "a.b"]) {
      const ours = input?.safeParse({ shop: `${typed}.myshopify.com` }).success ?? false
      expect(ours, typed).toBe(api.utils.sanitizeShop(`${typed}.myshopify.com`) !== null)
    }
  })
})
