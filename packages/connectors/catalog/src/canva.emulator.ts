import { type AuthorizationServer, authorizationServer, type Call, type Emulator, json } from "@holdfast/emulator"
import {
  authenticatedRoutes,
  type CatalogEmulatorOptions,
  catalogEmulator,
  objectOf,
  registered,
} from "./emulator-kit.js"

/** The registration that the stand-in knows. */
export const canvaApp = { clientId: "OC-EMULATED1", clientSecret: "cnvcaEmulatedCanvaClientSecret" }

interface CanvaUser {
  readonly user_id: string
  readonly team_id: string
  readonly display_name: string
}

const users: readonly CanvaUser[] = [
  { user_id: "auDFirstPerson", team_id: "Oi2FirstTeam", display_name: "First Person" },
  { user_id: "auDSecondPerson", team_id: "Oi2FirstTeam", display_name: "Second Person" },
]

export interface CanvaProvider {
  readonly oauth: AuthorizationServer<CanvaUser>
}

export type CanvaEmulator = Emulator<CanvaProvider>

/**
 * A strict stand-in for Canva: PKCE and Basic authentication, access tokens of 4096 characters, refresh tokens that work once.
 * @see https://www.canva.dev/docs/connect/authentication/
 */
export function createCanvaEmulator(options: CatalogEmulatorOptions = {}): CanvaEmulator {
  return catalogEmulator("canva", ["https://www.canva.com", "https://api.canva.com"], options, (kit) => {
    const client = { ...canvaApp, ...registered("canva", options) }
    const local = client.redirectUris.find((uri) => new URL(uri).hostname === "localhost")
    if (local !== undefined) throw new TypeError(`Canva takes 127.0.0.1 and not localhost: ${local}`)
    const oauth = authorizationServer<CanvaUser>(kit, {
      authorizationEndpoint: "https://www.canva.com/api/oauth/authorize",
      tokenEndpoint: "https://api.canva.com/rest/v1/oauth/token",
      revocation: { endpoint: "https://api.canva.com/rest/v1/oauth/revoke", revokes: "grant" },
      clients: [client],
      accounts: users.map((data) => ({ id: data.user_id, label: data.display_name, data })),
      clientAuthentication: "basic",
      pkce: "required",
      scopes: ["profile:read", "design:meta:read", "design:content:read", "design:content:write", "asset:read"],
      accessTokenSeconds: 14_400,
      refreshToken: { rotation: "single-use", reuse: "revokes-family" },
      tokenValue: ({ kind, random }) => (kind === "access" ? random.padEnd(4_096, random) : random),
    })
    const designs = ["Poster", "Menu"].map((title, index) => designOf(index, title))
    const exports = new Map<string, object>()
    const routes = (scope?: string) =>
      authenticatedRoutes(kit, "https://api.canva.com", (call: Call) => {
        const token = oauth.authenticate(call.request)
        if (!token) return refusal(401, "invalid_access_token")
        return scope === undefined || token.scopes.includes(scope) ? token.account.data : refusal(403, "missing_scope")
      })

    routes()("GET", "/rest/v1/users/me", (_call, { user_id, team_id }) => json({ team_user: { user_id, team_id } }))
    routes("profile:read")("GET", "/rest/v1/users/me/profile", (_call, { display_name }) =>
      json({ profile: { display_name } }),
    )
    routes("design:meta:read")("GET", "/rest/v1/designs", ({ url }) => {
      const query = url.searchParams.get("query") ?? ""
      const hits = designs.filter(({ title }) => title.includes(query))
      const from = Number(url.searchParams.get("continuation") ?? 0)
      const end = from + Number(url.searchParams.get("limit") ?? 25)
      return json({ items: hits.slice(from, end), ...(end < hits.length && { continuation: String(end) }) })
    })
    routes("design:content:write")("POST", "/rest/v1/designs", async (call) => {
      const { design_type, title } = await objectOf(call)
      if (typeof design_type !== "object") return refusal(400, "bad_request_body")
      const design = designOf(designs.length, typeof title === "string" ? title : "Untitled")
      designs.push(design)
      return json({ design })
    })
    routes("design:content:read")("POST", "/rest/v1/exports", async (call) => {
      const { design_id, format } = await objectOf(call)
      const { type, quality } = (format ?? {}) as { type?: string; quality?: unknown }
      if ((type === "jpg" || type === "mp4") && quality === undefined) return refusal(400, "missing_field")
      if (!designs.some(({ id }) => id === design_id)) return refusal(404, "design_not_found")
      const id = kit.random.id("", 24)
      exports.set(id, { id, status: "success", urls: ["https://export-download.canva.com/emulated.pdf"] })
      return json({ job: { id, status: "in_progress" } })
    })
    routes("design:content:read")("GET", "/rest/v1/exports/{id}", ({ params }) => {
      const job = exports.get(params.id ?? "")
      return job ? json({ job }) : refusal(404, "not_found")
    })
    kit.notFound(() => refusal(404, "not_found"))
    return { oauth }
  })
}

function designOf(index: number, title: string) {
  const id = `DAFemulated${index + 1}`
  const urls = {
    edit_url: `https://www.canva.com/api/design/${id}/edit`,
    view_url: `https://www.canva.com/api/design/${id}/view`,
  }
  return { id, title, urls, created_at: 1_767_225_600, updated_at: 1_767_225_600 }
}

function refusal(status: number, code: string): Response {
  return json({ code, message: "No." }, { status })
}
