import { approve } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import Stripe from "stripe"
import { afterEach, describe, expect, it } from "vitest"
import { createStripeEmulator, emulatorApp, emulatorLiveApp, type StripeEmulator } from "./emulator.js"
import { first, second, stripeWorld } from "./test-support.js"

// Stripe's own package against the stand-in: what it refuses, the stand-in has wrong.

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

const quiet = { maxNetworkRetries: 0, telemetry: false } as const

function client(emulator: StripeEmulator, key: string = first.keys.test, options: Stripe.StripeConfig = {}): Stripe {
  const httpClient = Stripe.createFetchHttpClient(emulator.fetch)
  return new Stripe(key, { ...quiet, httpClient, ...options })
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => "no failure",
    (error: unknown) => error,
  )

const card = { confirm: true, payment_method: "pm_card_visa", payment_method_types: ["card"] }

describe("stripe", () => {
  it("does all that our operations do, and reads every answer", async () => {
    const stripe = client(createStripeEmulator())
    expect(await stripe.accounts.retrieveCurrent()).toMatchObject({
      id: first.id,
      object: "account",
      email: first.email,
    })
    const customer = await stripe.customers.create({
      email: "new@customer.example",
      address: { line1: "1 Main Street" },
      metadata: { order: "42" },
      preferred_locales: ["en", "de"],
    })
    expect(customer).toMatchObject({ address: { line1: "1 Main Street" }, preferred_locales: ["en", "de"] })
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ metadata: { order: "42" }, livemode: false })
    const payment = await stripe.paymentIntents.create({
      amount: 1_000,
      currency: "usd",
      customer: customer.id,
      ...card,
    })
    expect(payment).toMatchObject({ status: "succeeded", amount_received: 1_000 })
    expect(await stripe.paymentIntents.retrieve(payment.id)).toMatchObject({ id: payment.id })
    const { data } = await stripe.charges.list({ customer: customer.id, created: { gte: 1 } })
    expect(data).toMatchObject([{ id: payment.latest_charge, paid: true, payment_intent: payment.id }])
    const balance = await stripe.balance.retrieve()
    expect(balance).toMatchObject({ object: "balance", livemode: false, available: [{ currency: "usd" }] })
  })

  it("speaks to it over HTTP, with host, port and protocol", async () => {
    const { reroute, close } = await listen(createStripeEmulator())
    open.push(close)
    const { hostname: host, port } = new URL(reroute["https://api.stripe.com"] ?? "")
    const stripe = new Stripe(first.keys.live, { ...quiet, host, port: Number(port), protocol: "http" })
    const { data, lastResponse } = await stripe.customers.list({ limit: 1 })
    expect(data).toMatchObject([{ name: "The third", livemode: true }])
    expect(lastResponse).toMatchObject({ requestId: expect.stringMatching(/^req_/), statusCode: 200 })
    expect(await failure(stripe.customers.retrieve("cus_404"))).toMatchObject({ code: "resource_missing" })
  })

  it("pages by itself, forwards and backwards", async () => {
    const stripe = client(createStripeEmulator())
    const names: (string | null | undefined)[] = []
    for await (const { name } of stripe.customers.list({ limit: 2 })) names.push(name)
    expect(names).toEqual(["The third", "The second", "The first"])
    const last = (await stripe.customers.list({ limit: 3 })).data.at(-1)
    const back = await stripe.customers.list({ limit: 1, ending_before: last?.id ?? "" })
    expect(back).toMatchObject({ has_more: true, data: [{ name: "The second" }] })
  })

  it("tells refusals apart as Stripe's", async () => {
    const emulator = createStripeEmulator()
    const stripe = client(emulator)
    const create = (values: object) => stripe.paymentIntents.create(values as Stripe.PaymentIntentCreateParams)
    const cases: [Promise<unknown>, string, object][] = [
      [client(emulator, "sk_test_of_nobody").customers.list(), "StripeAuthenticationError", { statusCode: 401 }],
      [client(emulator, "pk_test_1").customers.list(), "StripeAuthenticationError", { code: "secret_key_required" }],
      [
        client(emulator, "rk_test_emulated_customers_only").charges.list(),
        "StripePermissionError",
        { statusCode: 403, code: undefined, rawType: "invalid_request_error" },
      ],
      [stripe.customers.retrieve("cus_404"), "StripeInvalidRequestError", { statusCode: 404, param: "id" }],
      [
        create({ amount: 1_000, currency: "usd", customer: "cus_404" }),
        "StripeInvalidRequestError",
        { statusCode: 400 },
      ],
      [create({ currency: "usd" }), "StripeInvalidRequestError", { code: "parameter_missing", param: "amount" }],
      [create({ amount: "ten", currency: "usd" }), "StripeInvalidRequestError", { code: "parameter_invalid_integer" }],
      [create({ amount: 10, currency: "usd", tip: 1 }), "StripeInvalidRequestError", { code: "parameter_unknown" }],
      [create({ amount: 10, currency: "usd" }), "StripeInvalidRequestError", { code: "amount_too_small" }],
      [
        create({ amount: 1_000, currency: "usd", confirm: true, payment_method: "pm_card_visa" }),
        "StripeInvalidRequestError",
        { statusCode: 400, message: expect.stringContaining("return_url") },
      ],
      [
        create({ amount: 1_000, currency: "usd", ...card, payment_method: "pm_card_chargeDeclinedLostCard" }),
        "StripeCardError",
        { code: "card_declined", decline_code: "lost_card", payment_intent: { status: "requires_payment_method" } },
      ],
      [stripe.rawRequest("GET", "/v1/no_such_thing"), "StripeInvalidRequestError", { statusCode: 404 }],
      [
        client(emulator, first.keys.test, { apiVersion: "yesterday" as never }).customers.list(),
        "StripeInvalidRequestError",
        { message: "Invalid Stripe API version: yesterday" },
      ],
    ]
    for (const [work, type, about] of cases) expect(await failure(work)).toMatchObject({ type, ...about })
    const body = { error: { type: "invalid_request_error", code: "rate_limit", message: "Too many" } }
    emulator.faults.next({ on: "customers.list", fault: { kind: "status", status: 429, body } })
    expect(await failure(stripe.customers.list())).toMatchObject({ type: "StripeRateLimitError" })
  })

  it("does once what has one idempotency key, for a day", async () => {
    const emulator = createStripeEmulator()
    const stripe = client(emulator)
    const create = (name: string) => stripe.customers.create({ name }, { idempotencyKey: "one" })
    expect((await create("A")).id).toBe((await create("A")).id)
    expect(await failure(create("B"))).toMatchObject({ type: "StripeIdempotencyError" })
    emulator.clock.advance(25 * 3_600_000)
    expect((await create("B")).name).toBe("B")
  })

  it("runs over a connection of ours, without ever holding a key", async () => {
    const { connect, requests } = stripeWorld()
    const connection = await connect()
    const httpClient = Stripe.createFetchHttpClient((input: string | URL | Request, init) =>
      connection.fetch(input, init),
    )
    const stripe = new Stripe("sk_held_by_holdfast", { ...quiet, httpClient })
    expect((await stripe.customers.list()).data).toHaveLength(3)
    expect((await stripe.paymentIntents.create({ amount: 500, currency: "usd", ...card })).status).toBe("succeeded")
    expect(requests.at(-1)?.headers.get("stripe-account")).toBe(first.id)
    expect(await failure(stripe.customers.retrieve("cus_404"))).toMatchObject({ code: "resource_missing" })
  })
})

