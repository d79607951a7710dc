import {
  type AuthorizationServer,
  authorizationServer,
  createEmulator,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
  hmac,
  json,
} from "@holdfast/emulator"
import { restApi } from "./emulator/rest.js"
import { type SalesforceRecord, seeded } from "./emulator/soql.js"

export type { SalesforceRecord } from "./emulator/soql.js"

/** The registration of an app that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "3MVG9emulated.consumer.key_of.the.stand.in",
  clientSecret: "EMULATED0CONSUMER0SECRET",
}

/** A user of an org. */
export interface SalesforceUser {
  /** 18 letters and digits, beginning with `005`. */
  readonly id: string
  /** 18 letters and digits, beginning with `00D`. */
  readonly organizationId: string
  readonly username: string
  readonly name: string
  readonly email: string
  /** The labels before `.salesforce.com` of where the org is: `first.my`, `first--uat.sandbox.my`. */
  readonly instance: string
  /** Logs in at test.salesforce.com. */
  readonly isSandbox: boolean
}

export const defaultUsers: readonly SalesforceUser[] = [
  {
    id: "005Hs00000FirstIAC",
    organizationId: "00DHs00000FirstMAS",
    username: "ada@first.example",
    name: "Ada First",
    email: "ada@people.example",
    instance: "first.my",
    isSandbox: false,
  },
  {
    id: "005Hs0000SecondIAC",
    organizationId: "00DHs0000SecondMAS",
    username: "bob@second.example",
    name: "Bob Second",
    email: "bob@people.example",
    instance: "second.my",
    isSandbox: false,
  },
  {
    id: "005Hs00000FirstIAC",
    organizationId: "00DHs00000SandbMAS",
    username: "ada@first.example.uat",
    name: "Ada First",
    email: "ada@people.example",
    instance: "first--uat.sandbox.my",
    isSandbox: true,
  },
  {
    id: "005Hs00000ThirdIAC",
    organizationId: "00DHs00000SandbMAS",
    username: "third@first.example.uat",
    name: "Third One",
    email: "third@people.example",
    instance: "first--uat.sandbox.my",
    isSandbox: true,
  },
]

/** What a test or a demo may choose. Every field has a default. */
export interface SalesforceEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultUsers}. */
  users?: readonly SalesforceUser[]
  /** Whether the app has refresh token rotation switched on. Default: false. */
  rotation?: boolean
  /** How long sessions last, as the org's settings have it. Default: two hours. */
  sessionSeconds?: number
  /** How many records a page of a query has. Default: 2000. */
  batchSize?: number
  /** Whether identity URLs are signed with the consumer secret. Default: true; false signs them with another. */
  signsTruly?: boolean
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** The log-in servers: each knows its own tokens. */
export type LoginServer = "production" | "sandbox" | "my_domain" | "my_domain_sandbox"

/** What tests hold in their hands. Read it again after `reset()`. */
export interface SalesforceProvider {
  readonly oauth: AuthorizationServer<SalesforceUser>
  readonly servers: Readonly<Record<LoginServer, AuthorizationServer<SalesforceUser>>>
  readonly records: readonly SalesforceRecord[]
  /** Moves an org to another host, as a rename of its My Domain does: sessions of the old host end there. */
  moveOrg(organizationId: string, instance: string): void
}

export type SalesforceEmulator = Emulator<SalesforceProvider>

/**
 * A strict stand-in for Salesforce, written from its documentation: log-in hosts of production, sandboxes and My Domains, PKCE, sessions
 * whose life is not told, signed identity URLs, refresh tokens that stay or rotate, and records by SOQL and id.
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
 */
