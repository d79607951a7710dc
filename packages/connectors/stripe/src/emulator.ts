import {
  type AuthorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  deliver,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
  json,
} from "@holdfast/emulator"
import { createAccess } from "./emulator/access.js"
import { accountAndBalance, accountObject } from "./emulator/account.js"
import { connect } from "./emulator/connect.js"
import { createCustomer, customers } from "./emulator/customers.js"
import { endpoints } from "./emulator/endpoint.js"
import { eventDelivery, type StripeEventOptions, stripeSignature } from "./emulator/events.js"
import { createPayment, payments } from "./emulator/payments.js"
import { type WebhookEndpoint, webhookEndpoints } from "./emulator/webhook-endpoints.js"
import {
  createAccount,
  defaultAccounts,
  type StripeAccount,
  type StripeAccountSeed,
  type StripeObject,
} from "./emulator/world.js"

export { type StripeEventOptions, stripeSignature } from "./emulator/events.js"
export type { WebhookEndpoint } from "./emulator/webhook-endpoints.js"
export {
  defaultAccounts,
  type StripeAccount,
  type StripeAccountSeed,
  type StripeMode,
  type StripeObject,
} from "./emulator/world.js"

/** The platform's registration in test mode. */
export const emulatorApp = {
  clientId: "ca_EmulatedTestPlatform",
  clientSecret: "sk_test_emulated_platform",
  webhookSecret: "whsec_emulated_test_platform",
}

/** The same platform's registration in live mode. */
export const emulatorLiveApp = {
  clientId: "ca_EmulatedLivePlatform",
  clientSecret: "sk_live_emulated_platform",
  webhookSecret: "whsec_emulated_live_platform",
}

/** What a test or a demo may choose. Every field has a default. */
export interface StripeEmulatorOptions {
  /** The registration in test mode. Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultAccounts}. */
  accounts?: readonly StripeAccountSeed[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface StripeProvider {
  readonly oauth: AuthorizationServer<StripeAccount>
  /** Signs deliveries with the secret of the platform's endpoint in test mode. */
  readonly signature: DeliverySignature
  /** @throws TypeError for an account that was not seeded */
  account(id: string): StripeAccount
  /** What `GET /v1/account` answers. */
  accountObject(id: string): object
  /** Endpoints that the account's key made, oldest first, with the secrets that were shown once. Default: test mode. */
  webhookEndpoints(accountId: string, mode?: "test" | "live"): readonly WebhookEndpoint[]
  /** Adds a customer. Default: test mode. */
  createCustomer(accountId: string, values: Readonly<Record<string, string>>, mode?: "test" | "live"): StripeObject
  /** Adds a payment in test mode, which succeeds. */
  pay(accountId: string, payment: { amount: number; currency: string; customer?: string }): StripeObject
  /** An event in its envelope, with an id of its own. */
  event(type: string, object: object, options?: StripeEventOptions): Delivery
  /** A person takes the platform's access away in the Dashboard. Answers the delivery that tells of it. */
  disconnect(accountId: string): Delivery
  /** A person rolls or deletes a key in the Dashboard. Answers whether there was one. */
  revokeKey(key: string): boolean
}

export type StripeEmulator = Emulator<StripeProvider>

/**
 * A strict stand-in for Stripe, written from its documentation: secret and restricted keys, test and live mode, Connect's OAuth for
 * Standard accounts with `Stripe-Account`, form-encoded parameters, idempotency keys, and signed events.
 * @see https://docs.stripe.com/api
 */
export function createStripeEmulator(options: StripeEmulatorOptions = {}): StripeEmulator {
  const app = { ...emulatorApp, ...options.app }
  return createEmulator<StripeProvider>({
    name: "stripe",
    origins: ["https://connect.stripe.com", "https://api.stripe.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const accounts = (options.accounts ?? defaultAccounts).map(createAccount)
      const platform = createAccount({
        id: "acct_1EmulatedPlatform",
        name: "The platform",
        email: "owner@platform.example",
        country: "US",
        currency: "usd",
        keys: { test: app.clientSecret, live: emulatorLiveApp.clientSecret },
      })
      const oauth = connect(kit, {
        platforms: [app, emulatorLiveApp].map(({ clientId, clientSecret }) => ({ clientId, clientSecret })),
        redirectUris: options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/stripe"],
        accounts,
      })
      const access = createAccess(accounts, platform, oauth)
      const endpoint = endpoints(kit, access)
      accountAndBalance(endpoint)
      customers(kit, endpoint)
      payments(kit, endpoint)
      webhookEndpoints(kit, endpoint)
      kit.notFound(({ request, url }) => {
        const message = `Unrecognized request URL (${request.method}: ${url.pathname}).`
        return json({ error: { type: "invalid_request_error", message } }, { status: 404 })
      })
      for (const account of accounts) seed(kit, account)
      const provider = describe(kit, { app, accounts, oauth, revokeKey: access.revokeKey })
      addActions(kit, provider)
      return provider
    },
  })
}

function seed(kit: EmulatorKit, { test, live, currency }: StripeAccount): void {
  for (const mode of [test, live]) {
    for (const name of ["first", "second", "third"]) {
      createCustomer(kit, mode, { name: `The ${name}`, email: `${name}@customer.example` })
    }
  }
  const [first] = test.customers.values()
  for (const amount of [1_000, 2_500]) {
    const customer = first ? { customer: first.id } : {}
    createPayment(kit, test, null, { amount, currency, ...customer, ...card })
  }
}

const card = { confirm: true, payment_method: "pm_card_visa", payment_method_types: ["card"] } as const

function describe(
  kit: EmulatorKit,
  parts: {
    readonly app: typeof emulatorApp
    readonly accounts: readonly StripeAccount[]
    readonly oauth: AuthorizationServer<StripeAccount>
    revokeKey(key: string): boolean
  },
): StripeProvider {
  const { app, accounts, oauth, revokeKey } = parts
  const account = (id: string) => {
    const found = accounts.find((one) => one.id === id)
    if (!found) throw new TypeError(`"${id}" is no account of the emulator`)
    return found
  }
  const event: StripeProvider["event"] = (type, object, options = {}) =>
    eventDelivery(type, object, options, {
      id: kit.random.id("evt_", 24),
      created: Math.floor(kit.clock.now() / 1000),
    })
  return {
    oauth,
    signature: stripeSignature(app.webhookSecret),
    account,
    accountObject: (id) => accountObject(account(id)),
    webhookEndpoints: (id, mode = "test") => [...account(id)[mode].webhookEndpoints.values()],
    createCustomer: (id, values, mode = "test") => createCustomer(kit, account(id)[mode], values),
    pay: (id, payment) => createPayment(kit, account(id).test, app.clientId, { ...payment, ...card }),
    event,
    disconnect(accountId) {
      oauth.revokeAccount(accountId, app.clientId)
      const application = { id: app.clientId, object: "application", name: "The platform" }
      return event("account.application.deauthorized", application, { account: accountId })
    },
    revokeKey,
  }
}

/** For the demo and for tests in another process. */
function addActions(kit: EmulatorKit, provider: StripeProvider): void {
  kit.action("deliver_event", async (input) => {
    const { url, type, object, ...options } = input as {
      url: string
      type: string
      object: object
    } & StripeEventOptions
    const signing = { signature: provider.signature, clock: kit.clock }
    return (await deliver(provider.event(type, object, options), { url }, signing)).status
  })
  kit.action("revoke_key", (input) => provider.revokeKey((input as { key: string }).key))
  kit.action("disconnect", (input) => provider.disconnect((input as { accountId: string }).accountId))
}
