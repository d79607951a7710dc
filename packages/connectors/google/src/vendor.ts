// https://developers.google.com/identity/protocols/oauth2/web-server
import {
  type Account,
  type Call,
  type CheckPart,
  type ErrorCode,
  type Evidence,
  isHoldfastError,
  oauth2,
  type Setup,
} from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"

/** The registration of an app in Google's Cloud console; one serves all products. */
export interface GoogleOptions {
  clientId?: string
  clientSecret?: string
}

/** Where userinfo is; every product may go there. */
export const identityOrigin = "https://openidconnect.googleapis.com"

/** What an id token and userinfo say. @see https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload */
const identity = z.looseObject({
  sub: z.string().min(1),
  email: z.string().optional(),
  hd: z.string().optional(),
})

/** `spreadsheets` → the whole name of the scope. @see https://developers.google.com/identity/protocols/oauth2/scopes */
export function scope(name: string): string {
  return `https://www.googleapis.com/auth/${name}`
}

/** Google's OAuth for one product. `scopes` are those that its operations need. */
export function googleOAuth(scopes: readonly string[]) {
  return oauth2({
    authorizationEndpoint: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenEndpoint: "https://oauth2.googleapis.com/token",
    revocationEndpoint: "https://oauth2.googleapis.com/revoke",
    // Callbacks have carried `iss` since 2026, for some people before others; a wrong one is refused, a missing one is not.
    issuer: "https://accounts.google.com",
    issuerAliases: ["accounts.google.com"],
    scopes: ["openid", "email", ...scopes],
    alwaysScopes: ["openid", "email"],
    authorizationParameters: { access_type: "offline", include_granted_scopes: "true" },
    // https://developers.google.com/identity/protocols/oauth2/web-server#incrementalAuth
    scopesAddUp: true,
    // Google gives a refresh token with the first consent only, so later ones are asked for outright.
    consentParameters: { prompt: "consent" },
    // https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors-admin-policy-enforced
    grantErrors: ["admin_policy_enforced"],
    clientErrors: ["deleted_client", "disabled_client", "org_internal"],
    // The token alone is what its documentation has: https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke
    revokeRequest: (_context, { refreshToken, accessToken }) =>
      new Request("https://oauth2.googleapis.com/revoke", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ token: refreshToken ?? accessToken }).toString(),
      }),
    policy: {
      rotation: "reusable",
      reconsent: "keeps",
      // One revocation ends every token that the person gave any client of the project.
      revokes: "grant",
      accessTokenSeconds: 3_600,
      // https://developers.google.com/identity/protocols/oauth2#expiration
      refreshIdleDays: 180,
      expectsRefreshToken: true,
    },
  })
}

/** What all products have in common. */
export const google = {
  vendor: "google",
  causes,
  app: {
    schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
    fields: [
      {
        name: "clientId",
        label: "Client ID",
        secret: false,
        help: "Google Cloud console, APIs & Services, Credentials. Ends in .apps.googleusercontent.com.",
      },
      { name: "clientSecret", label: "Client secret", secret: true },
    ],
  },

  /** The `sub` never changes and is never given to another person; an address may be. */
  async identify({ http }: Call, { token }: Evidence): Promise<Account> {
    const claims = identity.safeParse(token?.id_token_claims).data
    const { sub, email, hd } = claims ?? (await http.get(`${identityOrigin}/v1/userinfo`, { output: identity }))
    return { id: sub, label: email ?? sub, ...(email && { email }), ...(hd && { data: { hostedDomain: hd } }) }
  },
} as const

/**
 * A check that asks who is there, and then the product's API for something small.
 * @param probe - what it asks; the answer does not matter
 */
export function checkWith(probe: (call: Call) => Promise<unknown>): (call: Call) => Promise<readonly CheckPart[]> {
  return async (call) => {
    await call.http.get(`${identityOrigin}/v1/userinfo`, { output: identity })
    return [{ name: "token", ok: true }, await apiPart(call, probe)]
  }
}

const tokenRefused: ReadonlySet<ErrorCode> = new Set(["reauth_required", "credential_invalid"])

async function apiPart(call: Call, probe: (call: Call) => Promise<unknown>): Promise<CheckPart> {
  try {
    await probe(call)
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    // The API answered: what was not granted is told as permissions, and what is not there was not meant to be.
    if (error.code === "scope_missing" || error.code === "resource_not_found") return { name: "api", ok: true }
    // Userinfo took the token a moment ago, so whatever this API has against it, it is not dead (ruling R14).
    const code = tokenRefused.has(error.code) ? "provider_rejected" : error.code
    const detail = code === "config_invalid" ? "Enable the API in the Cloud project of the app." : undefined
    return { name: "api", ok: false, code, ...(detail && { detail }) }
  }
  return { name: "api", ok: true }
}

/** What a person does at the console before a product works. `library` is the API's page there. */
export function setupFor(
  api: { readonly title: string; readonly library: string },
  further: readonly string[] = [],
): Setup {
  return {
    url: "https://console.cloud.google.com/apis/credentials",
    steps: [
      "Open the Google Cloud console and choose a project, or make a new one.",
      `Enable the ${api.title}: https://console.cloud.google.com/apis/library/${api.library}`,
      "Under “Google Auth Platform” (formerly “OAuth consent screen”) fill in the app's name and contact address, and choose “External” unless everybody is in your own Workspace.",
      "Publish the app, or add everybody who is to connect as a test user. As long as it is in testing, connections end after seven days.",
      "Under “Credentials” create an OAuth client ID of the type “Web application”.",
      "Add {redirectUri} to its authorised redirect URIs, exactly as it is written here.",
      ...further,
      "Copy the client ID and client secret into the settings here. One client serves all Google products.",
    ],
  }
}
