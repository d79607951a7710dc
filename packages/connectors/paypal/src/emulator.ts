import {
  type AuthorizationServer,
  authorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  type EmulatedAccount,
  type Emulator,
  type EmulatorClock,
  json,
  standardTokenBody,
} from "@holdfast/emulator"
import { certificatePem, paypalSignature } from "./emulator/certificate.js"
import { businessScopes, type PayPalAccount, type PayPalOrder, paymentsApi } from "./emulator/payments.js"

export type { PayPalAccount, PayPalOrder } from "./emulator/payments.js"

/** The registration of an app that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "AEmulatedPayPalPlatform_01",
  clientSecret: "emulated-paypal-platform-secret",
  webhookId: "9XL90610J3647323C",
}

/** Keys of two businesses' own apps. */
export const emulatorBusinesses = {
  first: { clientId: "AEmulatedPayPalBusiness_01", clientSecret: "emulated-paypal-business-secret-1" },
  second: { clientId: "AEmulatedPayPalBusiness_02", clientSecret: "emulated-paypal-business-secret-2" },
} as const

export const defaultAccounts: readonly PayPalAccount[] = [
  { payerId: "WDJJHEBZ4X2LY", name: "First Person", email: "first@paypal.example" },
  { payerId: "QWJJHEBZ4X2LZ", name: "Second Person", email: "second@paypal.example" },
]

/** What a test or a demo may choose. Every field has a default. */
export interface PayPalEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** The first two are those behind {@link emulatorBusinesses} as well. Default: {@link defaultAccounts}. */
  accounts?: readonly PayPalAccount[]
  /** Default: "live". */
  environment?: "live" | "sandbox"
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface PayPalProvider {
  readonly oauth: AuthorizationServer<PayPalAccount>
  /** Signs deliveries under the certificate, for the app's webhook. */
  readonly signature: DeliverySignature
  readonly orders: readonly PayPalOrder[]
  /** The buyer approves an order. */
  approve(orderId: string): void
  /** One event about a payment to an account: `PAYMENT.CAPTURE.COMPLETED`. */
  event(type: string, payerId?: string): Delivery
  /** Takes the keys of a business away: another secret, and no token left. */
  revokeKeys(clientId: string): void
}

export type PayPalEmulator = Emulator<PayPalProvider>

/**
 * A strict stand-in for PayPal, written from its documentation: Basic authentication alone, apps' own tokens and people who log in, orders that
 * a buyer approves, request ids, and deliveries signed under a certificate.
 * @see https://developer.paypal.com/api/rest/
 */
