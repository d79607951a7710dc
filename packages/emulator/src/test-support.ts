import { type ApproveOptions, approve } from "./approve.js"
import type { AuthorizationServer } from "./authorization/contract.js"
import type { EmulatedAccount } from "./authorization/model.js"
import type { AuthorizationServerOptions } from "./authorization/options.js"
import { authorizationServer } from "./authorization/server.js"
import type { Emulator } from "./contract.js"
import { createEmulator } from "./emulator.js"
import { json } from "./responses.js"
import { pkceChallenge } from "./signing.js"

/** The account data of the made-up provider that the kit's own tests run against. */
export interface AcmeData {
  email: string
}

export const acmeAccounts: readonly EmulatedAccount<AcmeData>[] = [
  { id: "U1", label: "First user", data: { email: "first@acme.example" } },
  { id: "U2", label: "Second user", data: { email: "second@acme.example" } },
]

export const callbackUrl = "https://app.example/callback"
export const verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789"

/** A made-up provider: an authorization server and one API route. */
export function acme(
  options: Partial<AuthorizationServerOptions<AcmeData>> = {},
): Emulator<{ oauth: AuthorizationServer<AcmeData> }> {
  return createEmulator({
    name: "acme",
    origins: ["https://acme.example", "https://*.tenant.example"],
    setup(kit) {
      const oauth = authorizationServer<AcmeData>(kit, {
        authorizationEndpoint: "https://acme.example/oauth/authorize",
        tokenEndpoint: "https://acme.example/oauth/token",
        revocation: { endpoint: "https://acme.example/oauth/revoke" },
        clients: [
          { clientId: "app", clientSecret: "app-secret", redirectUris: [callbackUrl], name: "The <App>" },
          { clientId: "other", clientSecret: "other-secret", redirectUris: ["https://other.example/callback"] },
        ],
        accounts: acmeAccounts,
        refreshToken: { rotation: "single-use" },
        ...options,
      })
      kit.route(
        "GET",
        "https://acme.example",
        "/me",
        (call) => {
          const found = oauth.inspect(call.request)
          if (found.is !== "live") return json({ error: found.is }, { status: 401 })
          call.note({ grantId: found.grant.id })
          return json(found.account.data)
        },
        { id: "me" },
      )
      kit.action("echo", (input) => input)
      return { oauth }
    },
  })
}

export type Acme = ReturnType<typeof acme>

/** An authorization request; `undefined` leaves a parameter out. */
export async function authorizationUrl(
  parameters: Record<string, string | undefined> = {},
  endpoint = "https://acme.example/oauth/authorize",
): Promise<URL> {
  const url = new URL(endpoint)
  const all = {
    response_type: "code",
    client_id: "app",
    redirect_uri: callbackUrl,
    state: "a-state",
    scope: "read write",
    code_challenge: await pkceChallenge(verifier),
    code_challenge_method: "S256",
    ...parameters,
  }
  for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value)
  return url
}

/** A code, as a browser brings it back. */
export async function getCode(
  emulator: Emulator,
  parameters: Record<string, string | undefined> = {},
  options: ApproveOptions = {},
): Promise<string> {
  const callback = await approve(emulator.fetch, await authorizationUrl(parameters), options)
  return callback.searchParams.get("code") ?? `no code: ${callback.search}`
}

/** A form POST to the token endpoint, authenticated in the body; `undefined` leaves a parameter out. */
export async function postToken(
  emulator: Emulator,
  parameters: Record<string, string | undefined>,
  init: RequestInit & { url?: string } = {},
): Promise<{ status: number; body: TokenBody }> {
  const { url = "https://acme.example/oauth/token", ...rest } = init
  const body = new URLSearchParams()
  const all = { client_id: "app", client_secret: "app-secret", ...parameters }
  for (const [name, value] of Object.entries(all)) if (value !== undefined) body.set(name, value)
  const answer = await emulator.fetch(url, { method: "POST", body, ...rest })
  return { status: answer.status, body: (await answer.json()) as TokenBody }
}

/** Consent and exchange in one go. */
export async function connect(
  emulator: Emulator,
  parameters: Record<string, string | undefined> = {},
  options: ApproveOptions = {},
): Promise<TokenBody> {
  const code = await getCode(emulator, parameters, options)
  const { body } = await postToken(emulator, exchangeOf(code))
  return body
}

export function exchangeOf(code: string): Record<string, string> {
  return { grant_type: "authorization_code", code, redirect_uri: callbackUrl, code_verifier: verifier }
}

export function refreshOf(refreshToken: string | undefined): Record<string, string | undefined> {
  return { grant_type: "refresh_token", refresh_token: refreshToken }
}

/** Whether the API takes an access token: the account's e-mail address, or why not. */
export async function me(emulator: Emulator, accessToken: string | undefined): Promise<string> {
  const answer = await emulator.fetch("https://acme.example/me", {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  const body = (await answer.json()) as { email?: string; error?: string }
  return body.email ?? body.error ?? "nothing"
}

export interface TokenBody {
  access_token?: string
  refresh_token?: string
  expires_in?: number | string
  scope?: string
  token_type?: string
  error?: string
  error_description?: string
}
