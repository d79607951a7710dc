import {
  type AuthorizationServer,
  authorizationServer,
  type Call,
  type EmulatedAccount,
  type EmulatedClient,
  type EmulatedGrant,
  type EmulatorKit,
  json,
  type TokenAnswer,
} from "@holdfast/emulator"
import { accountsAt, type MicrosoftAccount, personalTenantId } from "./accounts.js"
import { adminConsentPage } from "./admin-consent.js"
import { encoded, jsonWebKeys, signIdToken } from "./id-token.js"
import { describedError, tokenRefusal } from "./refusals.js"
import { answeredScopes, knownScopes, shortName } from "./scopes.js"

export interface EntraOptions {
  readonly clients: readonly EmulatedClient[]
  readonly accounts: readonly EmulatedAccount<MicrosoftAccount>[]
  /** Who the app was registered for: everybody, all organisations, or the one with this id. */
  readonly audience: "everybody" | "organizations" | { readonly tenantId: string }
  /** Delegated permissions that people may not consent to by themselves. */
  readonly adminScopes: readonly string[]
  /** How token answers spell scopes. The documentation has both. */
  readonly scopeSpelling: "full" | "short"
}

export interface Entra extends AuthorizationServer<MicrosoftAccount> {
  /** Tenants whose administrator has approved the app. */
  readonly approved: Set<string>
}

export const login = "https://login.microsoftonline.com"

/**
 * The Microsoft identity platform: an endpoint for each tenant, refresh tokens for `offline_access` alone, which replace themselves while
 * the old ones stay good, consent that may be an administrator's alone, and no revocation.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens
 */
export function entra(kit: EmulatorKit, options: EntraOptions): Entra {
  const approved = new Set<string>()
  const restricted = (scopes: readonly string[]) => scopes.some((one) => options.adminScopes.includes(shortName(one)))
  const seen = (call: Call) => accountsAt(call.params.tenant ?? "", options.accounts) ?? []
  const oauth = authorizationServer<MicrosoftAccount>(kit, {
    authorizationEndpoint: `${login}/{tenant}/oauth2/v2.0/authorize`,
    tokenEndpoint: `${login}/{tenant}/oauth2/v2.0/token`,
    clients: options.clients,
    accounts: options.accounts,
    clientAuthentication: "either",
    pkce: "optional",
    scopes: knownScopes,
    codeSeconds: 600,
    // Between 60 and 90 minutes: https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#token-lifetime
    accessTokenSeconds: 4_512,
    refreshToken: {
      rotation: "single-use",
      reuse: { seconds: 90 * 86_400 },
      idleDays: 90,
    },
    policy: ({ grant }) => (grant.scopes.includes("offline_access") ? {} : { refreshToken: "none" }),
    tokenValue: ({ kind, random }) => ({ access: "EwB", refresh: "1.AXAA", code: "0.AXAA" })[kind] + random,
    // Where consent is an administrator's, only people of tenants that have it can go on.
    accountsFor: ({ scope = "" }, call) =>
      restricted(scope.split(" ")) ? seen(call).filter(({ data }) => approved.has(data.tenantId)) : seen(call),
    checkAuthorize({ call, parameters }) {
      const wrong = tenantRefusal(call.params.tenant ?? "", options)
      if (wrong) return wrong
      if (parameters.response_mode !== undefined && !["query", "form_post"].includes(parameters.response_mode))
        return { error: "invalid_request", description: "AADSTS70007: 'response_mode' is not supported." }
      const people = seen(call)
      if (restricted((parameters.scope ?? "").split(" ")) && !people.some(({ data }) => approved.has(data.tenantId)))
        return { error: "access_denied", description: "AADSTS90094: The grant requires admin permission." }
      return undefined
    },
    checkToken({ call, grant }) {
      const tenant = call.params.tenant ?? ""
      const wrong = tenantRefusal(tenant, options)
      if (wrong) return wrong
      if (!grant || accountsAt(tenant, [grant.account])) return undefined
      return {
        error: "invalid_grant",
        description:
          "AADSTS700005: Provided Authorization Code is intended to use against other tenant, thus rejected.",
      }
    },
    callbackParameters({ outcome, callback }): Record<string, string> {
      if (outcome === "granted") return { session_state: kit.random.uuid() }
      const { error = "", error_description = "" } = callback
      const own = /^AADSTS(\d+): (.*)$/.exec(error_description)
      if (own) return { error_description: describedError(kit, Number(own[1]), own[2] ?? "") }
      if (error !== "access_denied") return {}
      return {
        error_subcode: "cancel",
        error_description: describedError(kit, 65004, "User declined to consent to access the app."),
      }
    },
    tokenResponse: (answer) => tokenBody(answer, options.scopeSpelling),
    errorResponse: (refused) => tokenRefusal(kit, refused),
  })
  const server: Entra = { ...oauth, approved }
  adminConsentPage(kit, server, options)
  discovery(kit)
  return server
}

