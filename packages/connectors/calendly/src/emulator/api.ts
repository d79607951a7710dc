import { type AuthorizationServer, type Call, type EmulatorKit, type HttpMethod, json } from "@holdfast/emulator"
import { type CalendlyEvent, type CalendlyUser, type CalendlyWebhook, seed } from "./world.js"

const origin = "https://api.calendly.com"

/** An error as the API writes it. */
function refused(status: number, title: string, message: string, details: readonly object[] = []): Response {
  return json({ title, message, ...(details.length > 0 && { details }) }, { status })
}

const notFound = () => refused(404, "Resource Not Found", "The server could not find the requested resource.")
const denied = () => refused(403, "Permission Denied", "You do not have permission to access this resource.")
const invalid = (parameter: string, message: string) =>
  refused(400, "Invalid Argument", "The supplied parameters are invalid.", [{ parameter, message }])

interface Caller {
  readonly user: CalendlyUser
  /** Undefined: a token from before there were scopes. */
  readonly scopes: readonly string[] | undefined
  readonly byApp: boolean
}

export interface ApiState {
  readonly events: CalendlyEvent[]
  readonly webhooks: CalendlyWebhook[]
  readonly links: { readonly owner: string; readonly booking_url: string }[]
}

interface Parts {
  readonly oauth: AuthorizationServer<CalendlyUser>
  readonly users: readonly CalendlyUser[]
  /** Personal access tokens: whose, and what they may do. */
  readonly tokens: ReadonlyMap<string, { readonly user: string; readonly scopes: readonly string[] }>
  readonly appSigningKey: string
}

/**
 * Users, event types, scheduled events, links and webhook subscriptions.
 * @see https://developer.calendly.com/api-docs/overview
 */
