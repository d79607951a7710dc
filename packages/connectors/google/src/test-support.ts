import { ada, connectorWorld, type WorldChoices, type WorldRequest } from "@holdfast/testing"
import { createGoogleEmulator, emulatorApp, type GoogleEmulator, type GoogleEmulatorOptions } from "./emulator.js"
import {
  type GmailConnector,
  type GoogleCalendarConnector,
  type GoogleChatConnector,
  type GoogleDriveConnector,
  type GoogleSheetsConnector,
  gmail,
  googleCalendar,
  googleChat,
  googleDrive,
  googleSheets,
} from "./index.js"

type Product =
  | GoogleSheetsConnector
  | GoogleCalendarConnector
  | GoogleDriveConnector
  | GmailConnector
  | GoogleChatConnector

/** A real Holdfast with the five products on one app, over the stand-in. */
export function googleWorld(seeds: GoogleEmulatorOptions = {}) {
  const emulator = createGoogleEmulator(seeds)
  const left: URL[] = []
  const world = connectorWorld<Product, GoogleEmulator>({
    connectors: [googleSheets(), googleCalendar(), googleDrive(), gmail(), googleChat()],
    emulator,
    env: { GOOGLE_CLIENT_ID: emulatorApp.clientId, GOOGLE_CLIENT_SECRET: emulatorApp.clientSecret },
    async fetch(request) {
      const url = new URL(request.url)
      if (url.pathname === "/o/oauth2/v2/auth" && request.method === "GET") left.push(url)
      return emulator.fetch(request)
    },
  })
  return {
    ...world,
    mine: world.holdfast.for(ada),
    /** Walks, and answers also where the browser was sent, as often as it took. */
    async walk(request: WorldRequest<Product["id"]> = {}, choices: WorldChoices = {}) {
      const before = left.length
      const { connectionId = "", error } = await world.walk(request, choices)
      return { connectionId, error: error?.code, left: left.slice(before) }
    },
  }
}
