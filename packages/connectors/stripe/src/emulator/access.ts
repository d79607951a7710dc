import type { AuthorizationServer } from "@holdfast/emulator"
import { bearer } from "./connect.js"
import { StripeRefusal } from "./refusal.js"
import type { StripeAccount, StripeMode } from "./world.js"

/** Whose request it is, in which mode, and what it may do. */
export interface Caller {
  readonly account: StripeAccount
  readonly mode: StripeMode
  /** Undefined: everything. */
  readonly permissions: readonly string[] | undefined
  /** The platform that acts for the account. */
  readonly application: string | null
}

/** Keys that work: of accounts, of platforms, and those that Connect gave out. */
export interface Access {
  /** @throws StripeRefusal 401 or 403 */
  callerOf(request: Request): Caller
  /** A person rolls or deletes a key in the Dashboard. Answers whether there was one. */
  revokeKey(key: string): boolean
}

interface Key {
  readonly account: StripeAccount
  readonly livemode: boolean
  readonly permissions?: readonly string[]
}

/**
 * @see https://docs.stripe.com/api/authentication
 * @see https://docs.stripe.com/connect/authentication
 */
export function createAccess(
  accounts: readonly StripeAccount[],
  platform: StripeAccount,
  oauth: AuthorizationServer<StripeAccount>,
): Access {
  const keys = new Map<string, Key>()
  for (const account of [...accounts, platform]) {
    keys.set(account.keys.test, { account, livemode: false })
    keys.set(account.keys.live, { account, livemode: true })
    for (const [key, permissions] of Object.entries(account.restrictedKeys ?? {})) {
      keys.set(key, { account, livemode: key.startsWith("rk_live_"), permissions })
    }
  }
  const modeOf = ({ account, livemode }: Key) => (livemode ? account.live : account.test)

  function ofConnect(key: string): Caller | undefined {
    const found = oauth.inspectToken(key)
    if (found.is !== "live") return undefined
    const { account } = found.grant
    const mode = key.startsWith("sk_live_") ? account.data.live : account.data.test
    return { account: account.data, mode, permissions: granted(found.scopes), application: found.grant.clientId }
  }

  /** The platform's key acts as an account that is connected to it, and as no other. */
  function onBehalf(key: string, own: Key, accountId: string): Caller {
    const client = oauth.clients.find(({ clientSecret }) => clientSecret === key)
    if (!client) {
      const message = "Only Stripe Connect platforms can work with other accounts."
      throw new StripeRefusal(403, { message })
    }
    const grants = oauth
      .grants()
      .filter((grant) => grant.clientId === client.clientId && grant.account.id === accountId)
    const grant = grants.find(({ revokedAt }) => revokedAt === undefined)
    if (!grant) {
      const message = `The provided key '${masked(key)}' does not have access to account '${accountId}' (or that account does not exist). Application access may have been revoked.`
      throw new StripeRefusal(403, { code: "account_invalid", message })
    }
    const account = grant.account.data
    const mode = own.livemode ? account.live : account.test
    return { account, mode, permissions: granted(grant.scopes), application: client.clientId }
  }

  return {
    callerOf(request) {
      const key = keyOf(request)
      if (key === undefined) {
        throw new StripeRefusal(401, { message: "You did not provide an API key." })
      }
      if (key.startsWith("pk_")) {
        const message = "This API call cannot be made with a publishable API key. Please use a secret API key."
        throw new StripeRefusal(401, { code: "secret_key_required", message })
      }
      const own = keys.get(key)
      const caller = own
        ? { account: own.account, mode: modeOf(own), permissions: own.permissions, application: null }
        : ofConnect(key)
      if (!caller) throw new StripeRefusal(401, { message: `Invalid API Key provided: ${masked(key)}` })
      const accountId = request.headers.get("stripe-account") ?? request.headers.get("stripe-context")
      if (accountId === null || accountId === caller.account.id) return caller
      return onBehalf(key, own ?? { account: caller.account, livemode: caller.mode.livemode }, accountId)
    },
    revokeKey: (key) => keys.delete(key),
  }
}

/** @throws StripeRefusal 403, without a code, as Stripe does */
export function requirePermission({ account, permissions }: Caller, permission: string): void {
  if (permissions === undefined || permissions.includes(permission)) return
  if (permissions.includes(permission.replace(/_read$/, "_write"))) return
  throw new StripeRefusal(403, {
    message: `The provided key does not have the required permissions for this endpoint on account '${account.id}'. Having the 'rak_${permission}' permission would allow this request to continue.`,
  })
}

// https://docs.stripe.com/connect/oauth-reference#get-authorize-request
function granted(scopes: readonly string[]): readonly string[] | undefined {
  if (scopes.includes("read_write")) return undefined
  return ["accounts_kyc_basic_read", "balance_read", "charge_read", "customer_read", "payment_intent_read"]
}

/** A bearer, or the user of a Basic header. */
function keyOf(request: Request): string | undefined {
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.get("authorization") ?? "")?.[1]
  return basic === undefined ? bearer(request) : atob(basic).split(":")[0] || undefined
}

function masked(key: string): string {
  return `${key.slice(0, 8)}${"*".repeat(Math.max(0, key.length - 12))}${key.slice(-4)}`
}