export function calendlyApi(kit: EmulatorKit, { oauth, users, tokens, appSigningKey }: Parts): ApiState {
  const { types, events } = seed(users, kit.clock.now())
  const webhooks: CalendlyWebhook[] = []
  const links: ApiState["links"] = []

  const callerOf = (call: Call): Caller | undefined => {
    const bearer = call.request.headers.get("authorization")?.replace(/^Bearer /, "") ?? ""
    const personal = tokens.get(bearer)
    if (personal) {
      const user = users.find(({ uri }) => uri === personal.user)
      return user && { user, scopes: personal.scopes, byApp: false }
    }
    const token = oauth.inspect(call.request)
    if (token.is !== "live") return undefined
    call.note({ grantId: token.grant.id })
    const scopes = token.scopes.includes("default") ? undefined : token.scopes
    return { user: token.account.data, scopes, byApp: true }
  }

  const route = (
    method: HttpMethod,
    path: string,
    scope: string,
    answer: (call: Call, caller: Caller) => Response | Promise<Response>,
  ) =>
    kit.route(
      method,
      origin,
      path,
      async (call) => {
        const caller = callerOf(call)
        if (!caller) return refused(401, "Unauthenticated", "The access token is invalid")
        const wider = scope.replace(/:read$/, ":write")
        if (caller.scopes && !caller.scopes.includes(scope) && !caller.scopes.includes(wider)) return denied()
        const response = await answer(call, caller)
        response.headers.set("x-ratelimit-limit", "500")
        response.headers.set("x-ratelimit-remaining", "499")
        response.headers.set("x-ratelimit-reset", "60")
        return response
      },
      { id: `${method} ${path}` },
    )

  // https://developer.calendly.com/docs/api-guides/pagination
  const paged = (url: URL, items: readonly object[]) => {
    const count = Number(url.searchParams.get("count") ?? 20)
    if (!(count >= 1 && count <= 100)) return invalid("count", "must be between 1 and 100")
    const token = url.searchParams.get("page_token")
    const from = token === null ? 0 : Number(/^page(\d+)$/.exec(token)?.[1] ?? Number.NaN)
    if (Number.isNaN(from)) return invalid("page_token", "is invalid")
    const collection = items.slice(from, from + count)
    const more = from + count < items.length
    const next_page_token = more ? `page${from + count}` : null
    const next_page = more ? `${url.origin}${url.pathname}?page_token=${next_page_token}&count=${count}` : null
    return json({ collection, pagination: { count: collection.length, next_page, next_page_token } })
  }

  /** Whose things are asked for; somebody must be named. */
  const ownersIn = ({ searchParams }: URL, { user }: Caller): readonly string[] | Response => {
    const [named, organization] = [searchParams.get("user"), searchParams.get("organization")]
    if (named === null && organization === null) return invalid("user", "one of user, organization must be specified")
    if (organization !== null) {
      if (organization !== user.organization || user.role === "user") return denied()
      return users.filter((one) => one.organization === organization).map(({ uri }) => uri)
    }
    return named === user.uri || user.role !== "user" ? [named ?? ""] : denied()
  }

  const shownUser = ({ uri, name, email, organization }: CalendlyUser) => ({
    uri,
    name,
    email,
    slug: name.toLowerCase().replaceAll(" ", "-"),
    scheduling_url: `https://calendly.com/${name.toLowerCase().replaceAll(" ", "-")}`,
    timezone: "Europe/London",
    current_organization: organization,
  })
  const shownEvent = ({ invitees, user, ...event }: CalendlyEvent) => ({
    ...event,
    location: { type: "physical", location: "Room 1" },
    invitees_counter: { total: invitees.length, active: invitees.length, limit: invitees.length },
    event_memberships: [{ user }],
  })

  route("GET", "/users/me", "users:read", (_call, { user }) => json({ resource: shownUser(user) }))

  route("GET", "/event_types", "event_types:read", ({ url }, caller) => {
    const owners = ownersIn(url, caller)
    if (owners instanceof Response) return owners
    const active = url.searchParams.get("active")
    const hits = types.filter((one) => owners.includes(one.user) && (active === null || String(one.active) === active))
    return paged(
      url,
      hits.map(({ user, ...type }) => ({
        ...type,
        kind: "solo",
        scheduling_url: `https://calendly.com/emulated/${type.slug}`,
        profile: { type: "User", owner: user },
      })),
    )
  })

  route("GET", "/scheduled_events", "scheduled_events:read", ({ url }, caller) => {
    const owners = ownersIn(url, caller)
    if (owners instanceof Response) return owners
    const { searchParams: query } = url
    const [status, email] = [query.get("status"), query.get("invitee_email")]
    const [from, to] = [query.get("min_start_time"), query.get("max_start_time")]
    const hits = events.filter(
      (one) =>
        owners.includes(one.user) &&
        (status === null || one.status === status) &&
        (email === null || one.invitees.some((guest) => guest.email === email)) &&
        (from === null || one.start_time >= from) &&
        (to === null || one.start_time <= to),
    )
    return paged(url, (query.get("sort") === "start_time:desc" ? hits.toReversed() : hits).map(shownEvent))
  })

  const eventOf = ({ params }: Call, { user }: Caller) =>
    events.find((one) => one.uri.endsWith(`/${params.uuid}`) && (one.user === user.uri || user.role !== "user"))

  route("GET", "/scheduled_events/{uuid}", "scheduled_events:read", (call, caller) => {
    const event = eventOf(call, caller)
    return event ? json({ resource: shownEvent(event) }) : notFound()
  })
  route("GET", "/scheduled_events/{uuid}/invitees", "scheduled_events:read", (call, caller) => {
    const event = eventOf(call, caller)
    if (!event) return notFound()
    const [email, status] = [call.url.searchParams.get("email"), call.url.searchParams.get("status")]
    const hits = event.invitees.filter((one) => email === null || one.email === email)
    const shown = hits.map((one) => ({
      ...one,
      status: event.status,
      event: event.uri,
      timezone: "Europe/London",
      cancel_url: `https://calendly.com/cancellations/${one.uri.split("/").at(-1)}`,
      reschedule_url: `https://calendly.com/reschedulings/${one.uri.split("/").at(-1)}`,
      questions_and_answers: [],
    }))
    return paged(
      call.url,
      shown.filter((one) => status === null || one.status === status),
    )
  })
  route("POST", "/scheduled_events/{uuid}/cancellation", "scheduled_events:write", async (call, caller) => {
    const event = eventOf(call, caller)
    if (!event) return notFound()
    if (event.status === "canceled") {
      return refused(403, "Permission Denied", "Event in the past or already canceled")
    }
    const { reason = null } = ((await call.json()) ?? {}) as { reason?: string | null }
    event.status = "canceled"
    event.cancellation = { canceled_by: caller.user.name, reason, canceler_type: "host" }
    return json({ resource: event.cancellation }, { status: 201 })
  })

  // https://developer.calendly.com/api-docs/calendly-api/scheduling-links/create-scheduling-link
  route("POST", "/scheduling_links", "scheduling_links:write", async (call, { user }) => {
    const { max_event_count, owner, owner_type } = ((await call.json()) ?? {}) as Record<string, unknown>
    if (max_event_count !== 1) return invalid("max_event_count", "must be 1")
    if (owner_type !== "EventType") return invalid("owner_type", "must be EventType")
    const type = types.find((one) => one.uri === owner && one.user === user.uri)
    if (!type) return notFound()
    const booking_url = `https://calendly.com/d/${kit.random.string(12)}/${type.slug}`
    links.push({ owner: type.uri, booking_url })
    return json({ resource: { booking_url, owner, owner_type } }, { status: 201 })
  })

  // https://developer.calendly.com/api-docs/calendly-api/webhooks/create-webhook-subscription
  const visible = ({ secret: _, ...webhook }: CalendlyWebhook) => webhook
  const mayHave = (scope: unknown, { user }: Caller) => scope === "user" || user.role !== "user"

  route("GET", "/webhook_subscriptions", "webhooks:read", ({ url }, caller) => {
    const { searchParams: query } = url
    const [organization, user, scope] = [query.get("organization"), query.get("user"), query.get("scope")]
    if (organization !== caller.user.organization || !mayHave(scope, caller)) return denied()
    if (scope === "user" && user === null) return invalid("user", "must be specified for the user scope")
    const hits = webhooks.filter((one) => one.scope === scope && (scope === "organization" || one.user === user))
    return paged(url, hits.map(visible))
  })
  route("POST", "/webhook_subscriptions", "webhooks:write", async (call, caller) => {
    const body = ((await call.json()) ?? {}) as Record<string, unknown>
    const { url, events: wanted, organization, user = null, scope, signing_key } = body
    if (typeof url !== "string" || !url.startsWith("https://")) return invalid("url", "must be https")
    if (scope !== "user" && scope !== "organization") return invalid("scope", "must be user or organization")
    if (!Array.isArray(wanted) || wanted.length === 0) return invalid("events", "must be filled")
    if (organization !== caller.user.organization || !mayHave(scope, caller)) return denied()
    if (scope === "user" && user !== caller.user.uri) return invalid("user", "must be specified for the user scope")
    const known = ["invitee.created", "invitee.canceled", "routing_form_submission.created"]
    if (!wanted.every((one) => known.includes(one))) return invalid("events", "is not included in the list")
    if (scope === "user" && wanted.includes("routing_form_submission.created")) {
      return invalid("events", "routing_form_submission.created needs the organization scope")
    }
    const families = wanted.map((one) => (one.startsWith("invitee.") ? "scheduled_events" : "routing_forms"))
    const { scopes } = caller
    if (scopes && !families.every((one) => scopes.some((scope) => scope.startsWith(`${one}:`)))) return denied()
    if (webhooks.some((one) => one.callback_url === url)) {
      return refused(409, "Already Exists", "Hook with this url already exists")
    }
    const uri = `${origin}/webhook_subscriptions/${kit.random.string(16)}`
    const webhook: CalendlyWebhook = {
      uri,
      callback_url: url,
      events: wanted,
      scope,
      organization: caller.user.organization,
      user: scope === "user" ? caller.user.uri : null,
      creator: caller.user.uri,
      state: "active",
      // https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures
      secret: caller.byApp ? appSigningKey : typeof signing_key === "string" ? signing_key : "",
    }
    webhooks.push(webhook)
    return json({ resource: visible(webhook) }, { status: 201 })
  })
  route("DELETE", "/webhook_subscriptions/{uuid}", "webhooks:write", ({ params }, { user }) => {
    const at = webhooks.findIndex((one) => one.uri.endsWith(`/${params.uuid}`) && one.creator === user.uri)
    if (at < 0) return notFound()
    webhooks.splice(at, 1)
    return new Response(null, { status: 204 })
  })

  kit.notFound(() => notFound())
  return { events, webhooks, links }
}
