import {
  type AuthorizationServer,
  authorizationServer,
  type Emulator,
  json,
  standardTokenBody,
} from "@holdfast/emulator"
import {
  authenticatedRoutes,
  type CatalogEmulatorOptions,
  catalogEmulator,
  objectOf,
  registered,
} from "./emulator-kit.js"

/** The registration that the stand-in knows. */
export const pipedriveApp = { clientId: "emulatedpipedriveclient", clientSecret: "emulated-pipedrive-client-secret" }

interface PipedriveUser {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly company_id: number
  readonly company_name: string
  /** What stands before `.pipedrive.com`. */
  domain: string
}

const seeded: readonly PipedriveUser[] = [
  {
    id: 501,
    name: "First Person",
    email: "first@pipedrive.example",
    company_id: 71,
    company_name: "First company",
    domain: "first-company",
  },
  {
    id: 502,
    name: "Second Person",
    email: "second@pipedrive.example",
    company_id: 72,
    company_name: "Second company",
    domain: "second-company",
  },
]

export interface PipedriveProvider {
  readonly oauth: AuthorizationServer<PipedriveUser>
  /** The first company is given another address: token answers name it from now on, and the old one ends. */
  move(domain: string): void
}

export type PipedriveEmulator = Emulator<PipedriveProvider>

/**
 * A strict stand-in for Pipedrive: Basic authentication, and an API address for each company that answers to nobody else.
 * @see https://pipedrive.readme.io/docs/marketplace-oauth-authorization
 */
export function createPipedriveEmulator(options: CatalogEmulatorOptions = {}): PipedriveEmulator {
  const origins = ["https://oauth.pipedrive.com", "https://*.pipedrive.com"]
  return catalogEmulator("pipedrive", origins, options, (kit) => {
    const users = seeded.map((one) => ({ ...one }))
    const oauth = authorizationServer<PipedriveUser>(kit, {
      authorizationEndpoint: "https://oauth.pipedrive.com/oauth/authorize",
      tokenEndpoint: "https://oauth.pipedrive.com/oauth/token",
      revocation: { endpoint: "https://oauth.pipedrive.com/oauth/revoke", revokes: "grant" },
      clients: [{ ...pipedriveApp, ...registered("pipedrive", options) }],
      accounts: users.map((data) => ({ id: String(data.id), label: data.name, data })),
      clientAuthentication: "basic",
      pkce: "none",
      accessTokenSeconds: 3_599,
      refreshToken: { rotation: "reusable", idleDays: 60 },
      tokenResponse: (answer) =>
        json({
          ...standardTokenBody(answer),
          scope: "base,deals:full,contacts:full",
          api_domain: `https://${answer.account.data.domain}.pipedrive.com`,
        }),
    })
    const deals = ["Large", "Small"].map((title, index) => ({
      id: index + 1,
      title,
      status: "open",
      value: 100,
      currency: "EUR",
    }))
    const persons: { id: number; name: string }[] = [{ id: 1, name: "Contact Person" }]
    const api = authenticatedRoutes(kit, "https://*.pipedrive.com", ({ request, url }) => {
      const user = oauth.authenticate(request)?.account.data
      if (!user) return refusal(401, "unauthorized access")
      return url.hostname === `${user.domain}.pipedrive.com` ? user : refusal(401, "unauthorized access")
    })
    const page = (url: URL, all: readonly object[]) => {
      const from = Number(url.searchParams.get("cursor") ?? 0)
      const end = from + Number(url.searchParams.get("limit") ?? 100)
      const next_cursor = end < all.length ? String(end) : null
      return json({ success: true, data: all.slice(from, end), additional_data: { next_cursor } })
    }

    api("GET", "/api/v1/users/me", (_call, { domain, ...data }) =>
      json({ success: true, data: { ...data, company_domain: domain } }),
    )
    api("GET", "/api/v2/deals", ({ url }) => {
      const status = url.searchParams.get("status")
      return page(
        url,
        deals.filter((one) => status === null || one.status === status),
      )
    })
    api("GET", "/api/v2/persons", ({ url }) => page(url, persons))
    api("POST", "/api/v2/persons", async (call) => {
      const { name } = await objectOf(call)
      if (typeof name !== "string") return refusal(400, "name is required", "ERR_SCHEMA_VALIDATION_FAILED")
      const person = { id: persons.length + 1, name }
      persons.push(person)
      return json({ success: true, data: person }, { status: 201 })
    })
    api("POST", "/api/v2/deals", async (call) => {
      const { title, person_id, value = 0, currency = "EUR" } = await objectOf(call)
      if (person_id !== undefined && !persons.some(({ id }) => id === person_id))
        return refusal(400, "person not found", "ERR_SCHEMA_VALIDATION_FAILED")
      const deal = {
        id: deals.length + 1,
        title: String(title),
        status: "open",
        value: Number(value),
        currency: String(currency),
      }
      deals.push(deal)
      return json({ success: true, data: deal }, { status: 201 })
    })
    kit.notFound(() => refusal(404, "Unknown method."))
    return {
      oauth,
      move(domain) {
        const [first] = users
        if (first) first.domain = domain
      },
    }
  })
}

function refusal(status: number, error: string, code?: string): Response {
  return json({ success: false, error, ...(code && { code }) }, { status })
}
