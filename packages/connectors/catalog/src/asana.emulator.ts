import { type AuthorizationServer, authorizationServer, type Call, type Emulator, json } from "@holdfast/emulator"
import { type AsanaWebhook, asanaWebhooks } from "./asana-webhooks.emulator.js"
import {
  authenticatedRoutes,
  bearerOf,
  type CatalogEmulatorOptions,
  catalogEmulator,
  createKeys,
  objectOf,
  type Person,
  registered,
} from "./emulator-kit.js"

/** The registration that the stand-in knows. */
export const asanaApp = { clientId: "1200000000000001", clientSecret: "emulated-asana-client-secret" }

const people: readonly [Person, Person] = [
  { id: "1200000000000101", name: "First Person", email: "first@asana.example" },
  { id: "1200000000000102", name: "Second Person", email: "second@asana.example" },
]

/** A personal access token of each person. */
export const asanaTokens = { first: "2/1200000000000101/emulated:first", second: "2/1200000000000102/emulated:second" }

export interface AsanaEmulatorOptions extends CatalogEmulatorOptions {
  /**
   * Where handshakes of new webhooks go. A webhook is refused whose target does not answer with the secret that it was sent.
   * Default: targets are taken to have answered.
   */
  readonly handshake?: (request: Request) => Promise<Response>
}

export interface AsanaProvider {
  readonly oauth: AuthorizationServer<Person>
  readonly webhooks: readonly AsanaWebhook[]
  /** A person takes a personal access token back. */
  revokeKey(key: string): boolean
}

export type AsanaEmulator = Emulator<AsanaProvider>

const scopes = [
  "users:read",
  "workspaces:read",
  "projects:read",
  "tasks:read",
  "tasks:write",
  "webhooks:read",
  "webhooks:write",
  "webhooks:delete",
]

/**
 * A strict stand-in for Asana: a refresh token that stays, personal access tokens, workspaces, projects and
 * tasks, and webhooks that begin with a handshake.
 * @see https://developers.asana.com/docs/oauth
 */
export function createAsanaEmulator(options: AsanaEmulatorOptions = {}): AsanaEmulator {
  return catalogEmulator("asana", ["https://app.asana.com"], options, (kit) => {
    const oauth = authorizationServer<Person>(kit, {
      authorizationEndpoint: "https://app.asana.com/-/oauth_authorize",
      tokenEndpoint: "https://app.asana.com/-/oauth_token",
      // Only refresh tokens can be revoked.
      revocation: { endpoint: "https://app.asana.com/-/oauth_revoke", revokes: "grant" },
      clients: [{ ...asanaApp, ...registered("asana", options) }],
      accounts: people.map((data) => ({ id: data.id, label: data.name, data })),
      clientAuthentication: "post",
      pkce: "optional",
      scopes,
      accessTokenSeconds: 3_600,
      refreshToken: { rotation: "reusable" },
      tokenResponse: ({ main, account: { data }, grantType }) =>
        json({
          access_token: main.accessToken,
          token_type: "bearer",
          expires_in: main.expiresIn,
          ...(grantType === "authorization_code" && { refresh_token: main.refreshToken }),
          scope: main.scope,
          data: { id: Number(data.id), gid: data.id, name: data.name, email: data.email },
        }),
    })
    const keys = createKeys({ [asanaTokens.first]: people[0], [asanaTokens.second]: people[1] })
    const workspaces = [{ gid: "1200000000000201", name: "First workspace", resource_type: "workspace" }]
    const projects = [{ gid: "1200000000000301", name: "Plans", resource_type: "project" }]
    const tasks = ["Write it down", "Read it again"].map((name, index) => seededTask(index, name))

    const who = (scope: string) => (call: Call) => {
      const own = keys.find(bearerOf(call))
      if (own) return own
      const token = oauth.authenticate(call.request)
      if (!token) return refusal(401, "Not Authorized")
      return token.scopes.includes(scope) ? token.account.data : refusal(403, `Missing one of the scopes: ${scope}`)
    }
    const routes = (scope: string) => authenticatedRoutes(kit, "https://app.asana.com", who(scope))
    const page = ({ url }: Call, all: readonly object[]) => {
      const limit = Number(url.searchParams.get("limit"))
      const from = Number(url.searchParams.get("offset") ?? 0)
      const more = from + limit < all.length
      return json({ data: all.slice(from, from + limit), next_page: more ? { offset: String(from + limit) } : null })
    }

    routes("users:read")("GET", "/api/1.0/users/me", (_call, { id, name, email }) =>
      json({ data: { gid: id, name, email, resource_type: "user" } }),
    )
    routes("workspaces:read")("GET", "/api/1.0/workspaces", (call) => page(call, workspaces))
    routes("projects:read")("GET", "/api/1.0/projects", (call) => {
      const known = workspaces.some(({ gid }) => gid === call.url.searchParams.get("workspace"))
      return known ? page(call, projects) : refusal(404, "workspace: Unknown object")
    })
    routes("tasks:read")("GET", "/api/1.0/tasks", (call) => {
      const project = call.url.searchParams.get("project")
      if (project === null) return refusal(400, "You should specify one of workspace, project, tag, section")
      return projects.some(({ gid }) => gid === project) ? page(call, tasks) : refusal(404, "project: Unknown object")
    })
    routes("tasks:write")("POST", "/api/1.0/tasks", async (call) => {
      const { data } = (await objectOf(call)) as { data?: Record<string, unknown> }
      if (!data) return refusal(400, "Could not parse request data, invalid JSON")
      const { name, workspace, projects: into } = data
      if (workspace === undefined && into === undefined)
        return refusal(400, "You should specify one of workspace, parent, projects")
      if (workspace !== undefined && !workspaces.some(({ gid }) => gid === workspace))
        return refusal(400, "workspace: Not a recognized ID")
      const task = { ...seededTask(tasks.length, String(name)), due_on: (data.due_on as string | undefined) ?? null }
      tasks.push(task)
      return json({ data: task }, { status: 201 })
    })
    const webhooks = asanaWebhooks({ kit, routes, projects, refusal, handshake: options.handshake })
    kit.notFound(() => refusal(404, "No matching route for request"))
    return { oauth, webhooks, revokeKey: keys.revoke }
  })
}

function seededTask(index: number, name: string) {
  const gid = String(1_200_000_000_000_401 + index)
  const permalink_url = `https://app.asana.com/0/1200000000000301/${gid}`
  return { gid, name, completed: false, due_on: null as string | null, permalink_url, resource_type: "task" }
}

function refusal(status: number, message: string): Response {
  return json({ errors: [{ message, help: "https://developers.asana.com/docs/errors" }] }, { status })
}
