// https://developers.pipedrive.com/docs/api/v1
import { type Call, defineConnector, HoldfastError, oauth2, operation, type TokenBody } from "@holdfast/core"
import { z } from "zod"
import { idText, type OAuthAppOptions, oauthApp } from "./app.js"

/** @see https://developers.pipedrive.com/docs/api/v1/Users#getCurrentUser */
const user = z.looseObject({
  data: z.looseObject({
    id: idText,
    name: z.string(),
    email: z.string().nullish(),
    company_id: idText,
    company_name: z.string().nullish(),
  }),
})

const additional_data = z.looseObject({ next_cursor: z.string().nullish() }).nullish()

/** @see https://developers.pipedrive.com/docs/api/v1/Deals */
const deal = z.looseObject({ id: z.number(), title: z.string(), status: z.string().optional() })
/** @see https://developers.pipedrive.com/docs/api/v1/Persons */
const person = z.looseObject({ id: z.number(), name: z.string() })
const deals = z.looseObject({ data: z.array(deal), additional_data })
const persons = z.looseObject({ data: z.array(person), additional_data })

const refusal = z.looseObject({ code: z.string().optional() })

const paging = {
  limit: z.number().int().min(1).max(500).optional(),
  cursor: z.string().optional().describe("additional_data.next_cursor of the page before"),
}
const nextPage = ({
  additional_data: more,
}: {
  additional_data?: { next_cursor?: string | null | undefined } | null | undefined
}) => (more?.next_cursor ? { cursor: more.next_cursor } : undefined)

const define = defineConnector({
  id: "pipedrive",
  vendor: "pipedrive",
  name: "Pipedrive",
  category: "crm",
  documentation: "https://developers.pipedrive.com/docs/api/v1",
  app: oauthApp("In the Developer Hub, on the app's page under “OAuth & access scopes”."),

  methods: [
    // https://pipedrive.readme.io/docs/marketplace-oauth-authorization
    oauth2({
      authorizationEndpoint: "https://oauth.pipedrive.com/oauth/authorize",
      tokenEndpoint: "https://oauth.pipedrive.com/oauth/token",
      revocationEndpoint: "https://oauth.pipedrive.com/oauth/revoke",
      // They are ticked in the Developer Hub.
      scopes: [],
      pkce: "none",
      clientAuthentication: "basic",
      // Companies may be given another address: each refresh says which is theirs.
      account: (body) => ({ data: apiDomainOf(body) }),
      policy: { rotation: "reusable", revokes: "grant", refreshIdleDays: 60, accessTokenSeconds: 3_599 },
    }),
  ],

  // https://pipedrive.readme.io/docs/marketplace-oauth-api#api_domain
  api: { baseUrl: "{apiDomain}/api", authorization: "Bearer", hostIsChosen: true },
  // https://pipedrive.readme.io/docs/core-api-concepts-http-status-codes
  errors: {
    read: ({ status, body }) => (status >= 400 ? refusal.safeParse(body).data?.code : undefined),
    codes: { ERR_SCHEMA_VALIDATION_FAILED: "input_invalid" },
    statuses: { 400: "input_invalid", 402: "forbidden", 403: "forbidden", 410: "resource_not_found" },
  },

  locate: ({ token = {} }) => apiDomainOf(token),

  async identify(call) {
    const { id, name, email, company_id, company_name } = await readMe(call)
    return {
      id: `${company_id}:${id}`,
      label: company_name ? `${company_name} (${name})` : name,
      ...(email && { email }),
    }
  },

  async check(call) {
    await readMe(call)
    return []
  },

  operations: {
    // https://developers.pipedrive.com/docs/api/v1/Deals#getDeals
    // https://github.com/pipedrive/client-nodejs/tree/master/src/versions/v2/api
    list_deals: operation({
      summary: "List deals",
      effect: "read",
      input: z.object({ status: z.enum(["open", "won", "lost", "deleted"]).optional(), ...paging }),
      output: deals,
      pages: { items: ({ data }) => data, next: nextPage },
      run: ({ http }, query) => http.get("/v2/deals", { query, output: deals }),
    }),

    // https://developers.pipedrive.com/docs/api/v1/Persons#getPersons
    list_persons: operation({
      summary: "List people",
      effect: "read",
      input: z.object(paging),
      output: persons,
      pages: { items: ({ data }) => data, next: nextPage },
      run: ({ http }, query) => http.get("/v2/persons", { query, output: persons }),
    }),

    // https://developers.pipedrive.com/docs/api/v1/Persons#addPerson
    create_person: operation({
      summary: "Add a person",
      effect: "write",
      input: z.object({ name: z.string().min(1), email: z.email().optional(), phone: z.string().optional() }),
      output: person,
      trace: ["id"],
      run: async ({ http }, { name, email, phone }) => {
        const json = {
          name,
          ...(email && { emails: [{ value: email, primary: true, label: "work" }] }),
          ...(phone && { phones: [{ value: phone, primary: true, label: "work" }] }),
        }
        return (await http.post("/v2/persons", { json, output: z.looseObject({ data: person }) })).data
      },
    }),

    // https://developers.pipedrive.com/docs/api/v1/Deals#addDeal
    create_deal: operation({
      summary: "Add a deal",
      effect: "write",
      input: z.object({
        title: z.string().min(1),
        value: z.number().optional(),
        currency: z.string().length(3).optional(),
        person_id: z.number().int().optional(),
        stage_id: z.number().int().optional(),
      }),
      output: deal,
      trace: ["id"],
      run: async ({ http }, json) =>
        (await http.post("/v2/deals", { json, output: z.looseObject({ data: deal }) })).data,
    }),
  },

  setup: {
    url: "https://app.pipedrive.com/developer-hub",
    steps: [
      "With a developer sandbox account, create an app in the Developer Hub: public, or private and unlisted.",
      "Set {redirectUri} as its callback URL: there is only one.",
      "Under “OAuth & access scopes” tick what is needed: deals, contacts, and users to read.",
      "Copy client ID and client secret, and save them here.",
    ],
  },
})

export interface PipedriveConnector extends ReturnType<typeof define> {}

/**
 * Pipedrive, by OAuth. Each company has an API address of its own, which its token answers name.
 * @see https://pipedrive.readme.io/docs/marketplace-oauth-authorization
 */
export const pipedrive: (options?: OAuthAppOptions) => PipedriveConnector = define

/** The company's API address, which must be one of Pipedrive's own. */
function apiDomainOf({ api_domain }: TokenBody): Readonly<Record<string, string>> {
  if (typeof api_domain === "string" && /^https:\/\/[a-z\d-]+\.pipedrive\.com$/.test(api_domain))
    return { apiDomain: api_domain }
  throw new HoldfastError("response_invalid", "Pipedrive's token answer names no address of Pipedrive's.")
}

async function readMe({ http }: Call): Promise<z.infer<typeof user>["data"]> {
  return (await http.get("/v1/users/me", { output: user })).data
}
