import { approve } from "@holdfast/emulator"
import { connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createWoocommerceEmulator, seededKeys, shops } from "./emulator.js"
import { woocommerce } from "./index.js"

const shopWorld = () =>
  connectorWorld({ connectors: [woocommerce({ appName: "Acme" })], emulator: createWoocommerceEmulator() })

/** Leaves for the shop, approves there, and holds both what its server posts and where the browser goes. */
async function approved(world: ReturnType<typeof shopWorld>, site: string = shops.secure, deny = false) {
  const { id, step } = await world.begin({ values: { site } })
  if (step.kind !== "redirect") throw new Error(`the first step is ${step.kind}`)
  const back = await approve((input, init) => world.emulator.fetch(new Request(input, init)), step.url, { deny })
  return { id, url: new URL(step.url), back, post: world.emulator.provider.posted.at(-1) ?? new Request(back) }
}

async function changed(post: Request, fields: Record<string, unknown>): Promise<Request> {
  const { method, headers, url } = post
  return new Request(url, { method, headers, body: JSON.stringify({ ...(await post.clone().json()), ...fields }) })
}

describe("keys that a shop makes (quirk 34, ruling C17)", () => {
  it("connect once both have come: the server's POST and the browser", async () => {
    const world = shopWorld()
    const { post, back, url } = await approved(world)
    expect(url.searchParams.get("app_name")).toBe("Acme")
    expect((await world.comeBack(post)).status).toBe("pending")
    expect((await world.comeBack(back)).status).toBe("connected")
  })

  it("connect too when the browser is faster", async () => {
    const world = shopWorld()
    const { post, back } = await approved(world)
    const waiting = await world.comeBack(back)
    expect([waiting.status, waiting.step.kind]).toEqual(["pending", "wait"])
    expect((await world.comeBack(post)).status).toBe("connected")
  })

  it("never connect by the POST alone, however long somebody polls", async () => {
    const world = shopWorld()
    const { id, post } = await approved(world)
    await world.comeBack(post)
    const visitor = { browser: "a-browser" }
    for (let polls = 0; polls < 3; polls++) {
      expect((await world.holdfast.attempts.poll(id, visitor)).status).toBe("pending")
    }
  })

  it("are refused for another user id, in the POST and in the browser's return", async () => {
    const world = shopWorld()
    const { post } = await approved(world)
    const forged = await world.comeBack(await changed(post, { user_id: "1" }))
    expect([forged.status, forged.error?.code]).toEqual(["failed", "state_mismatch"])
    const other = shopWorld()
    const { back } = await approved(other)
    back.searchParams.set("user_id", "1")
    expect((await other.comeBack(back)).error?.code).toBe("state_mismatch")
  })

  it("are not there where the person says no", async () => {
    const world = shopWorld()
    const { back } = await approved(world, shops.secure, true)
    expect((await world.comeBack(back)).error?.code).toBe("access_denied")
    expect(world.emulator.provider.posted).toEqual([])
  })

  it("may be allowed to read alone, and writing is refused before anything is sent", async () => {
    const world = shopWorld()
    const { id, step } = await world.begin({ values: { site: shops.secure }, scopes: ["read"] })
    if (step.kind !== "redirect") throw new Error(`the first step is ${step.kind}`)
    const back = await approve((input, init) => world.emulator.fetch(new Request(input, init)), step.url)
    await world.comeBack(world.emulator.provider.posted[0] ?? back)
    const { connectionId = "" } = await world.comeBack(back)
    const connection = world.holdfast.for({ tenantId: "tenant-1", userId: "user-1" }).connection(connectionId)
    const sent = world.requests.length
    expect(id).not.toBe("")
    expect((await endOf(connection.run("create_product" as never, { name: "Mug" } as never))).code).toBe(
      "scope_missing",
    )
    expect(world.requests).toHaveLength(sent)
  })
})

describe("a shop without TLS (quirk 34, ruling C4)", () => {
  const typed = { method: "api_key", values: { site: shops.plain, ...seededKeys } } as const

  it("gets signed requests, and the secret in none of them", async () => {
    const world = shopWorld()
    const connection = await world.connect(typed)
    expect((await connection.run("list_orders", { per_page: 2 })).orders).toHaveLength(2)
    await connection.run("create_product", { name: "Pot & lid", sku: "pot" })
    for (const request of world.requests) {
      expect(request.headers.get("authorization")).toBeNull()
      expect(new URL(request.url).searchParams.get("oauth_signature")).not.toBeNull()
      expect(request.url + [...request.headers]).not.toContain(seededKeys.consumerSecret)
    }
    expect(world.lines.join()).not.toContain("oauth_signature")
  })

  it("is asked of the guard like any other", async () => {
    const asked: [string, number][] = []
    const world = connectorWorld({
      connectors: [woocommerce()],
      emulator: createWoocommerceEmulator(),
      guard: async (host, port) => void asked.push([host, port]),
    })
    await world.connect(typed)
    expect(asked).toContainEqual(["plain-shop.example", 80])
  })

  it("has Basic over https instead", async () => {
    const world = shopWorld()
    await world.connect({ method: "api_key", values: { site: shops.secure, ...seededKeys } })
    for (const request of world.requests) expect(request.headers.get("authorization")).toMatch(/^Basic /)
  })
})

describe("lists of a shop", () => {
  it("are walked by X-WP-TotalPages", async () => {
    const world = shopWorld()
    const connection = await world.connect({ method: "api_key", values: { site: shops.secure, ...seededKeys } })
    const ids: number[] = []
    for await (const { id } of connection.paginate("list_orders", { per_page: 2 })) ids.push(id)
    expect(ids).toEqual([103, 102, 101])
  })
})
