import {
  type AuthorizationServer,
  authorizationServer,
  createEmulator,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
  json,
  type OAuthRefusalReason,
} from "@holdfast/emulator"
import { type BooksRecords, booksApi, seeded, type ZohoUser } from "./emulator/books.js"
import { centreAt, centres } from "./emulator/centres.js"

export type { BooksRecords, ZohoOrganization, ZohoUser } from "./emulator/books.js"

/** The registration of a client that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "1000.EMULATED0ZOHO0CLIENT0ID0000000",
  clientSecret: "emulated-zoho-client-secret",
}

export const defaultUsers: readonly ZohoUser[] = [
  {
    id: "10001",
    name: "Ada First",
    email: "ada@first.example",
    location: "us",
    organizations: [{ id: "70001", name: "First business" }],
  },
  {
    id: "20002",
    name: "Bob Second",
    email: "bob@second.example",
    location: "eu",
    organizations: [
      { id: "80001", name: "Second business" },
      { id: "80002", name: "Third business" },
    ],
  },
  { id: "30003", name: "Cleo", email: "cleo@third.example", location: "ca", organizations: [] },
]

/** What a test or a demo may choose. Every field has a default. */
export interface ZohoEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Client secrets of data centres that have their own, by location: `{ eu: "…" }`. Default: one secret for all. */
  secrets?: Readonly<Record<string, string>>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultUsers}. */
  users?: readonly ZohoUser[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface ZohoProvider {
  readonly oauth: AuthorizationServer<ZohoUser>
  readonly records: BooksRecords
}

export type ZohoEmulator = Emulator<ZohoProvider>

/**
 * A strict stand-in for Zoho Accounts and Zoho Books in all data centres, written from their documentation: consent in one place and
 * tokens in another, refusals with status 200, twenty refresh tokens a person and ten access tokens in ten minutes, and an organization on
 * every request.
 * @see https://www.zoho.com/accounts/protocol/oauth/multi-dc/client-authorization.html
 */
export function createZohoEmulator(options: ZohoEmulatorOptions = {}): ZohoEmulator {
  const app = { ...emulatorApp, ...options.app }
  const users = options.users ?? defaultUsers
  return createEmulator<ZohoProvider>({
    name: "zoho",
    origins: centres.flatMap(({ accounts, api }) => [accounts, api]),
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const records = seeded(users)
      const oauth = zohoAccounts(kit, app, users, options)
      booksApi(kit, oauth, records)
      kit.action("records", () => records)
      return { oauth, records }
    },
  })
}

const tenMinutesMs = 600_000

function zohoAccounts(
  kit: EmulatorKit,
  app: typeof emulatorApp,
  users: readonly ZohoUser[],
  {
    secrets = {},
    redirectUris = ["https://app.example.com/api/integrations/oauth/callback/zoho-books"],
  }: ZohoEmulatorOptions,
): AuthorizationServer<ZohoUser> {
  const renewals = new Map<string, number[]>()
  const accounts = users.map((data) => ({ id: data.id, label: `${data.name} (${data.email})`, data }))
  // The same pages are served by every data centre; what they know differs.
  const everywhere: EmulatorKit = {
    ...kit,
    route(method, _origin, path, handler, route) {
      for (const centre of centres) kit.route(method, centre.accounts, path, handler, route)
    },
  }
  return authorizationServer<ZohoUser>(everywhere, {
    authorizationEndpoint: "https://accounts.zoho.com/oauth/v2/auth",
    tokenEndpoint: "https://accounts.zoho.com/oauth/v2/token",
    revocation: {
      endpoint: "https://accounts.zoho.com/oauth/v2/token/revoke",
      revokes: "token",
      clientAuthentication: false,
      tokenInQuery: true,
      response: () => json({ status: "success" }),
    },
    clients: [{ ...app, redirectUris, name: "The app" }],
    accounts,
    // accounts.zoho.com hands everybody on to where their account is; the others know their own.
    accountsFor: (_parameters, { url }) =>
      accounts.filter(
        ({ data }) => url.origin === "https://accounts.zoho.com" || centreAt(data.location).accounts === url.origin,
      ),
    clientAuthentication: "post",
    shownCredentials({ url }, parameters) {
      const centre = centres.find(({ accounts }) => accounts === url.origin)
      const own = secrets[centre?.location ?? ""]
      const shown = parameters.client_secret ?? ""
      const clientSecret = own === undefined ? shown : own === shown ? app.clientSecret : `not ${app.clientSecret}`
      return { clientId: parameters.client_id ?? "", clientSecret }
    },
    tokenParametersInQuery: true,
    pkce: "none",
    scopeSeparator: ",",
    scopes: [
      "ZohoBooks.fullaccess.all",
      "ZohoBooks.settings.READ",
      "ZohoBooks.invoices.READ",
      "ZohoBooks.invoices.CREATE",
      "ZohoBooks.contacts.READ",
      "ZohoBooks.contacts.CREATE",
      "AaaServer.profile.READ",
    ],
    codeSeconds: 120,
    accessTokenSeconds: 3_600,
    refreshToken: { rotation: "reusable", onlyOnConsent: true, perAccountLimit: 20 },
    policy: ({ grant }) => (grant.parameters.access_type === "offline" ? {} : { refreshToken: "none" }),
    callbackParameters({ grant }) {
      if (!grant) return {}
      const { location } = grant.account.data
      return { location, "accounts-server": centreAt(location).accounts }
    },
    checkToken({ call, grant, parameters }) {
      if (grant && centreAt(grant.account.data.location).accounts !== call.url.origin) return { error: "invalid_code" }
      if (!grant || parameters.grant_type !== "refresh_token") return undefined
      const now = kit.clock.now()
      const recent = (renewals.get(grant.id) ?? []).filter((at) => at > now - tenMinutesMs)
      if (recent.length >= 10) return { error: "Access Denied", status: 400 }
      renewals.set(grant.id, [...recent, now])
      return undefined
    },
    tokenValue: ({ random }) => `1000.${random.slice(0, 32)}.${random.slice(-8)}`,
    tokenResponse: ({ main, account: { data } }) =>
      json({
        access_token: main.accessToken,
        ...(main.refreshToken !== undefined && { refresh_token: main.refreshToken }),
        scope: main.scopes.join(" "),
        api_domain: centreAt(data.location).api,
        token_type: "Bearer",
        expires_in: main.expiresIn,
      }),
    errorResponse: ({ error, reason, status }) =>
      error === "Access Denied"
        ? json(
            { error, error_description: "You have made too many requests continuously.", status: "failure" },
            { status },
          )
        : json({ error: codes[reason] ?? error }),
  })
}

const codes: Partial<Record<OAuthRefusalReason, string>> = {
  client_unknown: "invalid_client",
  client_authentication_missing: "invalid_client",
  client_secret_wrong: "invalid_client_secret",
  code_unknown: "invalid_code",
  code_used: "invalid_code",
  code_expired: "invalid_code",
  code_foreign: "invalid_code",
  redirect_uri_mismatch: "invalid_redirect_uri",
  refresh_token_unknown: "invalid_code",
  refresh_token_expired: "invalid_code",
  refresh_token_revoked: "invalid_code",
  refresh_token_foreign: "invalid_code",
}
