import type { EmulatorKit } from "@holdfast/emulator"
import type { Answer, ApiAccess, Caller, Service } from "./access.js"
import { invalidArgument, type Refused } from "./errors.js"

export interface CalendarEvent {
  readonly id: string
  readonly summary?: string
  readonly start: EventTime
  readonly end: EventTime
  readonly [field: string]: unknown
}

export interface EventTime {
  readonly date?: string
  readonly dateTime?: string
  readonly timeZone?: string
}

/** Events by calendar id; the primary calendar of an account has its address as id. */
export type Calendars = Map<string, { readonly owner: string; readonly events: CalendarEvent[] }>

const service: Service = {
  name: "calendar-json.googleapis.com",
  title: "Google Calendar API",
  origin: "https://www.googleapis.com",
  style: "list",
}

const notFound: Refused = { code: 404, message: "Not Found", status: "NOT_FOUND", reason: "notFound" }
const path = "/calendar/v3/calendars/{calendarId}/events"

/** @see https://developers.google.com/workspace/calendar/api/v3/reference/events */
export function calendarApi(kit: EmulatorKit, access: ApiAccess, calendars: Calendars): void {
  access.add({
    service,
    id: "calendar.events.insert",
    method: "POST",
    path,
    scopes: "calendar.events.write",
    async answer(call, caller) {
      const calendar = calendarOf(calendars, call.params.calendarId, caller)
      if (!calendar) return { refused: notFound }
      const body = (await call.json()) as Partial<CalendarEvent> | undefined
      const wrong = refuseTimes(body)
      if (!body || wrong) return { refused: wrong ?? invalidArgument("Parse Error") }
      const sendUpdates = call.url.searchParams.get("sendUpdates")
      if (sendUpdates !== null && !["all", "externalOnly", "none"].includes(sendUpdates))
        return { refused: { ...invalidArgument("Invalid Value", "sendUpdates"), reason: "invalid" } }
      const id = kit.random.id("", 26).toLowerCase()
      const now = new Date(kit.clock.now()).toISOString()
      const { email } = caller.account.data
      const event = {
        kind: "calendar#event",
        status: "confirmed",
        ...body,
        id,
        etag: `"${kit.random.string(16, "0123456789")}"`,
        htmlLink: `https://www.google.com/calendar/event?eid=${id}`,
        created: now,
        updated: now,
        creator: { email, self: true },
        organizer: { email, self: true },
        iCalUID: `${id}@google.com`,
      } as unknown as CalendarEvent
      calendar.events.push(event)
      return { body: event }
    },
  })
  access.add({
    service,
    id: "calendar.events.list",
    method: "GET",
    path,
    scopes: "calendar.events.read",
    answer({ params, url }, caller): Answer {
      const calendar = calendarOf(calendars, params.calendarId, caller)
      if (!calendar) return { refused: notFound }
      const query = url.searchParams
      const [min, max] = [bound(query.get("timeMin")), bound(query.get("timeMax"))]
      if (min === "invalid" || max === "invalid")
        return { refused: { ...invalidArgument("Bad Request"), reason: "badRequest" } }
      if (min !== undefined && max !== undefined && min >= max) return { refused: timeRangeEmpty }
      if (query.get("orderBy") === "startTime" && query.get("singleEvents") !== "true")
        return {
          refused: {
            ...invalidArgument("The requested ordering is not available for the particular query.", "orderBy"),
            reason: "badRequest",
          },
        }
      const word = query.get("q")?.toLowerCase()
      const matching = calendar.events
        .filter((event) => min === undefined || instant(event.end) > min)
        .filter((event) => max === undefined || instant(event.start) < max)
        .filter((event) => word === undefined || JSON.stringify(event).toLowerCase().includes(word))
        .toSorted((a, b) => (query.get("orderBy") === "startTime" ? instant(a.start) - instant(b.start) : 0))
      const from = Number(query.get("pageToken") ?? 0)
      const size = Number(query.get("maxResults") ?? 250)
      const items = matching.slice(from, from + size)
      return {
        body: {
          kind: "calendar#events",
          summary: caller.account.data.email,
          timeZone: "UTC",
          ...(matching.length > from + size && { nextPageToken: String(from + size) }),
          items,
        },
      }
    },
  })
}

function calendarOf(calendars: Calendars, id: string | undefined, { account }: Caller) {
  const key = id === "primary" ? account.data.email : (id ?? "")
  const known = calendars.get(key)
  if (known) return known.owner === account.id ? known : undefined
  if (key !== account.data.email) return undefined
  const fresh = { owner: account.id, events: [] }
  calendars.set(key, fresh)
  return fresh
}

const timeRangeEmpty: Refused = {
  ...invalidArgument("The specified time range is empty.", "timeMax"),
  reason: "timeRangeEmpty",
  domain: "calendar",
}

function refuseTimes(body: Partial<CalendarEvent> | undefined): Refused | undefined {
  const times = [body?.start, body?.end]
  const missing = times.findIndex(
    (time) => time === undefined || (time.date === undefined && time.dateTime === undefined),
  )
  if (missing !== -1)
    return { ...invalidArgument(missing === 0 ? "Missing start time." : "Missing end time."), reason: "required" }
  const [start, end] = times as [EventTime, EventTime]
  if ((start.date === undefined) !== (end.date === undefined))
    return { ...invalidArgument("Invalid start time."), reason: "invalid" }
  for (const { date, dateTime, timeZone } of [start, end]) {
    const hasZone = dateTime === undefined || /(?:Z|[+-]\d{2}:\d{2})$/i.test(dateTime) || timeZone !== undefined
    if (!hasZone) return { ...invalidArgument("Missing time zone definition for start time."), reason: "required" }
    if (Number.isNaN(Date.parse(date ?? dateTime ?? "")))
      return { ...invalidArgument("Invalid value for: date"), reason: "invalid" }
  }
  return instant(start) > instant(end) ? timeRangeEmpty : undefined
}

function instant({ date, dateTime }: EventTime): number {
  return Date.parse(date ?? dateTime ?? "")
}

// RFC 3339 with an offset, as the reference demands of timeMin and timeMax.
function bound(value: string | null): number | "invalid" | undefined {
  if (value === null) return undefined
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i.test(value)) return "invalid"
  return Date.parse(value)
}
