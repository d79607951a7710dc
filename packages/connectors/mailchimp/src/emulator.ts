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
import { mailchimpApi } from "./emulator/api.js"
import type { ApiState, MailchimpAccount } from "./emulator/world.js"
import { md5 } from "./md5.js"

export type { ApiState, MailchimpAccount, MailchimpMember, MailchimpWebhook } from "./emulator/world.js"

/** The registration of an app that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "emulated-mailchimp-client-id",
  clientSecret: "emulated-mailchimp-client-secret",
}

export const defaultAccounts: readonly MailchimpAccount[] = [
  { account_id: "acc1", user_id: 1_001, name: "First Shop", email: "owner@first.example", dc: "us1" },
  { account_id: "acc2", user_id: 1_002, name: "Second Shop", email: "owner@second.example", dc: "us21" },
]

/** API keys of the accounts, by data centre. */
export const apiKeys = {
  us1: "emulatedmailchimpkeyofthefirstaccount-us1",
  us21: "emulatedmailchimpkeyofthesecondaccount-us21",
} as const

/** What a test or a demo may choose. Every field has a default. */
export interface MailchimpEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: {@link defaultAccounts}. */
  accounts?: readonly MailchimpAccount[]
  /** Whether new webhooks are signed. Default: true. */
  signing?: boolean
  /** What the metadata says instead. */
  metadata?: Readonly<Record<string, unknown>>
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface MailchimpProvider extends ApiState {
  readonly oauth: AuthorizationServer<MailchimpAccount>
  /** Somebody disables an API key. */
  disableKey(key: string): void
  isKey(key: string): boolean
  /** One event of an audience of the first account, as its webhook is sent it. */
  event(type: string, data?: Readonly<Record<string, string>>): Delivery
}

export type MailchimpEmulator = Emulator<MailchimpProvider>

/**
 * A strict stand-in for Mailchimp, written from its documentation: tokens that do not end and say so with a zero, metadata that says which
 * data centre has the account, API keys, audiences, members, campaigns, and webhooks of each audience.
 * @see https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/
 */
export function createMailchimpEmulator(options: MailchimpEmulatorOptions = {}): MailchimpEmulator {
  const app = { ...emulatorApp, ...options.app }
  const accounts = options.accounts ?? defaultAccounts
  return createEmulator<MailchimpProvider>({
    name: "mailchimp",
    origins: ["https://login.mailchimp.com", "https://*.api.mailchimp.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const { redirectUris = ["https://app.example.com/api/integrations/oauth/callback/mailchimp"] } = options
      const oauth = authorizationServer<MailchimpAccount>(kit, {
        authorizationEndpoint: "https://login.mailchimp.com/oauth2/authorize",
        tokenEndpoint: "https://login.mailchimp.com/oauth2/token",
        clients: [{ ...app, redirectUris, name: "The app" }],
        accounts: accounts.map((data) => ({ id: data.account_id, label: data.name, data })),
        clientAuthentication: "post",
        pkce: "none",
        accessTokenSeconds: "never",
        tokenResponse: ({ main }) => json({ access_token: main.accessToken, expires_in: 0, scope: null }),
      })

      kit.route(
        "GET",
        "https://login.mailchimp.com",
        "/oauth2/metadata",
        ({ request }) => {
          const token = oauth.inspect(request, { scheme: "OAuth" })
          if (token.is !== "live") return json({ error: "invalid_token" }, { status: 401 })
          const { dc, name, user_id, email } = token.account.data
          return json({
            dc,
            role: "owner",
            accountname: name,
            user_id,
            login: { email, login_id: user_id, login_name: name, login_email: email, avatar: null },
            login_url: "https://login.mailchimp.com",
            api_endpoint: `https://${dc}.api.mailchimp.com`,
            ...options.metadata,
          })
        },
        { id: "metadata" },
      )

      const withoutDataCenter = (key: string) => key.replace(/-[^-]*$/, "")
      const [first, second] = accounts
      const keys = new Map([
        [withoutDataCenter(apiKeys.us1), first?.account_id ?? ""],
        [withoutDataCenter(apiKeys.us21), second?.account_id ?? ""],
      ])
      const hash = (address: string) => md5(address.toLowerCase())
      const state = mailchimpApi(kit, { oauth, accounts, keys, signing: options.signing ?? true, hash })
      return {
        oauth,
        ...state,
        disableKey: (key) => void keys.delete(withoutDataCenter(key)),
        isKey: (key) => keys.has(withoutDataCenter(key)),
        event(type, data = {}) {
          const fired_at = new Date(kit.clock.now()).toISOString().slice(0, 19).replace("T", " ")
          const form = new URLSearchParams({ type, fired_at })
          const all = { id: "8a25ff1d98", list_id: `${first?.account_id}list1`, email: "one@member.example", ...data }
          for (const [name, value] of Object.entries(all)) form.set(`data[${name}]`, value)
          form.set("data[merges][FNAME]", "One")
          return { body: form.toString(), contentType: "application/x-www-form-urlencoded" }
        },
      }
    },
  })
}

/** Signs with a webhook's own secret. @see https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/ */
export function mailchimpSignature(secret: string): DeliverySignature {
  return hmacSignature({
    secret,
    signed: "{timestamp}.{body}",
    headers: { "x-mailchimp-signature": "t={timestamp},v1={signature}" },
  })
}
