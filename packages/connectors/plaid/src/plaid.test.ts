import { signDelivery } from "@holdfast/emulator"
import { ada, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { emulatorApp, plaidSignature } from "./emulator.js"
import { plaidWorld } from "./test-support.js"

const visitor = { browser: "a-browser", owner: ada }
const pathsOf = (requests: readonly Request[]) => requests.map(({ url }) => new URL(url).pathname)

describe("Link", () => {
  it("link token, public token, access token that never ends; the bank is chosen on Plaid's page (quirk 36)", async () => {
    const world = plaidWorld()
    const connection = await world.connect()
    expect(pathsOf(world.requests).slice(0, 4)).toEqual([
      "/link/token/create",
      "/link/token/get",
      "/item/public_token/exchange",
      "/item/get",
    ])
    const [item] = world.emulator.provider.items.all()
    const { account, slots } = await connection.info()
    expect(account.id).toBe(item?.id)
    expect(slots.main?.expiresAt).toBe("never")
    // Only a digest stands for the person.
    const asked = await world.requests[0]?.clone().json()
    expect(asked.user.client_user_id).not.toContain("user-1")
    expect(asked).toMatchObject({ products: ["transactions"], country_codes: ["US"] })
  })

  it("is polled while the person is at the bank, and outlives that Plaid is away meanwhile", async () => {
    const world = plaidWorld()
    const begun = await world.begin()
    expect(begun.step).toMatchObject({ kind: "redirect", returns: "poll" })
    const waiting = await world.holdfast.attempts.poll(begun.id, visitor)
    expect(waiting.step).toMatchObject({ kind: "wait", pollAfterMs: 2_000 })
    world.emulator.faults.next({ on: "*", fault: { kind: "status", status: 503 } })
    expect((await world.holdfast.attempts.poll(begun.id, visitor)).status).toBe("pending")
    const link = begun.step.kind === "redirect" ? begun.step.url : ""
    await world.emulator.fetch(link, {
      method: "POST",
      body: new URLSearchParams({ decision: "allow", account: "user_other" }),
    })
    const done = await world.holdfast.attempts.poll(begun.id, visitor)
    expect(done.status).toBe("connected")
  })

  it("believes nothing of what a browser brings: a bank's oauth_state_id or a public token (quirk 36)", async () => {
    const world = plaidWorld()
    const { id, step } = await world.begin()
    expect(step.kind).toBe("redirect")
    const [request] = world.requests
    const back = new URL((await request?.clone().json())?.hosted_link.completion_redirect_uri)
    back.searchParams.set("oauth_state_id", "9d5feadd-a873-43eb-97ba-422f35ce849b")
    back.searchParams.set("public_token", "public-sandbox-forged")
    const view = await world.comeBack(back)
    expect(view).toMatchObject({ id, status: "pending", step: { kind: "wait" } })
    expect(pathsOf(world.requests)).not.toContain("/item/public_token/exchange")
  })

  it("each time through it makes another Item, and so another connection", async () => {
    const world = plaidWorld()
    const [first, second] = [await world.connect(), await world.connect()]
    expect((await first.info()).id).not.toBe((await second.info()).id)
  })

  it("somebody who leaves and comes back to the same page is connected after all", async () => {
    const world = plaidWorld()
    const begun = await world.begin()
    const link = begun.step.kind === "redirect" ? begun.step.url : ""
    for (const decision of ["deny", "allow"])
      await world.emulator.fetch(link, { method: "POST", body: new URLSearchParams({ decision }) })
    expect((await world.holdfast.attempts.poll(begun.id, visitor)).status).toBe("connected")
  })
})

describe("the page of Link", () => {
  it("is good for half an hour, and what came of it is told of afterwards", async () => {
    const world = plaidWorld()
    const begun = await world.begin()
    const link = begun.step.kind === "redirect" ? begun.step.url : ""
    const body = () => new URLSearchParams({ decision: "allow" })
    world.emulator.clock.advance(29 * 60_000)
    await world.emulator.fetch(link, { method: "POST", body: body() })
    expect((await world.holdfast.attempts.poll(begun.id, visitor)).status).toBe("connected")
    const late = await world.begin()
    world.emulator.clock.advance(31 * 60_000)
    expect((await endOf(world.holdfast.attempts.poll(late.id, visitor))).code).toBe("attempt_expired")
  })
})

describe("update mode", () => {
  it("ITEM_LOGIN_REQUIRED comes with HTTP 400 and needs the person; the same token works again (quirk 36)", async () => {
    const world = plaidWorld()
    const connection = await world.connect()
    const { id } = await connection.info()
    const before = await connection.unsafe.secret()
    world.emulator.provider.items.resetLogin()
    expect(await endOf(connection.run("get_accounts"))).toEqual({
      code: "reauth_required",
      providerCode: "ITEM_LOGIN_REQUIRED",
    })
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })

    const again = await world.walk({ reconnect: id })
    expect(again).toMatchObject({ status: "connected", connectionId: id })
    expect(await connection.unsafe.secret()).toEqual(before)
    expect(world.emulator.provider.items.all()).toHaveLength(1)
    expect((await connection.run("get_accounts")).accounts).toHaveLength(2)
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("says so when the Item is gone, since nothing is left to mend", async () => {
    const world = plaidWorld()
    const connection = await world.connect()
    const { id } = await connection.info()
    for (const item of world.emulator.provider.items.all()) item.removed = true
    expect(await endOf(connection.run("get_accounts"))).toEqual({
      code: "reauth_required",
      providerCode: "INVALID_ACCESS_TOKEN",
    })
    expect((await endOf(world.begin({ reconnect: id }))).code).toBe("resource_not_found")
  })

  it("is refused for an Item whose person took the permission back at Plaid's portal, and says to connect anew", async () => {
    const world = plaidWorld()
    const connection = await world.connect()
    const { id } = await connection.info()
    world.emulator.provider.items.revokePermission()
    expect(await endOf(connection.run("get_accounts"))).toEqual({
      code: "reauth_required",
      providerCode: "USER_PERMISSION_REVOKED",
    })
    expect((await endOf(world.begin({ reconnect: id }))).code).toBe("resource_not_found")
  })

  it("a check finds the bank's wish without a call for data", async () => {
    const world = plaidWorld()
    const connection = await world.connect()
    world.emulator.provider.items.resetLogin()
    const { ok, parts } = await connection.check()
    expect(ok).toBe(false)
    expect(parts).toContainEqual({
      name: "bank",
      slot: "main",
      ok: false,
      code: "reauth_required",
      detail: "ITEM_LOGIN_REQUIRED",
    })
  })
})

describe("the app", () => {
  it("keys of one environment are refused by the other, and the app is told of", async () => {
    const world = plaidWorld({ environment: "production" })
    expect(await endOf(world.begin())).toEqual({ code: "app_not_configured", providerCode: "INVALID_API_KEYS" })
    expect(world.requests.map(({ url }) => new URL(url).host)).toEqual(["production.plaid.com"])
  })

  it("its secret and the Item's token stand in no log line and no address", async () => {
    const world = plaidWorld()
    const connection = await world.connect()
    await connection.run("list_transactions")
    const { accessToken } = (await connection.unsafe.secret()) as { accessToken: string }
    const said = [...world.lines, ...world.requests.map(({ url }) => url)].join("\n")
    for (const secret of [accessToken, emulatorApp.clientSecret]) expect(said).not.toContain(secret)
  })
})

describe("webhooks", () => {
  const repaired = (id: string) => ({ body: { webhook_type: "ITEM", webhook_code: "LOGIN_REPAIRED", item_id: id } })
  const asked = (requests: readonly Request[]) =>
    pathsOf(requests).filter((path) => path === "/webhook_verification_key/get")

  it("are proved by a key that is asked for once, with the app's secret", async () => {
    const world = plaidWorld()
    const { account } = await (await world.connect()).info()
    const heard: unknown[] = []
    world.holdfast.on("plaid", "item_login_repaired", (event) => void heard.push(event.payload))
    const signature = plaidSignature(world.emulator.provider.keys)
    for (const _ of [1, 2]) expect((await world.deliver(repaired(account.id), signature)).status).toBe(200)
    expect(heard).toHaveLength(2)
    expect(asked(world.requests)).toHaveLength(1)
  })

  it("of another algorithm are refused before anybody is asked for a key", async () => {
    const world = plaidWorld()
    const { account } = await (await world.connect()).info()
    for (const alg of ["HS256", "none", "RS256", "ES384"]) {
      const signature = plaidSignature(world.emulator.provider.keys, { alg })
      expect(await endOf(world.deliver(repaired(account.id), signature))).toEqual({ code: "webhook_unverified" })
    }
    expect(pathsOf(world.requests)).not.toContain("/webhook_verification_key/get")
  })

  it("under a key that Plaid does not know, or that has expired, are refused", async () => {
    const world = plaidWorld()
    const { account } = await (await world.connect()).info()
    const { keys } = world.emulator.provider
    const unknown = plaidSignature(keys, { kid: "0ef69f3c-0000-4000-8000-000000000000" })
    expect((await endOf(world.deliver(repaired(account.id), unknown))).code).toBe("webhook_unverified")
    keys.expire(Math.floor(world.emulator.clock.now() / 1000) - 1)
    expect((await endOf(world.deliver(repaired(account.id), plaidSignature(keys)))).code).toBe("webhook_unverified")
  })

  it("under a key that Plaid does not know cost one question a minute each", async () => {
    const world = plaidWorld()
    const { account } = await (await world.connect()).info()
    const { clock, provider } = world.emulator
    const forged = plaidSignature(provider.keys, { kid: "0ef69f3c-0000-4000-8000-000000000000" })
    const other = plaidSignature(provider.keys, { kid: "1ef69f3c-0000-4000-8000-000000000000" })
    const refused = { code: "webhook_unverified" }
    for (const _ of [1, 2, 3]) expect(await endOf(world.deliver(repaired(account.id), forged))).toEqual(refused)
    expect(asked(world.requests)).toHaveLength(1)
    expect(await endOf(world.deliver(repaired(account.id), other))).toEqual(refused)
    expect(asked(world.requests)).toHaveLength(2)
    clock.advance(61_000)
    expect(await endOf(world.deliver(repaired(account.id), forged))).toEqual(refused)
    expect(asked(world.requests)).toHaveLength(3)
    expect((await world.deliver(repaired(account.id), plaidSignature(provider.keys))).status).toBe(200)
  })

  it("under many unknown keys at once leave the known one in memory", async () => {
    const world = plaidWorld()
    const { account } = await (await world.connect()).info()
    const { keys } = world.emulator.provider
    expect((await world.deliver(repaired(account.id), plaidSignature(keys))).status).toBe(200)
    const forged = Array.from({ length: 25 }, (_, index) => plaidSignature(keys, { kid: `forged-${index}` }))
    const ends = await Promise.all(forged.map((signature) => endOf(world.deliver(repaired(account.id), signature))))
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set(["webhook_unverified"]))
    expect((await world.deliver(repaired(account.id), plaidSignature(keys))).status).toBe(200)
    expect(asked(world.requests)).toHaveLength(26)
  })

  it("are not held to be forged because Plaid was away: the key is asked for again", async () => {
    const world = plaidWorld()
    const { account } = await (await world.connect()).info()
    const signature = plaidSignature(world.emulator.provider.keys)
    world.emulator.faults.next({ on: "*", fault: { kind: "status", status: 503 } })
    expect((await endOf(world.deliver(repaired(account.id), signature))).code).toBe("provider_unavailable")
    expect((await world.deliver(repaired(account.id), signature)).status).toBe(200)
  })

  it("under a key that is known ask for it again after a day, and find out that it has expired", async () => {
    const world = plaidWorld()
    const { account } = await (await world.connect()).info()
    const { clock, provider } = world.emulator
    const signature = plaidSignature(provider.keys)
    expect((await world.deliver(repaired(account.id), signature)).status).toBe(200)
    provider.keys.expire(Math.floor(clock.now() / 1000))
    clock.advance(23 * 3_600_000)
    expect((await world.deliver(repaired(account.id), signature)).status).toBe(200)
    expect(asked(world.requests)).toHaveLength(1)
    clock.advance(2 * 3_600_000)
    expect((await endOf(world.deliver(repaired(account.id), signature))).code).toBe("webhook_unverified")
    expect(asked(world.requests)).toHaveLength(2)
  })

  it("are good for five minutes, and for their own bytes alone", async () => {
    const world = plaidWorld()
    const { account } = await (await world.connect()).info()
    const { clock, provider } = world.emulator
    const url = "https://app.example.com/"
    const signed = await signDelivery(repaired(account.id), url, { signature: plaidSignature(provider.keys), clock })
    const token = signed.headers.get("plaid-verification") ?? ""
    const replayed = { sign: async () => ({ "plaid-verification": token }), withForeignSecret: () => replayed }
    clock.advance(299_000)
    expect((await world.deliver(repaired(account.id), replayed)).status).toBe(200)
    expect((await endOf(world.deliver(repaired("another-item"), replayed))).code).toBe("webhook_unverified")
    clock.advance(2_000)
    expect((await endOf(world.deliver(repaired(account.id), replayed))).code).toBe("webhook_unverified")
  })
})
