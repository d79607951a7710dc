import {
  type AuthorizationServer,
  authorizationServer,
  createEmulator,
  type DeliverySignature,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
  hmacSignature,
  json,
} from "@holdfast/emulator"
import { type AirtableBase, type AirtableUser, airtableApi, type PersonalToken } from "./emulator/bases.js"
import type { AirtableWebhook } from "./emulator/webhooks.js"

export type { AirtableBase, AirtableRecord, AirtableUser, PersonalToken } from "./emulator/bases.js"
export type { AirtableWebhook } from "./emulator/webhooks.js"

/** The registration of an OAuth integration that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "0e5f0000-0000-4000-8000-0000000000a1",
  clientSecret: "emulated-airtable-client-secret",
}

const scopes = ["data.records:read", "data.records:write", "schema.bases:read", "user.email:read", "webhook:manage"]

export const defaultUsers: readonly AirtableUser[] = [
  { id: "usrFirst000000001", email: "first@airtable.example" },
  { id: "usrSecond00000002", email: "second@airtable.example" },
]

/** One personal access token of each person. */
export const personalTokens: readonly PersonalToken[] = [
  { token: "patFirst000000001.emulated1", userId: "usrFirst000000001", scopes },
  { token: "patSecond00000002.emulated2", userId: "usrSecond00000002", scopes },
]

/** What a test or a demo may choose. Every field has a default. */
export interface AirtableEmulatorOptions {
  /** Without a secret it is a public client. Default: {@link emulatorApp}. */
  app?: { readonly clientId: string; readonly clientSecret?: string }
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface AirtableProvider {
  readonly oauth: AuthorizationServer<AirtableUser>
  readonly bases: readonly AirtableBase[]
  /** By id, oldest first, with the secrets that were shown once. */
  readonly webhooks: ReadonlyMap<string, AirtableWebhook>
  /** A person deletes a token of theirs. */
  deleteToken(token: string): void
}

export type AirtableEmulator = Emulator<AirtableProvider>

/**
 * A strict stand-in for Airtable, written from its documentation: PKCE and a long state required, refresh tokens that work once and take the
 * access token before them along, personal access tokens, bases and records.
 * @see https://airtable.com/developers/web/api/oauth-reference
 */
export function createAirtableEmulator(options: AirtableEmulatorOptions = {}): AirtableEmulator {
  return createEmulator<AirtableProvider>({
    name: "airtable",
    origins: ["https://airtable.com", "https://api.airtable.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const tokens = new Map(personalTokens.map((one) => [one.token, one]))
      const bases = seeded()
      const oauth = airtableAuthorization(kit, options)
      const webhooks = new Map<string, AirtableWebhook>()
      airtableApi(kit, oauth, { users: defaultUsers, bases, tokens, webhooks })
      kit.notFound(() => json({ error: "NOT_FOUND" }, { status: 404 }))
      kit.action("bases", () => bases)
      return { oauth, bases, webhooks, deleteToken: (token) => void tokens.delete(token) }
    },
  })
}

/** @see https://airtable.com/developers/web/api/webhooks-overview */
export function airtableSignature(macSecretBase64: string): DeliverySignature {
  return hmacSignature({
    secret: macSecretBase64,
    secretIsBase64: true,
    headers: { "x-airtable-content-mac": "hmac-sha256={signature}" },
  })
}

/** @see https://airtable.com/developers/web/api/oauth-reference */
function airtableAuthorization(kit: EmulatorKit, options: AirtableEmulatorOptions): AuthorizationServer<AirtableUser> {
  const app = options.app ?? emulatorApp
  return authorizationServer<AirtableUser>(kit, {
    authorizationEndpoint: "https://airtable.com/oauth2/v1/authorize",
    tokenEndpoint: "https://airtable.com/oauth2/v1/token",
    clients: [
      {
        ...app,
        redirectUris: options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/airtable"],
        name: "The integration",
      },
    ],
    accounts: defaultUsers.map((data) => ({ id: data.id, label: data.email, data })),
    clientAuthentication: app.clientSecret === undefined ? "none" : "basic",
    pkce: "required",
    stateRequired: true,
    scopes,
    accessTokenSeconds: 3_600,
    refreshToken: { rotation: "single-use", reuse: "revokes-family", maxDays: 60, invalidatesAccessToken: true },
    reconsent: "kills",
    checkAuthorize: ({ parameters: { state = "" } }) =>
      state.length < 16 || state.length > 1_024
        ? { error: "invalid_request", description: "state must have between 16 and 1024 characters" }
        : undefined,
    callbackParameters: ({ request: { code_challenge = "", code_challenge_method = "" }, outcome }) =>
      outcome === "granted" ? { code_challenge, code_challenge_method } : ({} as Record<string, string>),
    tokenResponse: ({ main }) =>
      json({
        access_token: main.accessToken,
        refresh_token: main.refreshToken,
        token_type: "Bearer",
        scope: main.scope,
        expires_in: main.expiresIn,
        refresh_expires_in: main.refreshTokenExpiresIn,
      }),
  })
}

function seeded(): AirtableBase[] {
  const at = "2026-01-01T00:00:00.000Z"
  const fieldNames = ["Name", "Done", "Notes"]
  const [first, second] = defaultUsers.map(({ id }) => id)
  const tasks = ["Write it down", "Read it again"].map((Name, index) => ({
    id: `recTask${String(index + 1).padStart(10, "0")}`,
    createdTime: at,
    fields: { Name },
  }))
  return [
    {
      id: "appFirst000000001",
      name: "Plans",
      userId: first ?? "",
      tables: [{ id: "tblTasks000000001", name: "Tasks", fieldNames, records: tasks }],
    },
    {
      id: "appSecond00000002",
      name: "Theirs",
      userId: second ?? "",
      tables: [{ id: "tblTasks000000002", name: "Tasks", fieldNames, records: [] }],
    },
  ]
}