describe("stripe.oauth", () => {
  const redirectUri = "https://app.example.com/api/integrations/oauth/callback/stripe"

  async function code(emulator: StripeEmulator, account = first.id, app = emulatorApp): Promise<string> {
    const { oauth } = client(emulator, app.clientSecret)
    const url = oauth.authorizeUrl({ client_id: app.clientId, redirect_uri: redirectUri, state: "a-state" })
    const callback = await approve(emulator.fetch, url, { account })
    expect(callback.searchParams.get("scope")).toBe("read_write")
    return callback.searchParams.get("code") ?? ""
  }
  const grant_type = "authorization_code"

  it("links an account, acts for it in both ways, and lets go of it", async () => {
    const emulator = createStripeEmulator()
    const platform = client(emulator, emulatorApp.clientSecret)
    const linked = await platform.oauth.token({ grant_type, code: await code(emulator, second.id) })
    expect(linked).toMatchObject({
      livemode: false,
      token_type: "bearer",
      scope: "read_write",
      stripe_user_id: second.id,
      access_token: expect.stringMatching(/^sk_test_/),
      refresh_token: expect.stringMatching(/^rt_/),
      stripe_publishable_key: expect.stringMatching(/^pk_test_/),
    })
    const stripeAccount = linked.stripe_user_id ?? ""
    expect((await platform.customers.list({}, { stripeAccount })).lastResponse).toMatchObject({ stripeAccount })
    const { id } = await platform.customers.create({ name: "Theirs" }, { stripeAccount })
    expect((await client(emulator, linked.access_token).customers.retrieve(id)).id).toBe(id)
    expect(await failure(platform.customers.retrieve(id))).toMatchObject({ code: "resource_missing" })
    const again = await platform.oauth.token({ grant_type: "refresh_token", refresh_token: linked.refresh_token ?? "" })
    expect(again).toMatchObject({ stripe_user_id: second.id })

    const { clientId: client_id } = emulatorApp
    expect(await platform.oauth.deauthorize({ client_id, stripe_user_id: stripeAccount })).toMatchObject({
      stripe_user_id: second.id,
    })
    expect(await failure(platform.customers.list({}, { stripeAccount }))).toMatchObject({
      type: "StripePermissionError",
      code: "account_invalid",
    })
    expect(await failure(client(emulator, linked.access_token).customers.list())).toMatchObject({ statusCode: 401 })
    expect(await failure(platform.oauth.deauthorize({ client_id, stripe_user_id: stripeAccount }))).toMatchObject({
      type: "StripeInvalidClientError",
    })
  })

  it("is told what was wrong: code, key, mode", async () => {
    const emulator = createStripeEmulator()
    const { oauth } = client(emulator, emulatorApp.clientSecret)
    const trade = (values: Stripe.OAuthTokenParams, key = emulatorApp.clientSecret) =>
      failure(client(emulator, key).oauth.token(values))
    expect(await trade({ grant_type, code: "ac_no" })).toMatchObject({ type: "StripeInvalidGrantError" })
    expect(await trade({ grant_type, code: await code(emulator) }, "sk_test_no")).toMatchObject({
      type: "StripeInvalidClientError",
    })
    const live = await code(emulator, first.id, emulatorLiveApp)
    expect(await trade({ grant_type, code: live })).toMatchObject({ type: "StripeInvalidGrantError" })
    expect(await trade({ grant_type: "password" as never })).toMatchObject({ type: "StripeUnsupportedGrantTypeError" })
    const late = await code(emulator)
    emulator.clock.advance(301_000)
    expect(await trade({ grant_type, code: late })).toMatchObject({ type: "StripeInvalidGrantError" })
    const { clientId: client_id } = emulatorLiveApp
    expect(await failure(oauth.deauthorize({ client_id, stripe_user_id: first.id }))).toMatchObject({
      type: "StripeInvalidClientError",
    })
  })

  it("takes back what a code gave when it is used again", async () => {
    const emulator = createStripeEmulator()
    const { oauth } = client(emulator, emulatorApp.clientSecret)
    const once = await code(emulator)
    const { access_token } = await oauth.token({ grant_type, code: once })
    expect(await failure(oauth.token({ grant_type, code: once }))).toMatchObject({ type: "StripeInvalidGrantError" })
    expect(await failure(client(emulator, access_token).customers.list())).toMatchObject({ statusCode: 401 })
  })

  it("grants read_only where nothing is asked for, and that reads alone", async () => {
    const emulator = createStripeEmulator()
    const url = `https://connect.stripe.com/oauth/authorize?response_type=code&client_id=${emulatorApp.clientId}`
    const callback = await approve(emulator.fetch, url)
    const platform = client(emulator, emulatorApp.clientSecret)
    const { scope } = await platform.oauth.token({ grant_type, code: callback.searchParams.get("code") ?? "" })
    expect(scope).toBe("read_only")
    const options = { stripeAccount: first.id }
    expect((await platform.customers.list({}, options)).data).toHaveLength(3)
    expect(await failure(platform.customers.create({}, options))).toMatchObject({ type: "StripePermissionError" })
  })
})
