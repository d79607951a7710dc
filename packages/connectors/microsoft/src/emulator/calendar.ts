import type { EmulatedAccount } from "@holdfast/emulator"
import type { MicrosoftAccount } from "./accounts.js"
import { badRequest, type Graph, type GraphAnswer, itemNotFound, paged, selected } from "./graph.js"

export interface GraphTime {
  readonly dateTime: string
  readonly timeZone: string
}

export interface CalendarEvent {
  readonly id: string
  /** The `oid` of whose calendar it is in. */
  readonly owner: string
  readonly subject: string
  readonly start: GraphTime
  readonly end: GraphTime
  readonly isAllDay?: boolean
  readonly transactionId?: string
  readonly [field: string]: unknown
}

const writable = [
  ...["subject", "body", "start", "end", "isAllDay", "location", "attendees", "isOnlineMeeting", "transactionId"],
  "onlineMeetingProvider",
]

type Body = Partial<CalendarEvent> | undefined

/** @see https://learn.microsoft.com/en-us/graph/api/resources/event */
export function calendarApi(graph: Graph, events: CalendarEvent[]): void {
  const { kit } = graph
  const indexOf = (id: string | undefined, { id: owner }: EmulatedAccount<MicrosoftAccount>) =>
    events.findIndex((one) => one.id === id && one.owner === owner)

  graph.add({
    id: "me.events.create",
    method: "POST",
    path: "/me/events",
    scopes: "calendar.write",
    async answer(call, account) {
      const body = (await call.json()) as Body
      const wrong = refused(body) ?? wrongTimes(body)
      if (!body || wrong) return wrong ?? badRequest("Empty payload.", "RequestBodyRead")
      const { transactionId } = body
      const known = events.find(
        (one) => transactionId !== undefined && one.owner === account.id && one.transactionId === transactionId,
      )
      if (known) return { status: 201, body: shown(known) }
      const id = `AAkALgAAevent${kit.random.string(28)}=`
      const event = {
        subject: "",
        isAllDay: false,
        ...body,
        id,
        owner: account.id,
        isCancelled: false,
        webLink: `https://outlook.office365.com/owa/?itemid=${id}`,
        organizer: { emailAddress: { name: account.data.name, address: account.data.email } },
        ...(body.isOnlineMeeting === true && {
          onlineMeeting: { joinUrl: "https://teams.microsoft.com/l/meetup-join/1" },
        }),
      } as unknown as CalendarEvent
      events.push(event)
      return { status: 201, body: shown(event) }
    },
  })

  graph.add({
    id: "me.events.list",
    method: "GET",
    path: "/me/events",
    scopes: "calendar.read",
    answer: (call, account) =>
      paged(call, events.filter(({ owner }) => owner === account.id).map(shown), { size: 10, most: 1_000 }),
  })

  graph.add({
    id: "me.calendarView.list",
    method: "GET",
    path: "/me/calendarView",
    scopes: "calendar.read",
    answer(call, account) {
      const query = call.url.searchParams
      const [from, to] = [Date.parse(query.get("startDateTime") ?? ""), Date.parse(query.get("endDateTime") ?? "")]
      if (Number.isNaN(from) || Number.isNaN(to))
        return badRequest(
          "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.",
          "ErrorInvalidParameter",
        )
      if (from > to) return badRequest("The start time must be before the end time.", "ErrorCalendarViewRangeTooBig")
      const found = events
        .filter(({ owner, start, end }) => owner === account.id && instant(end) > from && instant(start) < to)
        .toSorted((a, b) => instant(a.start) - instant(b.start))
      return paged(call, found.map(shown), { size: 10, most: 1_000 })
    },
  })

  graph.add({
    id: "me.events.update",
    method: "PATCH",
    path: "/me/events/{id}",
    scopes: "calendar.write",
    async answer(call, account) {
      const index = indexOf(call.params.id, account)
      const before = events[index]
      if (!before) return itemNotFound
      const body = (await call.json()) as Body
      const wrong = refused(body)
      if (!body || wrong) return wrong ?? badRequest("Empty payload.", "RequestBodyRead")
      const after: CalendarEvent = { ...before, ...body, id: before.id, owner: before.owner }
      const impossible = wrongTimes(after)
      if (impossible) return impossible
      events[index] = after
      return { body: shown(after) }
    },
  })

  graph.add({
    id: "me.events.get",
    method: "GET",
    path: "/me/events/{id}",
    scopes: "calendar.read",
    answer(call, account) {
      const event = events[indexOf(call.params.id, account)]
      return event ? { body: selected(shown(event), call.url.searchParams.get("$select")?.split(",")) } : itemNotFound
    },
  })

  graph.add({
    id: "me.events.delete",
    method: "DELETE",
    path: "/me/events/{id}",
    scopes: "calendar.write",
    answer(call, account) {
      const index = indexOf(call.params.id, account)
      if (index === -1) return itemNotFound
      events.splice(index, 1)
      return { status: 204 }
    },
  })
}

function shown({ owner: _owner, ...event }: CalendarEvent): object {
  return event
}

function refused(body: Body): Extract<GraphAnswer, { refused: unknown }> | undefined {
  const unknown = Object.keys(body ?? {}).find((name) => !writable.includes(name))
  return unknown === undefined ? undefined : badRequest(`The property '${unknown}' does not exist.`, "RequestBodyRead")
}

function wrongTimes(body: Body): Extract<GraphAnswer, { refused: unknown }> | undefined {
  const times = [body?.start, body?.end]
  for (const time of times) {
    const isLocal = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(time?.dateTime ?? "")
    if (!time || !isLocal || !isZone(time.timeZone))
      return badRequest("The value is not a valid time and time zone.", "ErrorPropertyValidationFailure")
    if (body?.isAllDay === true && !/T00:00:00/.test(time.dateTime))
      return badRequest(
        "The Event.Start property for an all-day event needs to be set to midnight.",
        "ErrorPropertyValidationFailure",
      )
  }
  const [start, end] = times as [GraphTime, GraphTime]
  if (instant(start) < instant(end)) return undefined
  return badRequest("The end of an event cannot be before its start.", "ErrorPropertyValidationFailure")
}

function isZone(name: string | undefined): boolean {
  try {
    return name !== undefined && new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined
  } catch {
    // Windows' own names are taken too.
    return /^[A-Z][\w. ]+ Standard Time$/.test(name ?? "")
  }
}

// Good enough to put events in order: zones are read as UTC.
function instant({ dateTime }: GraphTime): number {
  return Date.parse(`${dateTime.replace(/(\.\d{3})\d*$/, "$1")}Z`)
}
