import type { Call, EmulatorKit } from "../contract.js"
import { splitEndpoint } from "../origins.js"
import { authorize } from "./authorize.js"
import type { AuthorizationServer, IssueRequest } from "./contract.js"
import { createGrant } from "./grant.js"
import { accessTokenOf, inspectAccessToken } from "./inspect.js"
import { issueAllSlots, type ServerContext } from "./issue.js"
import type { AuthorizationServerOptions } from "./options.js"
import { viewGrant } from "./records.js"
import { createRegistry } from "./registry.js"
import { revocation } from "./revocation.js"
import { revokeToken } from "./revoke-token.js"
import { type EndpointRole, token, tokenFaultNames } from "./token.js"

/**
 * A strict OAuth 2.0 authorization server on the emulator's routes: exact redirect URIs, codes that work once, PKCE,
 * client authentication as documented, rotation with its punishments, expiry on the emulator's clock.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749
 * @see https://www.rfc-editor.org/rfc/rfc9700
 */
export function authorizationServer<Data>(
  kit: EmulatorKit,
  options: AuthorizationServerOptions<Data>,
): AuthorizationServer<Data> {
  const registry = createRegistry(kit.clock, options.clients, options.accounts)
  const context: ServerContext<Data> = { id: options.id ?? "oauth", kit, options, registry }
  addRoutes(context)
  return serverOver(context)
}

/** What tests and the control surface can do to a server, whichever protocol its endpoints speak. */
export function serverOver<Data>(context: ServerContext<Data>): AuthorizationServer<Data> {
  const { kit, options, registry } = context
  const { clock } = kit
  const boundTo = (origin: string | undefined) => (options.boundToOrigin ? origin : undefined)
  const ofGrant = (grantId: string | undefined) => {
    const grant = grantId === undefined ? undefined : registry.grants.get(grantId)
    return grantId === undefined ? [...registry.grants.values()] : grant ? [grant] : []
  }
  const server: AuthorizationServer<Data> = {
    id: context.id,
    get clients() {
      return [...registry.clients.values()]
    },
    get accounts() {
      return [...registry.accounts.values()]
    },
    registerClient: (client) => void registry.clients.set(client.clientId, client),
    addAccount: (account) => void registry.accounts.set(account.id, account),
    authenticate(request, from) {
      const inspection = server.inspect(request, from)
      return inspection.is === "live" ? inspection : undefined
    },
    inspect(request, from) {
      const value = accessTokenOf(request, from)
      const inspection = inspectAccessToken(registry, clock, value, boundTo(new URL(request.url).origin))
      const parent = value === undefined ? undefined : registry.accessTokens.get(value)?.parent
      // Using the new access token ends the reuse window of the refresh token that it was issued for.
      if (inspection.is === "live" && parent) parent.replacementUsed = true
      return inspection
    },
    inspectToken: (accessToken, origin) => inspectAccessToken(registry, clock, accessToken, boundTo(origin)),
    grants: () => [...registry.grants.values()].map((grant) => viewGrant(grant, clock.now())),
    issue: (request) => issueDirectly(context, request),
    revokeGrant(grantId, because = "revoked_by_user") {
      const grant = registry.grants.get(grantId)
      if (!grant || grant.revokedAt !== undefined) return false
      registry.revokeGrant(grant, because)
      return true
    },
    revokeToken: (value, takes, because = "revoked_by_client") =>
      revokeToken(registry, value, takes, because) !== undefined,
    revokeAccount(accountId, clientId) {
      const living = [...registry.grants.values()].filter(
        (grant) =>
          grant.account.id === accountId &&
          grant.revokedAt === undefined &&
          (clientId === undefined || grant.clientId === clientId),
      )
      for (const grant of living) registry.revokeGrant(grant, "revoked_by_user")
      return living.length
    },
    expireAccessTokens(grantId) {
      const now = clock.now()
      const living = ofGrant(grantId)
        .flatMap((grant) => grant.accessTokens)
        .filter((access) => access.expiresAt === "never" || access.expiresAt > now)
      for (const access of living) access.expiresAt = now
      return living.length
    },
    expireRefreshTokens(grantId) {
      const living = ofGrant(grantId)
        .flatMap((grant) => grant.refreshTokens)
        .filter((refresh) => !refresh.expired)
      for (const refresh of living) refresh.expired = true
      return living.length
    },
  }
  kit.register(server)
  return server
}

function addRoutes<Data>(context: ServerContext<Data>): void {
  const { id, kit, options } = context
  const named = (name: string) => [name, `${id}.${name}`]
  if (options.authorizationEndpoint) {
    const { origin, path } = splitEndpoint(options.authorizationEndpoint)
    const names = () => named("authorize")
    kit.route(["GET", "POST"], origin, path, (call) => authorize(context, call), { id: `${id}.authorize`, names })
  }
  const addToken = (endpoint: string, role: EndpointRole, routeId: string) => {
    const { origin, path } = splitEndpoint(endpoint)
    const names = (call: Call) => tokenFaultNames(context, call)
    kit.route("POST", origin, path, (call) => token(context, role, call), { id: routeId, names })
  }
  addToken(options.tokenEndpoint, options.refreshEndpoint ? "token" : "both", `${id}.token`)
  if (options.refreshEndpoint) addToken(options.refreshEndpoint, "refresh", `${id}.refresh`)
  if (options.revocation) {
    const rules = options.revocation
    const { origin, path } = splitEndpoint(rules.endpoint)
    const names = () => named("revoke")
    kit.route("POST", origin, path, (call) => revocation(context, rules, call), { id: `${id}.revoke`, names })
  }
}

function issueDirectly<Data>(
  context: ServerContext<Data>,
  request: IssueRequest,
): ReturnType<AuthorizationServer<Data>["issue"]> {
  const { kit, options, registry } = context
  const client = request.clientId ? registry.clients.get(request.clientId) : [...registry.clients.values()][0]
  const account = request.accountId ? registry.accounts.get(request.accountId) : [...registry.accounts.values()][0]
  if (!client) throw new TypeError(`"${request.clientId ?? ""}" is no client of the emulator`)
  if (!account) throw new TypeError(`"${request.accountId ?? ""}" is no account of the emulator`)
  const grant = createGrant(context, {
    client,
    account,
    scopes: request.scopes ?? [],
    parameters: request.parameters ?? {},
    origin: request.origin ?? splitEndpoint(options.tokenEndpoint).origin,
    madeBy: "authorization_code",
  })
  const tokens = issueAllSlots(context, grant, { parameters: {} }, "authorization_code")
  const [main] = tokens
  if (!main) throw new TypeError("a grant needs at least one slot")
  return { grant: viewGrant(grant, kit.clock.now()), tokens, main }
}
