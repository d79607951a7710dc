import { type AuthorizationServer, authorizationServer, type Emulator, json } from "@holdfast/emulator"
import { type ClickupWebhook, clickupWebhooks } from "./clickup-webhooks.emulator.js"
import {
  authenticatedRoutes,
  type CatalogEmulatorOptions,
  catalogEmulator,
  createKeys,
  objectOf,
  type Person,
  registered,
} from "./emulator-kit.js"

/** The registration that the stand-in knows. */
export const clickupApp = { clientId: "EMULATEDCLICKUPCLIENT", clientSecret: "emulated-clickup-client-secret" }

const people: readonly [Person, Person] = [
  { id: "3000001", name: "First Person", email: "first@clickup.example" },
  { id: "3000002", name: "Second Person", email: "second@clickup.example" },
]

/** A personal token of each person. */
export const clickupTokens = { first: "pk_3000001_EMULATEDFIRST", second: "pk_3000002_EMULATEDSECOND" }

export interface ClickupProvider {
  readonly webhooks: readonly ClickupWebhook[]
  readonly oauth: AuthorizationServer<Person>
  /** A person makes another personal token in place of this one. */
  revokeKey(key: string): boolean
}

export type ClickupEmulator = Emulator<ClickupProvider>

/**
 * A strict stand-in for ClickUp: tokens without end and without scopes, personal tokens without Bearer, its error codes, and
 * webhooks whose secret is shown once.
 * @see https://developer.clickup.com/docs/authentication
 */
export function createClickupEmulator(options: CatalogEmulatorOptions = {}): ClickupEmulator {
  return catalogEmulator("clickup", ["https://app.clickup.com", "https://api.clickup.com"], options, (kit) => {
    const oauth = authorizationServer<Person>(kit, {
      authorizationEndpoint: "https://app.clickup.com/api",
      tokenEndpoint: "https://api.clickup.com/api/v2/oauth/token",
      clients: [{ ...clickupApp, ...registered("clickup", options) }],
      accounts: people.map((data) => ({ id: data.id, label: data.name, data })),
      clientAuthentication: "post",
      tokenRequestFormat: "json",
      grantTypeRequired: false,
      responseTypeRequired: false,
      redirectUriAtToken: "optional",
      pkce: "none",
      accessTokenSeconds: "never",
      tokenResponse: ({ main }) => json({ access_token: main.accessToken, token_type: "Bearer" }),
      errorResponse: ({ error, status }) =>
        error === "invalid_client" ? refusal(status, "OAUTH_010") : refusal(status, "OAUTH_014"),
    })
    const keys = createKeys({ [clickupTokens.first]: people[0], [clickupTokens.second]: people[1] })
    const tasks = ["Write it down", "Read it again"].map((name, index) => taskOf(index, name))
    const api = authenticatedRoutes(kit, "https://api.clickup.com", ({ request }) => {
      const shown = request.headers.get("authorization")
      if (shown === null) return refusal(401, "OAUTH_017")
      return keys.find(shown) ?? oauth.authenticate(request)?.account.data ?? refusal(401, "OAUTH_025")
    })

    api("GET", "/api/v2/user", (_call, { id, name, email }) =>
      json({ user: { id: Number(id), username: name, email } }),
    )
    api("GET", "/api/v2/team", () => json({ teams: [{ id: "9001", name: "First workspace", members: [] }] }))
    api("GET", "/api/v2/team/{id}/space", ({ params }) =>
      params.id === "9001" ? json({ spaces: [{ id: "9101", name: "Plans" }] }) : refusal(401, "OAUTH_027"),
    )
    api("GET", "/api/v2/list/{id}/task", ({ params, url }) => {
      if (params.id !== "9201") return refusal(404, "ITEM_013")
      const page = Number(url.searchParams.get("page") ?? 0)
      return json({ tasks: tasks.slice(page, page + 1), last_page: page + 1 >= tasks.length })
    })
    api("POST", "/api/v2/list/{id}/task", async (call) => {
      if (call.params.id !== "9201") return refusal(404, "ITEM_013")
      const { name } = await objectOf(call)
      if (typeof name !== "string" || name === "") return refusal(400, "INPUT_005")
      const task = taskOf(tasks.length, name)
      tasks.push(task)
      return json(task)
    })
    const webhooks = clickupWebhooks(kit, api, refusal)
    kit.notFound(() => refusal(404, "APP_001"))
    return { oauth, webhooks, revokeKey: keys.revoke }
  })
}

function taskOf(index: number, name: string) {
  const id = `86emulated${index + 1}`
  return { id, name, url: `https://app.clickup.com/t/${id}`, status: { status: "to do", type: "open" } }
}

function refusal(status: number, ECODE: string): Response {
  return json({ err: "No.", ECODE }, { status })
}
