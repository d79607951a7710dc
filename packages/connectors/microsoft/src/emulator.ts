import {
  createEmulator,
  type EmulatedAccount,
  type EmulatedClient,
  type Emulator,
  type EmulatorClock,
} from "@holdfast/emulator"
import { defaultAccounts, type MicrosoftAccount } from "./emulator/accounts.js"
import { calendarApi } from "./emulator/calendar.js"
import { type Entra, type EntraOptions, entra, login } from "./emulator/entra.js"
import { graphApi, graphOrigin } from "./emulator/graph.js"
import { identityApi } from "./emulator/identity.js"
import { mailApi } from "./emulator/mail.js"
import { type Notifications, type Send, subscriptionsApi } from "./emulator/subscriptions.js"
import { teamsApi } from "./emulator/teams.js"
import { type MicrosoftWorld, seededWorld } from "./emulator/world.js"

export {
  defaultAccounts,
  firstTenantId,
  type MicrosoftAccount,
  personalTenantId,
  secondTenantId,
} from "./emulator/accounts.js"
export type { CalendarEvent, GraphTime } from "./emulator/calendar.js"
export type { Entra } from "./emulator/entra.js"
export type { MailMessage, Recipient } from "./emulator/mail.js"
export type {
  ChangeType,
  GraphSubscription,
  LifecycleEvent,
  Notifications,
  Send,
  WatchedKind,
} from "./emulator/subscriptions.js"
export type { Chat, ChatMessage, Team } from "./emulator/teams.js"
export { type MicrosoftWorld, seededIds } from "./emulator/world.js"

/** The registration that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "00001111-aaaa-4222-8bbb-3333cccc4444",
  clientSecret: "emul8Q~microsoft-client-secret",
}

/** What a test or a demo may choose. Every field has a default. */
export interface MicrosoftEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: the addresses of the three connectors at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Further clients. */
  clients?: readonly EmulatedClient[]
  /** Default: {@link defaultAccounts}. */
  accounts?: readonly EmulatedAccount<MicrosoftAccount>[]
  /** Default `"everybody"`. */
  audience?: EntraOptions["audience"]
  /** Permissions that need an administrator's consent: `["Mail.Send"]`. Default: none. */
  adminScopes?: readonly string[]
  /** Default `"full"`. */
  scopeSpelling?: EntraOptions["scopeSpelling"]
  /** How notifications get to the addresses that were subscribed. Default: `fetch`. */
  send?: Send
  /** Whether `http://127.0.0.1` may be subscribed, for a demo. Microsoft refuses it, and so does the default. */
  loopbackNotifications?: boolean
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface MicrosoftProvider extends MicrosoftWorld {
  readonly oauth: Entra
  readonly notifications: Notifications
}

export type MicrosoftEmulator = Emulator<MicrosoftProvider>

const products = ["outlook", "outlook-calendar", "teams"]

/**
 * A strict stand-in for Microsoft, written from its documentation: the identity platform with its tenants, its refresh tokens and the
 * numbers of its errors, and the parts of Microsoft Graph that mail, calendars and Teams are behind.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
 * @see https://learn.microsoft.com/en-us/graph/overview
 */
export function createMicrosoftEmulator(options: MicrosoftEmulatorOptions = {}): MicrosoftEmulator {
  const callback = (id: string) => `https://app.example.com/api/integrations/oauth/callback/${id}`
  const redirectUris = options.redirectUris ?? products.map(callback)
  return createEmulator<MicrosoftProvider>({
    name: "microsoft",
    origins: [login, graphOrigin],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const oauth = entra(kit, {
        clients: [{ ...emulatorApp, ...options.app, name: "Emulated app", redirectUris }, ...(options.clients ?? [])],
        accounts: options.accounts ?? defaultAccounts,
        audience: options.audience ?? "everybody",
        adminScopes: options.adminScopes ?? [],
        scopeSpelling: options.scopeSpelling ?? "full",
      })
      const graph = graphApi(kit, oauth)
      const world = seededWorld(kit)
      identityApi(graph)
      mailApi(graph, world.mailbox)
      calendarApi(graph, world.events)
      teamsApi(graph, world.teams, world.chats, world.chatMessages)
      const notifications = subscriptionsApi(graph, {
        send: options.send ?? ((request) => fetch(request)),
        loopback: options.loopbackNotifications ?? false,
      })
      kit.action("receive_mail", async (input) => {
        const { to, from, subject } = input as { to: string; from: string; subject: string }
        const account = (options.accounts ?? defaultAccounts).find(({ data }) => data.email === to)
        if (!account) throw new TypeError(`"${to}" is nobody's address here`)
        const id = world.receive(account.id, from, subject)
        await notifications.changed(account.id, "message", "created", id)
        return id
      })
      return { ...world, oauth, notifications }
    },
  })
}
