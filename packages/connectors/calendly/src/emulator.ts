import {
  type AuthorizationServer,
  authorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  type Emulator,
  type EmulatorClock,
  hmacSignature,
  json,
} from "@holdfast/emulator"
import { type ApiState, calendlyApi } from "./emulator/api.js"
import { type CalendlyUser, defaultUsers } from "./emulator/world.js"

export type { ApiState } from "./emulator/api.js"
export {
  type CalendlyEvent,
  type CalendlyEventType,
  type CalendlyInvitee,
  type CalendlyUser,
  type CalendlyWebhook,
  defaultUsers,
} from "./emulator/world.js"

/** The registration of an OAuth app that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "emulated-calendly-client-id",
  clientSecret: "emulated-calendly-client-secret",
  webhookSigningKey: "emulated-calendly-webhook-signing-key",
}

// https://developer.calendly.com/docs/authentication/scopes
const scopes = [
  "default",
  "users:read",
  "event_types:read",
  "event_types:write",
  "scheduled_events:read",
  "scheduled_events:write",
  "scheduling_links:write",
  "routing_forms:read",
  "webhooks:read",
  "webhooks:write",
]

/** Personal access tokens of the first and of the second person, and one of the first that may read events alone. */
export const personalAccessTokens = {
  first: "eyJ.emulated-calendly-token-of-the-first-person",
  second: "eyJ.emulated-calendly-token-of-the-second-person",
  narrow: "eyJ.emulated-calendly-token-that-may-read-events",
} as const

/** What a test or a demo may choose. Every field has a default. */
export interface CalendlyEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultUsers}. */
  users?: readonly CalendlyUser[]
  /** The app is from before 3 March 2026: its tokens have the scope `default`, whatever was asked for. */
  legacyApp?: boolean
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface CalendlyProvider extends ApiState {
  readonly oauth: AuthorizationServer<CalendlyUser>
  /** A person deletes a personal access token. */
  deleteToken(token: string): void
  isToken(token: string): boolean
  /** One event, as a subscription of the first person is sent it. */
  event(type: string, further?: Readonly<Record<string, unknown>>): Delivery
}

export type CalendlyEmulator = Emulator<CalendlyProvider>

/**
 * A strict stand-in for Calendly, written from its documentation: refresh tokens that work once, scopes, personal access tokens, event
 * types, scheduled events, and webhook subscriptions signed with the key of the app or of the subscriber.
 * @see https://developer.calendly.com/api-docs/overview
 */
export function createCalendlyEmulator(options: CalendlyEmulatorOptions = {}): CalendlyEmulator {
  const app = { ...emulatorApp, ...options.app }
  const users = options.users ?? defaultUsers
  return createEmulator<CalendlyProvider>({
    name: "calendly",
    origins: ["https://auth.calendly.com", "https://api.calendly.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const { redirectUris = ["https://app.example.com/api/integrations/oauth/callback/calendly"] } = options
      const oauth = authorizationServer<CalendlyUser>(kit, {
        authorizationEndpoint: "https://auth.calendly.com/oauth/authorize",
        tokenEndpoint: "https://auth.calendly.com/oauth/token",
        revocation: { endpoint: "https://auth.calendly.com/oauth/revoke" },
        clients: [{ ...app, redirectUris, name: "The app" }],
        accounts: users.map((data) => ({ id: data.uri.split("/").at(-1) ?? "", label: data.name, data })),
        clientAuthentication: "basic",
        // Revoking is the exception: https://developer.calendly.com/api-docs/calendly-o-auth/o-auth/post-oauth-revoke
        shownCredentials: ({ url }, { client_id = "", client_secret = "" }) =>
          url.pathname === "/oauth/revoke" ? { clientId: client_id, clientSecret: client_secret } : undefined,
        scopes,
        defaultScopes: options.legacyApp ? ["default"] : [],
        codeSeconds: 600,
        accessTokenSeconds: 7_200,
        // https://developer.calendly.com/refresh-token-rotation-guide
        refreshToken: { rotation: "single-use", reuse: "refused" },
        tokenResponse: ({ main, grant }) =>
          json({
            token_type: "Bearer",
            access_token: main.accessToken,
            refresh_token: main.refreshToken,
            scope: options.legacyApp ? "default" : main.scope,
            created_at: Math.floor(kit.clock.now() / 1000),
            expires_in: main.expiresIn,
            owner: grant.account.data.uri,
            organization: grant.account.data.organization,
          }),
      })
      const [first, second = first] = users
      const tokens = new Map([
        [personalAccessTokens.first as string, { user: first?.uri ?? "", scopes }],
        [personalAccessTokens.second, { user: second?.uri ?? "", scopes }],
        [personalAccessTokens.narrow, { user: first?.uri ?? "", scopes: ["users:read", "scheduled_events:read"] }],
      ])
      const state = calendlyApi(kit, { oauth, users, tokens, appSigningKey: app.webhookSigningKey })
      let events = 0
      return {
        oauth,
        ...state,
        deleteToken: (token) => void tokens.delete(token),
        isToken: (token) => tokens.has(token),
        event(type, further = {}) {
          events += 1
          const place = type.startsWith("invitee.") ? "scheduled_events/EVENT/invitees" : "routing_form_submissions"
          const created_at = new Date(kit.clock.now()).toISOString()
          return {
            body: {
              event: type,
              created_at,
              created_by: first?.uri,
              payload: { uri: `https://api.calendly.com/${place}/DELIVERED${events}`, created_at, ...further },
            },
          }
        },
      }
    },
  })
}

/** Signs with the key of an app or of a subscription. @see https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures */
export function calendlySignature(secret: string): DeliverySignature {
  return hmacSignature({
    secret,
    signed: "{timestamp}.{body}",
    headers: { "calendly-webhook-signature": "t={timestamp},v1={signature}" },
  })
}
