// https://marketplace.gohighlevel.com/docs/
import {
  type Call,
  type Context,
  defineConnector,
  HoldfastError,
  type OAuth2Options,
  oauth2,
  operation,
} from "@holdfast/core"
import { z } from "zod"
import { type OAuthAppOptions, oauthApp } from "./app.js"
import { webhooks } from "./gohighlevel-webhooks.js"

const api = "https://services.leadconnectorhq.com"
const version = { version: "2021-07-28" }

/** What the token answer says beside the tokens. @see https://marketplace.gohighlevel.com/docs/ghl/oauth/get-access-token */
const installation = z.looseObject({
  userType: z.enum(["Company", "Location"]),
  companyId: z.string().min(1),
  locationId: z.string().min(1).optional(),
})

const place = z.looseObject({ id: z.string().optional(), name: z.string().nullish(), email: z.string().nullish() })

/** @see https://marketplace.gohighlevel.com/docs/ghl/oauth/get-installed-location */
const installed = z.looseObject({ locations: z.array(z.looseObject({ _id: z.string(), name: z.string() })) })

/** @see https://marketplace.gohighlevel.com/docs/ghl/contacts/get-contacts */
const contact = z.looseObject({ id: z.string(), email: z.string().nullish() })
const contacts = z.looseObject({
  contacts: z.array(contact),
  count: z.number().optional(),
  // No part of the documented answer, though the description has it.
  meta: z
    .looseObject({
      startAfterId: z.string().nullish(),
      startAfter: z.number().nullish(),
      nextPageUrl: z.string().nullish(),
    })
    .optional(),
})
const pipelines = z.looseObject({ pipelines: z.array(z.looseObject({ id: z.string(), name: z.string() })) })

const scopes = ["contacts.readonly", "contacts.write", "locations.readonly", "opportunities.readonly"]

/**
 * @see https://marketplace.gohighlevel.com/docs/Authorization/authorization_doc
 * @see https://github.com/GoHighLevel/highlevel-api-docs/tree/main/apps
 */
const shared = (userType: "Company" | "Location"): Omit<OAuth2Options, "scopes"> => ({
  authorizationEndpoint: "https://marketplace.gohighlevel.com/v2/oauth/chooselocation",
  tokenEndpoint: `${api}/oauth/token`,
  pkce: "none",
  tokenParameters: { user_type: userType },
  refreshParameters: { user_type: userType },
  // A refresh token is good for a year, or until it is used.
  policy: { rotation: "single-use", refreshIdleDays: 365, accessTokenSeconds: 86_399 },
})

const agency = oauth2({
  id: "agency",
  label: "Connect an agency",
  ...shared("Company"),
  scopes: [...scopes, "companies.readonly", "oauth.readonly", "oauth.write"],
})

