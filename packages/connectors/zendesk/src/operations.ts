import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

const id = z.number().int().positive()

/** @see https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#json-format */
const ticket = z.looseObject({
  id: z.number(),
  subject: z.string().nullish(),
  description: z.string().nullish(),
  status: z.string().nullish(),
  priority: z.string().nullish(),
  type: z.string().nullish(),
  requester_id: z.number().nullish(),
  assignee_id: z.number().nullish(),
  tags: z.array(z.string()).optional(),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
})
const one = z.looseObject({ ticket })

/** @see https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/ */
const found = z.looseObject({
  results: z.array(ticket),
  count: z.number(),
  next_page: z.string().nullable(),
})

/** @see https://developer.zendesk.com/api-reference/ticketing/users/users/#list-users */
const people = z.looseObject({
  users: z.array(
    z.looseObject({
      id: z.number(),
      name: z.string(),
      email: z.string().nullish(),
      role: z.string().optional(),
    }),
  ),
  meta: z.looseObject({ has_more: z.boolean(), after_cursor: z.string().nullish() }),
})

const fields = {
  status: z.enum(["new", "open", "pending", "hold", "solved", "closed"]).optional(),
  priority: z.enum(["urgent", "high", "normal", "low"]).optional(),
  type: z.enum(["problem", "incident", "question", "task"]).optional(),
  assignee_id: id.optional(),
  group_id: id.optional(),
  tags: z.array(z.string().min(1)).optional(),
  custom_fields: z.array(z.object({ id, value: z.unknown() })).optional(),
}

// https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/#scopes
const reads = ["read|tickets:read"]
const writes = ["write|tickets:write"]

/**
 * Tickets, their comments, and people.
 * @see https://developer.zendesk.com/api-reference/ticketing/introduction/
 */
export const operations = {
  // https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-ticket
  create_ticket: operation({
    summary: "Create a ticket with its first comment",
    effect: "write",
    scopes: writes,
    input: z.object({
      subject: z.string().min(1).optional(),
      body: z.string().min(1).describe("The first comment"),
      public: z.boolean().optional().describe("Whether the requester sees it. Default: true"),
      requester: z
        .object({ name: z.string().min(1), email: z.email() })
        .optional()
        .describe("Default: who is connected"),
      ...fields,
    }),
    output: ticket,
    trace: ["id"],
    run: async ({ http }: Call, { body, public: isPublic, ...json }) => {
      const comment = { body, ...(isPublic !== undefined && { public: isPublic }) }
      return (await http.post("/tickets.json", { json: { ticket: { ...json, comment } }, output: one })).ticket
    },
  }),

  // https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-ticket
  get_ticket: operation({
    summary: "Look up a ticket",
    effect: "read",
    scopes: reads,
    input: z.object({ ticket_id: id }),
    output: ticket,
    trace: ["id"],
    run: async ({ http }: Call, { ticket_id }) =>
      (await http.get("/tickets/{ticket_id}.json", { path: { ticket_id }, output: one })).ticket,
  }),

  // https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
  update_ticket: operation({
    summary: "Change a ticket",
    effect: "write",
    scopes: writes,
    input: z
      .object({ ticket_id: id, subject: z.string().min(1).optional(), ...fields })
      .refine(({ ticket_id: _, ...changes }) => Object.keys(changes).length > 0, "Nothing is to be changed."),
    output: ticket,
    trace: ["id"],
    run: async ({ http }: Call, { ticket_id, ...json }) =>
      (await http.put("/tickets/{ticket_id}.json", { path: { ticket_id }, json: { ticket: json }, output: one }))
        .ticket,
  }),

  // https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/#create-ticket-comment
  add_comment: operation({
    summary: "Add a comment to a ticket, for the requester to see or as an internal note",
    effect: "write",
    scopes: writes,
    input: z.object({ ticket_id: id, body: z.string().min(1), public: z.boolean().default(true) }),
    output: ticket,
    trace: ["id"],
    run: async ({ http }: Call, { ticket_id, body, public: isPublic }) => {
      const json = { ticket: { comment: { body, public: isPublic } } }
      // It is said twice when it is sent twice, though the method is PUT.
      const request = { path: { ticket_id }, json, idempotent: false, output: one }
      return (await http.put("/tickets/{ticket_id}.json", request)).ticket
    },
  }),

  // https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/
  search_tickets: operation({
    summary: "Find tickets by Zendesk's search language, a thousand at most",
    effect: "read",
    scopes: ["read"],
    input: z.object({
      query: z.string().min(1).describe("`status<solved priority:urgent`; `type:ticket` is added"),
      sort_by: z.enum(["updated_at", "created_at", "priority", "status", "ticket_type"]).optional(),
      sort_order: z.enum(["asc", "desc"]).optional(),
      page: z.number().int().min(1).default(1),
      per_page: z.number().int().min(1).max(100).default(100),
    }),
    output: found,
    trace: ["count"],
    pages: {
      items: ({ results }) => results,
      next: ({ next_page }, { page }) => (next_page === null ? undefined : { page: page + 1 }),
    },
    run: ({ http }: Call, { query, ...others }) =>
      http.get("/search.json", { query: { query: `type:ticket ${query}`, ...others }, output: found }),
  }),

  // https://developer.zendesk.com/api-reference/ticketing/users/users/#list-users
  list_users: operation({
    summary: "List people: end users, agents and administrators",
    effect: "read",
    // Every connection has users:read, to know whose it is. Others are listed where reading at large was granted.
    scopes: ["read"],
    input: z
      .object({
        role: z.enum(["end-user", "agent", "admin"]).optional(),
        page_size: z.number().int().min(1).max(100).default(100),
        after: z.string().min(1).optional().describe("`meta.after_cursor` of the page before"),
      })
      .prefault({}),
    output: people,
    pages: {
      items: ({ users }) => users,
      next: ({ meta }) => (meta.has_more && meta.after_cursor ? { after: meta.after_cursor } : undefined),
    },
    run: ({ http }: Call, { role, page_size, after }) =>
      http.get("/users.json", { query: { role, "page[size]": page_size, "page[after]": after }, output: people }),
  }),
}
