import { connectorSuite } from "@holdfast/testing"
import { expect } from "vitest"
import { createGoogleEmulator, emulatorApp, type GoogleEmulator, parseMail, seededSpreadsheetId } from "./emulator.js"
import { gmail, googleCalendar, googleChat, googleDrive, googleSheets } from "./index.js"

const account = { id: "110169484474386276001", label: "first.user@example.com", email: "first.user@example.com" }
const common = {
  emulator: ({ redirectUri }: { redirectUri: string }) => createGoogleEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: { oauth: { account } },
}

const listed = (code: number, reason: string, domain = "global") => ({
  error: { errors: [{ domain, reason, message: "As documented." }], code, message: "As documented." },
})
const fail = (emulator: GoogleEmulator, status: number, body: unknown) =>
  emulator.faults.next({ on: "*", fault: { kind: "status", status, body } })

connectorSuite(googleSheets, {
  ...common,
  operations: {
    append_row: {
      parameters: {
        spreadsheetId: seededSpreadsheetId,
        range: "Sheet1!A:D",
        values: ["One", "one@example.com", 12, true],
      },
      answer: {
        spreadsheetId: seededSpreadsheetId,
        tableRange: "Sheet1!A1:D1",
        updates: { updatedRange: "Sheet1!A2:D2", updatedRows: 1, updatedCells: 4 },
      },
      verify(_answer, { provider }) {
        expect(provider.spreadsheets.get(seededSpreadsheetId)?.sheets.get("Sheet1")?.[1]).toEqual([
          "One",
          "one@example.com",
          12,
          true,
        ])
      },
    },
    read_range: {
      arrange: ({ provider }) => void provider.addSpreadsheet("1read", { "Q1/Q2": [["a", 1], [], ["", true]] }),
      parameters: { spreadsheetId: "1read", range: "'Q1/Q2'!A1:C9", valueRenderOption: "UNFORMATTED_VALUE" },
      answer: { range: "'Q1/Q2'!A1:C9", majorDimension: "ROWS", values: [["a", 1], [], ["", true]] },
    },
    update_range: {
      arrange: ({ provider }) => void provider.addSpreadsheet("1update"),
      parameters: {
        spreadsheetId: "1update",
        range: "B2:C3",
        values: [
          ["x", null],
          ["=1+1", false],
        ],
      },
      answer: { spreadsheetId: "1update", updatedRange: "Sheet1!B2:C3", updatedCells: 3 },
      verify(_answer, { provider }) {
        expect(provider.spreadsheets.get("1update")?.sheets.get("Sheet1")).toEqual([
          [],
          [undefined, "x"],
          [undefined, "=1+1", false],
        ])
      },
    },
  },
  errors: [
    {
      when: "the spreadsheet does not exist",
      operation: "read_range",
      parameters: { spreadsheetId: "1nobody", range: "A1" },
      code: "resource_not_found",
      providerCode: "NOT_FOUND",
    },
    {
      when: "the spreadsheet is not shared with the person",
      operation: "append_row",
      arrange: ({ provider }) => void provider.addSpreadsheet("1closed", {}, { openTo: [] }),
      parameters: { spreadsheetId: "1closed", values: ["x"] },
      code: "forbidden",
      providerCode: "PERMISSION_DENIED",
    },
    {
      when: "there is no such sheet",
      operation: "read_range",
      parameters: { spreadsheetId: seededSpreadsheetId, range: "Nowhere!A1" },
      code: "input_invalid",
      providerCode: "INVALID_ARGUMENT",
    },
    {
      when: "the project has not enabled the API",
      operation: "read_range",
      arrange: ({ provider }) => void provider.disabledServices.add("sheets.googleapis.com"),
      parameters: { spreadsheetId: seededSpreadsheetId, range: "A1" },
      code: "config_invalid",
      providerCode: "SERVICE_DISABLED",
    },
    {
      when: "the quota of a minute is used up",
      operation: "append_row",
      arrange: (emulator) =>
        fail(emulator, 429, {
          error: {
            code: 429,
            message: "Quota exceeded for quota metric 'Write requests'.",
            status: "RESOURCE_EXHAUSTED",
            details: [
              {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                reason: "RATE_LIMIT_EXCEEDED",
                domain: "googleapis.com",
              },
            ],
          },
        }),
      parameters: { spreadsheetId: seededSpreadsheetId, values: ["x"] },
      code: "rate_limited",
      providerCode: "RATE_LIMIT_EXCEEDED",
    },
  ],
  unknownError: (emulator) =>
    fail(emulator, 400, { error: { code: 400, message: "Something new.", status: "holdfast_unheard_of" } }),
})

