// https://linear.app/developers/graphql
import { apiKey, type Call, defineConnector, oauth2, operation } from "@holdfast/core"
import { z } from "zod"
import { type OAuthAppOptions, oauthApp } from "./app.js"
import { graphql } from "./graphql.js"
import { webhooks } from "./linear-webhooks.js"

const pageInfo = z.looseObject({ hasNextPage: z.boolean(), endCursor: z.string().nullish() })
const team = z.looseObject({ id: z.string(), key: z.string(), name: z.string() })
const teams = z.looseObject({ nodes: z.array(team), pageInfo })
const issue = z.looseObject({
  id: z.string(),
  identifier: z.string(),
  title: z.string(),
  url: z.string(),
  priority: z.number(),
  state: z.looseObject({ name: z.string(), type: z.string() }).nullish(),
})
const issues = z.looseObject({ nodes: z.array(issue), pageInfo })
const issueFields =
  "id identifier title description url priority createdAt updatedAt state { name type } assignee { id name }"

const viewer = z.looseObject({
  viewer: z.looseObject({ id: z.string().min(1), name: z.string(), email: z.string().nullish() }),
  organization: z.looseObject({ id: z.string().min(1), name: z.string(), urlKey: z.string() }),
})

/** @see https://linear.app/developers/graphql#errors */
const refusal = z.looseObject({
  errors: z.array(z.looseObject({ extensions: z.looseObject({ code: z.string().optional() }).optional() })).min(1),
})

const paging = {
  first: z.number().int().min(1).max(250).default(50),
  after: z.string().optional().describe("pageInfo.endCursor of the page before"),
}

const nextPage = ({ pageInfo: { hasNextPage, endCursor } }: { pageInfo: z.infer<typeof pageInfo> }) =>
  hasNextPage && endCursor ? { after: endCursor } : undefined

