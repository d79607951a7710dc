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

/** The registration that the stand-in knows. */
export const mondayApp = { clientId: "emulatedmondayclient", clientSecret: "emulated-monday-client-secret" }

const people: readonly [Person, Person] = [
  { id: "4000001", name: "First Person", email: "first@monday.example" },
  { id: "4000002", name: "Second Person", email: "second@monday.example" },
]

/** A personal API token of each person. */
export const mondayKeys = {
  first: "eyJhbGciOiJIUzI1NiJ9.emulated-first.monday",
  second: "eyJhbGciOiJIUzI1NiJ9.emulated-second.monday",
}

export interface MondayProvider {
  readonly oauth: AuthorizationServer<Person>
  /** A person makes another token in place of this one. */
  revokeKey(key: string): boolean
}

export type MondayEmulator = Emulator<MondayProvider>

const lifeSeconds = 1_800

/**
 * A strict stand-in for monday.com's OAuth 2.1 flow (JSON, PKCE, JWTs that alone say when they end) and its GraphQL, whose refusals
 * come with status 200.
 * @see https://developer.monday.com/apps/docs/migrating-to-the-new-oauth-flow
 */
export function createMondayEmulator(options: CatalogEmulatorOptions = {}): MondayEmulator {
  return catalogEmulator("monday", ["https://auth.monday.com", "https://api.monday.com"], options, (kit) => {
    const oauth = authorizationServer<Person>(kit, {
      authorizationEndpoint: "https://auth.monday.com/oauth2/authorize",
      tokenEndpoint: "https://auth.monday.com/oauth_ms/oauth/token",
      revocation: { endpoint: "https://auth.monday.com/oauth_ms/oauth/revoke", revokes: "grant" },
      clients: [{ ...mondayApp, ...registered("monday", options) }],
      accounts: people.map((data) => ({ id: data.id, label: data.name, data })),
      clientAuthentication: "post",
      tokenRequestFormat: "json",
      pkce: "required",
      responseTypeRequired: false,
      scopes: ["me:read", "account:read", "boards:read", "boards:write"],
      accessTokenSeconds: lifeSeconds,
      refreshToken: { rotation: "single-use" },
      tokenValue: ({ kind, random, grant }) =>
        kind === "access"
          ? jwt({ jti: random, uid: grant.account.id, exp: kit.clock.now() / 1_000 + lifeSeconds })
          : random,
      tokenResponse: ({ main }) =>
        json({
          access_token: main.accessToken,
          refresh_token: main.refreshToken,
          token_type: "Bearer",
          scope: main.scopes.join(" "),
        }),
    })
    const keys = createKeys({ [mondayKeys.first]: people[0], [mondayKeys.second]: people[1] })
    const boards = [1, 2].map((id) => ({ id: String(id), name: id === 1 ? "Plans" : "Ideas", state: "active" }))
    const items = ["Write it down", "Read it again"].map((name, index) => ({
      id: String(11 + index),
      name,
      column_values: [],
    }))
    const api = authenticatedRoutes(kit, "https://api.monday.com", ({ request }) => {
      const own = keys.find(request.headers.get("authorization"))
      if (own) return { person: own, can: () => true }
      const token = oauth.authenticate(request, { scheme: "" })
      if (!token) return json({ errors: ["Not Authenticated"] }, { status: 401 })
      return { person: token.account.data, can: (scope: string) => token.scopes.includes(scope) }
    })
    api("POST", "/v2", async (call, { person, can }) => {
      const only = (scope: string, answer: () => unknown) =>
        can(scope) ? answer() : refusal("missingRequiredPermissions")
      const answer = answerGraphql(await objectOf(call), {
        query: {
          me: () => only("me:read", () => ({ ...person, account: { id: "5001", name: "First account" } })),
          boards: ({ ids, limit, page }) =>
            only("boards:read", () => {
              if (ids !== undefined) {
                return boards
                  .filter(({ id }) => [ids].flat().includes(id))
                  .map((one) => ({ ...one, items_page: { items, cursor: null } }))
              }
              const from = (Number(page) - 1) * Number(limit)
              return boards.slice(from, from + Number(limit))
            }),
        },
        mutation: {
          create_item: ({ board_id, item_name, column_values }) =>
            only("boards:write", () => {
              if (!boards.some(({ id }) => id === board_id)) return refusal("InvalidBoardIdException")
              if (column_values !== undefined && typeof column_values !== "string")
                return refusal("ColumnValueException")
              const item = { id: String(11 + items.length), name: String(item_name), column_values: [] }
              items.push(item)
              return item
            }),
        },
      })
      if (answer instanceof Response) return answer
      return answer ? json({ ...answer, account_id: 5001 }) : refusal("undefinedField")
    })
    return { oauth, revokeKey: keys.revoke }
  })
}

function jwt(claims: object): string {
  const part = (value: object) =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
  return `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.emulated`
}

/** With status 200. */
function refusal(code: string): Response {
  return json({ data: null, errors: [{ message: "No.", extensions: { code, status_code: 400 } }], account_id: 5001 })
}
