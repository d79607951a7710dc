// https://learn.microsoft.com/en-us/graph/api/resources/event
import { defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { changeNotifications } from "./change-notifications.js"
import { errors } from "./errors.js"
import { inZone, isWholeDay, type Moment, moment } from "./event-time.js"
import { getPage, immutableIds, itemId, nextLink, nextPage, pageOf, recipient } from "./graph.js"
import { microsoftAdminConsent, microsoftOAuth } from "./method.js"
import { checkWith, graphUrl, type MicrosoftOptions, microsoft, setupFor } from "./vendor.js"

// Subscriptions want the one that only reads: https://learn.microsoft.com/en-us/graph/api/subscription-post-subscriptions#permissions
const scopes = ["Calendars.ReadWrite", "Calendars.Read"]
// https://learn.microsoft.com/en-us/graph/permissions-reference
const read = ["Calendars.Read|Calendars.ReadWrite"]

const eventTime = z.looseObject({ dateTime: z.string(), timeZone: z.string() })
const event = z.looseObject({
  id: z.string(),
  subject: z.string().nullish(),
  bodyPreview: z.string().nullish(),
  start: eventTime.optional(),
  end: eventTime.optional(),
  isAllDay: z.boolean().nullish(),
  isCancelled: z.boolean().nullish(),
  location: z.looseObject({ displayName: z.string().nullish() }).nullish(),
  attendees: z.array(recipient).optional(),
  webLink: z.string().nullish(),
  onlineMeeting: z.looseObject({ joinUrl: z.string().nullish() }).nullish(),
})
const events = pageOf(event)

const calendarId = itemId.optional().describe("Default: the person's own calendar")
const details = {
  subject: z.string().max(255),
  body: z.string().optional().describe("Plain text"),
  start: moment,
  end: moment,
  timeZone: z.string().min(1).optional().describe("For times without an offset: Europe/Berlin. Default: UTC"),
  location: z.string().optional(),
  attendees: z.array(z.email()).optional(),
  isOnlineMeeting: z.boolean().optional().describe("Make a Teams meeting of it"),
}

const operations = {
  // https://learn.microsoft.com/en-us/graph/api/calendar-post-events
  create_event: operation({
    summary: "Create an event, and invite those who are to attend",
    effect: "write",
    scopes: ["Calendars.ReadWrite"],
    input: z
      .object({
        ...details,
        calendarId,
        transactionId: z.string().min(1).max(200).optional().describe("A word of yours: asked twice, it is made once"),
      })
      .refine(({ start, end }) => isWholeDay(start) === isWholeDay(end), {
        path: ["end"],
        error: "start and end are both days or both times",
      }),
    output: event,
    trace: ["id"],
    run: ({ http }, { calendarId, transactionId, ...given }) =>
      http.post(calendarId === undefined ? "/me/events" : "/me/calendars/{calendarId}/events", {
        ...(calendarId !== undefined && { path: { calendarId } }),
        json: { ...fieldsOf(given), ...(transactionId !== undefined && { transactionId }) },
        // https://learn.microsoft.com/en-us/graph/api/resources/event#properties
        idempotent: transactionId !== undefined,
        output: event,
      }),
  }),

  // https://learn.microsoft.com/en-us/graph/api/calendar-list-calendarview
  list_events: operation({
    summary: "List the events between two times, the repeating ones as single events in order of time",
    effect: "read",
    scopes: read,
    input: z.object({
      startDateTime: z.iso.datetime({ offset: true }).describe("Events that end after this"),
      endDateTime: z.iso.datetime({ offset: true }).describe("Events that start before this"),
      timeZone: z
        .string()
        .regex(/^[\w /+:.-]+$/)
        .optional()
        .describe("Of the times in the answer. Default: UTC"),
      calendarId,
      top: z.int().min(1).max(1_000).default(50),
      nextLink,
    }),
    output: events,
    pages: { items: ({ value }) => value, next: nextPage },
    run: (call, { startDateTime, endDateTime, timeZone, calendarId, top, nextLink }) =>
      getPage(
        call,
        nextLink,
        calendarId === undefined ? "/me/calendarView" : "/me/calendars/{calendarId}/calendarView",
        {
          ...(calendarId !== undefined && { path: { calendarId } }),
          query: { startDateTime, endDateTime, $top: top, $orderby: "start/dateTime" },
          headers: {
            prefer: timeZone === undefined ? immutableIds : `${immutableIds}, outlook.timezone="${timeZone}"`,
          },
          output: events,
        },
      ),
  }),

  // https://learn.microsoft.com/en-us/graph/api/event-update
  update_event: operation({
    summary: "Change an event; what is left out stays",
    effect: "write",
    scopes: ["Calendars.ReadWrite"],
    input: z.object({ eventId: itemId, ...z.object(details).partial().shape }),
    output: event,
    trace: ["id"],
    run: ({ http }, { eventId, ...given }) =>
      http.patch("/me/events/{eventId}", { path: { eventId }, json: fieldsOf(given), output: event }),
  }),

  // https://learn.microsoft.com/en-us/graph/api/event-delete
  delete_event: operation({
    summary: "Delete an event; those who were invited hear that it is cancelled",
    effect: "destroy",
    scopes: ["Calendars.ReadWrite"],
    input: z.object({ eventId: itemId }),
    output: z.object({ status: z.literal("deleted") }),
    trace: ["status"],
    async run({ http }, { eventId }) {
      await http.delete("/me/events/{eventId}", { path: { eventId } })
      return { status: "deleted" as const }
    },
  }),
}

const define = defineConnector({
  ...microsoft,
  id: "outlook-calendar",
  name: "Outlook Calendar",
  category: "scheduling",
  documentation: "https://learn.microsoft.com/en-us/graph/outlook-calendar-concept-overview",
  methods: [microsoftOAuth(scopes), microsoftAdminConsent(scopes)],
  api: { baseUrl: graphUrl, headers: { prefer: immutableIds }, authorization: "Bearer" },
  errors,
  check: checkWith(({ http }) => http.get("/me/events", { query: { $top: 1, $select: "id" } })),
  operations,
  // https://learn.microsoft.com/en-us/graph/outlook-change-notifications-overview
  webhooks: changeNotifications({
    resource: "me/events",
    scope: "Calendars.Read",
    changes: { created: "event_created", updated: "event_updated", deleted: "event_deleted" },
    summaries: {
      event_created: "An event was created",
      event_updated: "An event was changed",
      event_deleted: "An event was deleted",
    },
  }),
  setup: setupFor(scopes),
})

export interface OutlookCalendarConnector extends ReturnType<typeof define> {}
/** Outlook Calendar: events of work, school and personal accounts. */
export const outlookCalendar: (options?: MicrosoftOptions) => OutlookCalendarConnector = define

interface Given {
  readonly subject?: string | undefined
  readonly body?: string | undefined
  readonly start?: Moment | undefined
  readonly end?: Moment | undefined
  readonly timeZone?: string | undefined
  readonly location?: string | undefined
  readonly attendees?: readonly string[] | undefined
  readonly isOnlineMeeting?: boolean | undefined
}

function fieldsOf({ subject, body, start, end, timeZone, location, attendees, isOnlineMeeting }: Given) {
  return {
    ...(subject !== undefined && { subject }),
    ...(body !== undefined && { body: { contentType: "text", content: body } }),
    ...(start && { start: inZone(start, timeZone), isAllDay: isWholeDay(start) }),
    ...(end && { end: inZone(end, timeZone) }),
    ...(location !== undefined && { location: { displayName: location } }),
    ...(attendees && { attendees: attendees.map((address) => ({ emailAddress: { address }, type: "required" })) }),
    ...(isOnlineMeeting !== undefined && { isOnlineMeeting }),
  }
}
