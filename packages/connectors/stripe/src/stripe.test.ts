import { ada, bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { emulatorApp, emulatorLiveApp } from "./emulator.js"
import { stripe } from "./index.js"
import { first, pasted, second, stripeWorld } from "./test-support.js"

const restricted = "rk_test_emulated_customers_only"

describe("the methods", () => {
  it("begin with the key, which needs no registration; one of them begins with a redirect (S6)", () => {
    const { methods } = stripe()
    expect(methods.map(({ id, label }) => [id, label])).toEqual([
      ["api_key", "Connect with API Key"],
      ["connect", "Connect with OAuth"],
    ])
    expect(methods.find(({ facts }) => facts.startsWith === "redirect")?.id).toBe("connect")
  })
})

describe("an API key", () => {
  it("is trimmed, tried at Stripe, and sent as a bearer", async () => {
    const { connect, requests } = stripeWorld()
    const connection = await connect(pasted(`  ${first.keys.test}\n`))
    expect(await connection.accessToken()).toBe(first.keys.test)
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET https://api.stripe.com/v1/account",
      "GET https://api.stripe.com/v1/webhook_endpoints?limit=100",
      "POST https://api.stripe.com/v1/webhook_endpoints",
    ])
    expect(requests[0]?.headers.get("authorization")).toBe(`Bearer ${first.keys.test}`)
    expect(requests[0]?.headers.get("stripe-version")).toBe("2026-10-28.endive")
    expect(requests[0]?.headers.has("stripe-account")).toBe(false)
  })

  it("of test mode and one of live mode are two connections, each with its own data", async () => {
    const { connect, holdfast } = stripeWorld()
    const test = await connect(pasted(first.keys.test))
    const live = await connect(pasted(first.keys.live))
    expect((await test.info()).account).toMatchObject({ id: `${first.id}:test`, kind: "test", label: "First shop" })
    expect((await live.info()).account).toMatchObject({ id: first.id, kind: "live", label: "First shop" })
    expect(await holdfast.for(ada).list()).toHaveLength(2)
    expect((await test.run("list_charges")).data).toHaveLength(2)
    expect((await live.run("list_charges")).data).toHaveLength(0)
    const [customer] = (await test.run("list_customers")).data
    expect(await endOf(live.run("list_customers", { starting_after: customer?.id ?? "" }))).toEqual({
      code: "resource_not_found",
      providerCode: "resource_missing",
    })
  })

  it("of the other mode does not take the place of the one that is connected", async () => {
    const { connect, begin } = stripeWorld()
    const live = await connect(pasted(first.keys.live))
    const { id } = await live.info()
    expect(await endOf(begin({ ...pasted(first.keys.test), reconnect: id }))).toMatchObject({
      code: "account_mismatch",
    })
    expect(await live.accessToken()).toBe(first.keys.live)
  })

  it("that was rolled takes its place", async () => {
    const { connect, emulator } = stripeWorld()
    const connection = await connect(pasted("rk_test_emulated_first_shop"))
    const { id } = await connection.info()
    emulator.provider.revokeKey("rk_test_emulated_first_shop")
    await connect({ ...pasted(first.keys.test), reconnect: id })
    expect(await connection.info()).toMatchObject({ id, status: "active" })
    expect(await connection.accessToken()).toBe(first.keys.test)
  })

  it.each([
    ["pk_test_emulated", /^This is a publishable key/],
    ["pk_live_emulated", /^This is a publishable key/],
    ["whsec_emulated", /^A Stripe key begins with/],
    ["sk_org_live_emulated", /^A Stripe key begins with/],
    ["sk_test_", /^A Stripe key begins with/],
    ["sk_test_two keys", /^A Stripe key begins with/],
  ])("that is none is refused before anything is sent, and the form says why: %s", async (key, message) => {
    const { begin, requests, holdfast } = stripeWorld()
    const { status, step } = await begin(pasted(key))
    expect(status).toBe("pending")
    expect(step).toMatchObject({ kind: "form", error: { code: "input_invalid", field: "key" } })
    expect(step.kind === "form" && step.error?.message).toMatch(message)
    expect(JSON.stringify(step)).not.toContain(key.slice(8) || "nothing")
    expect(requests).toEqual([])
    expect(await holdfast.for(ada).list()).toEqual([])
  })

  it("that Stripe does not know is refused, and nothing is stored", async () => {
    const { begin, holdfast } = stripeWorld()
    expect(await begin(pasted("sk_live_of_nobody"))).toMatchObject({
      status: "pending",
      step: { kind: "form", error: { code: "credential_invalid" } },
    })
    expect(await holdfast.for(ada).list()).toEqual([])
  })

  it("is dead only when Stripe refuses it for the account too (R14)", async () => {
    const { connect, emulator } = stripeWorld()
    const connection = await connect(pasted(first.keys.test))
    const refusal = { error: { type: "invalid_request_error", message: "Invalid API Key provided" } }
    emulator.faults.next({ on: "customers.list", fault: { kind: "status", status: 401, body: refusal } })
    expect((await endOf(connection.run("list_customers"))).code).toBe("provider_rejected")
    expect((await connection.info()).status).toBe("active")
    emulator.provider.revokeKey(first.keys.test)
    expect((await endOf(connection.run("list_customers"))).code).toBe("reauth_required")
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
  })

  it("is not dead because it names another account's data", async () => {
    const { connect } = stripeWorld()
    const connection = await connect(pasted(first.keys.test))
    const headers = { "stripe-account": second.id }
    expect((await connection.fetch("/v1/customers", { headers })).status).toBe(403)
    expect((await connection.info()).status).toBe("active")
  })
})

