import { connectorSuite } from "@holdfast/testing"
import { createPlaidEmulator, emulatorApp, type PlaidEmulator, plaidSignature } from "./emulator.js"
import { type PlaidConnector, type PlaidOptions, plaid } from "./index.js"

const refusal = (error_type: string, error_code: string) => ({
  error_type,
  error_code,
  error_message: "No.",
  display_message: null,
})
const itemId = ({ provider }: PlaidEmulator) => provider.items.all()[0]?.id ?? ""

connectorSuite<PlaidConnector, PlaidOptions, PlaidEmulator>(plaid, {
  // An Item for each login, since the suite connects an account twice and holds it to be the same: Plaid itself makes another Item.
  emulator: () => createPlaidEmulator({ newItems: "per_login" }),
  app: emulatorApp,
  methods: {
    link: {
      account: (emulator) => ({
        id: itemId(emulator),
        label: "First Platypus Bank",
        data: { institutionId: "ins_109508" },
      }),
      withdraw: ({ provider }) => provider.items.resetLogin(),
      alive: ({ provider }) => provider.items.all().some(({ removed }) => !removed),
    },
  },
  operations: {
    get_accounts: { answer: { accounts: [{ account_id: "user_good_checking" }, { account_id: "user_good_savings" }] } },
    get_balances: {
      parameters: { account_ids: ["user_good_savings"] },
      answer: { accounts: [{ balances: { available: 101, iso_currency_code: "USD" } }] },
    },
    list_transactions: {
      parameters: { count: 2 },
      answer: { added: [{ name: "Purchase 1" }, { name: "Purchase 2" }], has_more: true, next_cursor: "after-2" },
    },
    get_item: { answer: { institution_name: "First Platypus Bank", error: null } },
  },
  errors: [
    {
      when: "the account is not one of the Item",
      operation: "get_balances",
      parameters: { account_ids: ["somebody_checking"] },
      code: "resource_not_found",
      providerCode: "INVALID_ACCOUNT_ID",
    },
    {
      when: "the cursor is not one of Plaid's",
      operation: "list_transactions",
      parameters: { cursor: "nonsense" },
      code: "input_invalid",
      providerCode: "INVALID_FIELD",
    },
    {
      when: "the bank sent news while pages were read",
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: {
            kind: "status",
            status: 400,
            body: refusal("TRANSACTIONS_ERROR", "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"),
          },
        }),
      operation: "list_transactions",
      parameters: { cursor: "after-2" },
      code: "input_invalid",
      providerCode: "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION",
    },
    {
      when: "it is too much",
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: { kind: "status", status: 429, body: refusal("RATE_LIMIT_EXCEEDED", "ACCOUNTS_LIMIT") },
        }),
      operation: "get_accounts",
      code: "rate_limited",
      providerCode: "ACCOUNTS_LIMIT",
    },
    {
      when: "the bank is down",
      arrange: ({ faults }) =>
        faults.next({
          on: "*",
          fault: { kind: "status", status: 400, body: refusal("INSTITUTION_ERROR", "INSTITUTION_DOWN") },
        }),
      operation: "get_balances",
      code: "provider_unavailable",
      providerCode: "INSTITUTION_DOWN",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 400, body: refusal("API_ERROR", "holdfast_unheard_of") } }),
  webhooks: {
    signature: ({ provider }) => plaidSignature(provider.keys),
    deliveries(emulator) {
      const about = (webhook_type: string, webhook_code: string, more: object = {}) => ({
        body: { webhook_type, webhook_code, item_id: itemId(emulator), environment: "sandbox", ...more },
      })
      return {
        transactions_sync_updates_available: about("TRANSACTIONS", "SYNC_UPDATES_AVAILABLE"),
        item_error: about("ITEM", "ERROR", { error: refusal("ITEM_ERROR", "ITEM_LOGIN_REQUIRED") }),
        item_login_repaired: about("ITEM", "LOGIN_REPAIRED"),
        item_new_accounts_available: about("ITEM", "NEW_ACCOUNTS_AVAILABLE"),
        item_pending_disconnect: about("ITEM", "PENDING_DISCONNECT"),
        item_pending_expiration: about("ITEM", "PENDING_EXPIRATION"),
        item_user_account_revoked: about("ITEM", "USER_ACCOUNT_REVOKED", { account_id: "user_good_checking" }),
        item_user_permission_revoked: about("ITEM", "USER_PERMISSION_REVOKED"),
      }
    },
    ends: ["item_error", "item_user_permission_revoked"],
    subscriptions: ({ provider }) =>
      provider.items.all().filter(({ webhook, removed }) => webhook !== null && !removed).length,
  },
  skip: { second_account: "update mode mends the Item that is there, and offers no other" },
})
