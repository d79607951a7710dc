import {
  type AuthorizationServer,
  authorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
  hmacSignature,
  json,
  type OAuthRefusalReason,
} from "@holdfast/emulator"
import { type CrmRecord, crmApi, type HubSpotPortal } from "./emulator/crm.js"

export type { CrmRecord, HubSpotPortal } from "./emulator/crm.js"

/** The registration of an app that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "0e5f0000-0000-4000-8000-0000000000b5",
  clientSecret: "emulated-hubspot-client-secret",
}

export const defaultPortals: readonly HubSpotPortal[] = [
  { portalId: 1_111_111, userId: 71, email: "first@hubspot.example", optionalScopes: ["tickets"] },
  { portalId: 2_222_222, userId: 72, email: "second@hubspot.example", optionalScopes: [] },
]

/** What a test or a demo may choose. Every field has a default. */
export interface HubSpotEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultPortals}. */
  portals?: readonly HubSpotPortal[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface HubSpotProvider {
  readonly oauth: AuthorizationServer<HubSpotPortal>
  /** Signs deliveries with the app's client secret, over the address as HubSpot writes it. */
  readonly signature: DeliverySignature
  readonly records: readonly CrmRecord[]
  /** One event about an object of an account: `contact.creation` and the like. */
  event(subscriptionType: string, portalId: number, further?: Readonly<Record<string, unknown>>): Delivery
}

export type HubSpotEmulator = Emulator<HubSpotProvider>

/**
 * A strict stand-in for HubSpot, written from its documentation: token calls as forms with the secret in the body, tokens of thirty minutes,
 * refresh tokens that stay, optional scopes, scopes enforced by operation, and signed deliveries.
 * @see https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide
 */
export function createHubSpotEmulator(options: HubSpotEmulatorOptions = {}): HubSpotEmulator {
  const app = { ...emulatorApp, ...options.app }
  const portals = options.portals ?? defaultPortals
  return createEmulator<HubSpotProvider>({
    name: "hubspot",
    origins: ["https://app.hubspot.com", "https://api.hubapi.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const records = seeded(portals)
      const oauth = hubspotAuthorization(kit, app, portals, options.redirectUris)
      crmApi(kit, oauth, records)
      kit.action("records", () => records)
      let events = 0
      return {
        oauth,
        records,
        signature: hubspotSignature(app.clientSecret),
        event(subscriptionType, portalId, further = {}) {
          const about = { subscriptionId: 7, portalId, appId: 1, objectId: 101, occurredAt: kit.clock.now() }
          events += 1
          return { body: [{ eventId: events, ...about, subscriptionType, attemptNumber: 0, ...further }] }
        },
      }
    },
  })
}

/** @see https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation */
function hubspotSignature(secret: string): DeliverySignature {
  const scheme = hmacSignature({
    secret,
    encoding: "base64",
    timestamp: "milliseconds",
    signed: "{method}{url}{body}{timestamp}",
    headers: { "x-hubspot-signature-v3": "{signature}", "x-hubspot-request-timestamp": "{timestamp}" },
  })
  const withAddress = (inner: DeliverySignature): DeliverySignature => ({
    sign: (parts) => inner.sign({ ...parts, url: decoded(parts.url) }),
    withForeignSecret: () => withAddress(inner.withForeignSecret()),
  })
  return withAddress(scheme)
}

const decodings: Readonly<Record<string, string>> = {
  "%3A": ":",
  "%2F": "/",
  "%3F": "?",
  "%40": "@",
  "%21": "!",
  "%24": "$",
  "%27": "'",
  "%28": "(",
  "%29": ")",
  "%2A": "*",
  "%2C": ",",
  "%3B": ";",
}

function decoded(url: string): string {
  return url.replace(/%[0-9a-f]{2}/gi, (encoded) => decodings[encoded.toUpperCase()] ?? encoded)
}

/** @see https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide */
function hubspotAuthorization(
  kit: EmulatorKit,
  app: typeof emulatorApp,
  portals: readonly HubSpotPortal[],
  redirectUris: readonly string[] = ["https://app.example.com/api/integrations/oauth/callback/hubspot"],
): AuthorizationServer<HubSpotPortal> {
  return authorizationServer<HubSpotPortal>(kit, {
    authorizationEndpoint: "https://app.hubspot.com/oauth/authorize",
    tokenEndpoint: "https://api.hubapi.com/oauth/{version}/token",
    revocation: { endpoint: "https://api.hubapi.com/oauth/{version}/token/revoke", revokes: "token" },
    clients: [{ ...app, redirectUris, name: "The app" }],
    accounts: portals.map((data) => ({ id: String(data.portalId), label: `${data.portalId} (${data.email})`, data })),
    clientAuthentication: "post",
    responseTypeRequired: false,
    pkce: "optional",
    scopes: ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.deals.write", "tickets"],
    accessTokenSeconds: 1_800,
    refreshToken: { rotation: "reusable" },
    slots({ scopes, parameters, account }) {
      const optional = (parameters.optional_scope ?? "").split(" ")
      const had = optional.filter((scope) => account.data.optionalScopes.includes(scope))
      return [{ id: "main", scopes: [...new Set([...scopes, ...had])] }]
    },
    // As long as they get: https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide
    tokenValue: ({ kind, random }) => (kind === "access" ? `C${random.padEnd(299, "Z")}` : random),
    checkToken: ({ call }) =>
      ["v3", "2026-03"].includes(call.params.version ?? "")
        ? undefined
        : { error: "invalid_request", description: "There is no such version.", status: 404 },
    tokenResponse({ main, account: { data }, parameters }) {
      return json({
        token_type: "bearer",
        access_token: main.accessToken,
        refresh_token: main.refreshToken ?? parameters.refresh_token,
        expires_in: main.expiresIn,
        hub_id: data.portalId,
        user_id: data.userId,
        scopes: main.scopes,
        token_use: "access_token",
      })
    },
    errorResponse: ({ error, reason, description, status }) =>
      json(
        { status: codes[reason] ?? error.toUpperCase(), message: description, error, error_description: description },
        { status },
      ),
  })
}

const codes: Partial<Record<OAuthRefusalReason, string>> = {
  client_unknown: "BAD_CLIENT_ID",
  client_authentication_missing: "BAD_CLIENT_ID",
  client_authentication_method: "BAD_CLIENT_ID",
  client_secret_wrong: "BAD_CLIENT_SECRET",
  code_unknown: "BAD_AUTH_CODE",
  code_used: "BAD_AUTH_CODE",
  code_expired: "BAD_AUTH_CODE",
  code_foreign: "BAD_AUTH_CODE",
  redirect_uri_mismatch: "BAD_REDIRECT_URI",
  refresh_token_unknown: "BAD_REFRESH_TOKEN",
  refresh_token_expired: "BAD_REFRESH_TOKEN",
  refresh_token_revoked: "BAD_REFRESH_TOKEN",
  refresh_token_foreign: "BAD_REFRESH_TOKEN",
}

/** Two contacts and a deal in the first account. */
function seeded([first]: readonly HubSpotPortal[]): CrmRecord[] {
  if (!first) throw new TypeError("the emulator needs a portal")
  const record = (id: string, type: CrmRecord["type"], properties: Record<string, string>): CrmRecord => ({
    id,
    portalId: first.portalId,
    type,
    properties,
    associations: [],
  })
  return [
    record("101", "contacts", {
      email: "maria@customer.example",
      firstname: "Maria",
      lastname: "One",
      company: "Acme",
    }),
    record("102", "contacts", { email: "bo@customer.example", firstname: "Bo", lastname: "Two", company: "Umbra" }),
    record("301", "deals", { dealname: "Big one", amount: "1000", dealstage: "qualifiedtobuy", pipeline: "default" }),
  ]
}