export function createSalesforceEmulator(options: SalesforceEmulatorOptions = {}): SalesforceEmulator {
  const app = { ...emulatorApp, ...options.app }
  const users = options.users ?? defaultUsers
  return createEmulator<SalesforceProvider>({
    name: "salesforce",
    origins: [
      "https://login.salesforce.com",
      "https://test.salesforce.com",
      "https://*.my.salesforce.com",
      "https://*.sandbox.my.salesforce.com",
    ],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const places = new Map(users.map(({ organizationId, instance }) => [organizationId, instance]))
      const records = seeded(users)
      const at = (id: LoginServer, origin: string, who: readonly SalesforceUser[]) =>
        loginServer(kit, { id, origin, users: who, places, app, options })
      const real = users.filter(({ isSandbox }) => !isSandbox)
      const sandboxes = users.filter(({ isSandbox }) => isSandbox)
      const servers = {
        production: at("production", "https://login.salesforce.com", real),
        sandbox: at("sandbox", "https://test.salesforce.com", sandboxes),
        my_domain: at("my_domain", "https://*.my.salesforce.com", real),
        my_domain_sandbox: at("my_domain_sandbox", "https://*.sandbox.my.salesforce.com", sandboxes),
      }
      restApi(kit, { servers: Object.values(servers), places, records, batchSize: options.batchSize ?? 2_000 })
      kit.action("records", () => records)
      return {
        oauth: servers.production,
        servers,
        records,
        moveOrg: (organizationId, instance) => void places.set(organizationId, instance),
      }
    },
  })
}

interface LoginServerOptions {
  readonly id: LoginServer
  readonly origin: string
  readonly users: readonly SalesforceUser[]
  readonly places: ReadonlyMap<string, string>
  readonly app: typeof emulatorApp
  readonly options: SalesforceEmulatorOptions
}

function loginServer(
  kit: EmulatorKit,
  { id, origin, users, places, app, options }: LoginServerOptions,
): AuthorizationServer<SalesforceUser> {
  const { redirectUris = ["https://app.example.com/api/integrations/oauth/callback/salesforce"] } = options
  const { rotation = false, sessionSeconds = 7_200, signsTruly = true } = options
  return authorizationServer<SalesforceUser>(kit, {
    id,
    authorizationEndpoint: `${origin}/services/oauth2/authorize`,
    tokenEndpoint: `${origin}/services/oauth2/token`,
    revocation: {
      endpoint: `${origin}/services/oauth2/revoke`,
      revokes: "token",
      clientAuthentication: false,
      unknownToken: 400,
    },
    clients: [{ ...app, redirectUris, name: "The app" }],
    accounts: users.map((data) => ({ id: data.id, label: `${data.name} (${data.username})`, data })),
    // At a My Domain nobody logs in but people of that org.
    accountsFor: (_parameters, { url }) =>
      users
        .filter(
          (user) => !id.startsWith("my_domain") || `${places.get(user.organizationId)}.salesforce.com` === url.host,
        )
        .map((data) => ({ id: data.id, label: `${data.name} (${data.username})`, data })),
    pkce: "required",
    scopes: ["api", "refresh_token", "offline_access", "id", "full", "openid", "web"],
    clientAuthentication: "either",
    codeSeconds: 900,
    accessTokenSeconds: sessionSeconds,
    // Five approvals for each user: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_request_manage.htm
    refreshToken: rotation
      ? { rotation: "single-use", reuse: "revokes-family", perAccountLimit: 5 }
      : { rotation: "reusable", perAccountLimit: 5 },
    // Codes end in equals signs, which travel as %3D%3D; tokens begin with the id of the org.
    tokenValue({ kind, grant, random }) {
      if (kind === "code") return `aPrx${random}==`
      return kind === "access" ? `${grant.account.data.organizationId.slice(0, 15)}!${random}` : `5Aep${random}`
    },
    async tokenResponse({ main, account: { data }, issuedAt }) {
      const host = origin.includes("*") ? `https://${places.get(data.organizationId)}.salesforce.com` : origin
      const identity = `${host}/id/${data.organizationId}/${data.id}`
      const issued_at = String(issuedAt)
      const secret = signsTruly ? app.clientSecret : "ANOTHER0CONSUMER0SECRET"
      return json({
        access_token: main.accessToken,
        ...(main.refreshToken !== undefined && { refresh_token: main.refreshToken }),
        signature: await hmac("SHA-256", secret, identity + issued_at, "base64"),
        scope: main.scope,
        instance_url: `https://${places.get(data.organizationId)}.salesforce.com`,
        id: identity,
        token_type: "Bearer",
        issued_at,
      })
    },
    // https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
    errorResponse({ error, reason, description, where }) {
      const code = where === "revocation" ? "invalid_token" : reason === "client_unknown" ? "invalid_client_id" : error
      return json({ error: code, error_description: description }, { status: 400 })
    },
  })
}