describe("a restricted key", () => {
  it("that may read the account is known by it, like any other", async () => {
    const { connect } = stripeWorld()
    const { account } = await (await connect(pasted("rk_test_emulated_first_shop"))).info()
    expect(account).toMatchObject({ id: `${first.id}:test`, kind: "test" })
  })

  it("that may not is known by its fingerprint, works, is healthy, and can be replaced", async () => {
    const { connect } = stripeWorld()
    const connection = await connect(pasted(restricted))
    const { account, id } = await connection.info()
    expect(account).toMatchObject({ label: "Restricted key", kind: "test", pinned: false })
    expect(account.id).not.toContain(restricted)
    expect((await connection.run("create_customer", { name: "The new" })).name).toBe("The new")
    expect((await connection.check()).ok).toBe(true)
    await connect({ ...pasted(first.keys.test), reconnect: id })
    expect((await connection.info()).account.id).toBe(`${first.id}:test`)
    // Nobody can tell whether that is the same account.
    expect((await endOf(connect({ ...pasted(restricted), reconnect: id }))).code).toBe("account_mismatch")
  })

  it("says what it may not do, and lives on", async () => {
    const { connect } = stripeWorld()
    const connection = await connect(pasted(restricted))
    expect((await endOf(connection.run("list_charges"))).code).toBe("scope_missing")
    expect((await endOf(connection.statistics())).code).toBe("scope_missing")
    expect((await connection.info()).status).toBe("active")
  })

  it("that was deleted is dead, though it could never read the account", async () => {
    const { connect, emulator } = stripeWorld()
    const connection = await connect(pasted(restricted))
    emulator.provider.revokeKey(restricted)
    expect((await endOf(connection.run("list_customers"))).code).toBe("reauth_required")
    expect((await connection.info()).status).toBe("needs_reauth")
  })
})

