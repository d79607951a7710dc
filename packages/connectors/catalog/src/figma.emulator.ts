import { type AuthorizationServer, authorizationServer, type Call, type Emulator, json } from "@holdfast/emulator"
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
export const figmaApp = { clientId: "emulatedfigmaclient", clientSecret: "emulated-figma-client-secret" }

const people: readonly [Person, Person] = [
  { id: "700000000000000001", name: "First Person", email: "first@figma.example" },
  { id: "700000000000000002", name: "Second Person", email: "second@figma.example" },
]

/** A personal access token of each person. */
export const figmaTokens = { first: "figd_emulatedFirstPersonalToken", second: "figd_emulatedSecondPersonalToken" }

export interface FigmaProvider {
  readonly oauth: AuthorizationServer<Person>
  /** A person revokes a personal access token. */
  revokeKey(key: string): boolean
}

export type FigmaEmulator = Emulator<FigmaProvider>

const scopes = [
  "current_user:read",
  "file_content:read",
  "file_metadata:read",
  "file_comments:read",
  "file_comments:write",
]

/**
 * A strict stand-in for Figma: refreshes at an address of their own that bring no new refresh token, and dead tokens refused with 403.
 * @see https://developers.figma.com/docs/rest-api/authentication/
 */
export function createFigmaEmulator(options: CatalogEmulatorOptions = {}): FigmaEmulator {
  return catalogEmulator("figma", ["https://www.figma.com", "https://api.figma.com"], options, (kit) => {
    const oauth = authorizationServer<Person>(kit, {
      authorizationEndpoint: "https://www.figma.com/oauth",
      tokenEndpoint: "https://api.figma.com/v1/oauth/token",
      refreshEndpoint: "https://api.figma.com/v1/oauth/refresh",
      clients: [{ ...figmaApp, ...registered("figma", options) }],
      accounts: people.map((data) => ({ id: data.id, label: data.name, data })),
      clientAuthentication: "basic",
      pkce: "optional",
      stateRequired: true,
      codeSeconds: 30,
      scopes,
      accessTokenSeconds: 7_776_000,
      refreshToken: { rotation: "reusable" },
      tokenResponse: ({ main, account, grantType }) =>
        json({
          access_token: main.accessToken,
          token_type: "bearer",
          expires_in: main.expiresIn,
          ...(grantType === "authorization_code" && {
            refresh_token: main.refreshToken,
            user_id_string: account.id,
            scope: main.scope,
          }),
        }),
    })
    const keys = createKeys({ [figmaTokens.first]: people[0], [figmaTokens.second]: people[1] })
    const comments = [{ id: "9001", message: "Larger, please.", created_at: "2026-01-01T00:00:00Z" }]
    const routes = (scope: string) =>
      authenticatedRoutes(kit, "https://api.figma.com", (call: Call) => {
        const { headers } = call.request
        const personal = headers.get("x-figma-token")
        if (personal !== null) return keys.find(personal) ?? refusal(403, "Invalid token")
        const token = oauth.inspect(call.request)
        if (token.is === "expired") return refusal(403, "Token expired")
        if (token.is !== "live") return refusal(403, "Invalid token")
        return token.scopes.includes(scope) ? token.account.data : refusal(403, "Invalid scope")
      })
    const known = (call: Call) => (call.params.key === "emulatedFileKey" ? undefined : refusal(404, "Not found"))

    routes("current_user:read")("GET", "/v1/me", (_call, { id, name, email }) =>
      json({ id, handle: name, email, img_url: "https://www.figma.com/emulated.png" }),
    )
    routes("file_metadata:read")(
      "GET",
      "/v1/files/{key}/meta",
      (call) =>
        known(call) ??
        json({ name: "Poster", folder_name: "Plans", last_touched_at: "2026-01-01T00:00:00Z", editorType: "figma" }),
    )
    routes("file_content:read")("GET", "/v1/files/{key}", (call) => {
      const document = { id: "0:0", name: "Document", type: "DOCUMENT", children: [] }
      return known(call) ?? json({ name: "Poster", lastModified: "2026-01-01T00:00:00Z", version: "1", document })
    })
    routes("file_comments:read")("GET", "/v1/files/{key}/comments", (call) => known(call) ?? json({ comments }))
    routes("file_comments:write")("POST", "/v1/files/{key}/comments", async (call) => {
      const { message } = await objectOf(call)
      if (typeof message !== "string")
        return json({ error: true, status: 400, message: "Request body must have a message" }, { status: 400 })
      const comment = { id: String(9_001 + comments.length), message, created_at: "2026-01-01T00:00:00Z" }
      comments.push(comment)
      return known(call) ?? json(comment)
    })
    kit.notFound(() => refusal(404, "Not found"))
    return { oauth, revokeKey: keys.revoke }
  })
}

function refusal(status: number, err: string): Response {
  return json({ status, err }, { status })
}
