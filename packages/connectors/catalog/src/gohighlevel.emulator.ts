import {
  type AuthorizationServer,
  authorizationServer,
  type Call,
  type Emulator,
  json,
  standardTokenBody,
} from "@holdfast/emulator"
import {
  authenticatedRoutes,
  bearerOf,
  type CatalogEmulatorOptions,
  catalogEmulator,
  objectOf,
  registered,
} from "./emulator-kit.js"
import { emulatedHighlevelKey } from "./gohighlevel-webhooks.emulator.js"

/** The registration that the stand-in knows. The first part of its client id is the app's id. */
export const gohighlevelApp = {
  clientId: "6578278e879ad2646715ba9c-emulated",
  clientSecret: "emulated-highlevel-client-secret",
  webhookPublicKey: emulatedHighlevelKey,
}

/** A location, or an agency. */
export interface HighlevelPlace {
  readonly companyId: string
  readonly locationId?: string
  readonly name: string
  readonly email: string
}

const company = (companyId: string, name: string): HighlevelPlace => ({
  companyId,
  name,
  email: `${companyId}@highlevel.example`,
})
const location = (companyId: string, locationId: string, name: string): HighlevelPlace => ({
  ...company(companyId, name),
  locationId,
  email: `${locationId}@highlevel.example`,
})
const places = [
  location("agency1", "location1", "First location"),
  location("agency1", "location2", "Second location"),
  company("agency1", "First agency"),
  company("agency2", "Second agency"),
]

export interface GohighlevelProvider {
  readonly oauth: AuthorizationServer<HighlevelPlace>
  /** Which locations tokens were traded for, oldest first. */
  readonly traded: readonly string[]
}

export type GohighlevelEmulator = Emulator<GohighlevelProvider>

const origin = "https://services.leadconnectorhq.com"

/**
 * A strict stand-in for GoHighLevel: tokens of agencies and of locations, each good for its own calls alone, and the Version header.
 * @see https://marketplace.gohighlevel.com/docs/Authorization/authorization_doc
 */