const define = defineConnector({
  id: "gohighlevel",
  vendor: "gohighlevel",
  name: "GoHighLevel",
  category: "crm",
  documentation: "https://marketplace.gohighlevel.com/docs/",
  app: oauthApp("At marketplace.gohighlevel.com, on the app's page under Advanced settings, Auth.", [
    {
      name: "webhookPublicKey",
      label: "Public key of webhooks",
      help: "Only when HighLevel publishes another: the base64 between the lines of its PEM.",
      secret: false,
    },
  ]),

  methods: [
    oauth2({ label: "Connect a sub-account", ...shared("Location"), scopes }),
    {
      ...agency,
      // Calls that name a location go with a token of that location, which the agency's is traded for.
      async authorize(context, request, { accessToken }) {
        const { locationId } = context.account?.data ?? {}
        const traded = locationId === undefined ? accessToken : await locationToken(context, accessToken, locationId)
        request.headers.set("authorization", `Bearer ${traded}`)
        return request
      },
    },
  ],

  api: { baseUrl: api, headers: version, authorization: "Bearer" },
  // Refusals are told apart by their status alone.
  errors: { codes: {}, statuses: { 400: "input_invalid", 403: "forbidden", 422: "input_invalid" } },

  async identify(call, { token }) {
    const { userType, companyId, locationId } = installation.parse(token)
    const data = { userType, companyId, ...(locationId && { locationId }) }
    const { name, email } = await readPlace(call, data)
    const id = locationId ? `${companyId}:${locationId}` : companyId
    return { id, label: name || id, kind: userType.toLowerCase(), data, ...(email && { email }) }
  },

  async check(call) {
    await readPlace(call, call.account?.data ?? {})
    return []
  },

  /** The locations that an agency has installed the app in. */
  async targets({ http, account, app }) {
    const { companyId = "", userType } = account?.data ?? {}
    if (userType !== "Company") return []
    // The first part of a client id is the app's.
    const [appId = ""] = (app?.clientId ?? "").split("-")
    const query = { companyId, appId, isInstalled: true, limit: 500 }
    const { locations } = await http.get("/oauth/installedLocations", { query, output: installed })
    return locations.map(({ _id, name }) => ({ id: _id, label: name, data: { locationId: _id } }))
  },

  operations: {
    // https://marketplace.gohighlevel.com/docs/ghl/contacts/get-contacts
    list_contacts: operation({
      summary: "List contacts of a location",
      effect: "read",
      scopes: ["contacts.readonly"],
      input: z.object({
        query: z.string().optional(),
        limit: z.number().int().min(1).max(100).optional(),
        start_after_id: z.string().optional().describe("meta.startAfterId of the page before"),
        start_after: z.number().optional().describe("meta.startAfter of the page before"),
      }),
      output: contacts,
      pages: {
        items: (answer) => answer.contacts,
        next({ meta: { startAfterId, startAfter, nextPageUrl } = {} }) {
          if (!nextPageUrl || !startAfterId || !startAfter) return undefined
          return { start_after_id: startAfterId, start_after: startAfter }
        },
      },
      run: (call, { start_after_id, start_after, ...query }) =>
        call.http.get("/contacts/", {
          query: { ...query, locationId: locationOf(call), startAfterId: start_after_id, startAfter: start_after },
          output: contacts,
        }),
    }),

    // https://marketplace.gohighlevel.com/docs/ghl/contacts/get-contact
    get_contact: operation({
      summary: "Read a contact",
      effect: "read",
      scopes: ["contacts.readonly"],
      input: z.object({ contact_id: z.string().min(1) }),
      output: contact,
      trace: ["id"],
      run: async ({ http }, path) =>
        (await http.get("/contacts/{contact_id}", { path, output: z.looseObject({ contact }) })).contact,
    }),

    // https://marketplace.gohighlevel.com/docs/ghl/contacts/upsert-contact
    upsert_contact: operation({
      summary: "Add a contact to a location, or change the one with this address or number",
      effect: "write",
      scopes: ["contacts.write"],
      input: z.looseObject({
        email: z.email().optional(),
        phone: z.string().optional(),
        firstName: z.string().optional(),
        lastName: z.string().optional(),
        tags: z.array(z.string()).optional(),
      }),
      output: contact,
      trace: ["id"],
      run: async (call, given) => {
        const json = { ...given, locationId: locationOf(call) }
        return (await call.http.post("/contacts/upsert", { json, output: z.looseObject({ contact }) })).contact
      },
    }),

    // https://marketplace.gohighlevel.com/docs/ghl/opportunities/get-pipelines
    list_pipelines: operation({
      summary: "List pipelines of a location",
      effect: "read",
      scopes: ["opportunities.readonly"],
      input: z.object({}),
      output: pipelines,
      run: (call) =>
        call.http.get("/opportunities/pipelines", { query: { locationId: locationOf(call) }, output: pipelines }),
    }),
  },

  webhooks,

  setup: {
    url: "https://marketplace.gohighlevel.com/apps-list",
    steps: [
      "With a developer account, create an app in the Marketplace, for sub-accounts, agencies or both.",
      "Under Advanced settings, Auth tick the scopes that are asked for: contacts, locations and opportunities; for agencies also companies.readonly, oauth.readonly and oauth.write.",
      "Add {redirectUri} as a redirect URL. It must not have “highlevel” or “ghl” in it.",
      "To receive events, enter {webhookUrl} under Advanced settings, Webhooks, and switch on those of contacts and opportunities, InboundMessage and AppUninstall.",
      "Create a client key, and save client ID and client secret here.",
    ],
  },
})

/** A registration at HighLevel. */
export interface GohighlevelOptions extends OAuthAppOptions {
  /** What proves deliveries, base64 of its SPKI. Default: `GOHIGHLEVEL_WEBHOOK_PUBLIC_KEY` of the environment, or the key that HighLevel publishes. */
  readonly webhookPublicKey?: string
}

export interface GohighlevelConnector extends ReturnType<typeof define> {}

/**
 * GoHighLevel: a sub-account (location), or an agency (company) with its locations as targets.
 * @see https://marketplace.gohighlevel.com/docs/Authorization/authorization_doc
 */
export const gohighlevel: (options?: GohighlevelOptions) => GohighlevelConnector = define

function locationOf({ account }: Call): string {
  const { locationId } = account?.data ?? {}
  if (locationId !== undefined) return locationId
  throw new HoldfastError(
    "input_invalid",
    "An agency has many locations: name one of connection.targets() as the target.",
  )
}

async function readPlace({ http }: Call, data: Readonly<Record<string, string>>): Promise<z.infer<typeof place>> {
  const { companyId = "", locationId } = data
  if (locationId === undefined) {
    const output = z.looseObject({ company: place })
    return (await http.get("/companies/{companyId}", { path: { companyId }, output })).company
  }
  const output = z.looseObject({ location: place })
  return (await http.get("/locations/{locationId}", { path: { locationId }, output })).location
}

/** @see https://marketplace.gohighlevel.com/docs/ghl/oauth/get-location-access-token */
async function locationToken(
  context: Pick<Context, "account" | "fetch">,
  agencyToken: string,
  locationId: string,
): Promise<string> {
  const { companyId = "" } = context.account?.data ?? {}
  const answer = await context.fetch(
    new Request(`${api}/oauth/locationToken`, {
      method: "POST",
      headers: { ...version, authorization: `Bearer ${agencyToken}`, accept: "application/json" },
      body: new URLSearchParams({ companyId, locationId }),
    }),
  )
  // The request itself is then refused for the agency's token, which is what has it renewed.
  if (answer.status === 401) return agencyToken
  if (answer.status >= 500) throw new HoldfastError("provider_unavailable")
  const parsed = z
    .looseObject({ access_token: z.string().min(1) })
    .safeParse(await answer.json().catch(() => undefined))
  if (answer.ok && parsed.success) return parsed.data.access_token
  throw new HoldfastError("forbidden", "GoHighLevel gives no token for this location.", {
    details: { providerStatus: answer.status },
  })
}
