import * as googleAt from "@holdfast/google/emulator"
import * as microsoftAt from "@holdfast/microsoft/emulator"
import type { ProviderMaker } from "../provider.js"

const google: ProviderMaker = ({ clock, callback }) => {
  const products = ["google-sheets", "google-calendar", "google-drive", "gmail", "google-chat"]
  const { seededSpreadsheetId: spreadsheetId } = googleAt
  return {
    emulator: googleAt.createGoogleEmulator({ clock, redirectUris: products.map(callback) }),
    registrations: { google: googleAt.emulatorApp },
    connectors: () => ({
      "google-sheets": {
        operation: "read_range",
        parameters: {
          read_range: { spreadsheetId, range: "Sheet1!A1:D9" },
          append_row: {
            spreadsheetId,
            range: "Sheet1!A:D",
            values: ["One", "one@example.com", "+15550100009", "today"],
          },
        },
      },
      "google-calendar": {
        operation: "list_events",
        parameters: {
          list_events: {},
          create_event: { summary: "Stand-up", start: "2030-01-07T09:00:00Z", end: "2030-01-07T09:15:00Z" },
        },
      },
      "google-drive": { operation: "list_files", parameters: { list_files: {} } },
      gmail: {
        operation: "list_messages",
        parameters: {
          list_messages: {},
          send_email: { to: "second.user@example.net", subject: "Hello", text: "From Holdfast" },
        },
      },
      "google-chat": {
        operation: "send_chat_message",
        parameters: { send_chat_message: { space: "spaces/AAAAemulated1", message: "Hello from Holdfast" } },
      },
    }),
  }
}

const microsoft: ProviderMaker = ({ clock, callback }) => {
  const products = ["outlook", "outlook-calendar", "teams"]
  const { team: teamId, channel: channelId } = microsoftAt.seededIds
  // Microsoft has no request that ends a grant: people and administrators do it on its pages.
  const revocation = "none"
  return {
    emulator: microsoftAt.createMicrosoftEmulator({
      clock,
      redirectUris: products.map(callback),
      loopbackNotifications: true,
    }),
    registrations: { microsoft: microsoftAt.emulatorApp },
    connectors: () => ({
      outlook: {
        operation: "list_messages",
        parameters: {
          list_messages: {},
          send_email: { to: ["second.user@first.example"], subject: "Hello", text: "From Holdfast" },
        },
        revocation,
      },
      "outlook-calendar": {
        operation: "list_events",
        parameters: {
          list_events: { startDateTime: "2030-01-07T00:00:00Z", endDateTime: "2030-01-08T00:00:00Z" },
          create_event: { subject: "Stand-up", start: "2030-01-07T09:00:00", end: "2030-01-07T09:15:00" },
        },
        revocation,
      },
      teams: {
        operation: "list_teams",
        parameters: {
          list_teams: {},
          send_channel_message: { teamId, channelId, message: "Hello from Holdfast" },
        },
        revocation,
      },
    }),
  }
}

/** Vendors of several products, one registration for all of them. */
export const offices = [google, microsoft]