export function createGohighlevelEmulator(options: CatalogEmulatorOptions = {}): GohighlevelEmulator {
  return catalogEmulator("gohighlevel", ["https://marketplace.gohighlevel.com", origin], options, (kit) => {
    const oauth = authorizationServer<HighlevelPlace>(kit, {
      authorizationEndpoint: "https://marketplace.gohighlevel.com/v2/oauth/chooselocation",
      tokenEndpoint: `${origin}/oauth/token`,
      clients: [{ ...gohighlevelApp, ...registered("gohighlevel", options) }],
      accounts: places.map((data) => ({ id: data.locationId ?? data.companyId, label: data.name, data })),
      clientAuthentication: "post",
      tokenRequestFormat: "form",
      pkce: "none",
      accessTokenSeconds: 86_399,
      refreshToken: { rotation: "single-use", maxDays: 365 },
      checkToken({ parameters, grant }) {
        const kind = grant?.account.data.locationId === undefined ? "Company" : "Location"
        return parameters.user_type === kind
          ? undefined
          : { error: "invalid_request", description: `user_type is ${kind}` }
      },
      tokenResponse(answer) {
        const { companyId, locationId } = answer.account.data
        const userType = locationId === undefined ? "Company" : "Location"
        return json({
          ...standardTokenBody(answer),
          userType,
          companyId,
          ...(locationId && { locationId }),
          userId: "user1",
        })
      },
    })
    const traded: string[] = []
    const locationTokens = new Map<string, { place: HighlevelPlace; scopes: readonly string[]; until: number }>()
    const contacts = ["one", "two"].map((name, index) => ({
      id: `contact${index + 1}`,
      locationId: "location1",
      email: `${name}@contact.example`,
    }))

    const who = (call: Call) => {
      if (call.request.headers.get("version") !== "2021-07-28") return refusal(401, "version header was not found")
      const own = locationTokens.get(bearerOf(call) ?? "")
      if (own && own.until > kit.clock.now()) return own
      const token = oauth.authenticate(call.request)
      return token ? { place: token.account.data, scopes: token.scopes } : refusal(401, "Invalid JWT")
    }
    const routes = (scope: string, kind?: "agency" | "location") =>
      authenticatedRoutes(kit, origin, (call) => {
        const found = who(call)
        if (found instanceof Response) return found
        const isAgency = found.place.locationId === undefined
        if (kind !== undefined && isAgency !== (kind === "agency"))
          return refusal(401, "The token does not have access to this.")
        return found.scopes.includes(scope) ? found : refusal(401, "The token is not authorized for this scope.")
      })
    const own = (locationId: unknown, { place }: { place: HighlevelPlace }) =>
      locationId === place.locationId ? undefined : refusal(403, "The token does not have access to this location.")

    routes("oauth.readonly", "agency")("GET", "/oauth/installedLocations", ({ url }, { place }) => {
      const { companyId, appId } = Object.fromEntries(url.searchParams)
      if (companyId !== place.companyId || appId !== gohighlevelApp.clientId.split("-")[0])
        return refusal(422, "appId is wrong")
      const inside = places.filter((one) => one.companyId === companyId && one.locationId !== undefined)
      return json({
        locations: inside.map(({ locationId, name }) => ({ _id: locationId, name, isInstalled: true })),
        count: inside.length,
      })
    })
    routes("oauth.write", "agency")("POST", "/oauth/locationToken", async (call, { place, scopes }) => {
      const form = await call.form()
      const wanted = places.find(
        (one) => one.companyId === place.companyId && one.locationId === form?.get("locationId"),
      )
      if (!wanted?.locationId || form?.get("companyId") !== place.companyId) return refusal(400, "No such location")
      const access_token = kit.random.id("", 40)
      locationTokens.set(access_token, { place: wanted, scopes, until: kit.clock.now() + 86_399_000 })
      traded.push(wanted.locationId)
      return json({
        access_token,
        token_type: "Bearer",
        expires_in: 86_399,
        locationId: wanted.locationId,
        userId: "user1",
      })
    })
    routes("companies.readonly", "agency")("GET", "/companies/{id}", ({ params }, { place }) =>
      params.id === place.companyId
        ? json({ company: { ...place, id: place.companyId } })
        : refusal(400, "No such company"),
    )
    routes("locations.readonly")(
      "GET",
      "/locations/{id}",
      ({ params }, found) =>
        own(params.id, found) ??
        json({ location: { id: params.id, name: found.place.name, email: found.place.email } }),
    )
    routes("contacts.readonly", "location")("GET", "/contacts/", ({ url }, found) => {
      const inside = contacts.filter(({ locationId }) => locationId === found.place.locationId)
      const from = inside.findIndex(({ id }) => id === url.searchParams.get("startAfterId")) + 1
      const page = inside.slice(from, from + Number(url.searchParams.get("limit") ?? 20))
      const more = from + page.length < inside.length
      const meta = {
        total: inside.length,
        startAfterId: page.at(-1)?.id,
        startAfter: 1_767_225_600,
        nextPageUrl: more ? url.href : null,
      }
      return own(url.searchParams.get("locationId"), found) ?? json({ contacts: page, meta })
    })
    routes("contacts.readonly", "location")("GET", "/contacts/{id}", ({ params }, { place }) => {
      const contact = contacts.find(({ id, locationId }) => id === params.id && locationId === place.locationId)
      return contact ? json({ contact }) : refusal(400, "Contact not found")
    })
    routes("contacts.write", "location")("POST", "/contacts/upsert", async (call, found) => {
      const { locationId, email } = await objectOf(call)
      if (typeof email !== "string") return refusal(422, "email or phone is required")
      const contact = { id: `contact${contacts.length + 1}`, locationId: String(locationId), email }
      const refused = own(locationId, found)
      if (!refused) contacts.push(contact)
      return refused ?? json({ new: true, contact }, { status: 201 })
    })
    routes("opportunities.readonly", "location")(
      "GET",
      "/opportunities/pipelines",
      ({ url }, found) =>
        own(url.searchParams.get("locationId"), found) ??
        json({ pipelines: [{ id: "pipeline1", name: `Sales of ${found.place.name}`, stages: [] }] }),
    )
    return { oauth, traded }
  })
}

function refusal(statusCode: number, message: string): Response {
  return json({ statusCode, message }, { status: statusCode })
}
