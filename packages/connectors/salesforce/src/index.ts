// https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm
import { defineConnector, type Evidence, HoldfastError } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { instanceOf, methods } from "./login.js"
import { operations } from "./operations.js"

/** @see https://help.salesforce.com/apex/HTViewHelpDoc?id=xcloud.remoteaccess_using_openid.htm */
const identity = z.looseObject({
  user_id: z.string(),
  organization_id: z.string(),
  username: z.string(),
  display_name: z.string().nullish(),
  email: z.string().nullish(),
})

/** Errors are lists: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm */
const refusal = z.union([
  z.tuple([z.looseObject({ errorCode: z.string() })], z.unknown()).transform(([{ errorCode }]) => errorCode),
  z.looseObject({ error: z.string() }).transform(({ error }) => error),
])

function describe(apiVersion: string) {
  return defineConnector({
    id: "salesforce",
    vendor: "salesforce",
    name: "Salesforce",
    category: "crm",
    documentation: "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm",
    app: {
      schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
      fields: [
        { name: "clientId", label: "Consumer Key", secret: false, help: "External Client App, OAuth Settings." },
        {
          name: "clientSecret",
          label: "Consumer Secret",
          secret: true,
          help: "Also proves who is there: Salesforce signs the identity with it.",
        },
      ],
    },
    methods,

    // An org's host comes with every token answer, and is always one below salesforce.com.
    api: {
      baseUrl: `https://{instance}.salesforce.com/services/data/v${apiVersion}`,
      hosts: ["https://login.salesforce.com", "https://test.salesforce.com", "https://{domain}"],
      authorization: "Bearer",
    },
    locate: ({ token, input }) => ({ ...input, instance: instanceOf(token?.instance_url) }),
    errors: {
      read: ({ status, body }) => (status >= 400 ? refusal.safeParse(body).data : undefined),
      codes: {
        INVALID_SESSION_ID: "token_expired",
        REQUEST_LIMIT_EXCEEDED: "rate_limited",
        API_DISABLED_FOR_ORG: "forbidden",
        API_CURRENTLY_DISABLED: "forbidden",
        INSUFFICIENT_ACCESS: "forbidden",
        INSUFFICIENT_ACCESS_OR_READONLY: "forbidden",
        INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: "forbidden",
        NOT_FOUND: "resource_not_found",
        ENTITY_IS_DELETED: "resource_not_found",
        INVALID_CROSS_REFERENCE_KEY: "resource_not_found",
        INVALID_TYPE: "input_invalid",
        INVALID_FIELD: "input_invalid",
        INVALID_FIELD_FOR_INSERT_UPDATE: "input_invalid",
        INVALID_QUERY_LOCATOR: "input_invalid",
        INVALID_SEARCH: "input_invalid",
        MALFORMED_ID: "input_invalid",
        MALFORMED_QUERY: "input_invalid",
        MALFORMED_SEARCH: "input_invalid",
        JSON_PARSER_ERROR: "input_invalid",
        REQUIRED_FIELD_MISSING: "input_invalid",
        STRING_TOO_LONG: "input_invalid",
        FIELD_CUSTOM_VALIDATION_EXCEPTION: "input_invalid",
        FIELD_INTEGRITY_EXCEPTION: "input_invalid",
        UNABLE_TO_LOCK_ROW: "provider_unavailable",
        SERVER_UNAVAILABLE: "provider_unavailable",
      },
      statuses: { 403: "forbidden" },
    },
    causes,

    async identify({ http }, evidence) {
      const { address, organizationId, userId } = identityUrl(evidence)
      const me = await http.get(address, { query: { format: "json" }, output: identity })
      if (!isSameId(me.organization_id, organizationId) || !isSameId(me.user_id, userId)) {
        throw new HoldfastError("response_invalid", "The identity URL and its answer name different people.")
      }
      return {
        id: `${me.organization_id}:${me.user_id}`,
        label: me.display_name ? `${me.display_name} (${me.username})` : me.username,
        ...(me.email && { email: me.email }),
        data: {
          ...evidence.input,
          instance: instanceOf(evidence.token?.instance_url),
          organizationId: me.organization_id,
          userId: me.user_id,
          username: me.username,
        },
      }
    },

    async check({ http }) {
      await http.get("/")
      return [
        { name: "token", ok: true },
        { name: "api", ok: true },
      ]
    },

    operations,

    // https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
    async statistics({ http }) {
      const seen: string[] = []
      await http.get("/", { onHeaders: (headers) => void seen.push(headers.get("sforce-limit-info") ?? "") })
      const [, used, allowed] = /api-usage=(\d+)\/(\d+)/.exec(seen[0] ?? "") ?? []
      return used === undefined || allowed === undefined
        ? []
        : [
            { label: "API requests in 24 hours", value: Number(used) },
            { label: "API requests allowed in 24 hours", value: Number(allowed) },
          ]
    },

    setup: {
      url: "https://login.salesforce.com/lightning/setup/ManageExternalClientApplication/home",
      steps: [
        "You need an org of your own for the app, such as a Developer Edition; people of other orgs connect to it from theirs.",
        "In Setup open “External Client App Manager” and choose “New External Client App”.",
        "Under “API (Enable OAuth Settings)” enable OAuth and enter {redirectUri} as Callback URL.",
        "Add the scopes “Manage user data via APIs (api)”, “Perform requests at any time (refresh_token, offline_access)” and “Access the identity URL service (id, profile, email, address, phone)”.",
        "Keep “Require Secret for Web Server Flow” and “Require Proof Key for Code Exchange (PKCE)” switched on. Refresh token rotation may be on.",
        "Copy Consumer Key and Consumer Secret from “Consumer Key and Secret”, and save them here. It takes some minutes until Salesforce knows the app.",
        "Connect here and log in. For a sandbox choose the method for sandboxes; where an org allows only its own log-in page, the one for My Domain.",
      ],
    },
  })
}

