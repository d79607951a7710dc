// https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
// https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
import { type AuthMethod, type Evidence, HoldfastError, oauth2, type TokenSet } from "@holdfast/core"
import { z } from "zod"
import { type MailServers, securityOf } from "./servers.js"

export type OAuthProvider = "google" | "microsoft"

/** Whose mailbox it is, as an id token said it. */
export interface Mailbox {
  readonly id: string
  readonly address: string
  readonly provider: OAuthProvider
}

const at = (host: string, port: number) => ({ host, port, security: securityOf(port) })

/** Where a provider's access tokens go: no other server is ever shown one. */
export const providerServers: Readonly<Record<OAuthProvider, MailServers>> = {
  // https://developers.google.com/workspace/gmail/imap/imap-smtp
  google: { imap: at("imap.gmail.com", 993), smtp: at("smtp.gmail.com", 465) },
  microsoft: { imap: at("outlook.office365.com", 993), smtp: at("smtp.office365.com", 587) },
}

/** @see https://developers.google.com/identity/protocols/oauth2/web-server */
const google = oauth2({
  id: "oauth_google",
  label: "Sign in with Google",
  authorizationEndpoint: "https://accounts.google.com/o/oauth2/v2/auth",
  tokenEndpoint: "https://oauth2.googleapis.com/token",
  revocationEndpoint: "https://oauth2.googleapis.com/revoke",
  issuer: "https://accounts.google.com",
  issuerAliases: ["accounts.google.com"],
  scopes: ["openid", "email", "https://mail.google.com/"],
  alwaysScopes: ["openid", "email"],
  authorizationParameters: { access_type: "offline" },
  // A refresh token comes with the first consent only.
  consentParameters: { prompt: "consent" },
  // https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors
  grantErrors: ["admin_policy_enforced"],
  clientErrors: ["deleted_client", "disabled_client", "org_internal"],
  policy: {
    rotation: "reusable",
    revokes: "grant",
    accessTokenSeconds: 3_600,
    refreshIdleDays: 180,
    expectsRefreshToken: true,
  },
})

/** Asked too often in too short a time: said under the OAuth code of a dead grant. */
const loopDetected = "AADSTS50196"
const microsoftRefusal = z.looseObject({
  error: z.string(),
  error_codes: z.array(z.number()).optional().catch(undefined),
})

function microsoftErrorCode({ body }: { body: unknown }): string | undefined {
  const { error, error_codes } = microsoftRefusal.safeParse(body).data ?? {}
  return error_codes?.includes(50196) ? loopDetected : error
}

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow */
const microsoft = oauth2({
  id: "oauth_microsoft",
  label: "Sign in with Microsoft",
  authorizationEndpoint: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
  tokenEndpoint: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
  scopes: [
    "openid",
    "profile",
    "email",
    "offline_access",
    "https://outlook.office.com/IMAP.AccessAsUser.All",
    "https://outlook.office.com/SMTP.Send",
  ],
  alwaysScopes: ["openid", "profile", "email", "offline_access"],
  authorizationParameters: { response_mode: "query" },
  consentParameters: { prompt: "consent" },
  // https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
  deniedErrors: ["consent_required"],
  errorCode: microsoftErrorCode,
  grantErrors: ["interaction_required", "consent_required", "login_required"],
  clientErrors: ["invalid_resource"],
  laterErrors: [loopDetected],
  // Each refresh brings another token, and those before it stay good: https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens
  policy: { rotation: "reusable", refreshIdleDays: 90, accessTokenSeconds: 3_600, expectsRefreshToken: true },
})

/** The access token is what XOAUTH2 carries: https://developers.google.com/workspace/gmail/imap/xoauth2-protocol */
export const oauthMethods: Readonly<Record<OAuthProvider, AuthMethod<TokenSet>>> = {
  google: google as AuthMethod<TokenSet>,
  microsoft: microsoft as AuthMethod<TokenSet>,
}

const googleClaims = z.looseObject({ sub: z.string().min(1), email: z.email() })
const microsoftClaims = z.looseObject({
  tid: z.guid(),
  oid: z.guid(),
  preferred_username: z.string().optional(),
  email: z.string().optional(),
})
const issuer = z.looseObject({ iss: z.string() })

/**
 * The mailbox of a token answer: by `sub`, or by `tid` and `oid`, which never change. Addresses are what XOAUTH2 wants beside the token.
 * @see https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference
 * @throws HoldfastError `response_invalid`
 */
export function mailboxOf({ token }: Evidence): Mailbox {
  const claims = token?.id_token_claims
  const { iss = "" } = issuer.safeParse(claims).data ?? {}
  if (iss.endsWith("accounts.google.com")) {
    const { data } = googleClaims.safeParse(claims)
    if (data) return { id: `google:${data.sub}`, address: data.email, provider: "google" }
  } else {
    const { data } = microsoftClaims.safeParse(claims)
    const address = data?.preferred_username ?? data?.email
    if (data && address) return { id: `microsoft:${data.tid}:${data.oid}`, address, provider: "microsoft" }
  }
  throw new HoldfastError("response_invalid", "The id token does not say whose mailbox this is.")
}
