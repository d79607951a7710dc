import { base64url } from "../runtime.js"
import { oauth2 } from "./oauth2.js"
import type { OAuth2Options, TokenSet } from "./oauth2-options.js"
import type { OAuth2State } from "./oauth2-settings.js"
import { type Answer, type TestContextOptions, testContext } from "./test-context.js"

/** Acme is plain OAuth 2.0. */
export const standard: OAuth2Options = {
  authorizationEndpoint: "https://acme.example/authorize",
  tokenEndpoint: "https://acme.example/token",
  scopes: ["read", "write"],
}

/** What Acme answers to a code. */
export const tokens = {
  access_token: "at-1",
  token_type: "Bearer",
  expires_in: 3600,
  refresh_token: "rt-1",
  scope: "read write",
}

/** A JSON Web Token whose signature nobody looks at. */
export function jwt(claims: object): string {
  const part = (value: object) => base64url(new TextEncoder().encode(JSON.stringify(value)))
  return `${part({ alg: "RS256" })}.${part(claims)}.c2lnbmF0dXJl`
}

/** What is stored before a refresh. */
export const held: TokenSet = { accessToken: "at-1", refreshToken: "rt-1", tokenType: "Bearer" }
/** What Acme answers to a refresh. */
export const fresh = { access_token: "at-2", token_type: "Bearer", expires_in: 3600, refresh_token: "rt-2" }

/** Refreshes a connection whose provider answers this. */
export async function refresh(
  answer: Answer,
  options: Partial<OAuth2Options> = {},
  context: TestContextOptions<OAuth2State> & { secret?: TokenSet; slot?: string } = {},
) {
  const test = testContext<OAuth2State>({ answers: [answer], ...context })
  const method = oauth2({ ...standard, ...options })
  const { attempt: _, ...connected } = test
  const outcome = await method.refresh?.(connected, context.secret ?? held, context.slot ?? "main")
  if (!outcome) throw new Error("this method does not refresh")
  return { outcome, seen: test.seen, logged: test.logged, method }
}