/** A Salesforce app: its registration, and the version of the API that it uses. */
export interface SalesforceOptions {
  /** The consumer key. Default: `SALESFORCE_CLIENT_ID`. */
  readonly clientId?: string
  /** The consumer secret. Default: `SALESFORCE_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** Default: "66.0". @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/api_rest_eol.htm */
  readonly apiVersion?: string
}

export interface SalesforceConnector extends ReturnType<ReturnType<typeof describe>> {}

/**
 * Records of a Salesforce org: production, sandboxes, and orgs with a log-in page of their own.
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
 */
export function salesforce({ apiVersion = "66.0", ...app }: SalesforceOptions = {}): SalesforceConnector {
  return describe(apiVersion)(app)
}

/** Who the token answer says is there. Its signature has been checked; its host must be Salesforce's for this log-in. */
function identityUrl({ token, input }: Evidence): { address: string; organizationId: string; userId: string } {
  const text = typeof token?.id === "string" ? token.id : ""
  const url = URL.canParse(text) ? new URL(text) : undefined
  const [, organizationId, userId] = /^\/id\/(00D\w{12,15})\/(005\w{12,15})$/.exec(url?.pathname ?? "") ?? []
  const instance = `${instanceOf(token?.instance_url)}.salesforce.com`
  const known = ["login.salesforce.com", "test.salesforce.com", instance, input?.domain]
  if (url?.protocol !== "https:" || !known.includes(url.host) || !organizationId || !userId) {
    throw new HoldfastError("response_invalid", "Salesforce's identity URL is not one.")
  }
  return { address: url.origin + url.pathname, organizationId, userId }
}

/** Ids have 15 letters that matter; three more are a checksum of their case. */
function isSameId(left: string, right: string): boolean {
  return left.slice(0, 15) === right.slice(0, 15)
}
