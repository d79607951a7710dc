// https://developer.clickup.com/docs
import { apiKey, type Call, defineConnector, oauth2, operation } from "@holdfast/core"
import { z } from "zod"
import { idText, type OAuthAppOptions, oauthApp } from "./app.js"
import { webhooks } from "./clickup-webhooks.js"

/** @see https://developer.clickup.com/reference/getauthorizeduser */
const user = z.looseObject({
  user: z.looseObject({ id: idText, username: z.string().nullish(), email: z.string().nullish() }),
})

const named = z.looseObject({ id: z.string(), name: z.string() })
const workspaces = z.looseObject({ teams: z.array(named) })
const spaces = z.looseObject({ spaces: z.array(named) })

/** @see https://developer.clickup.com/reference/gettask */
const task = z.looseObject({
  id: z.string(),
  name: z.string(),
  url: z.string().optional(),
  status: z.looseObject({ status: z.string() }).nullish(),
})
const tasks = z.looseObject({ tasks: z.array(task), last_page: z.boolean().optional() })

/** @see https://developer.clickup.com/docs/common_errors */
const refusal = z.looseObject({ ECODE: z.string().optional() })

const define = defineConnector({
  id: "clickup",
  vendor: "clickup",
  name: "ClickUp",
  category: "productivity",
  documentation: "https://developer.clickup.com/docs",
  app: oauthApp("In ClickUp under Settings, Apps, on the app's row."),

  methods: [
    // https://developer.clickup.com/docs/authentication#oauth-flow
    oauth2({
      authorizationEndpoint: "https://app.clickup.com/api",
      tokenEndpoint: "https://api.clickup.com/api/v2/oauth/token",
      tokenRequestFormat: "json",
      scopes: [],
      pkce: "none",
      errorCode: ({ status, body }) => (status >= 400 ? refusal.safeParse(body).data?.ECODE : undefined),
      clientErrors: ["OAUTH_010"],
      // Access tokens do not expire, and nothing renews them.
      policy: { rotation: "none", accessTokenSeconds: "never" },
    }),
    // https://developer.clickup.com/docs/authentication#personal-token: without Bearer.
    apiKey({
      id: "personal_token",
      label: "Connect with a personal token",
      fields: [
        {
          name: "key",
          label: "Personal API token",
          type: "password",
          help: "In ClickUp under Settings, Apps.",
          placeholder: "pk_…",
        },
      ],
      input: z.object({
        key: z
          .string()
          .trim()
          .refine((typed) => typed.startsWith("pk_"), "A personal token begins with pk_."),
      }),
      authorize: (request, { key }) => request.headers.set("authorization", key),
    }),
  ],

  api: {
    baseUrl: "https://api.clickup.com/api/v2",
    authorization: "Bearer, or a personal token as it is",
    // https://developer.clickup.com/docs/rate-limits
    rateLimit: { remaining: "x-ratelimit-remaining", reset: "x-ratelimit-reset", resetIs: "epoch_seconds" },
  },
  errors: {
    read: ({ status, body }) => (status >= 400 ? refusal.safeParse(body).data?.ECODE : undefined),
    codes: {
      OAUTH_017: "token_expired",
      OAUTH_019: "token_expired",
      OAUTH_021: "token_expired",
      OAUTH_025: "token_expired",
      OAUTH_077: "token_expired",
      // Workspaces that the person did not tick when connecting.
      OAUTH_023: "forbidden",
      OAUTH_026: "forbidden",
      OAUTH_027: "forbidden",
      ...Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`OAUTH_0${29 + index}`, "forbidden" as const])),
      APP_002: "rate_limited",
    },
    statuses: { 400: "input_invalid", 403: "forbidden" },
    retryAfterMs({ headers }, now) {
      const reset = headers.get("x-ratelimit-reset")
      return reset === null ? undefined : Number(reset) * 1_000 - now
    },
  },
  causes: [
    {
      codes: [
        "OAUTH_023",
        "OAUTH_026",
        "OAUTH_027",
        ...Array.from({ length: 17 }, (_, index) => `OAUTH_0${29 + index}`),
      ],
      cause: "workspace_not_chosen",
      actor: "end_user",
      text: "The person did not choose this workspace when they connected ClickUp.",
      advice: "Reconnect, and tick the workspace on ClickUp's page.",
      link: "https://developer.clickup.com/docs/common_errors",
    },
    {
      codes: ["OAUTH_019", "OAUTH_021", "OAUTH_025", "OAUTH_077"],
      when: ["calling"],
      cause: "authorization_revoked",
      actor: "end_user",
      text: "The authorization was revoked in ClickUp, so its token is no longer known.",
      advice: "Reconnect the account.",
      link: "https://developer.clickup.com/docs/common_errors",
    },
    {
      codes: ["OAUTH_007"],
      when: ["connecting"],
      cause: "redirect_uri_not_registered",
      actor: "developer",
      text: "The redirect URI is not one of the ClickUp app's.",
      advice: "Add the exact redirect URI to the app, in ClickUp under Settings, Apps.",
      link: "https://developer.clickup.com/docs/common_errors",
    },
  ],

  async identify(call) {
    const { id, username, email } = await readUser(call)
    return { id, label: username || id, ...(email && { email }) }
  },

  async check(call) {
    await readUser(call)
    return []
  },

  operations: {
    // https://developer.clickup.com/reference/getauthorizedteams
    list_workspaces: operation({
      summary: "List the workspaces that were ticked when connecting",
      effect: "read",
      input: z.object({}),
      output: workspaces,
      run: ({ http }) => http.get("/team", { output: workspaces }),
    }),

    // https://developer.clickup.com/reference/getspaces
    list_spaces: operation({
      summary: "List spaces of a workspace",
      effect: "read",
      input: z.object({ workspace_id: z.string().min(1), archived: z.boolean().optional() }),
      output: spaces,
      run: ({ http }, { workspace_id, archived }) =>
        http.get("/team/{workspace_id}/space", { path: { workspace_id }, query: { archived }, output: spaces }),
    }),

    // https://developer.clickup.com/reference/gettasks
    list_tasks: operation({
      summary: "List tasks of a list, 100 at a time",
      effect: "read",
      input: z.object({
        list_id: z.string().min(1),
        page: z.number().int().min(0).default(0),
        archived: z.boolean().optional(),
        include_closed: z.boolean().optional(),
      }),
      output: tasks,
      pages: {
        items: (answer) => answer.tasks,
        next: ({ last_page, ...answer }, { page }) =>
          last_page === false && answer.tasks.length > 0 ? { page: page + 1 } : undefined,
      },
      run: ({ http }, { list_id, ...query }) =>
        http.get("/list/{list_id}/task", { path: { list_id }, query, output: tasks }),
    }),

    // https://developer.clickup.com/reference/createtask
    create_task: operation({
      summary: "Add a task to a list",
      effect: "write",
      input: z.object({
        list_id: z.string().min(1),
        name: z.string().min(1),
        description: z.string().optional(),
        assignees: z.array(z.number().int()).optional(),
        status: z.string().optional(),
        priority: z.number().int().min(1).max(4).optional().describe("1 urgent, 2 high, 3 normal, 4 low"),
        due_date: z.number().int().optional().describe("Milliseconds since 1970"),
      }),
      output: task,
      trace: ["id"],
      run: ({ http }, { list_id, ...json }) =>
        http.post("/list/{list_id}/task", { path: { list_id }, json, output: task }),
    }),
  },

  webhooks,

  setup: {
    url: "https://app.clickup.com/settings/apps",
    steps: [
      "As owner or admin of a workspace, create an app under Settings, Apps.",
      "Add {redirectUri} as its redirect URL.",
      "Copy client ID and client secret, and save them here.",
    ],
  },
})

export interface ClickupConnector extends ReturnType<typeof define> {}

/**
 * ClickUp, by OAuth with tokens that do not expire, or with a personal token. There are no scopes: people tick workspaces.
 * @see https://developer.clickup.com/docs/authentication
 */
export const clickup: (options?: OAuthAppOptions) => ClickupConnector = define

async function readUser({ http }: Call): Promise<z.infer<typeof user>["user"]> {
  return (await http.get("/user", { output: user })).user
}
