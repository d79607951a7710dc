import { type AuthorizationServer, type Call, type EmulatorKit, type HttpMethod, json } from "@holdfast/emulator"

/** A person of one Zendesk account. */
export interface ZendeskUser {
  readonly id: number
  readonly subdomain: string
  readonly name: string
  readonly email: string
  readonly role: "end-user" | "agent" | "admin"
}

export type ZendeskTicket = Record<string, unknown> & { readonly id: number; readonly subdomain: string }

export interface ZendeskWebhook {
  readonly id: string
  readonly subdomain: string
  readonly endpoint: string
  readonly name: string
  readonly subscriptions: readonly string[]
  /** What its deliveries are signed with. */
  readonly secret: string
}

export interface SupportState {
  readonly tickets: ZendeskTicket[]
  readonly comments: { readonly ticketId: number; readonly body: string; readonly public: boolean }[]
  readonly webhooks: ZendeskWebhook[]
}

interface Support {
  readonly oauth: AuthorizationServer<ZendeskUser>
  readonly users: readonly ZendeskUser[]
  /** API tokens, by subdomain. */
  readonly tokens: ReadonlyMap<string, string>
}

const origin = "https://*.zendesk.com"

/** Who calls, with which scopes; or nobody, and why. */
type Caller = { readonly user: ZendeskUser; readonly scopes: readonly string[] } | "anonymous" | "bad_token"

function refused(status: number, error: string, description = "No."): Response {
  return json({ error, description }, { status })
}

/**
 * People, tickets, search and webhooks.
 * @see https://developer.zendesk.com/api-reference/ticketing/introduction/
 */
