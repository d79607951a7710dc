import {
  createEmulator,
  type EmulatedAccount,
  type EmulatedClient,
  type Emulator,
  type EmulatorClock,
} from "@holdfast/emulator"
import { apiAccess } from "./emulator/access.js"
import { defaultAccounts, type GoogleAccount } from "./emulator/accounts.js"
import { calendarApi } from "./emulator/calendar.js"
import { chatApi } from "./emulator/chat.js"
import { driveApi } from "./emulator/drive.js"
import { gmailApi } from "./emulator/gmail.js"
import { identityEndpoints } from "./emulator/identity.js"
import { type GoogleOAuth, type GoogleOAuthOptions, googleOAuth } from "./emulator/oauth.js"
import { sheetsApi } from "./emulator/sheets.js"
import { type GoogleWorld, seededWorld } from "./emulator/world.js"

export { defaultAccounts, type GoogleAccount } from "./emulator/accounts.js"
export type { CalendarEvent, Calendars, EventTime } from "./emulator/calendar.js"
export type { ChatMessage, ChatSpace } from "./emulator/chat.js"
export type { DriveFile } from "./emulator/drive.js"
export type { MailMessage } from "./emulator/gmail.js"
export { type MailPart, parseMail } from "./emulator/mail.js"
export type { GoogleOAuth } from "./emulator/oauth.js"
export type { Cell, Rows, Spreadsheet } from "./emulator/sheets.js"
export { type GoogleWorld, seededSpreadsheetId } from "./emulator/world.js"

/** The registration that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "000000000000-emulated.apps.googleusercontent.com",
  clientSecret: "GOCSPX-emulated-google-secret",
}

/** What a test or a demo may choose. Every field has a default. */
export interface GoogleEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: the addresses of the five connectors at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Further clients of the project. */
  clients?: readonly EmulatedClient[]
  /** Default: {@link defaultAccounts}. */
  accounts?: readonly EmulatedAccount<GoogleAccount>[]
  /** In `"testing"` refresh tokens end after seven days. Default `"production"`. */
  publishingStatus?: GoogleOAuthOptions["publishingStatus"]
  /** Default `"https://accounts.google.com"`. */
  idTokenIssuer?: GoogleOAuthOptions["idTokenIssuer"]
  /** APIs that the project has not enabled: `["sheets.googleapis.com"]`. Default: none. */
  disabledServices?: readonly string[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface GoogleProvider extends GoogleWorld {
  readonly oauth: GoogleOAuth
  /** Names of the APIs that the project has not enabled. */
  readonly disabledServices: Set<string>
}

export type GoogleEmulator = Emulator<GoogleProvider>

const products = ["google-sheets", "google-calendar", "google-drive", "gmail", "google-chat"]

/**
 * A strict stand-in for Google, written from its documentation: one authorization server with its refresh token rules, its partial and
 * growing consents and its one revocation for all, and the methods of five APIs behind the scopes that each asks for.
 * @see https://developers.google.com/identity/protocols/oauth2/web-server
 */
export function createGoogleEmulator(options: GoogleEmulatorOptions = {}): GoogleEmulator {
  const callback = (id: string) => `https://app.example.com/api/integrations/oauth/callback/${id}`
  const redirectUris = options.redirectUris ?? products.map(callback)
  return createEmulator<GoogleProvider>({
    name: "google",
    origins: [
      "https://accounts.google.com",
      "https://oauth2.googleapis.com",
      "https://openidconnect.googleapis.com",
      "https://www.googleapis.com",
      "https://sheets.googleapis.com",
      "https://gmail.googleapis.com",
      "https://chat.googleapis.com",
    ],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const oauth = googleOAuth(kit, {
        clients: [{ ...emulatorApp, ...options.app, name: "Emulated app", redirectUris }, ...(options.clients ?? [])],
        accounts: options.accounts ?? defaultAccounts,
        publishingStatus: options.publishingStatus ?? "production",
        idTokenIssuer: options.idTokenIssuer ?? "https://accounts.google.com",
      })
      const access = apiAccess(kit, oauth, options.disabledServices ?? [])
      const world = seededWorld(kit)
      identityEndpoints(kit, oauth)
      sheetsApi(access, world.spreadsheets)
      calendarApi(kit, access, world.calendars)
      driveApi(access, world.files)
      gmailApi(kit, access, world.mailbox)
      chatApi(kit, access, world.spaces, world.chatMessages)
      kit.action("rows", (input) => {
        const { spreadsheetId, sheet } = input as { spreadsheetId: string; sheet: string }
        return world.spreadsheets.get(spreadsheetId)?.sheets.get(sheet) ?? null
      })
      return { ...world, oauth, disabledServices: access.disabled }
    },
  })
}
