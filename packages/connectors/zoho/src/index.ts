// https://www.zoho.com/books/api/v3/introduction/
import { defineConnector, type Evidence, HoldfastError } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { apiDomainOf, type DataCentre, dataCentreAt, dataCentreOf, type Location } from "./data-centres.js"
import { organizations, scopes, zohoOAuth } from "./oauth.js"
import { operations } from "./operations.js"

export type { Location } from "./data-centres.js"

/** @see https://www.zoho.com/accounts/protocol/oauth/sign-in-using-zoho.html */
const profile = z.looseObject({
  ZUID: z.union([z.number(), z.string().min(1)]).transform(String),
  Display_Name: z.string().nullish(),
  Email: z.string().nullish(),
})

/** @see https://www.zoho.com/books/api/v3/errors/ */
const refusal = z.looseObject({ code: z.union([z.number(), z.string()]) })

/** As its accounts refuse. @see https://www.zoho.com/accounts/protocol/oauth/sign-in-using-zoho.html */
const accountsRefusal = z.looseObject({ cause: z.string() })

const secretOf = (name: string, place: string) => ({
  name,
  label: `Client secret (${place})`,
  secret: true,
  required: false,
  help: `Only where the app's settings give ${place} a secret of its own.`,
})
const optionalSecret = z.string().min(1).optional()

function describe(home: DataCentre) {
  const placeOf = ({ callback, token }: Evidence) => {
    const { location, accountsDomain } = dataCentreOf(callback ?? {}, home)
    return { dataCentre: location, accountsDomain, apiDomain: apiDomainOf(token?.api_domain) }
  }
  return defineConnector({
    id: "zoho-books",
    vendor: "zoho",
    name: "Zoho Books",
    category: "finance",
    documentation: "https://www.zoho.com/books/api/v3/introduction/",
    app: {
      // The client id is one for all data centres; the secret may be one for each:
      // https://www.zoho.com/accounts/protocol/oauth/multi-dc.html
      schema: z.object({
        clientId: z.string().min(1),
        clientSecret: z.string().min(1),
        clientSecretEu: optionalSecret,
        clientSecretIn: optionalSecret,
        clientSecretAu: optionalSecret,
        clientSecretJp: optionalSecret,
        clientSecretCa: optionalSecret,
        clientSecretSa: optionalSecret,
        clientSecretUk: optionalSecret,
      }),
      fields: [
        { name: "clientId", label: "Client ID", secret: false, help: "API Console, your client, Client Secret." },
        { name: "clientSecret", label: "Client secret", secret: true },
        secretOf("clientSecretEu", "Europe"),
        secretOf("clientSecretIn", "India"),
        secretOf("clientSecretAu", "Australia"),
        secretOf("clientSecretJp", "Japan"),
        secretOf("clientSecretCa", "Canada"),
        secretOf("clientSecretSa", "Saudi Arabia"),
        secretOf("clientSecretUk", "United Kingdom"),
      ],
    },
    methods: [zohoOAuth(home)],

    // Both domains are taken from Zoho's own list, whatever an answer says.
    api: {
      baseUrl: "https://www.{apiDomain}/books/v3",
      hosts: ["https://accounts.{accountsDomain}"],
      authorization: "Zoho-oauthtoken {token}",
    },
    locate: placeOf,
    errors: {
      // Every answer has a code; of a good one it is 0.
      read({ status, body }) {
        const { data } = refusal.safeParse(body)
        if (data) return data.code !== 0 || status >= 400 ? String(data.code) : undefined
        return status >= 400 ? accountsRefusal.safeParse(body).data?.cause : undefined
      },
      codes: {
        14: "token_expired",
        57: "scope_missing",
        OAUTH_SCOPE_MISMATCH: "scope_missing",
        6041: "forbidden",
        1002: "resource_not_found",
        2: "input_invalid",
        4: "input_invalid",
        44: "rate_limited",
        45: "rate_limited",
        1070: "rate_limited",
      },
      statuses: { 400: "provider_rejected", 401: "token_expired", 404: "resource_not_found", 429: "rate_limited" },
    },
    causes,

    // The grant is the person's, whichever organization it points at.
    async identify({ http }, evidence) {
      const place = placeOf(evidence)
      const me = await http.get(`https://accounts.${place.accountsDomain}/oauth/user/info`, { output: profile })
      const reached = await http.get("/organizations", { output: organizations })
      const organizationId = evidence.input?.organizationId ?? ""
      const chosen = reached.organizations.find(({ organization_id }) => organization_id === organizationId)
      if (!chosen) throw new HoldfastError("response_invalid", "Zoho Books no longer lists the chosen organization.")
      return {
        id: `${place.dataCentre}:${me.ZUID}`,
        label: me.Display_Name ? `${me.Display_Name} (${chosen.name})` : chosen.name,
        ...(me.Email && { email: me.Email }),
        data: { ...place, organizationId, userId: me.ZUID },
      }
    },

    // https://www.zoho.com/books/api/v3/organizations/
    async targets({ http }) {
      const found = await http.get("/organizations", { output: organizations })
      return found.organizations.map(({ organization_id, name }) => ({
        id: organization_id,
        label: name,
        data: { organizationId: organization_id },
      }))
    },

    async check({ http, account }) {
      const { organizations: reached } = await http.get("/organizations", { output: organizations })
      const known = account?.data?.organizationId
      const isThere = reached.some(({ organization_id }) => organization_id === known)
      return [
        { name: "token", ok: true },
        { name: "api", ok: true },
        { name: "organization", ok: isThere, ...(!isThere && { code: "resource_not_found" as const }) },
      ]
    },

    operations,

    setup: {
      url: "https://api-console.zoho.com/",
      steps: [
        "Open the API Console with an account of the data centre where the app shall be registered.",
        "Add a client of the type “Server-based Applications”.",
        "Enter {redirectUri} under “Authorized Redirect URIs”.",
        "In “Settings” of the client switch on the data centres whose people shall connect. With “use the same OAuth credentials for all data centers” one secret is enough.",
        "Copy Client ID and Client Secret, and the secrets of other data centres where they have their own, and save them here.",
        `Connect here, approve, and choose the organization. The scopes are ${scopes.join(", ")}.`,
      ],
    },
  })
}

/** A Zoho client: its registration, and where it was made. */
export interface ZohoBooksOptions {
  /** Default: `ZOHO_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `ZOHO_CLIENT_SECRET`. */
  readonly clientSecret?: string
  readonly clientSecretEu?: string
  readonly clientSecretIn?: string
  readonly clientSecretAu?: string
  readonly clientSecretJp?: string
  readonly clientSecretCa?: string
  readonly clientSecretSa?: string
  readonly clientSecretUk?: string
  /** The data centre at which consent begins: that of the app, where it serves no other. Default: "us". */
  readonly dataCentre?: Location
}

export interface ZohoBooksConnector extends ReturnType<ReturnType<typeof describe>> {}

/**
 * Invoices and contacts in Zoho Books, in every data centre that Zoho serves from one client.
 * @throws HoldfastError `config_invalid` for a data centre that is not on Zoho's list
 * @see https://www.zoho.com/books/api/v3/oauth/
 */
export function zohoBooks({ dataCentre = "us", ...app }: ZohoBooksOptions = {}): ZohoBooksConnector {
  const home = dataCentreAt(dataCentre)
  if (!home) throw new HoldfastError("config_invalid", `${dataCentre} is no data centre of Zoho's.`)
  return describe(home)(app)
}