export function supportApi(kit: EmulatorKit, { oauth, users, tokens }: Support): SupportState {
  const tickets: ZendeskTicket[] = ["first", "second"].flatMap((subdomain) => [
    { id: 1, subdomain, subject: "Help", description: "It is broken.", status: "open", priority: "normal" },
    { id: 2, subdomain, subject: "Invoice", description: "Where is it?", status: "pending", priority: "low" },
    { id: 3, subdomain, subject: "Help again", description: "Still broken.", status: "open", priority: "urgent" },
  ])
  const comments: SupportState["comments"] = []
  const webhooks: ZendeskWebhook[] = []

  const callerOf = (call: Call): Caller => {
    const authorization = call.request.headers.get("authorization") ?? ""
    const [subdomain = ""] = call.url.host.split(".")
    if (!authorization.startsWith("Basic ")) {
      const token = oauth.inspect(call.request)
      if (token.is !== "live") return authorization === "" ? "anonymous" : "bad_token"
      call.note({ grantId: token.grant.id })
      return { user: token.account.data, scopes: token.scopes }
    }
    const [name = "", token = ""] = atob(authorization.slice(6)).split(":")
    const user = users.find((one) => one.subdomain === subdomain && `${one.email}/token` === name)
    return user && tokens.get(subdomain) === token ? { user, scopes: ["read", "write"] } : "anonymous"
  }

  const route = (
    method: HttpMethod,
    path: string,
    scopes: readonly string[],
    answer: (call: Call, user: ZendeskUser) => Response | Promise<Response>,
  ) =>
    kit.route(
      method,
      origin,
      `/api/v2${path}`,
      async (call) => {
        const caller = callerOf(call)
        if (caller === "bad_token") {
          const error_description = "The access token provided is expired, revoked, malformed or invalid."
          return json({ error: "invalid_token", error_description }, { status: 401 })
        }
        if (caller === "anonymous") {
          // Nobody is somebody here.
          if (path === "/users/me.json")
            return json({ user: { id: null, name: "Anonymous user", email: "invalid@example.com" } })
          return json({ error: "Couldn't authenticate you" }, { status: 401 })
        }
        if (!scopes.some((scope) => caller.scopes.includes(scope))) {
          return refused(403, "Forbidden", `You are missing the following required scopes: ${scopes.join(", ")}`)
        }
        const response = await answer(call, caller.user)
        // https://developer.zendesk.com/api-reference/introduction/rate-limits/
        response.headers.set("ratelimit-limit", "700")
        response.headers.set("ratelimit-remaining", "699")
        response.headers.set("ratelimit-reset", "60")
        return response
      },
      { id: `${method} ${path}` },
    )

  const shown = ({ subdomain: _, ...ticket }: ZendeskTicket) => ticket
  const of = ({ subdomain }: ZendeskUser) => tickets.filter((ticket) => ticket.subdomain === subdomain)
  const cursor = ({ searchParams }: URL) => Number(searchParams.get("page[after]") ?? 0)
  // https://developer.zendesk.com/api-reference/introduction/pagination/
  const cursored = <T>(url: URL, name: string, hits: readonly T[]) => {
    const size = Number(url.searchParams.get("page[size]") ?? 100)
    if (!(size >= 1 && size <= 100)) return refused(400, "InvalidValue")
    const end = cursor(url) + size
    const has_more = end < hits.length
    return json({
      [name]: hits.slice(cursor(url), end),
      meta: { has_more, after_cursor: has_more ? String(end) : null, before_cursor: null },
      links: { next: has_more ? `${url.origin}${url.pathname}?page[after]=${end}` : null, prev: null },
    })
  }

  route("GET", "/users/me.json", ["read", "users:read"], (_call, { subdomain: _, ...user }) => json({ user }))
  route("GET", "/users.json", ["read", "users:read"], ({ url }, { subdomain }) => {
    const role = url.searchParams.get("role")
    const hits = users.filter((one) => one.subdomain === subdomain && (role === null || one.role === role))
    return cursored(
      url,
      "users",
      hits.map(({ subdomain: _, ...user }) => user),
    )
  })

  route("DELETE", "/oauth/tokens/current.json", ["read", "write", "users:read"], ({ request }) => {
    oauth.revokeToken(request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "", "grant", "revoked_by_client")
    return new Response(null, { status: 204 })
  })

  const ticketOf = async (call: Call): Promise<Record<string, unknown> | Response> => {
    const body = await call.json()
    const { ticket } = (typeof body === "object" && body !== null ? body : {}) as { ticket?: unknown }
    if (typeof ticket === "object" && ticket !== null) return ticket as Record<string, unknown>
    return json({ error: { title: "Invalid", message: "ticket is missing" } }, { status: 400 })
  }
  const say = (ticketId: number, comment: unknown): boolean => {
    const { body, public: isPublic = true } = (comment ?? {}) as { body?: unknown; public?: boolean }
    if (typeof body !== "string" || body === "") return false
    comments.push({ ticketId, body, public: isPublic })
    return true
  }

  route("POST", "/tickets.json", ["write", "tickets:write"], async (call, user) => {
    const ticket = await ticketOf(call)
    if (ticket instanceof Response) return ticket
    const { comment, requester: _, ...fields } = ticket
    const id = tickets.length + 100
    if (!say(id, comment)) {
      const details = { base: [{ description: "Description: cannot be blank", error: "BlankValue" }] }
      return json({ error: "RecordInvalid", description: "Record validation errors", details }, { status: 422 })
    }
    const { body } = comment as { body: string }
    const added = { status: "new", description: body, ...fields, id, subdomain: user.subdomain, requester_id: user.id }
    tickets.push(added)
    return json({ ticket: shown(added) }, { status: 201 })
  })

  const known = (call: Call, user: ZendeskUser) => of(user).find(({ id }) => String(id) === call.params.id)
  route("GET", "/tickets/{id}.json", ["read", "tickets:read"], (call, user) => {
    const ticket = known(call, user)
    return ticket ? json({ ticket: shown(ticket) }) : refused(404, "RecordNotFound", "Not found")
  })
  route("PUT", "/tickets/{id}.json", ["write", "tickets:write"], async (call, user) => {
    const ticket = known(call, user)
    if (!ticket) return refused(404, "RecordNotFound", "Not found")
    const read = await ticketOf(call)
    if (read instanceof Response) return read
    const { comment, ...fields } = read
    if (ticket.status === "closed") return refused(422, "RecordInvalid", "Status: closed prevents ticket update")
    if (comment !== undefined) say(ticket.id, comment)
    Object.assign(ticket, fields)
    return json({ ticket: shown(ticket) })
  })

  // https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/
  route("GET", "/search.json", ["read"], ({ url }, user) => {
    const words = (url.searchParams.get("query") ?? "").split(/\s+/).filter(Boolean)
    const page = Number(url.searchParams.get("page") ?? 1)
    const size = Number(url.searchParams.get("per_page") ?? 100)
    const hits = of(user).filter((ticket) =>
      words.every((word) => {
        const [name = "", value] = word.split(":")
        if (word === "type:ticket") return true
        return value === undefined ? JSON.stringify(ticket).includes(word) : ticket[name] === value
      }),
    )
    const end = page * size
    const next_page = end < hits.length ? `${url.origin}/api/v2/search.json?page=${page + 1}` : null
    const results = hits.slice(end - size, end).map((ticket) => ({ ...shown(ticket), result_type: "ticket" }))
    return json({ results, count: hits.length, next_page, previous_page: null, facets: null })
  })

  // https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
  const forAdmins =
    (answer: (call: Call, user: ZendeskUser) => Response | Promise<Response>) => (call: Call, user: ZendeskUser) =>
      user.role === "admin" ? answer(call, user) : refused(403, "Forbidden", "You do not have access to this page.")
  const ownWebhook = (call: Call, user: ZendeskUser) =>
    webhooks.find(({ id, subdomain }) => id === call.params.id && subdomain === user.subdomain)
  const visible = ({ secret: _, subdomain: __, ...webhook }: ZendeskWebhook) => ({ ...webhook, status: "active" })

  route(
    "GET",
    "/webhooks",
    ["read", "webhooks:read"],
    forAdmins(({ url }, user) => {
      const part = url.searchParams.get("filter[name_contains]") ?? ""
      const hits = webhooks.filter(({ subdomain, name }) => subdomain === user.subdomain && name.includes(part))
      return cursored(url, "webhooks", hits.map(visible))
    }),
  )
  route(
    "POST",
    "/webhooks",
    ["write", "webhooks:write"],
    forAdmins(async (call, user) => {
      const { webhook = {} } = ((await call.json()) ?? {}) as { webhook?: Record<string, unknown> }
      const { name, endpoint, http_method, request_format, status, subscriptions } = webhook
      const isComplete = typeof name === "string" && typeof endpoint === "string" && endpoint.startsWith("https://")
      const isForEvents = http_method === "POST" && request_format === "json" && status === "active"
      if (!isComplete || !isForEvents || !Array.isArray(subscriptions)) {
        return json({ errors: [{ code: "InvalidWebhook", title: "Invalid webhook" }] }, { status: 400 })
      }
      const id = `01FMJQSY40HZBCBVPZB920${String(webhooks.length + 1).padStart(4, "0")}`
      const added = { id, subdomain: user.subdomain, name, endpoint, subscriptions, secret: kit.random.string(43) }
      webhooks.push(added)
      return json({ webhook: visible(added) }, { status: 201 })
    }),
  )
  route(
    "GET",
    "/webhooks/{id}/signing_secret",
    ["read", "webhooks:read"],
    forAdmins((call, user) => {
      const webhook = ownWebhook(call, user)
      if (!webhook) return refused(404, "RecordNotFound")
      return json({ signing_secret: { algorithm: "SHA256", secret: webhook.secret } })
    }),
  )
  route(
    "DELETE",
    "/webhooks/{id}",
    ["write", "webhooks:write"],
    forAdmins((call, user) => {
      const webhook = ownWebhook(call, user)
      if (!webhook) return refused(404, "RecordNotFound")
      webhooks.splice(webhooks.indexOf(webhook), 1)
      return new Response(null, { status: 204 })
    }),
  )

  return { tickets, comments, webhooks }
}
