import type { ServerContext } from "./issue.js"
import type { EmulatedAccount, EmulatedClient } from "./model.js"
import type { Parameters } from "./parameters.js"
import { type GrantRecord, viewGrant } from "./records.js"

/** Values that prove something once; a grant, which tests and the control surface may print, does not keep them. */
const oneTime = new Set([
  "state",
  "nonce",
  "code_challenge",
  "client_secret",
  "client_assertion",
  "assertion",
  "password",
])

/** A new grant. It is listed once tokens are issued for it. */
export function createGrant<Data>(
  { kit, options }: ServerContext<Data>,
  from: {
    client: EmulatedClient
    account: EmulatedAccount<Data>
    scopes: readonly string[]
    parameters: Parameters
    origin: string
    madeBy: string
  },
): GrantRecord<Data> {
  const parameters = Object.fromEntries(Object.entries(from.parameters).filter(([name]) => !oneTime.has(name)))
  const now = kit.clock.now()
  const grant: GrantRecord<Data> = {
    id: kit.random.id("grant_", 12),
    clientId: from.client.clientId,
    account: from.account,
    scopes: from.scopes,
    parameters,
    origin: from.origin,
    madeBy: from.madeBy,
    createdAt: now,
    slots: [{ id: "main" }],
    accessTokens: [],
    refreshTokens: [],
  }
  const slots = options.slots?.(viewGrant(grant, now))
  if (slots) grant.slots = slots
  return grant
}

/** The scopes of a `scope` parameter. */
export function requestedScopes(scope: string, separator: " " | "," = " "): readonly string[] {
  return scope
    .split(separator)
    .map((name) => (separator === "," ? name.trim() : name))
    .filter((name) => name !== "")
}