function tenantRefusal(tenant: string, { accounts, audience }: EntraOptions) {
  const isShared = tenant === "common" || tenant === "organizations" || tenant === "consumers"
  if (typeof audience === "object" && isShared)
    return {
      error: "invalid_request",
      description: "AADSTS50194: The application is not configured as a multi-tenant application.",
    }
  if (audience !== "everybody" && tenant === "consumers")
    return { error: "invalid_request", description: "AADSTS9002332: Configured for use by Microsoft Entra users only." }
  if (!isShared && !accountsAt(tenant, accounts))
    return { error: "invalid_request", description: `AADSTS90002: Tenant '${tenant}' not found.` }
  return undefined
}

async function tokenBody(
  { main, grant, account, client, issuedAt, parameters }: TokenAnswer<MicrosoftAccount>,
  spelling: EntraOptions["scopeSpelling"],
): Promise<Response> {
  const { scopes } = main
  const body = {
    token_type: "Bearer",
    scope: answeredScopes(scopes, spelling),
    expires_in: main.expiresIn,
    ext_expires_in: main.expiresIn,
    access_token: main.accessToken,
    ...(main.refreshToken !== undefined && { refresh_token: main.refreshToken }),
    ...(scopes.includes("openid") && { id_token: await idToken(grant, account, client, issuedAt) }),
    // Microsoft's own libraries ask for it.
    ...(parameters.client_info === "1" && {
      client_info: encoded(JSON.stringify({ uid: account.data.objectId, utid: account.data.tenantId })),
    }),
  }
  return json(body, { headers: { "cache-control": "no-store, no-cache" } })
}

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference */
function idToken(
  { scopes }: Pick<EmulatedGrant<MicrosoftAccount>, "scopes">,
  { data }: EmulatedAccount<MicrosoftAccount>,
  { clientId }: EmulatedClient,
  issuedAt: number,
): Promise<string> {
  const now = Math.floor(issuedAt / 1_000)
  return signIdToken({
    ver: "2.0",
    iss: `${login}/${data.tenantId}/v2.0`,
    aud: clientId,
    sub: encoded(`${clientId}|${data.objectId}`),
    tid: data.tenantId,
    iat: now,
    nbf: now,
    exp: now + 3_600,
    ...(scopes.includes("profile") && { oid: data.objectId, name: data.name, preferred_username: data.email }),
    ...(scopes.includes("email") && { email: data.email }),
  })
}

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols-oidc#fetch-the-openid-configuration-document */
function discovery(kit: EmulatorKit): void {
  kit.route("GET", login, "/{tenant}/v2.0/.well-known/openid-configuration", ({ params }) => {
    const { tenant = "" } = params
    const issuer = { common: "{tenantid}", organizations: "{tenantid}", consumers: personalTenantId }[tenant] ?? tenant
    return json({
      issuer: `${login}/${issuer}/v2.0`,
      authorization_endpoint: `${login}/${tenant}/oauth2/v2.0/authorize`,
      token_endpoint: `${login}/${tenant}/oauth2/v2.0/token`,
      end_session_endpoint: `${login}/${tenant}/oauth2/v2.0/logout`,
      jwks_uri: `${login}/${tenant}/discovery/v2.0/keys`,
      response_modes_supported: ["query", "fragment", "form_post"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    })
  })
  kit.route("GET", login, "/{tenant}/discovery/v2.0/keys", async () => json(await jsonWebKeys()))
}