const define = defineConnector({
  id: "linear",
  vendor: "linear",
  name: "Linear",
  category: "productivity",
  documentation: "https://linear.app/developers",
  app: oauthApp("At linear.app/settings/api/applications, on the application's page.", [
    {
      name: "webhookSecret",
      label: "Signing secret of webhooks",
      help: "On the application's page, once webhooks are switched on. Only to receive events.",
    },
  ]),

  methods: [
    // https://linear.app/developers/oauth-2-0-authentication
    oauth2({
      authorizationEndpoint: "https://linear.app/oauth/authorize",
      tokenEndpoint: "https://api.linear.app/oauth/token",
      scopes: ["read", "write"],
      scopeSeparator: ",",
      revokeRequest: (_context, { refreshToken, accessToken }) => revocation(refreshToken, accessToken),
      policy: {
        rotation: "single-use",
        revokes: "grant",
        accessTokenSeconds: 86_399,
        // Applications made before October 2025 that were never migrated get one long access token and nothing else.
        expectsRefreshToken: false,
      },
    }),
    // https://linear.app/developers/graphql#personal-api-keys: without Bearer.
    apiKey({
      fields: [
        {
          name: "key",
          label: "API key",
          type: "password",
          help: "At linear.app/settings/account/security, under personal API keys.",
          placeholder: "lin_api_…",
        },
      ],
      authorize: (request, { key }) => request.headers.set("authorization", key),
    }),
  ],

  api: { baseUrl: "https://api.linear.app", authorization: "Bearer, or an API key as it is" },
  errors: {
    // Answers of status 200 may be refusals too.
    read: ({ body }) => codeOf(body),
    codes: {
      AUTHENTICATION_ERROR: "token_expired",
      FORBIDDEN: "forbidden",
      // Said of ids that are nobody's, and of whatever else is wrong with the input.
      INPUT_ERROR: "input_invalid",
      GRAPHQL_VALIDATION_FAILED: "input_invalid",
      // With status 400. https://linear.app/developers/rate-limiting
      RATELIMITED: "rate_limited",
      INTERNAL_SERVER_ERROR: "provider_unavailable",
    },
    retryAfterMs({ headers }, now) {
      const reset = headers.get("x-ratelimit-requests-reset")
      return reset === null ? undefined : Number(reset) - now
    },
  },

  async identify(call) {
    const { viewer: person, organization } = await readViewer(call)
    return {
      id: `${organization.id}:${person.id}`,
      label: `${organization.name} (${person.name})`,
      ...(person.email && { email: person.email }),
      data: { organizationId: organization.id, urlKey: organization.urlKey },
    }
  },

  async check(call) {
    await readViewer(call)
    return []
  },

  operations: {
    list_teams: operation({
      summary: "List teams",
      effect: "read",
      scopes: ["read"],
      input: z.object(paging),
      output: teams,
      pages: { items: ({ nodes }) => nodes, next: nextPage },
      run: async ({ http }, variables) => {
        const query = `query ($first: Int, $after: String) {
          teams(first: $first, after: $after) { nodes { id key name } pageInfo { hasNextPage endCursor } }
        }`
        return (await graphql(http, "/graphql", { query, variables, data: z.looseObject({ teams }) })).teams
      },
    }),

    list_issues: operation({
      summary: "List issues, the newest first",
      effect: "read",
      scopes: ["read"],
      input: z.object({
        filter: z.record(z.string(), z.unknown()).optional().describe("An IssueFilter"),
        ...paging,
      }),
      output: issues,
      pages: { items: ({ nodes }) => nodes, next: nextPage },
      run: async ({ http }, variables) => {
        const query = `query ($first: Int, $after: String, $filter: IssueFilter) {
          issues(first: $first, after: $after, filter: $filter) { nodes { ${issueFields} } pageInfo { hasNextPage endCursor } }
        }`
        return (await graphql(http, "/graphql", { query, variables, data: z.looseObject({ issues }) })).issues
      },
    }),

    get_issue: operation({
      summary: "Read an issue",
      effect: "read",
      scopes: ["read"],
      input: z.object({ id: z.string().min(1).describe("Its id, or what people call it: ENG-123") }),
      output: issue,
      trace: ["id", "identifier"],
      run: async ({ http }, variables) => {
        const query = `query ($id: String!) { issue(id: $id) { ${issueFields} } }`
        return (await graphql(http, "/graphql", { query, variables, data: z.looseObject({ issue }) })).issue
      },
    }),

    create_issue: operation({
      summary: "Create an issue",
      effect: "write",
      scopes: ["write|issues:create"],
      input: z.object({
        team_id: z.string().min(1),
        title: z.string().min(1),
        description: z.string().optional().describe("Markdown"),
        assignee_id: z.string().optional(),
        priority: z.number().int().min(0).max(4).optional().describe("0 none, 1 urgent, 2 high, 3 normal, 4 low"),
      }),
      output: issue,
      trace: ["id", "identifier"],
      run: async ({ http }, { team_id, assignee_id, ...rest }) => {
        const query = `mutation ($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { ${issueFields} } } }`
        const input = { ...rest, teamId: team_id, ...(assignee_id && { assigneeId: assignee_id }) }
        const data = z.looseObject({ issueCreate: z.looseObject({ success: z.literal(true), issue }) })
        return (await graphql(http, "/graphql", { query, variables: { input }, data })).issueCreate.issue
      },
    }),
  },

  webhooks,

  setup: {
    url: "https://linear.app/settings/api/applications/new",
    steps: [
      "Create an OAuth application, best in a workspace of its own, since every admin there can see it.",
      "Add {redirectUri} to its callback URLs.",
      "Make it public if people of other workspaces are to connect.",
      "To receive events, switch webhooks on, enter {webhookUrl}, and tick issues and comments under data change events.",
      "Copy client ID and client secret, and the webhooks' signing secret, and save them here.",
    ],
  },
})

/** A registration at Linear. */
export interface LinearOptions extends OAuthAppOptions {
  /** What deliveries to the application's webhook URL are signed with. Default: `LINEAR_WEBHOOK_SECRET` of the environment. */
  readonly webhookSecret?: string
}

export interface LinearConnector extends ReturnType<typeof define> {}

/**
 * Linear, by OAuth with refresh tokens that work once, or with a personal API key.
 * @see https://linear.app/developers/oauth-2-0-authentication
 */
export const linear: (options?: LinearOptions) => LinearConnector = define

function codeOf(body: unknown): string | undefined {
  const { errors } = refusal.safeParse(body).data ?? {}
  return errors && (errors[0]?.extensions?.code ?? "graphql_error")
}

async function readViewer({ http }: Call): Promise<z.infer<typeof viewer>> {
  const query = "query { viewer { id name email } organization { id name urlKey } }"
  return await graphql(http, "/graphql", { query, data: viewer })
}

/** Not RFC 7009: the parameter has the name of what it holds. @see https://linear.app/developers/oauth-2-0-authentication#revoke-an-access-token */
function revocation(refreshToken: string | undefined, accessToken: string): Request {
  const body = new URLSearchParams(
    refreshToken === undefined ? { access_token: accessToken } : { refresh_token: refreshToken },
  )
  return new Request("https://api.linear.app/oauth/revoke", { method: "POST", body })
}