describe("Connect (quirk 27)", () => {
  it("leaves for Stripe with read_write, and without PKCE", async () => {
    const url = await stripeWorld().leave()
    expect(url.origin + url.pathname).toBe("https://connect.stripe.com/oauth/authorize")
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: emulatorApp.clientId,
      scope: "read_write",
      redirect_uri: "https://app.example.com/api/integrations/oauth/callback/stripe",
      state: expect.any(String),
    })
  })

  it("trades the code with the platform's secret key, and keeps no refresh token", async () => {
    const { connect, requests } = stripeWorld()
    const connection = await connect()
    const [trade] = requests
    expect(trade?.url).toBe("https://connect.stripe.com/oauth/token")
    const form = new URLSearchParams(await trade?.text())
    expect(form.get("client_secret")).toBe(emulatorApp.clientSecret)
    expect(form.get("grant_type")).toBe("authorization_code")
    const { account, slots } = await connection.info()
    expect(account).toMatchObject({ id: `${first.id}:test`, label: "First shop", data: { accountId: first.id } })
    expect(slots.main).toMatchObject({ expiresAt: "never", scopes: ["read_write"] })
    expect(await connection.unsafe.secret("main")).not.toHaveProperty("refreshToken")
  })

  it("calls with the platform's key and Stripe-Account, as Stripe recommends (C4)", async () => {
    const { connect, requests } = stripeWorld()
    const connection = await connect()
    await connection.run("list_customers")
    const { headers } = requests.at(-1) as Request
    expect(headers.get("authorization")).toBe(`Bearer ${emulatorApp.clientSecret}`)
    expect(headers.get("stripe-account")).toBe(first.id)
  })

  it("never lets a caller say whose account it is: the platform's key opens them all", async () => {
    const { connect, requests } = stripeWorld()
    const mine = await connect()
    await connect({ owner: bob }, { account: second.id })
    for (const name of ["Stripe-Account", "stripe-context"]) {
      const answer = await mine.fetch("/v1/account", { headers: { [name]: second.id } })
      expect(await answer.json()).toMatchObject({ id: first.id })
      const { headers } = requests.at(-1) as Request
      expect([headers.get("stripe-account"), headers.get("stripe-context")]).toEqual([first.id, null])
    }
    expect((await mine.fetch(`/v1/accounts/${second.id}`)).status).toBe(403)
    expect((await endOf(mine.fetch("https://connect.stripe.com/oauth/deauthorize", { method: "POST" }))).code).toBe(
      "host_forbidden",
    )
  })

  it("in live mode is another app, and another account", async () => {
    const live = await (await stripeWorld(emulatorLiveApp).connect()).info()
    expect(live.account).toMatchObject({ id: first.id, kind: "live" })
  })

  it("with read_only reads, and says what is missing for more", async () => {
    const { connect } = stripeWorld()
    const connection = await connect({ scopes: ["read_only"] })
    expect((await connection.run("list_customers")).data).toHaveLength(3)
    expect(await connection.can("create_customer")).toEqual({ ok: false, missingScopes: ["read_write"] })
    expect((await connection.fetch("/v1/customers", { method: "POST", body: new URLSearchParams() })).status).toBe(403)
    expect((await connection.info()).status).toBe("active")
  })

  it("deauthorizes on disconnecting, with the client id and the account", async () => {
    const { connect, requests, emulator } = stripeWorld()
    const connection = await connect()
    expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
    const last = requests.at(-1) as Request
    expect(last.url).toBe("https://connect.stripe.com/oauth/deauthorize")
    expect(last.headers.get("authorization")).toBe(`Bearer ${emulatorApp.clientSecret}`)
    const form = Object.fromEntries(new URLSearchParams(await last.text()))
    expect(form).toEqual({ client_id: emulatorApp.clientId, stripe_user_id: first.id })
    expect(emulator.counters.revocations).toBe(1)
  })

  it("keeps the link while another connection stands on it (C8)", async () => {
    const { connect, emulator } = stripeWorld()
    const mine = await connect()
    const theirs = await connect({ owner: bob })
    expect(await mine.disconnect()).toEqual({ revocation: "kept_shared" })
    expect((await theirs.run("list_customers")).data).toHaveLength(3)
    expect(await theirs.disconnect()).toEqual({ revocation: "revoked" })
    expect(emulator.counters.revocations).toBe(1)
  })

  it("that the account took away is over, and goes away without a word from Stripe", async () => {
    const { connect, emulator } = stripeWorld()
    const connection = await connect()
    emulator.provider.disconnect(first.id)
    const end = await endOf(connection.run("list_customers"))
    expect(end).toEqual({ code: "reauth_required", providerCode: "account_invalid" })
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
    expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
  })

  it("is not over, nor taken for revoked, because the platform's key was rolled", async () => {
    const { connect, emulator } = stripeWorld()
    const connection = await connect()
    emulator.provider.revokeKey(emulatorApp.clientSecret)
    const { clientId } = emulatorApp
    const redirectUris = ["https://app.example.com/api/integrations/oauth/callback/stripe"]
    emulator.provider.oauth.registerClient({ clientId, clientSecret: "sk_test_the_new_one", redirectUris })
    expect((await endOf(connection.run("list_customers"))).code).toBe("provider_unavailable")
    const report = await connection.check()
    expect(report.parts.find(({ name }) => name === "token")).toMatchObject({ ok: false, code: "config_invalid" })
    expect((await connection.info()).status).toBe("active")
    expect(await connection.disconnect()).toEqual({ revocation: "pending" })
  })

  it("says that the app is misconfigured where its secret key is wrong", async () => {
    const world = stripeWorld({ ...emulatorApp, clientSecret: "sk_test_mistyped" })
    expect((await world.walk()).error?.code).toBe("config_invalid")
  })

  it("takes no publishable key and no other client id for a registration", async () => {
    for (const wrong of [
      { clientSecret: "pk_test_emulated" },
      { clientId: "acct_1" },
      { webhookSecret: "sk_test_1" },
    ]) {
      const world = stripeWorld({ ...emulatorApp, ...wrong })
      expect((await endOf(world.leave())).code).toBe("app_not_configured")
    }
  })
})