export function createPayPalEmulator(options: PayPalEmulatorOptions = {}): PayPalEmulator {
  const app = { ...emulatorApp, ...options.app }
  const people = options.accounts ?? defaultAccounts
  const label = options.environment === "sandbox" ? "sandbox.paypal.com" : "paypal.com"
  const [site, api, certs] = [`https://www.${label}`, `https://api-m.${label}`, `https://api.${label}`]
  const certPath = "/v1/notifications/certs/CERT-360caa42-fca2a594-ab66f33d"
  return createEmulator<PayPalProvider>({
    name: "paypal",
    origins: [site, api, certs],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const [first, second = first] = people
      if (!first || !second) throw new TypeError("the emulator needs an account")
      const accounts = people.map(
        (data): EmulatedAccount<PayPalAccount> => ({ id: data.payerId, label: data.email, data }),
      )
      const owners: Readonly<Record<string, PayPalAccount>> = {
        [emulatorBusinesses.first.clientId]: first,
        [emulatorBusinesses.second.clientId]: second,
        [app.clientId]: first,
      }
      const redirectUris = options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/paypal"]
      const { clientId, clientSecret } = app
      const oauth = authorizationServer<PayPalAccount>(kit, {
        authorizationEndpoint: `${site}/signin/authorize`,
        tokenEndpoint: `${api}/v1/oauth2/token`,
        clients: [
          { clientId, clientSecret, redirectUris, name: "The app" },
          ...Object.values(emulatorBusinesses).map((keys) => ({ ...keys, redirectUris: [] })),
        ],
        accounts,
        clientAuthentication: "basic",
        pkce: "none",
        scopes: [...businessScopes, "profile", "email", "address", "https://uri.paypal.com/services/paypalattributes"],
        checkAuthorize: ({ parameters }) =>
          parameters.flowEntry === "static" && (parameters.scope ?? "").split(" ").includes("openid")
            ? undefined
            : { error: "invalid_request", description: "flowEntry and the scope openid are required" },
        accessTokenSeconds: 28_800,
        refreshToken: { rotation: "reusable" },
        policy: ({ grantType }) =>
          grantType === "client_credentials" ? { accessTokenSeconds: 32_400, refreshToken: "none" } : {},
        grantTypes: {
          client_credentials({ client }) {
            const owner = owners[client.clientId] ?? first
            const account = accounts.find(({ id }) => id === owner.payerId)
            return account ? { account, scopes: businessScopes } : { error: "invalid_client", status: 401 }
          },
        },
        tokenResponse(answer) {
          const own = answer.grantType === "client_credentials"
          return json({
            ...standardTokenBody(answer),
            ...(own && { app_id: "APP-80W284485P519543T" }),
            nonce: "2026-01-01T00:00:00Z",
          })
        },
        errorResponse: ({ error, description, status }) =>
          json(
            { error, error_description: error === "invalid_client" ? "Client Authentication failed" : description },
            { status },
          ),
      })
      const orders = seeded(first.payerId)
      paymentsApi(kit, oauth, orders, api)
      kit.route("GET", certs, certPath, async () => {
        const pem = await certificatePem({ from: "20250101000000Z", to: "20490101000000Z" })
        return new Response(pem, { headers: { "content-type": "text/plain" } })
      })
      let events = 0
      return {
        oauth,
        orders,
        signature: paypalSignature(app.webhookId, `${certs}${certPath}`),
        approve(orderId) {
          for (const order of orders) if (order.id === orderId) order.status = "APPROVED"
        },
        event(event_type, payerId = first.payerId) {
          events += 1
          const payee = { email_address: "payee@paypal.example", merchant_id: payerId }
          const isOrder = event_type.startsWith("CHECKOUT.ORDER")
          return {
            id: `69cd13f0-d67a-11e5-baa3-${String(events).padStart(12, "0")}`,
            body: {
              id: `WH-58D329510W468432D-8HN650336L${String(events).padStart(6, "0")}`,
              event_version: "1.0",
              create_time: new Date(kit.clock.now()).toISOString(),
              resource_type: isOrder ? "checkout-order" : "capture",
              event_type,
              summary: "Something happened",
              resource: isOrder
                ? { id: "5O190127TN3647100", status: "APPROVED", purchase_units: [{ reference_id: "default", payee }] }
                : {
                    id: "3C679366HH9089700",
                    status: "COMPLETED",
                    amount: { currency_code: "EUR", value: "10.00" },
                    payee,
                  },
            },
          }
        },
        revokeKeys(clientId) {
          oauth.registerClient({ clientId, clientSecret: "another-secret-altogether", redirectUris: [] })
          for (const grant of oauth.grants()) if (grant.clientId === clientId) oauth.revokeGrant(grant.id)
        },
      }
    },
  })
}

/** One order that its buyer has approved, and one that is complete. */
function seeded(payerId: string): PayPalOrder[] {
  const units = [{ amount: { currency_code: "EUR", value: "25.00" } }]
  return [
    { id: "5O190127TN36471A0", payerId, status: "APPROVED", intent: "CAPTURE", units },
    {
      id: "5O190127TN36471A1",
      payerId,
      status: "COMPLETED",
      intent: "CAPTURE",
      units,
      capture: { id: "3C679366HH9089A1", value: 25, currency: "EUR", refunded: 0 },
    },
  ]
}