connectorSuite(googleCalendar, {
  ...common,
  operations: {
    create_event: {
      parameters: {
        summary: "Stand-up",
        start: "2026-11-23T09:00:00",
        end: "2026-11-23T09:15:00",
        timeZone: "Europe/Berlin",
        attendees: ["second.user@example.net"],
      },
      answer: {
        status: "confirmed",
        summary: "Stand-up",
        start: { dateTime: "2026-11-23T09:00:00", timeZone: "Europe/Berlin" },
        attendees: [{ email: "second.user@example.net" }],
      },
    },
    list_events: {
      arrange({ provider }) {
        const day = (id: string, date: string) => ({ id, summary: id, start: { date }, end: { date } })
        const events = [day("later", "2026-11-25"), day("sooner", "2026-11-24"), day("past", "2020-01-01")]
        provider.calendars.set("first.user@example.com", { owner: account.id, events })
      },
      parameters: { timeMin: "2026-11-01T00:00:00Z" },
      answer: { items: [{ id: "sooner" }, { id: "later" }] },
    },
  },
  errors: [
    {
      when: "there is no such calendar",
      operation: "list_events",
      parameters: { calendarId: "nobody@group.calendar.google.com" },
      code: "resource_not_found",
      providerCode: "notFound",
    },
    {
      when: "an event ends before it starts",
      operation: "create_event",
      parameters: { summary: "x", start: "2026-11-23T09:00:00Z", end: "2026-11-23T08:00:00Z" },
      code: "input_invalid",
      providerCode: "timeRangeEmpty",
    },
    {
      when: "a person asks too often, which is said with 403",
      operation: "list_events",
      arrange: (emulator) => fail(emulator, 403, listed(403, "rateLimitExceeded", "usageLimits")),
      code: "rate_limited",
      providerCode: "rateLimitExceeded",
    },
    {
      when: "the calendar's own limits are reached",
      operation: "list_events",
      arrange: (emulator) => fail(emulator, 403, listed(403, "quotaExceeded", "usageLimits")),
      code: "rate_limited",
      providerCode: "quotaExceeded",
    },
    {
      when: "the event was deleted",
      operation: "list_events",
      arrange: (emulator) => fail(emulator, 410, listed(410, "deleted")),
      code: "resource_not_found",
      providerCode: "deleted",
    },
  ],
  unknownError: (emulator) => fail(emulator, 400, listed(400, "holdfast_unheard_of")),
})

connectorSuite(googleDrive, {
  ...common,
  operations: {
    list_files: {
      parameters: { q: "name contains 'lead' and trashed = false", orderBy: "modifiedTime desc" },
      answer: {
        files: [{ id: seededSpreadsheetId, name: "Leads", mimeType: "application/vnd.google-apps.spreadsheet" }],
      },
    },
  },
  errors: [
    {
      when: "the search cannot be read",
      operation: "list_files",
      parameters: { q: "name is 'x'" },
      code: "input_invalid",
      providerCode: "invalid",
    },
    {
      when: "the person asks too often",
      operation: "list_files",
      arrange: (emulator) => fail(emulator, 403, listed(403, "userRateLimitExceeded", "usageLimits")),
      code: "rate_limited",
      providerCode: "userRateLimitExceeded",
    },
    {
      when: "the administrators of the domain have switched apps off",
      operation: "list_files",
      arrange: (emulator) => fail(emulator, 403, listed(403, "domainPolicy")),
      code: "forbidden",
      providerCode: "domainPolicy",
    },
    {
      when: "Google is out of order",
      operation: "list_files",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 500, body: listed(500, "backendError") } }),
      code: "provider_unavailable",
      providerCode: "backendError",
    },
  ],
})

