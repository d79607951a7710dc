// https://developers.google.com/workspace/calendar/api/v3/reference/events
import { defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { errors } from "./errors.js"
import { checkWith, type GoogleOptions, google, googleOAuth, identityOrigin, scope, setupFor } from "./vendor.js"

const eventTime = z.looseObject({
  date: z.string().optional(),
  dateTime: z.string().optional(),
  timeZone: z.string().optional(),
})
const event = z.looseObject({
  id: z.string(),
  status: z.string().optional(),
  summary: z.string().optional(),
  description: z.string().optional(),
  location: z.string().optional(),
  htmlLink: z.string().optional(),
  start: eventTime.optional(),
  end: eventTime.optional(),
  attendees: z.array(z.looseObject({ email: z.string().optional(), responseStatus: z.string().optional() })).optional(),
})
const eventList = z.looseObject({ items: z.array(event).default([]), nextPageToken: z.string().optional() })

const calendarId = z.string().min(1).max(500).default("primary").describe("Default: the person's own calendar")
const moment = z
  .union([
    z.iso.date().transform((date) => ({ date })),
    z.iso.datetime({ offset: true, local: true }).transform((dateTime) => ({ dateTime })),
    z.object({ dateTime: z.string(), timeZone: z.string().optional() }),
    z.object({ date: z.string() }),
  ])
  .describe("2026-11-21T10:00:00Z, or 2026-11-21 for a whole day")

const write = [`${scope("calendar.events")}|${scope("calendar")}|${scope("calendar.events.owned")}`]
const read = [
  ["calendar.events", "calendar.events.readonly", "calendar", "calendar.readonly", "calendar.events.owned"]
    .map(scope)
    .join("|"),
]
const path = "/calendars/{calendarId}/events"

const define = defineConnector({
  ...google,
  id: "google-calendar",
  name: "Google Calendar",
  category: "scheduling",
  documentation: "https://developers.google.com/workspace/calendar/api",
  methods: [googleOAuth([scope("calendar.events")])],
  api: { baseUrl: "https://www.googleapis.com/calendar/v3", hosts: [identityOrigin], authorization: "Bearer" },
  errors,
  check: checkWith(({ http }) =>
    http.get(path, { path: { calendarId: "primary" }, query: { maxResults: 1, fields: "kind" } }),
  ),

  operations: {
    create_event: operation({
      summary: "Create an event",
      effect: "write",
      scopes: write,
      input: z.object({
        calendarId,
        summary: z.string(),
        description: z.string().optional(),
        location: z.string().optional(),
        start: moment,
        end: moment,
        timeZone: z.string().optional().describe("For times without an offset: Europe/Berlin"),
        attendees: z.array(z.email()).optional(),
        sendUpdates: z.enum(["all", "externalOnly", "none"]).default("none").describe("Who is invited by mail"),
      }),
      output: event,
      trace: ["id", "status"],
      run: ({ http }, { calendarId, sendUpdates, start, end, timeZone, attendees, ...rest }) =>
        http.post(path, {
          path: { calendarId },
          query: { sendUpdates },
          json: {
            ...rest,
            start: inZone(start, timeZone),
            end: inZone(end, timeZone),
            ...(attendees && { attendees: attendees.map((email) => ({ email })) }),
          },
          output: event,
        }),
    }),
    list_events: operation({
      summary: "List events, the repeating ones as single events in order of time",
      effect: "read",
      scopes: read,
      input: z.object({
        calendarId,
        timeMin: z.iso.datetime({ offset: true }).optional().describe("Events that end after this"),
        timeMax: z.iso.datetime({ offset: true }).optional().describe("Events that start before this"),
        q: z.string().optional().describe("Words to search for"),
        maxResults: z.int().min(1).max(2_500).default(100),
        pageToken: z.string().optional(),
      }),
      output: eventList,
      pages: {
        items: (result) => result.items ?? [],
        next: ({ nextPageToken }) => (nextPageToken ? { pageToken: nextPageToken } : undefined),
      },
      run: ({ http }, { calendarId, ...query }) =>
        http.get(path, {
          path: { calendarId },
          query: { ...query, singleEvents: true, orderBy: "startTime" },
          output: eventList,
        }),
    }),
  },

  setup: setupFor({ title: "Google Calendar API", library: "calendar-json.googleapis.com" }),
})

export interface GoogleCalendarConnector extends ReturnType<typeof define> {}
/** Google Calendar: events of the person's calendars. */
export const googleCalendar: (options?: GoogleOptions) => GoogleCalendarConnector = (options) =>
  define(options && { ...options })

function inZone(time: z.output<typeof moment>, timeZone: string | undefined) {
  return "dateTime" in time && timeZone !== undefined ? { timeZone, ...time } : time
}
