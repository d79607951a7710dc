import type { Call, EmulatorKit } from "../contract.js"
import type { Fault } from "../fault.js"
import type { EmulatedClient, IssuedTokens, OAuthRefusal } from "./model.js"
import type { AuthorizationServerOptions, RefreshTokenOptions } from "./options.js"
import type { Parameters } from "./parameters.js"
import { type GrantRecord, isLiveRefresh, type RefreshRecord, viewGrant } from "./records.js"
import type { Registry } from "./registry.js"

/** What every endpoint of one authorization server works with. */
export interface ServerContext<Data> {
  id: string
  kit: EmulatorKit
  options: AuthorizationServerOptions<Data>
  registry: Registry<Data>
}

/** What is issued, and why. */
export interface IssueOrder<Data> {
  grant: GrantRecord<Data>
  grantType: string
  slot: string
  scopes: readonly string[]
  /** The refresh token that was shown. */
  parent?: RefreshRecord<Data>
  parameters: Parameters
  fault?: Fault | undefined
}

/** A token request whose client is known. */
export interface TokenRequest {
  call: Call
  client: EmulatedClient
  parameters: Parameters
}

/** Tokens of one grant, or why there are none. */
export type Issued<Data> = { grant: GrantRecord<Data>; tokens: readonly IssuedTokens[] } | { refusal: OAuthRefusal }

const daySeconds = 86_400

/** Issues the tokens of one slot, as the policy for it says. */
export function issueTokens<Data>(context: ServerContext<Data>, order: IssueOrder<Data>): IssuedTokens {
  const { kit, options, registry } = context
  const { grant, slot, parent } = order
  const now = kit.clock.now()
  const rules = lifetimes(context, order)
  const cut = order.fault?.kind === "token_answer" ? order.fault : undefined
  const scopes = cut?.scopes ? order.scopes.filter((scope) => cut.scopes?.includes(scope)) : order.scopes
  // Whether this consent gets a refresh token is judged before the grant counts among the earlier ones.
  const refreshRules = givesRefreshToken(context, order, rules.refreshToken) ? rules.refreshToken : undefined

  if (parent?.rules.invalidatesAccessToken) {
    for (const token of grant.accessTokens) if (token.slot === slot) token.endedBecause ??= "superseded_by_refresh"
  }
  registry.keepGrant(grant)
  const accessToken = value(context, order, "access")
  const expiresAt = rules.accessTokenSeconds === "never" ? "never" : now + rules.accessTokenSeconds * 1000
  registry.addAccessToken({ value: accessToken, grant, slot, scopes, expiresAt, parent })

  let refreshToken: string | undefined
  if (refreshRules) {
    refreshToken = value(context, order, "refresh")
    registry.addRefreshToken({
      value: refreshToken,
      grant,
      slot,
      // RFC 6749 6: asking for less narrows the access token, never the grant.
      scopes: parent?.scopes ?? scopes,
      rules: refreshRules,
      issuedAt: now,
      replacementUsed: false,
      expired: false,
      parent,
    })
    if (refreshRules.perAccountLimit !== undefined) {
      registry.enforceLimit(grant.clientId, grant.account.id, refreshRules.perAccountLimit)
    }
  }
  const days = refreshRules?.idleDays ?? refreshRules?.maxDays
  return {
    slot,
    accessToken,
    expiresIn: disguised(rules.accessTokenSeconds, cut?.expiresIn),
    refreshToken: cut?.refreshToken === "absent" ? undefined : refreshToken,
    refreshTokenExpiresIn: days === undefined ? undefined : days * daySeconds,
    scopes,
    scope: scopes.join(options.scopeSeparator ?? " "),
  }
}

/** Tokens for every slot of a new grant. */
export function issueAllSlots<Data>(
  context: ServerContext<Data>,
  grant: GrantRecord<Data>,
  { call, parameters }: { call?: Call; parameters: Parameters },
  grantType: string,
): readonly IssuedTokens[] {
  return grant.slots.map((slot) =>
    issueTokens(context, {
      grant,
      grantType,
      slot: slot.id,
      scopes: slot.scopes ?? grant.scopes,
      parameters,
      fault: call?.fault,
    }),
  )
}

function lifetimes<Data>(
  { kit, options, registry }: ServerContext<Data>,
  order: IssueOrder<Data>,
): { accessTokenSeconds: number | "never"; refreshToken: RefreshTokenOptions | undefined } {
  const client = registry.clients.get(order.grant.clientId)
  const own = client
    ? options.policy?.({
        grantType: order.grantType,
        grant: viewGrant(order.grant, kit.clock.now()),
        client,
        slot: order.slot,
        parameters: order.parameters,
      })
    : undefined
  // RFC 6749 4.4.3: grants without a person get no refresh token, unless the policy says so itself.
  const personal = order.grantType === "authorization_code" || order.grantType === "refresh_token"
  const refreshToken = own?.refreshToken ?? (personal ? options.refreshToken : undefined) ?? "none"
  return {
    accessTokenSeconds: own?.accessTokenSeconds ?? options.accessTokenSeconds ?? 3600,
    refreshToken: refreshToken === "none" ? undefined : refreshToken,
  }
}

function givesRefreshToken<Data>(
  { kit, registry }: ServerContext<Data>,
  { grant, grantType, parent }: IssueOrder<Data>,
  rules: RefreshTokenOptions | undefined,
): boolean {
  if (!rules) return false
  if (parent) return rules.rotation === "single-use"
  if (!rules.onlyOnConsent || grantType !== "authorization_code") return true
  if (grant.parameters.prompt?.split(" ").includes("consent")) return true
  const earlier = registry.siblings(grant.clientId, grant.account.id).filter((sibling) => sibling !== grant)
  return !earlier.some((sibling) => sibling.refreshTokens.some((token) => isLiveRefresh(token, kit.clock.now())))
}

function value<Data>(
  { kit, options }: ServerContext<Data>,
  order: IssueOrder<Data>,
  kind: "access" | "refresh",
): string {
  const random = kit.random.id("", 40)
  const grant = viewGrant(order.grant, kit.clock.now())
  return options.tokenValue?.({ kind, grant, slot: order.slot, random }) ?? random
}

function disguised(
  seconds: number | "never",
  fault: "absent" | "string" | number | undefined,
): IssuedTokens["expiresIn"] {
  const real = seconds === "never" ? undefined : seconds
  if (fault === "absent") return undefined
  if (fault === "string") return real === undefined ? undefined : String(real)
  return fault ?? real
}
