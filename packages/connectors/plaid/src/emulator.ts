import { createEmulator, type Emulator, type EmulatorClock } from "@holdfast/emulator"
import { plaidApi } from "./emulator/api.js"
import { hostedLink } from "./emulator/hosted-link.js"
import { createItems, type Items, type PlaidUser } from "./emulator/items.js"
import { createKeys, type WebhookKeys } from "./emulator/webhook-keys.js"

export type { PlaidItem, PlaidUser } from "./emulator/items.js"
export { plaidSignature } from "./emulator/webhook-keys.js"

/** The keys that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "5f0c0000000000000000c11e",
  clientSecret: "emulatedPlaidSandboxSecret00",
  environment: "sandbox",
} as const

/** Logins at two banks. */
export const defaultUsers: readonly PlaidUser[] = [
  { id: "user_good", label: "First user", institutionId: "ins_109508", institutionName: "First Platypus Bank" },
  { id: "user_other", label: "Second user", institutionId: "ins_109511", institutionName: "Tartan Bank" },
]

export interface PlaidEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  readonly app?: Partial<Pick<typeof emulatorApp, "clientId" | "clientSecret">>
  /** Default: {@link defaultUsers}. */
  readonly users?: readonly PlaidUser[]
  /**
   * What Plaid does is `"always"`: each time through Link makes another Item. `"per_login"` hands out the one that is there, for suites that
   * hold an account to be the same account.
   */
  readonly newItems?: "always" | "per_login"
  /** Default: a virtual clock. */
  readonly clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface PlaidProvider {
  readonly items: Items
  readonly keys: WebhookKeys
}

export type PlaidEmulator = Emulator<PlaidProvider>

/**
 * A strict stand-in for Plaid, written from its documentation: Hosted Link with update mode, Items whose token never ends, balances,
 * transactions by cursor, and webhooks signed with keys that only the app may ask for.
 * @see https://plaid.com/docs/api/
 */
export function createPlaidEmulator(options: PlaidEmulatorOptions = {}): PlaidEmulator {
  return createEmulator<PlaidProvider>({
    name: "plaid",
    origins: ["https://sandbox.plaid.com", "https://production.plaid.com", "https://secure.plaid.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const items = createItems(kit, options.users ?? defaultUsers, options.newItems ?? "always")
      const keys = createKeys()
      plaidApi(kit, { ...emulatorApp, ...options.app }, items, keys)
      hostedLink(kit, items)
      kit.action("items", () => items.all().map(({ id, removed }) => ({ id, removed })))
      return { items, keys }
    },
  })
}
