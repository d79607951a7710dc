import {
  type AuthorizationServer,
  authorizationServer,
  type EmulatedClient,
  type EmulatorKit,
  json,
} from "@holdfast/emulator"

/** A person with a mailbox at Google or Microsoft. */
export interface SignInAccount {
  readonly address: string
}

export type SignIn = AuthorizationServer<SignInAccount>

/** The tenant of Microsoft's accounts here. */
export const microsoftTenant = "5b1f0000-0000-4000-8000-000000000001"

const claimsOf = {
  google: (id: string, address: string) => ({
    iss: "https://accounts.google.com",
    sub: id,
    email: address,
    email_verified: true,
  }),
  microsoft: (id: string, address: string) => ({
    iss: `https://login.microsoftonline.com/${microsoftTenant}/v2.0`,
    tid: microsoftTenant,
    oid: id,
    preferred_username: address,
  }),
}

const scopesOf = {
  google: ["openid", "email", "https://mail.google.com/"],
  microsoft: [
    "openid",
    "profile",
    "email",
    "offline_access",
    "https://outlook.office.com/IMAP.AccessAsUser.All",
    "https://outlook.office.com/SMTP.Send",
  ],
}

/**
 * The authorization servers, as far as mail needs them; the stand-ins of `@holdfast/google` and `@holdfast/microsoft` know more.
 * @see https://developers.google.com/identity/protocols/oauth2/web-server
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export function signInAt(
  kit: EmulatorKit,
  provider: "google" | "microsoft",
  options: { readonly clients: readonly EmulatedClient[]; readonly people: readonly { id: string; address: string }[] },
): SignIn {
  const endpoints =
    provider === "google"
      ? {
          id: "google",
          authorizationEndpoint: "https://accounts.google.com/o/oauth2/v2/auth",
          tokenEndpoint: "https://oauth2.googleapis.com/token",
          revocation: {
            endpoint: "https://oauth2.googleapis.com/revoke",
            revokes: "account" as const,
            clientAuthentication: false,
            unknownToken: 400 as const,
            response: () => json({}),
          },
          issuer: "https://accounts.google.com",
        }
      : {
          id: "microsoft",
          authorizationEndpoint: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
          tokenEndpoint: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        }
  return authorizationServer<SignInAccount>(kit, {
    ...endpoints,
    clients: options.clients,
    accounts: options.people.map(({ id, address }) => ({ id, label: address, data: { address } })),
    clientAuthentication: "either",
    pkce: "optional",
    extraParameters: ["access_type", "response_mode"],
    scopes: scopesOf[provider],
    accessTokenSeconds: 3_599,
    refreshToken: { rotation: "reusable", ...(provider === "google" ? { onlyOnConsent: true } : { idleDays: 90 }) },
    tokenResponse({ main, account, client, issuedAt }) {
      const at = Math.floor(issuedAt / 1000)
      return json({
        access_token: main.accessToken,
        expires_in: main.expiresIn,
        ...(main.refreshToken !== undefined && { refresh_token: main.refreshToken }),
        scope: main.scopes.join(" "),
        token_type: "Bearer",
        id_token: unsigned({
          aud: client.clientId,
          ...claimsOf[provider](account.id, account.data.address),
          iat: at,
          exp: at + 3_600,
        }),
      })
    },
  })
}

// Over TLS from the token endpoint nobody looks at the signature: https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
function unsigned(claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url")
  return `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}.${Buffer.from("no signature").toString("base64url")}`
}
