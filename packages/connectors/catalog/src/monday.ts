// https://developer.monday.com/api-reference/docs/basics
import { apiKey, type Call, defineConnector, oauth2, operation } from "@holdfast/core"
import { z } from "zod"
import { idText, type OAuthAppOptions, oauthApp } from "./app.js"
import { graphql } from "./graphql.js"

const me = z.looseObject({
  me: z.looseObject({
    id: idText,
    name: z.string(),
    email: z.string().nullish(),
    account: z.looseObject({ id: idText, name: z.string() }),
  }),
})

/** @see https://developer.monday.com/api-reference/reference/boards */
const boards = z.looseObject({ boards: z.array(z.looseObject({ id: idText, name: z.string() })) })
/** @see https://developer.monday.com/api-reference/reference/items */
const item = z.looseObject({ id: idText, name: z.string() })
const items = z.looseObject({ items: z.array(item), cursor: z.string().nullish() })

/** @see https://developer.monday.com/api-reference/docs/error-handling */
const refusal = z.looseObject({
  errors: z
    .array(
      z.union([z.string(), z.looseObject({ extensions: z.looseObject({ code: z.string().optional() }).optional() })]),
    )
    .optional(),
  error_code: z.string().optional(),
  error: z.string().optional(),
})
const wait = z.looseObject({
  errors: z.array(z.looseObject({ extensions: z.looseObject({ retry_in_seconds: z.number() }) })).min(1),
})

