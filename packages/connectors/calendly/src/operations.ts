import { type Call, HoldfastError, operation } from "@holdfast/core"
import { z } from "zod"

/** An id, or the URI that Calendly names the thing by. */
const uuid = z
  .string()
  .trim()
  .transform((given) => given.replace(/^https:\/\/api\.calendly\.com\/[a-z_]+\//, ""))
  .pipe(z.string().regex(/^[\w-]+$/, "Give the id, or the URI as Calendly answers it."))
const eventUuid = uuid.describe("The event's `uri`, or the id at its end")
const uri = z.string().startsWith("https://api.calendly.com/")

// https://developer.calendly.com/api-docs/calendly-api/scheduled-events/list-scheduled-events
const page = {
  count: z.number().int().min(1).max(100).default(20),
  page_token: z.string().min(1).optional().describe("`pagination.next_page_token` of the page before"),
}
const pagination = z.looseObject({ count: z.number(), next_page_token: z.string().nullish() })
const next = (result: { pagination: z.infer<typeof pagination> }) => {
  const { next_page_token } = result.pagination
  return next_page_token ? { page_token: next_page_token } : undefined
}
const whose = {
  user: uri.optional().describe("A user's URI. Default: the connection's own"),
  organization: uri.optional().describe("Instead of `user`: everybody's, for owners and admins"),
}

/** @see https://developer.calendly.com/api-docs/calendly-api/event-types/list-event-types */
const eventType = z.looseObject({
  uri: z.string(),
  name: z.string().nullish(),
  active: z.boolean().optional(),
  slug: z.string().nullish(),
  duration: z.number().nullish(),
  kind: z.string().nullish(),
  scheduling_url: z.string().nullish(),
})
const eventTypes = z.looseObject({ collection: z.array(eventType), pagination })

/** @see https://developer.calendly.com/api-docs/calendly-api/scheduled-events/get-scheduled-event */
const event = z.looseObject({
  uri: z.string(),
  name: z.string().nullish(),
  status: z.string(),
  start_time: z.string(),
  end_time: z.string(),
  event_type: z.string().nullish(),
  location: z.looseObject({}).nullish(),
  event_memberships: z.array(z.looseObject({ user: z.string() })).optional(),
})
const events = z.looseObject({ collection: z.array(event), pagination })
const oneEvent = z.looseObject({ resource: event })

/** @see https://developer.calendly.com/api-docs/calendly-api/scheduled-events/list-scheduled-event-invitees */
const invitee = z.looseObject({
  uri: z.string(),
  email: z.string(),
  name: z.string().nullish(),
  status: z.string(),
  timezone: z.string().nullish(),
  cancel_url: z.string().nullish(),
  reschedule_url: z.string().nullish(),
  questions_and_answers: z.array(z.looseObject({})).optional(),
})
const invitees = z.looseObject({ collection: z.array(invitee), pagination })

const cancellation = z.looseObject({ canceled_by: z.string(), reason: z.string().nullish(), canceler_type: z.string() })
const link = z.looseObject({ booking_url: z.string(), owner: z.string(), owner_type: z.string() })

// A :write scope has its :read scope in it: https://developer.calendly.com/docs/authentication/scopes
const readsEvents = ["scheduled_events:read|scheduled_events:write"]

/**
 * Event types, what was booked and by whom, and links that book once.
 * @see https://developer.calendly.com/api-docs/overview
 */
export const operations = {
  list_event_types: operation({
    summary: "List event types",
    effect: "read",
    scopes: ["event_types:read|event_types:write"],
    input: z.object({ ...whose, active: z.boolean().optional(), ...page }).prefault({}),
    output: eventTypes,
    pages: { items: ({ collection }) => collection, next },
    run: (call: Call, parameters) =>
      call.http.get("/event_types", { query: ofSomebody(call, parameters), output: eventTypes }),
  }),

  list_scheduled_events: operation({
    summary: "List scheduled events",
    effect: "read",
    scopes: readsEvents,
    input: z
      .object({
        ...whose,
        invitee_email: z.email().optional(),
        status: z.enum(["active", "canceled"]).optional(),
        min_start_time: z.iso.datetime().optional(),
        max_start_time: z.iso.datetime().optional(),
        sort: z.enum(["start_time:asc", "start_time:desc"]).optional(),
        ...page,
      })
      .prefault({}),
    output: events,
    pages: { items: ({ collection }) => collection, next },
    run: (call: Call, parameters) =>
      call.http.get("/scheduled_events", { query: ofSomebody(call, parameters), output: events }),
  }),

  get_event: operation({
    summary: "Read a scheduled event",
    effect: "read",
    scopes: readsEvents,
    input: z.object({ event_uuid: eventUuid }),
    output: event,
    run: async ({ http }: Call, { event_uuid }) =>
      (await http.get("/scheduled_events/{event_uuid}", { path: { event_uuid }, output: oneEvent })).resource,
  }),

  list_invitees: operation({
    summary: "List who was invited to a scheduled event",
    effect: "read",
    scopes: readsEvents,
    input: z.object({
      event_uuid: eventUuid,
      email: z.email().optional(),
      status: z.enum(["active", "canceled"]).optional(),
      sort: z.enum(["created_at:asc", "created_at:desc"]).optional(),
      ...page,
    }),
    output: invitees,
    pages: { items: ({ collection }) => collection, next },
    run: ({ http }: Call, { event_uuid, ...query }) =>
      http.get("/scheduled_events/{event_uuid}/invitees", { path: { event_uuid }, query, output: invitees }),
  }),

  // https://developer.calendly.com/api-docs/calendly-api/scheduled-events/create-scheduled-event-cancellation
  cancel_event: operation({
    summary: "Cancel a scheduled event, and tell its invitees",
    effect: "destroy",
    scopes: ["scheduled_events:write"],
    input: z.object({ event_uuid: eventUuid, reason: z.string().max(10_000).optional() }),
    output: cancellation,
    run: async ({ http }: Call, { event_uuid, reason }) => {
      const json = reason === undefined ? {} : { reason }
      const output = z.looseObject({ resource: cancellation })
      return (await http.post("/scheduled_events/{event_uuid}/cancellation", { path: { event_uuid }, json, output }))
        .resource
    },
  }),

  // https://developer.calendly.com/api-docs/calendly-api/scheduling-links/create-scheduling-link
  create_scheduling_link: operation({
    summary: "Make a link with which one meeting can be booked",
    effect: "write",
    scopes: ["scheduling_links:write"],
    input: z.object({ event_type: uuid.describe("The event type's `uri`, or the id at its end") }),
    output: link,
    run: async ({ http }: Call, { event_type }) => {
      const owner = `https://api.calendly.com/event_types/${event_type}`
      const json = { max_event_count: 1, owner, owner_type: "EventType" }
      return (await http.post("/scheduling_links", { json, output: z.looseObject({ resource: link }) })).resource
    },
  }),
}

/** Calendly wants to be told whose; the connection's own, where nobody is named. */
function ofSomebody<Given extends { user?: string | undefined; organization?: string | undefined }>(
  call: Call,
  parameters: Given,
): Given {
  return parameters.user || parameters.organization ? parameters : { ...parameters, user: userOf(call) }
}

/** The URI of the connection's user. */
export function userOf({ account }: Call): string {
  const { user } = account?.data ?? {}
  if (!user) throw new HoldfastError("config_invalid", "The connection does not say which Calendly user it is.")
  return user
}

const mostCounted = 100

/** Figures count one page alone: Calendly says no totals. */
export async function statistics(call: Call): Promise<readonly { label: string; value: string | number }[]> {
  const user = userOf(call)
  const min_start_time = new Date(call.context.clock.now()).toISOString()
  const ahead = { user, status: "active", min_start_time, count: mostCounted }
  const bookable = { user, active: true, count: mostCounted }
  const figure = (result: { collection: readonly unknown[]; pagination: z.infer<typeof pagination> }) =>
    result.pagination.next_page_token ? `more than ${mostCounted}` : result.collection.length
  return [
    {
      label: "Upcoming events",
      value: figure(await call.http.get("/scheduled_events", { query: ahead, output: events })),
    },
    {
      label: "Active event types",
      value: figure(await call.http.get("/event_types", { query: bookable, output: eventTypes })),
    },
  ]
}
