// https://developers.asana.com/docs/overview
import { apiKey, type Call, defineConnector, oauth2, operation } from "@holdfast/core"
import { z } from "zod"
import { type OAuthAppOptions, oauthApp } from "./app.js"
import { webhookScopes, webhooks } from "./asana-webhooks.js"

/** @see https://developers.asana.com/reference/getuser */
const user = z.looseObject({ gid: z.string().min(1), name: z.string(), email: z.string().nullish() })

const compact = z.looseObject({ gid: z.string(), name: z.string() })
// https://developers.asana.com/docs/pagination
const next_page = z.looseObject({ offset: z.string() }).nullish()
const list = z.looseObject({ data: z.array(compact), next_page })

/** @see https://developers.asana.com/reference/tasks */
const task = z.looseObject({
  gid: z.string(),
  name: z.string(),
  completed: z.boolean().optional(),
  due_on: z.string().nullish(),
  permalink_url: z.string().optional(),
})
const tasks = z.looseObject({ data: z.array(task), next_page })

const nextPage = ({ next_page }: { next_page?: { offset: string } | null | undefined }) =>
  next_page ? { offset: next_page.offset } : undefined

const paging = {
  limit: z.number().int().min(1).max(100).default(50),
  offset: z.string().optional().describe("next_page.offset of the page before"),
}
const opt_fields = "name,completed,due_on,permalink_url,assignee.name"

const define = defineConnector({
  id: "asana",
  vendor: "asana",
  name: "Asana",
  category: "productivity",
  documentation: "https://developers.asana.com/docs/overview",
  app: oauthApp("At app.asana.com/0/my-apps, on the app's page, under OAuth."),

  methods: [
    // https://developers.asana.com/docs/oauth
    oauth2({
      authorizationEndpoint: "https://app.asana.com/-/oauth_authorize",
      tokenEndpoint: "https://app.asana.com/-/oauth_token",
      revocationEndpoint: "https://app.asana.com/-/oauth_revoke",
      // https://developers.asana.com/docs/oauth-scopes
      scopes: ["users:read", "workspaces:read", "projects:read", "tasks:read", "tasks:write", ...webhookScopes],
      // A refresh answers with an access token alone, and the refresh token goes on being good.
      policy: { rotation: "reusable", accessTokenSeconds: 3_600 },
    }),
    // https://developers.asana.com/docs/personal-access-token
    apiKey({
      id: "personal_token",
      label: "Connect with a personal access token",
      fields: [{ name: "key", label: "Personal access token", type: "password", help: "At app.asana.com/0/my-apps." }],
    }),
  ],

  api: { baseUrl: "https://app.asana.com/api/1.0", authorization: "Bearer" },
  // https://developers.asana.com/docs/errors: sentences and no codes.
  errors: { codes: {}, statuses: { 400: "input_invalid", 402: "forbidden", 403: "forbidden" } },
  causes: [
    {
      codes: ["forbidden_scopes"],
      when: ["connecting"],
      cause: "scope_not_ticked",
      actor: "developer",
      text: "The app asks for a scope that is not ticked on its page in Asana's developer console.",
      advice: "Tick it there under OAuth, permission scopes, and start connecting again.",
      link: "https://developers.asana.com/docs/oauth-scopes",
    },
  ],

  async identify(call) {
    const { gid, name, email } = await readMe(call)
    return { id: gid, label: name || gid, ...(email && { email }) }
  },

  async check(call) {
    await readMe(call)
    return []
  },

  operations: {
    // https://developers.asana.com/reference/getworkspaces
    list_workspaces: operation({
      summary: "List workspaces and organizations",
      effect: "read",
      scopes: ["workspaces:read"],
      input: z.object(paging),
      output: list,
      pages: { items: ({ data }) => data, next: nextPage },
      run: ({ http }, query) => http.get("/workspaces", { query, output: list }),
    }),

    // https://developers.asana.com/reference/getprojects
    list_projects: operation({
      summary: "List projects of a workspace",
      effect: "read",
      scopes: ["projects:read"],
      input: z.object({ workspace: z.string().min(1), archived: z.boolean().optional(), ...paging }),
      output: list,
      pages: { items: ({ data }) => data, next: nextPage },
      run: ({ http }, query) => http.get("/projects", { query, output: list }),
    }),

    // https://developers.asana.com/reference/gettasks
    list_tasks: operation({
      summary: "List tasks of a project",
      effect: "read",
      scopes: ["tasks:read"],
      input: z.object({
        project: z.string().min(1),
        completed_since: z.string().optional().describe("A time, or now for the tasks that are left"),
        ...paging,
      }),
      output: tasks,
      pages: { items: ({ data }) => data, next: nextPage },
      run: ({ http }, query) => http.get("/tasks", { query: { ...query, opt_fields }, output: tasks }),
    }),

    // https://developers.asana.com/reference/createtask
    create_task: operation({
      summary: "Add a task",
      effect: "write",
      scopes: ["tasks:write"],
      input: z
        .object({
          name: z.string().min(1),
          workspace: z.string().min(1).optional(),
          projects: z.array(z.string()).optional(),
          notes: z.string().optional(),
          assignee: z.string().optional().describe("A user's gid, or me"),
          due_on: z.iso.date().optional(),
        })
        .refine(({ workspace, projects }) => workspace ?? projects?.length, "A task needs a workspace or a project."),
      output: task,
      trace: ["gid"],
      run: async ({ http }, data) =>
        (await http.post("/tasks", { query: { opt_fields }, json: { data }, output: z.looseObject({ data: task }) }))
          .data,
    }),
  },

  webhooks,

  setup: {
    url: "https://app.asana.com/0/my-apps",
    steps: [
      "Create an app in the developer console.",
      "Under OAuth add {redirectUri} to its redirect URLs.",
      "Under OAuth, permission scopes, tick users:read, workspaces:read, projects:read, tasks:read, tasks:write, webhooks:read, webhooks:write and webhooks:delete: scopes that are not ticked are refused as forbidden_scopes.",
      "Under “Manage distribution” choose which workspaces may use it.",
      "Copy client ID and client secret, and save them here.",
    ],
  },
})

export interface AsanaConnector extends ReturnType<typeof define> {}

/**
 * Asana, by OAuth or with a personal access token.
 * @see https://developers.asana.com/docs/oauth
 */
export const asana: (options?: OAuthAppOptions) => AsanaConnector = define

async function readMe({ http }: Call): Promise<z.infer<typeof user>> {
  return (await http.get("/users/me", { output: z.looseObject({ data: user }) })).data
}
