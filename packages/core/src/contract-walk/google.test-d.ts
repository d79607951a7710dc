import { z } from "zod"
import { defineConnector, oauth2, operation } from "../index.js"

// Several products on one registration: revoking one ends them all, the refresh token is given once, and consent may be partial.

const google = <Scope extends string>(scope: Scope) =>
  oauth2({
    authorizationEndpoint: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenEndpoint: "https://oauth2.googleapis.com/token",
    revocationEndpoint: "https://oauth2.googleapis.com/revoke",
    issuer: "https://accounts.google.com",
    scopes: ["openid", "email", scope],
    authorizationParameters: { access_type: "offline", include_granted_scopes: "true" },
    consentParameters: { prompt: "consent" },
    policy: { rotation: "reusable", revokes: "grant", expectsRefreshToken: true, refreshIdleDays: 180 },
  })

const facts = {
  vendor: "google",
  category: "productivity",
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
    ],
  },
  errors: { codes: { PERMISSION_DENIED: "scope_missing", NOT_FOUND: "resource_not_found" } },
  setup: {
    url: "https://console.cloud.google.com/apis/credentials",
    steps: ["Create a client.", "Add {redirectUri}."],
  },
} as const

const me = z.object({ sub: z.string(), email: z.email() })

const defineSheets = defineConnector({
  ...facts,
  id: "google-sheets",
  name: "Google Sheets",
  documentation: "https://developers.google.com/workspace/sheets/api",
  methods: [google("https://www.googleapis.com/auth/spreadsheets")],
  api: {
    baseUrl: "https://sheets.googleapis.com/v4",
    hosts: ["https://openidconnect.googleapis.com"],
    authorization: "Bearer",
  },
  async identify(call) {
    const { sub, email } = await call.http.get("https://openidconnect.googleapis.com/v1/userinfo", { output: me })
    return { id: sub, label: email, email }
  },
  check: async () => [{ name: "token", ok: true }],
  operations: {
    append_row: operation({
      summary: "Append a row",
      effect: "write",
      scopes: ["https://www.googleapis.com/auth/spreadsheets"],
      input: z.object({ spreadsheetId: z.string(), values: z.array(z.string()) }),
      output: z.object({ updatedRange: z.string() }),
      run: (call, { spreadsheetId, values }) =>
        call.http.post("/spreadsheets/{id}/values/A1:append", {
          path: { id: spreadsheetId },
          json: { values: [values] },
          output: z.object({ updatedRange: z.string() }),
        }),
    }),
  },
})
export interface GoogleSheetsConnector extends ReturnType<typeof defineSheets> {}
export const googleSheets: () => GoogleSheetsConnector = defineSheets

const defineCalendar = defineConnector({
  ...facts,
  id: "google-calendar",
  name: "Google Calendar",
  documentation: "https://developers.google.com/workspace/calendar/api",
  methods: [google("https://www.googleapis.com/auth/calendar.events")],
  api: { baseUrl: "https://www.googleapis.com/calendar/v3", authorization: "Bearer" },
  identify: async () => ({ id: "", label: "" }),
  check: async () => [{ name: "token", ok: true }],
  operations: {
    list_events: operation({
      summary: "List events",
      effect: "read",
      input: z.object({ calendarId: z.string().default("primary") }),
      output: z.object({ items: z.array(z.object({ id: z.string() })) }),
      run: (call, { calendarId }) =>
        call.http.get("/calendars/{id}/events", {
          path: { id: calendarId },
          output: z.object({ items: z.array(z.object({ id: z.string() })) }),
        }),
    }),
  },
})
export interface GoogleCalendarConnector extends ReturnType<typeof defineCalendar> {}
export const googleCalendar: () => GoogleCalendarConnector = defineCalendar
