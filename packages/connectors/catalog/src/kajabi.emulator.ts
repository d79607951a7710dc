import { type AuthorizationServer, authorizationServer, type Emulator, json } from "@holdfast/emulator"
import {
  authenticatedRoutes,
  type CatalogEmulatorOptions,
  catalogEmulator,
  objectOf,
  type Person,
} from "./emulator-kit.js"

const people: readonly Person[] = [
  { id: "6001", name: "First Person", email: "first@kajabi.example" },
  { id: "6002", name: "Second Person", email: "second@kajabi.example" },
]

/** A user API key of each person, and the pair that Zapier is given, which the Public API does not know. */
export const kajabiKeys = {
  first: { client_id: "emulatedFirstKajabiClient", client_secret: "emulated-first-kajabi-secret" },
  second: { client_id: "emulatedSecondKajabiClient", client_secret: "emulated-second-kajabi-secret" },
  zapier: { client_id: "emulatedZapierApiKey", client_secret: "emulated-zapier-api-secret" },
}

export interface KajabiProvider {
  readonly oauth: AuthorizationServer<Person>
  /** A person rotates a user API key, which ends the tokens that came of it. */
  rotateKey(clientId: string): void
}

export type KajabiEmulator = Emulator<KajabiProvider>

/** A strict stand-in for Kajabi's Public API. @see https://developers.kajabi.com/api-reference/authentication */
export function createKajabiEmulator(options: CatalogEmulatorOptions = {}): KajabiEmulator {
  return catalogEmulator("kajabi", ["https://api.kajabi.com"], options, (kit) => {
    const owners = new Map(
      [kajabiKeys.first, kajabiKeys.second].map(({ client_id }, index) => [client_id, people[index]]),
    )
    const oauth = authorizationServer<Person>(kit, {
      tokenEndpoint: "https://api.kajabi.com/v1/oauth/token",
      clients: [kajabiKeys.first, kajabiKeys.second].map(({ client_id, client_secret }) => ({
        clientId: client_id,
        clientSecret: client_secret,
        redirectUris: [],
      })),
      accounts: people.map((data) => ({ id: data.id, label: data.name, data })),
      clientAuthentication: "post",
      accessTokenSeconds: 7_200,
      grantTypes: {
        client_credentials({ client }) {
          const data = owners.get(client.clientId)
          return data ? { account: { id: data.id, label: data.name, data }, scopes: [] } : { error: "invalid_client" }
        },
      },
      tokenResponse: ({ main }) =>
        json({
          access_token: main.accessToken,
          refresh_token: "emulated.refresh.token-that-nobody-needs",
          token_type: "Bearer",
          expires_in: main.expiresIn,
        }),
    })
    const sites = [{ id: "7001", type: "sites", attributes: { title: "First site", subdomain: "first" } }]
    const contacts = ["One", "Two"].map((name, index) =>
      contactOf(index, { name, email: `${name.toLowerCase()}@contact.example` }),
    )
    const api = authenticatedRoutes(kit, "https://api.kajabi.com", ({ request }) => {
      const token = oauth.authenticate(request)
      if (!token) return refusal(401, "Unauthorized")
      return request.headers.get("accept") === "application/vnd.api+json"
        ? token.account.data
        : refusal(406, "Not acceptable")
    })
    const page = (url: URL, all: readonly object[]) => {
      const size = Number(url.searchParams.get("page[size]"))
      const from = (Number(url.searchParams.get("page[number]")) - 1) * size
      return json({ data: all.slice(from, from + size), links: {} })
    }

    api("GET", "/v1/me", (_call, { id, name, email }) =>
      json({ data: { id, type: "users", attributes: { name, email } } }),
    )
    api("GET", "/v1/sites", ({ url }) => page(url, sites))
    api("GET", "/v1/contacts", ({ url }) => {
      const site = url.searchParams.get("filter[site_id]")
      return page(url, site === null || site === "7001" ? contacts : [])
    })
    api("POST", "/v1/contacts", async (call) => {
      if (call.request.headers.get("content-type") !== "application/vnd.api+json")
        return refusal(415, "Unsupported media type")
      const { data } = (await objectOf(call)) as {
        data?: { attributes?: object; relationships?: { site?: { data?: { id?: string } } } }
      }
      if (data?.relationships?.site?.data?.id !== "7001") return refusal(400, "Site relationship is required")
      const contact = contactOf(contacts.length, data.attributes ?? {})
      contacts.push(contact)
      return json({ data: contact }, { status: 201 })
    })
    kit.notFound(() => refusal(404, "Not found"))
    return {
      oauth,
      rotateKey(clientId) {
        oauth.registerClient({ clientId, clientSecret: "another secret altogether", redirectUris: [] })
        for (const grant of oauth.grants()) if (grant.clientId === clientId) oauth.revokeGrant(grant.id)
      },
    }
  })
}

function contactOf(index: number, attributes: object) {
  return { id: String(8_001 + index), type: "contacts", attributes }
}

function refusal(status: number, title: string): Response {
  return json({ errors: [{ status: String(status), source: null, title, detail: title }] }, { status })
}
