import {
  type AuthorizationServer,
  authorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
  hmac,
  json,
} from "@holdfast/emulator"
import { type SupportState, supportApi, type ZendeskUser } from "./emulator/support.js"

export type { SupportState, ZendeskTicket, ZendeskUser, ZendeskWebhook } from "./emulator/support.js"

/** The registration of an OAuth client that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "emulated_zendesk_client",
  clientSecret: "emulated-zendesk-client-secret",
}

export const defaultUsers: readonly ZendeskUser[] = [
  { id: 1_001, subdomain: "first", name: "Ada First", email: "ada@first.example", role: "admin" },
  { id: 1_002, subdomain: "first", name: "Cleo Agent", email: "cleo@first.example", role: "agent" },
  { id: 2_001, subdomain: "second", name: "Bob Second", email: "bob@second.example", role: "admin" },
]

/** API tokens of accounts, by subdomain. They act as whoever of the account is named. */
export const apiTokens: Readonly<Record<string, string>> = {
  first: "emulatedZendeskApiTokenOfTheFirstAccount",
  second: "emulatedZendeskApiTokenOfTheSecondAccount",
}

/** What a test or a demo may choose. Every field has a default. */
export interface ZendeskEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** The one subdomain at which the client works. Default: it is a global one. */
  home?: string
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultUsers}. */
  users?: readonly ZendeskUser[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface ZendeskProvider extends SupportState {
  readonly oauth: AuthorizationServer<ZendeskUser>
  /** An administrator ends an API token. */
  deactivateToken(subdomain: string): void
  /** One event about a ticket, as the webhook made last is sent it: `ticket.created` and the like. */
  event(type: string, further?: Readonly<Record<string, unknown>>): Delivery
}

export type ZendeskEmulator = Emulator<ZendeskProvider>

/**
 * A strict stand-in for Zendesk, written from its documentation: tokens that last as long as they were asked to, refreshes that delete both
 * old tokens, API tokens, tickets, people, and webhooks with signing secrets of their own.
 * @see https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
 */
export function createZendeskEmulator(options: ZendeskEmulatorOptions = {}): ZendeskEmulator {
  const app = { ...emulatorApp, ...options.app }
  const users = options.users ?? defaultUsers
  return createEmulator<ZendeskProvider>({
    name: "zendesk",
    origins: ["https://*.zendesk.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const tokens = new Map(Object.entries(apiTokens))
      const oauth = zendeskAuthorization(kit, app, users, options)
      const state = supportApi(kit, { oauth, users, tokens })
      let events = 0
      return {
        oauth,
        ...state,
        deactivateToken: (subdomain) => void tokens.delete(subdomain),
        event(type, further = {}) {
          events += 1
          const at = new Date(kit.clock.now()).toISOString()
          return {
            body: {
              type: `zen:event-type:${type}`,
              account_id: 12_514_403,
              id: `2b24ef10-19d4-4740-93cf-${String(events).padStart(12, "0")}`,
              time: at,
              zendesk_event_version: "2022-11-06",
              subject: "zen:ticket:1",
              detail: { id: "1", status: "OPEN", subject: "Help" },
              event: {},
              ...further,
            },
          }
        },
      }
    },
  })
}

/** Signs with a webhook's own secret. @see https://developer.zendesk.com/documentation/webhooks/verifying/ */
export function zendeskSignature(secret: string): DeliverySignature {
  return {
    async sign({ at, body }) {
      const timestamp = new Date(at).toISOString().replace(/\.\d+Z$/, "Z")
      const signed = new Uint8Array([...new TextEncoder().encode(timestamp), ...body])
      return {
        "x-zendesk-webhook-signature": await hmac("SHA-256", secret, signed, "base64"),
        "x-zendesk-webhook-signature-timestamp": timestamp,
      }
    },
    withForeignSecret: () => zendeskSignature(`${secret}-of-another-webhook`),
  }
}

const daySeconds = 86_400

function zendeskAuthorization(
  kit: EmulatorKit,
  app: typeof emulatorApp,
  users: readonly ZendeskUser[],
  options: ZendeskEmulatorOptions,
): AuthorizationServer<ZendeskUser> {
  const { redirectUris = ["https://app.example.com/api/integrations/oauth/callback/zendesk"], home } = options
  const accounts = users.map((data) => ({ id: String(data.id), label: `${data.name} (${data.email})`, data }))
  const isHome = (url: URL) => home === undefined || url.host === `${home}.zendesk.com`
  return authorizationServer<ZendeskUser>(kit, {
    authorizationEndpoint: "https://*.zendesk.com/oauth/authorizations/new",
    tokenEndpoint: "https://*.zendesk.com/oauth/tokens",
    boundToOrigin: true,
    clients: [{ ...app, redirectUris, name: "The app" }],
    accounts,
    accountsFor: (_parameters, { url }) => accounts.filter(({ data }) => `${data.subdomain}.zendesk.com` === url.host),
    checkAuthorize: ({ call }) => (isHome(call.url) ? undefined : { error: "invalid_client" }),
    clientAuthentication: "post",
    tokenRequestFormat: "json",
    pkce: "optional",
    scopes: [
      "read",
      "write",
      "users:read",
      "users:write",
      "tickets:read",
      "tickets:write",
      "webhooks:read",
      "webhooks:write",
    ],
    codeSeconds: 120,
    // Both deleted with each refresh: https://support.zendesk.com/hc/en-us/articles/9182123625370
    refreshToken: { rotation: "single-use", reuse: "refused", invalidatesAccessToken: true, maxDays: 30 },
    policy({ parameters }) {
      const { expires_in, refresh_token_expires_in } = parameters
      const maxDays = Number(refresh_token_expires_in ?? 30 * daySeconds) / daySeconds
      return {
        accessTokenSeconds: expires_in === undefined ? "never" : Number(expires_in),
        refreshToken: { rotation: "single-use", reuse: "refused", invalidatesAccessToken: true, maxDays },
      }
    },
    checkToken({ call, parameters: { expires_in, refresh_token_expires_in } }) {
      if (!isHome(call.url)) return { error: "invalid_client", status: 401 }
      const within = (value: string | undefined, least: number, most: number) =>
        value === undefined || (Number(value) > least && Number(value) < most)
      return within(expires_in, 300, 172_800) && within(refresh_token_expires_in, 604_800, 7_776_000)
        ? undefined
        : { error: "invalid_request", description: "A lifetime is out of range." }
    },
    tokenResponse: ({ main }) =>
      json({
        access_token: main.accessToken,
        refresh_token: main.refreshToken,
        token_type: "bearer",
        scope: main.scope,
        expires_in: main.expiresIn ?? null,
        refresh_token_expires_in: main.refreshTokenExpiresIn ?? null,
      }),
  })
}
