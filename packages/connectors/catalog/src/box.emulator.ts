import {
  type AuthorizationServer,
  authorizationServer,
  type Emulator,
  json,
  standardTokenBody,
} from "@holdfast/emulator"
import { type BoxWebhook, boxWebhooks } from "./box-webhooks.emulator.js"
import {
  authenticatedRoutes,
  type CatalogEmulatorOptions,
  catalogEmulator,
  objectOf,
  type Person,
  registered,
} from "./emulator-kit.js"

/** The registration that the stand-in knows. */
export const boxApp = {
  clientId: "emulatedboxclientid",
  clientSecret: "emulated-box-client-secret",
  primaryKey: "emulated-box-primary-signature-key",
  secondaryKey: "emulated-box-secondary-signature-key",
}

const people: readonly Person[] = [
  { id: "11446498", name: "First Person", email: "first@box.example" },
  { id: "11446499", name: "Second Person", email: "second@box.example" },
]

export interface BoxProvider {
  readonly webhooks: readonly BoxWebhook[]
  readonly oauth: AuthorizationServer<Person>
}

export type BoxEmulator = Emulator<BoxProvider>

/**
 * A strict stand-in for Box: refresh tokens that work once and for 60 days, files and folders, and
 * webhooks of folders.
 * @see https://developer.box.com/guides/authentication/oauth2/
 */
export function createBoxEmulator(options: CatalogEmulatorOptions = {}): BoxEmulator {
  return catalogEmulator("box", ["https://account.box.com", "https://api.box.com"], options, (kit) => {
    const oauth = authorizationServer<Person>(kit, {
      authorizationEndpoint: "https://account.box.com/api/oauth2/authorize",
      tokenEndpoint: "https://api.box.com/oauth2/token",
      revocation: { endpoint: "https://api.box.com/oauth2/revoke", revokes: "grant" },
      clients: [{ ...boxApp, ...registered("box", options) }],
      accounts: people.map((data) => ({ id: data.id, label: data.name, data })),
      clientAuthentication: "post",
      pkce: "none",
      codeSeconds: 30,
      accessTokenSeconds: 3_600,
      refreshToken: { rotation: "single-use", maxDays: 60 },
      tokenResponse({ main, ...answer }) {
        const { scope: _scope, ...body } = standardTokenBody({ ...answer, main })
        return json({ ...body, token_type: "bearer", restricted_to: [] })
      },
    })
    const root = "0"
    const items = [
      { id: "1001", type: "folder", name: "Contracts", parent: root },
      { id: "2001", type: "file", name: "Handbook.pdf", parent: root },
      { id: "2002", type: "file", name: "Contract.pdf", parent: "1001" },
    ]
    const api = authenticatedRoutes(kit, "https://api.box.com", (call) => {
      const token = oauth.authenticate(call.request)
      return token ? token.account.data : refusal(401, "unauthorized")
    })
    const isFolder = (id: unknown) => id === root || items.some((one) => one.type === "folder" && one.id === id)

    api("GET", "/2.0/users/me", (_call, { id, name, email }) => json({ type: "user", id, name, login: email }))
    api("GET", "/2.0/folders/{id}/items", ({ params, url }) => {
      if (!isFolder(params.id)) return refusal(404, "not_found")
      const inside = items.filter(({ parent }) => parent === params.id)
      const from = Number(url.searchParams.get("marker") ?? 0)
      const end = from + Number(url.searchParams.get("limit") ?? 100)
      return json({
        entries: inside.slice(from, end),
        limit: end - from,
        ...(url.searchParams.get("usemarker") === "true"
          ? { next_marker: end < inside.length ? String(end) : "" }
          : { total_count: inside.length, offset: from }),
      })
    })
    api("GET", "/2.0/files/{id}", ({ params }) => {
      const file = items.find(({ id, type }) => type === "file" && id === params.id)
      return file ? json(file) : refusal(404, "not_found")
    })
    api("GET", "/2.0/search", ({ url }) => {
      const { query = "", type, limit = "30", offset = "0" } = Object.fromEntries(url.searchParams)
      const hits = items.filter((one) => one.name.includes(query) && (type === undefined || one.type === type))
      const entries = hits.slice(Number(offset), Number(offset) + Number(limit))
      return json({ entries, total_count: hits.length, offset: Number(offset), limit: Number(limit) })
    })
    api("POST", "/2.0/folders", async (call) => {
      const { name, parent } = await objectOf(call)
      const into = (parent as { id?: string } | undefined)?.id ?? ""
      if (!isFolder(into)) return refusal(404, "not_found")
      // Names differ by more than their case.
      const same = (other: string) => other.toLowerCase() === String(name).toLowerCase()
      if (items.some((one) => one.parent === into && same(one.name))) return refusal(409, "item_name_in_use")
      const folder = { id: String(1_001 + items.length), type: "folder", name: String(name), parent: into }
      items.push(folder)
      return json(folder, { status: 201 })
    })
    const webhooks = boxWebhooks(api, isFolder, refusal)
    kit.notFound(() => refusal(404, "not_found"))
    return { oauth, webhooks }
  })
}

function refusal(status: number, code: string): Response {
  return json({ type: "error", status, code, message: "No.", request_id: "emulated" }, { status })
}
