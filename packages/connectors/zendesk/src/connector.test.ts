import { connectorSuite } from "@holdfast/testing"
import { apiTokens, createZendeskEmulator, emulatorApp, type ZendeskEmulator, zendeskSignature } from "./emulator.js"
import { type ZendeskConnector, type ZendeskOptions, zendesk } from "./index.js"

const typed = (subdomain: string, username: string, password = apiTokens[subdomain] ?? "") => ({
  subdomain,
  username,
  password,
})
const person = { id: "first:1001", label: "Ada First (first)", email: "ada@first.example", kind: "admin" }

connectorSuite<ZendeskConnector, ZendeskOptions, ZendeskEmulator>(zendesk, {
  emulator: ({ redirectUri }) => createZendeskEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    oauth: {
      values: { subdomain: "first.zendesk.com" },
      account: person,
      another: { values: { subdomain: "second" } },
    },
    api_token: {
      values: typed("first", "ada@first.example"),
      account: person,
      another: { values: typed("second", "bob@second.example") },
      refused: [
        { values: typed("first", "ada@first.example", "wrong-token"), code: "credential_invalid" },
        { values: typed("first", "nobody@first.example"), code: "credential_invalid" },
        { values: typed("first", "no address"), code: "input_invalid" },
      ],
      withdraw: ({ provider }) => provider.deactivateToken("first"),
    },
  },
  operations: {
    create_ticket: {
      parameters: { subject: "New", body: "Please.", priority: "high", requester: { name: "M", email: "m@c.example" } },
      answer: { subject: "New", status: "new", priority: "high" },
      verify({ id }, { provider }) {
        if (!provider.comments.some(({ ticketId, body }) => ticketId === id && body === "Please."))
          throw new Error("the ticket has no first comment")
      },
    },
    get_ticket: { parameters: { ticket_id: 1 }, answer: { id: 1, subject: "Help" } },
    update_ticket: {
      parameters: { ticket_id: 1, status: "solved", tags: ["done"] },
      answer: { id: 1, status: "solved", tags: ["done"] },
    },
    add_comment: {
      parameters: { ticket_id: 2, body: "A note.", public: false },
      answer: { id: 2 },
      verify(_answer, { provider }) {
        if (JSON.stringify(provider.comments) !== '[{"ticketId":2,"body":"A note.","public":false}]')
          throw new Error(JSON.stringify(provider.comments))
      },
    },
    search_tickets: {
      parameters: { query: "status:open Help" },
      answer: { count: 2, results: [{ id: 1 }, { id: 3 }], next_page: null },
    },
    list_users: {
      parameters: { role: "agent" },
      answer: { users: [{ id: 1_002, name: "Cleo Agent" }], meta: { has_more: false } },
    },
  },
  errors: [
    {
      when: "there is no such ticket",
      operation: "get_ticket",
      parameters: { ticket_id: 999 },
      code: "resource_not_found",
      providerCode: "RecordNotFound",
    },
    {
      when: "the ticket is closed",
      operation: "update_ticket",
      parameters: { ticket_id: 1, priority: "low" },
      arrange: ({ provider }) => void Object.assign(provider.tickets[0] ?? {}, { status: "closed" }),
      code: "input_invalid",
      providerCode: "RecordInvalid",
    },
    {
      when: "the person may not",
      operation: "list_users",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 403, body: { error: { title: "Forbidden" } } } }),
      code: "forbidden",
      providerCode: "Forbidden",
    },
    {
      when: "it is too much",
      operation: "list_users",
      arrange: ({ faults }) => faults.next({ on: "*", fault: { kind: "status", status: 429, retryAfterSeconds: 90 } }),
      code: "rate_limited",
    },
  ],
  webhooks: {
    own({ provider }) {
      const { endpoint = "", secret = "" } = provider.webhooks.at(-1) ?? {}
      return { url: endpoint, secret }
    },
    signature: ({ provider }) => zendeskSignature(provider.webhooks.at(-1)?.secret ?? ""),
    deliveries: ({ provider }) => ({
      ticket_created: provider.event("ticket.created"),
      ticket_comment_added: provider.event("ticket.comment_added"),
      ticket_status_changed: provider.event("ticket.status_changed"),
      ticket_agent_assignment_changed: provider.event("ticket.agent_assignment_changed"),
    }),
    subscriptions: ({ provider }) => provider.webhooks.length,
  },
})