connectorSuite(gmail, {
  ...common,
  operations: {
    send_email: {
      parameters: {
        to: ["second.user@example.net", "Größe, Müller <third@example.org>"],
        subject: "Grüße 👋",
        text: "Plain",
        html: "<p>Rich</p>",
      },
      answer: { labelIds: ["SENT"] },
      verify({ id }, { provider }) {
        const mail = parseMail(provider.mailbox.find((one) => one.id === id)?.source ?? "")
        expect(mail.headers.get("to")).toBe("second.user@example.net, Größe, Müller <third@example.org>")
        expect(mail.headers.get("subject")).toBe("Grüße 👋")
        expect(mail.parts.map(({ mimeType, text }) => [mimeType, text])).toEqual([
          ["text/plain", "Plain"],
          ["text/html", "<p>Rich</p>"],
        ])
      },
    },
    list_messages: {
      parameters: { q: "subject:invoice is:unread", labelIds: ["INBOX"] },
      answer: { messages: [{ id: "18c0000000000001" }], resultSizeEstimate: 1 },
    },
    get_message: {
      parameters: { id: "18c0000000000001" },
      answer: { snippet: "The invoice of this month.", labelIds: ["INBOX", "UNREAD"] },
      verify({ payload }) {
        expect(payload?.headers).toContainEqual({ name: "Subject", value: "Your invoice" })
      },
    },
  },
  errors: [
    {
      when: "the message is not there",
      operation: "get_message",
      parameters: { id: "18cffffffffffff" },
      code: "resource_not_found",
      providerCode: "notFound",
    },
    {
      when: "an address has no domain",
      operation: "send_email",
      parameters: { to: "somebody@nowhere", subject: "x", text: "x" },
      code: "input_invalid",
      providerCode: "invalidArgument",
    },
    {
      when: "too much mail was sent today",
      operation: "send_email",
      arrange: (emulator) => fail(emulator, 429, listed(429, "userRateLimitExceeded", "usageLimits")),
      parameters: { to: "second.user@example.net", subject: "x", text: "x" },
      code: "rate_limited",
      providerCode: "userRateLimitExceeded",
    },
  ],
})

connectorSuite(googleChat, {
  ...common,
  operations: {
    send_chat_message: {
      parameters: { space: "spaces/AAAAemulated1", message: "Deployed", threadKey: "deploys" },
      answer: { text: "Deployed", space: { name: "spaces/AAAAemulated1" } },
      verify({ name }, { provider }) {
        expect(provider.chatMessages.map((message) => message.name)).toEqual([name])
      },
    },
    list_spaces: {
      parameters: { filter: 'spaceType = "SPACE"' },
      answer: { spaces: [{ name: "spaces/AAAAemulated1", displayName: "Alerts" }] },
    },
  },
  errors: [
    {
      when: "there is no such space",
      operation: "send_chat_message",
      parameters: { space: "spaces/AAAAnobody", message: "x" },
      code: "resource_not_found",
      providerCode: "NOT_FOUND",
    },
    {
      when: "the person is not in the space",
      operation: "send_chat_message",
      arrange: ({ provider }) =>
        void provider.spaces.push({ name: "spaces/AAAAclosed", spaceType: "SPACE", members: [] }),
      parameters: { space: "AAAAclosed", message: "x" },
      code: "forbidden",
      providerCode: "PERMISSION_DENIED",
    },
  ],
})
