import * as paypalAt from "@holdfast/paypal/emulator"
import * as plaidAt from "@holdfast/plaid/emulator"
import * as stripeAt from "@holdfast/stripe/emulator"
import type { ProviderMaker } from "../provider.js"

const stripe: ProviderMaker = ({ clock, callback }) => {
  const [account] = stripeAt.defaultAccounts
  return {
    emulator: stripeAt.createStripeEmulator({ clock, redirectUris: [callback("stripe")] }),
    registrations: { stripe: stripeAt.emulatorApp },
    connectors: () => ({
      stripe: {
        // The one that can be taken back: a key that was typed belongs to whoever typed it.
        method: "connect",
        operation: "list_customers",
        parameters: {
          list_customers: { limit: 10 },
          create_customer: { email: "customer@example.com", name: "A customer" },
          create_payment_intent: { amount: 2_000, currency: "usd" },
        },
        hints: [["API key", account?.keys.test ?? ""]],
        tokens: "none",
      },
    }),
  }
}

const paypal: ProviderMaker = ({ clock, callback }) => {
  const { clientId, clientSecret } = paypalAt.emulatorBusinesses.first
  return {
    emulator: paypalAt.createPayPalEmulator({ clock, redirectUris: [callback("paypal")] }),
    registrations: { paypal: paypalAt.emulatorApp },
    connectors: () => ({
      paypal: {
        answers: { client_id: clientId, client_secret: clientSecret },
        operation: "get_order",
        parameters: {
          get_order: { order_id: "5O190127TN36471A0" },
          create_order: { amount: "10.00", currency: "EUR" },
        },
        hints: [
          ["client ID", clientId],
          ["client secret", clientSecret],
        ],
        renewedBy: "client_credentials",
        // The connector has no request that ends such a token.
        revocation: "none",
      },
    }),
  }
}

const plaid: ProviderMaker = ({ clock }) => ({
  emulator: plaidAt.createPlaidEmulator({ clock }),
  registrations: { plaid: plaidAt.emulatorApp },
  connectors: () => ({
    plaid: {
      operation: "get_accounts",
      parameters: { get_accounts: {}, get_balances: {}, list_transactions: {} },
      tokens: "none",
    },
  }),
})

/** Money that changes hands. */
export const payments = [stripe, paypal, plaid]
