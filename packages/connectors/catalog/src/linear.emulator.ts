import { type AuthorizationServer, authorizationServer, type Emulator, json } from "@holdfast/emulator"
import {
  authenticatedRoutes,
  type CatalogEmulatorOptions,
  catalogEmulator,
  createKeys,
  objectOf,
  type Person,
  registered,
} from "./emulator-kit.js"
import { answerGraphql } from "./graphql-emulator.js"
import { type LinearWebhook, linearWebhooks } from "./linear-webhooks.emulator.js"

/** The registration that the stand-in knows. */
export const linearApp = {
  clientId: "emulated-linear-client",
  clientSecret: "emulated-linear-client-secret",
  webhookSecret: "lin_wh_emulatedSigningSecretOfTheApp",
}

/** The one workspace. */
export const linearOrganization = {
  id: "8a000000-0000-4000-8000-000000000001",
  name: "First workspace",
  urlKey: "first",
}

const people: readonly [Person, Person] = [
  { id: "8a000000-0000-4000-8000-000000000101", name: "First Person", email: "first@linear.example" },
  { id: "8a000000-0000-4000-8000-000000000102", name: "Second Person", email: "second@linear.example" },
]

/** A personal API key of each person. */
export const linearKeys = { first: "lin_api_emulatedFirstKey", second: "lin_api_emulatedSecondKey" }

export const linearTeam = { id: "8a000000-0000-4000-8000-000000000201", key: "ENG", name: "Engineering" }

export interface LinearProvider {
  readonly oauth: AuthorizationServer<Person>
  /** Those that were asked for by API key; the application has its own. */
  readonly webhooks: readonly LinearWebhook[]
  /** A person deletes an API key. */
  revokeKey(key: string): boolean
}

export type LinearEmulator = Emulator<LinearProvider>

/**
 * A strict stand-in for Linear: refresh tokens that work once, API keys without Bearer, its revocation, GraphQL, and webhooks,
 * which only the first person may make, who administers the workspace.
 * @see https://linear.app/developers/oauth-2-0-authentication
 */
export function createLinearEmulator(options: CatalogEmulatorOptions = {}): LinearEmulator {
  return catalogEmulator("linear", ["https://linear.app", "https://api.linear.app"], options, (kit) => {
    const oauth = authorizationServer<Person>(kit, {
      authorizationEndpoint: "https://linear.app/oauth/authorize",
      tokenEndpoint: "https://api.linear.app/oauth/token",
      clients: [{ ...linearApp, ...registered("linear", options) }],
      accounts: people.map((data) => ({ id: data.id, label: data.name, data })),
      pkce: "optional",
      scopes: ["read", "write", "issues:create", "comments:create", "timeSchedule:write", "admin"],
      scopeSeparator: ",",
      accessTokenSeconds: 86_399,
      refreshToken: { rotation: "single-use" },
      // Scopes are asked for with commas and answered with blanks.
      tokenResponse: ({ main }) =>
        json({
          access_token: main.accessToken,
          token_type: "Bearer",
          expires_in: main.expiresIn,
          scope: main.scopes.join(" "),
          refresh_token: main.refreshToken,
        }),
    })
    kit.route("POST", "https://api.linear.app", "/oauth/revoke", async (call) => {
      const form = await call.form()
      const token = form?.get("refresh_token") ?? form?.get("access_token")
      if (!token) return json({ error: "invalid_request" }, { status: 401 })
      kit.countRevocation()
      return oauth.revokeToken(token, "grant")
        ? json({ success: true })
        : json({ error: "invalid_token", error_description: "Unable to revoke token" }, { status: 400 })
    })

    const keys = createKeys({ [linearKeys.first]: people[0], [linearKeys.second]: people[1] })
    // No part of what the connector asks for: Linear's own library reads it of every issue.
    const sharedAccess = { isShared: false, disallowedIssueFields: [], sharedWithCount: 0, sharedWithUsers: [] }
    const created = {
      priority: 0,
      state: { name: "Todo", type: "unstarted" },
      assignee: null,
      description: null,
      sharedAccess,
      reactions: [],
    }
    const issues = ["Write it down", "Read it again"].map((title, index) => ({
      ...created,
      ...named(index + 1),
      title,
    }))
    const api = authenticatedRoutes(kit, "https://api.linear.app", ({ request }) => {
      const own = keys.find(request.headers.get("authorization"))
      if (own) return { person: own, scopes: own === people[0] ? ["read", "write", "admin"] : ["read", "write"] }
      const token = oauth.authenticate(request)
      if (token) return { person: token.account.data, scopes: token.scopes }
      return refusal(401, "AUTHENTICATION_ERROR", "authentication error")
    })
    const hooks = linearWebhooks(kit, refusal)
    api("POST", "/graphql", async (call, { person, scopes }) => {
      const nodes = (all: readonly object[], { first, after }: Readonly<Record<string, unknown>>) => {
        const from = Number(after ?? 0)
        const end = from + Number(first ?? 50)
        return { nodes: all.slice(from, end), pageInfo: { hasNextPage: end < all.length, endCursor: String(end) } }
      }
      const answer = answerGraphql(await objectOf(call), {
        query: {
          ...hooks.query(scopes, nodes),
          viewer: () => person,
          organization: () => linearOrganization,
          teams: (given) => nodes([linearTeam], given),
          issues: (given) => nodes(issues, given),
          issue: ({ id }) =>
            issues.find((one) => one.id === id || one.identifier === id) ??
            refusal(200, "INPUT_ERROR", "invalid input"),
        },
        mutation: {
          ...hooks.mutation(scopes),
          issueCreate({ input }) {
            if (!scopes.includes("write") && !scopes.includes("issues:create"))
              return refusal(200, "FORBIDDEN", "forbidden")
            const { teamId, ...rest } = input as Record<string, unknown>
            if (teamId !== linearTeam.id) return refusal(200, "INPUT_ERROR", "invalid input")
            const issue = { ...created, title: "", ...rest, ...named(issues.length + 1) }
            issues.push(issue as (typeof issues)[number])
            return { success: true, lastSyncId: 1, issue }
          },
        },
      })
      if (answer instanceof Response) return answer
      return answer ? json(answer) : refusal(400, "GRAPHQL_VALIDATION_FAILED", "graphql error")
    })
    return { oauth, webhooks: hooks.standing, revokeKey: keys.revoke }
  })
}

function named(number: number) {
  const at = "2026-01-01T00:00:00.000Z"
  const identifier = `${linearTeam.key}-${number}`
  const id = `8a000000-0000-4000-8000-${String(300 + number).padStart(12, "0")}`
  return { id, identifier, number, url: `https://linear.app/first/issue/${identifier}`, createdAt: at, updatedAt: at }
}

function refusal(status: number, code: string, type: string): Response {
  const extensions = { code, type, userError: true, userPresentableMessage: "No." }
  return json({ errors: [{ message: "No.", extensions }] }, { status })
}
