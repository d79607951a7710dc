import { connectorSuite } from "@holdfast/testing"
import { createNotionEmulator, defaultUsers, emulatorApp, type NotionEmulator, seededIds } from "./emulator.js"
import { type NotionConnector, type NotionOptions, notion } from "./index.js"

const [first] = defaultUsers
const paragraph = { object: "block", type: "paragraph", paragraph: { rich_text: [{ text: { content: "Hello" } }] } }

connectorSuite<NotionConnector, NotionOptions, NotionEmulator>(notion, {
  emulator: ({ redirectUri }) => createNotionEmulator({ redirectUris: [redirectUri] }),
  app: emulatorApp,
  methods: {
    oauth: {
      account: {
        id: `${first?.workspaceId}:${first?.botId}`,
        label: "First workspace",
        email: "first@notion.example",
      },
    },
  },
  operations: {
    search: {
      parameters: { query: "handbook", filter: { property: "object", value: "page" } },
      answer: { results: [{ object: "page", id: seededIds.page }], has_more: false },
    },
    get_page: {
      parameters: { page_id: seededIds.page.replaceAll("-", "") },
      answer: { object: "page", id: seededIds.page },
    },
    create_page: {
      parameters: {
        parent: { data_source_id: seededIds.dataSource },
        properties: { Name: { title: [{ text: { content: "Ship it" } }] } },
        children: [paragraph],
      },
      answer: { object: "page", parent: { type: "data_source_id", data_source_id: seededIds.dataSource } },
      verify({ id }, { provider }) {
        const page = provider.pages.find((one) => one.id === id)
        if (page?.blocks.length !== 1) throw new Error("the page is not there with its block")
      },
    },
    query_database: {
      parameters: { database_id: seededIds.database, filter: { property: "Done", checkbox: { equals: false } } },
      answer: { results: [{ id: seededIds.row }], has_more: false, next_cursor: null },
    },
    append_block_children: {
      parameters: { block_id: seededIds.page, children: [paragraph] },
      answer: { results: [{ object: "block", type: "paragraph" }] },
      verify(_answer, { provider }) {
        if (provider.pages.find(({ id }) => id === seededIds.page)?.blocks.length !== 1)
          throw new Error("no block came")
      },
    },
  },
  errors: [
    {
      when: "the page is not shared with the integration",
      operation: "get_page",
      parameters: { page_id: seededIds.unsharedPage },
      code: "resource_not_found",
      providerCode: "object_not_found",
    },
    {
      when: "the page is of another workspace",
      operation: "get_page",
      parameters: { page_id: seededIds.foreignPage },
      code: "resource_not_found",
      providerCode: "object_not_found",
    },
    {
      when: "a property does not exist",
      operation: "create_page",
      parameters: { parent: { page_id: seededIds.page }, properties: { Nonsense: {} } },
      code: "input_invalid",
      providerCode: "validation_error",
    },
    {
      when: "the integration lacks the capability",
      operation: "search",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 403, body: apiError(403, "restricted_resource") } }),
      code: "forbidden",
      providerCode: "restricted_resource",
    },
    {
      when: "it is too much",
      operation: "search",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 429, body: apiError(429, "rate_limited") } }),
      code: "rate_limited",
      providerCode: "rate_limited",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 400, body: apiError(400, "holdfast_unheard_of") } }),
})

function apiError(status: number, code: string) {
  return { object: "error", status, code, message: "No.", request_id: "r" }
}