describe("what is done twice", () => {
  const payment = {
    amount: 700,
    currency: "usd",
    confirm: true,
    payment_method: "pm_card_visa",
    payment_method_types: ["card"],
  }

  it("after a lost answer is done once", async () => {
    const { connect, emulator, requests } = stripeWorld()
    const connection = await connect(pasted(first.keys.test))
    const before = emulator.provider.account(first.id).test.charges.size
    emulator.faults.next({ on: "payment_intents.create", fault: { kind: "drop_after" } })
    expect((await connection.run("create_payment_intent", payment)).status).toBe("succeeded")
    const keys = requests.slice(-2).map(({ headers }) => headers.get("idempotency-key"))
    expect(keys[0]).toMatch(/^[\da-f]{32}$/)
    expect(keys[1]).toBe(keys[0])
    expect(emulator.provider.account(first.id).test.charges.size - before).toBe(1)
  })

  it("by two calls is done twice, unless they say that they are one", async () => {
    const { connect } = stripeWorld()
    const connection = await connect(pasted(first.keys.test))
    const once = () => connection.run("create_payment_intent", { ...payment, idempotency_key: "order-42" })
    const anew = () => connection.run("create_payment_intent", payment)
    expect((await once()).id).toBe((await once()).id)
    expect((await anew()).id).not.toBe((await anew()).id)
    const other = connection.run("create_payment_intent", { ...payment, amount: 800, idempotency_key: "order-42" })
    expect(await endOf(other)).toEqual({ code: "input_invalid", providerCode: "idempotency_error" })
  })
})

describe("lists", () => {
  it("go on after the last item", async () => {
    const { connect } = stripeWorld()
    const connection = await connect(pasted(first.keys.test))
    const names: (string | null | undefined)[] = []
    for (let after: string | undefined, more = true; more; ) {
      const page = await connection.run("list_customers", { limit: 1, ...(after && { starting_after: after }) })
      names.push(...page.data.map(({ name }) => name))
      after = page.data.at(-1)?.id
      more = page.has_more
    }
    expect(names).toEqual(["The third", "The second", "The first"])
  })

  it("are narrowed by time, customer and address, in brackets where Stripe wants them", async () => {
    const { connect, emulator, requests } = stripeWorld()
    const connection = await connect(pasted(first.keys.test))
    const at = Math.floor(emulator.clock.now() / 1000)
    expect((await connection.run("list_charges", { created: { gte: at + 1 } })).data).toEqual([])
    expect(new URL(requests.at(-1)?.url ?? "").searchParams.get("created[gte]")).toBe(`${at + 1}`)
    const [customer] = (await connection.run("list_customers", { email: "first@customer.example" })).data
    expect(customer?.name).toBe("The first")
    expect((await connection.run("list_charges", { customer: customer?.id ?? "" })).data).toHaveLength(2)
  })
})

describe("the provider's own figures (S9)", () => {
  it("are the balances, each in its currency's decimals", async () => {
    const { connect, emulator } = stripeWorld()
    const connection = await connect(pasted(first.keys.test))
    const { available } = emulator.provider.account(first.id).test
    available.set("jpy", 5_000)
    available.set("kwd", 12_345)
    expect((await connection.statistics()).provider).toEqual([
      { label: "Available balance", value: "50.00 USD" },
      { label: "Available balance", value: "5000 JPY" },
      { label: "Available balance", value: "12.345 KWD" },
      { label: "Pending balance", value: "35.00 USD" },
    ])
  })
})

describe("debug lines (S13)", () => {
  it("and errors show neither keys nor what completes a payment", async () => {
    const { connect } = stripeWorld()
    const connection = await connect(pasted(first.keys.test))
    const parameters = {
      amount: 100,
      currency: "usd",
      confirm: true,
      payment_method: "pm_card_chargeDeclined",
      payment_method_types: ["card"],
    }
    const error = await connection.run("create_payment_intent", parameters).catch((thrown: unknown) => thrown)
    const shown = `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`
    expect(shown).toContain("generic_decline")
    expect(shown).not.toMatch(/_secret_|sk_test/)
  })
})