const define = defineConnector({
  id: "monday",
  vendor: "monday",
  name: "monday.com",
  category: "productivity",
  documentation: "https://developer.monday.com/api-reference/docs/basics",
  app: oauthApp("In the Developer Center, on the app's page under General settings."),

  methods: [
    // https://developer.monday.com/apps/docs/migrating-to-the-new-oauth-flow
    oauth2({
      authorizationEndpoint: "https://auth.monday.com/oauth2/authorize",
      tokenEndpoint: "https://auth.monday.com/oauth_ms/oauth/token",
      revocationEndpoint: "https://auth.monday.com/oauth_ms/oauth/revoke",
      tokenRequestFormat: "json",
      scopes: ["me:read", "account:read", "boards:read", "boards:write"],
      // Tokens are JWTs that say themselves when they end: no answer does.
      authorize: (request, token) => request.headers.set("authorization", token),
      policy: { rotation: "single-use", accessTokenSeconds: "unknown" },
    }),
    // https://developer.monday.com/api-reference/docs/authentication
    apiKey({
      fields: [
        {
          name: "key",
          label: "API token",
          type: "password",
          help: "In monday.com at your picture, Developers, API token.",
        },
      ],
      authorize: (request, { key }) => request.headers.set("authorization", key),
    }),
  ],

  api: { baseUrl: "https://api.monday.com", authorization: "Authorization: {token}" },
  errors: {
    // Most come with status 200.
    read: ({ status, body }) => codeOf(status, body),
    codes: {
      UserUnauthorizedException: "forbidden",
      USER_UNAUTHORIZED: "forbidden",
      USER_ACCESS_DENIED: "forbidden",
      missingRequiredPermissions: "scope_missing",
      ResourceNotFoundException: "resource_not_found",
      InvalidBoardIdException: "resource_not_found",
      InvalidItemIdException: "resource_not_found",
      InvalidColumnIdException: "input_invalid",
      InvalidArgumentException: "input_invalid",
      ColumnValueException: "input_invalid",
      undefinedField: "input_invalid",
      parseError: "input_invalid",
      ComplexityException: "rate_limited",
      COMPLEXITY_BUDGET_EXHAUSTED: "rate_limited",
      RateLimitExceeded: "rate_limited",
      DAILY_LIMIT_EXCEEDED: "rate_limited",
      InternalServerError: "provider_unavailable",
    },
    retryAfterMs({ body }) {
      const seconds = wait.safeParse(body).data?.errors[0]?.extensions.retry_in_seconds
      return seconds === undefined ? undefined : seconds * 1_000
    },
  },
  causes: [
    {
      codes: ["DAILY_LIMIT_EXCEEDED"],
      cause: "daily_limit_reached",
      actor: "end_user",
      text: "The monday.com account has used all API calls that its plan has for the day.",
      advice: "Wait until midnight UTC; upgrade the plan, or have it raised, if it goes on.",
      link: "https://support.monday.com/hc/en-us/articles/26471164460690-API-Rate-Limits",
    },
  ],

  async identify(call) {
    const { id, name, email, account } = await readMe(call)
    return { id: `${account.id}:${id}`, label: `${account.name} (${name})`, ...(email && { email }) }
  },

  async check(call) {
    await readMe(call)
    return []
  },

  operations: {
    list_boards: operation({
      summary: "List boards",
      effect: "read",
      scopes: ["boards:read"],
      input: z.object({
        limit: z.number().int().min(1).max(500).default(25),
        page: z.number().int().min(1).default(1),
      }),
      output: boards,
      pages: {
        items: (answer) => answer.boards,
        next: (answer, { limit, page }) => (answer.boards.length === limit ? { page: page + 1 } : undefined),
      },
      run: ({ http }, variables) => {
        const query =
          "query ($limit: Int, $page: Int) { boards(limit: $limit, page: $page) { id name description state } }"
        return graphql(http, "/v2", { query, variables, data: boards })
      },
    }),

    // https://developer.monday.com/api-reference/reference/items-page
    list_items: operation({
      summary: "List items of a board",
      effect: "read",
      scopes: ["boards:read"],
      input: z.object({
        board_id: z.string().min(1),
        limit: z.number().int().min(1).max(500).default(25),
        cursor: z.string().optional().describe("That of the page before, which lives for an hour"),
      }),
      output: items,
      pages: { items: (answer) => answer.items, next: ({ cursor }) => (cursor ? { cursor } : undefined) },
      run: async ({ http }, variables) => {
        const query = `query ($board_id: [ID!], $limit: Int!, $cursor: String) {
          boards(ids: $board_id) { items_page(limit: $limit, cursor: $cursor) { cursor items { id name column_values { id text value } } } }
        }`
        const data = z.looseObject({ boards: z.array(z.looseObject({ items_page: items })) })
        const [board] = (await graphql(http, "/v2", { query, variables, data })).boards
        // Boards that are not there, or not for this person, are left out.
        return board?.items_page ?? { items: [], cursor: null }
      },
    }),

    // https://developer.monday.com/api-reference/reference/items#create-an-item
    create_item: operation({
      summary: "Add an item to a board",
      effect: "write",
      scopes: ["boards:write"],
      input: z.object({
        board_id: z.string().min(1),
        item_name: z.string().min(1).max(255),
        group_id: z.string().optional(),
        column_values: z.record(z.string(), z.unknown()).optional(),
      }),
      output: item,
      trace: ["id"],
      run: async ({ http }, { column_values, ...rest }) => {
        const query = `mutation ($board_id: ID!, $item_name: String!, $group_id: String, $column_values: JSON) {
          create_item(board_id: $board_id, item_name: $item_name, group_id: $group_id, column_values: $column_values) { id name }
        }`
        // Values of columns are JSON inside of JSON.
        const variables = { ...rest, ...(column_values && { column_values: JSON.stringify(column_values) }) }
        const data = z.looseObject({ create_item: item })
        return (await graphql(http, "/v2", { query, variables, data })).create_item
      },
    }),
  },

  setup: {
    url: "https://monday.com/developers/apps",
    steps: [
      "Create an app in the Developer Center.",
      "Under “OAuth & permissions” tick me:read, account:read, boards:read and boards:write, and switch on “New OAuth flow”, which is set for each version of the app.",
      "Under “Redirect URLs” add {redirectUri}.",
      "Promote the version to live. An admin of each account must install the app before people there can connect.",
      "Copy client ID and client secret, and save them here.",
    ],
  },
})

export interface MondayConnector extends ReturnType<typeof define> {}

/**
 * monday.com, by the OAuth 2.1 flow with tokens that end and refresh tokens that work once, or with a personal API token.
 * @see https://developer.monday.com/apps/docs/migrating-to-the-new-oauth-flow
 */
export const monday: (options?: OAuthAppOptions) => MondayConnector = define

function codeOf(status: number, body: unknown): string | undefined {
  const { errors, error_code, error } = refusal.safeParse(body).data ?? {}
  const [first] = errors ?? []
  if (first === undefined) return error_code ?? (status >= 400 ? error : undefined)
  return typeof first === "string" ? undefined : (first.extensions?.code ?? "graphql_error")
}

async function readMe({ http }: Call): Promise<z.infer<typeof me>["me"]> {
  const query = "query { me { id name email account { id name } } }"
  return (await graphql(http, "/v2", { query, data: me })).me
}
