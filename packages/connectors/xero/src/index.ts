// https://developer.xero.com/documentation/api/accounting/overview
import {
  type Call,
  type Choice,
  defineConnector,
  type Evidence,
  HoldfastError,
  type Http,
  oauth2,
} from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { webhooks } from "./events.js"
import { operations } from "./operations.js"

/** @see https://developer.xero.com/documentation/guides/oauth2/tenants */
const tenant = z.looseObject({
  id: z.string(),
  tenantId: z.string().min(1),
  tenantType: z.string(),
  tenantName: z.string().nullish(),
  authEventId: z.string().nullish(),
})
const tenants = z.array(tenant)
type Tenant = z.output<typeof tenant>

/** What an access token says of itself. @see https://developer.xero.com/documentation/guides/oauth2/token-types */
const claims = z.looseObject({
  xero_userid: z.string().min(1),
  authentication_event_id: z.string().optional(),
})

/** The API's problems have `Detail`, what is wrong with data `Type`. @see https://developer.xero.com/documentation/api/accounting/responsecodes */
const refusal = z.looseObject({
  Detail: z.string().nullish(),
  Type: z.string().nullish(),
  error: z.string().optional(),
})

const connections = "https://api.xero.com/connections"

// https://developer.xero.com/documentation/guides/oauth2/scopes
const scopes = ["accounting.invoices", "accounting.contacts", "offline_access"]

/** Asked after consent: the tokens reach every organisation that this person has connected. */
const organisation: Choice = {
  id: "tenant",
  title: "Which organisation?",
  field: { name: "tenantId", label: "Organisation", help: "The one that is meant where a call names no other." },
  none: "No organisation was connected. Connect again, and choose one at Xero.",
  async options({ get, context }, evidence) {
    const { authentication_event_id: event } = claimsOf(evidence)
    const reached = (await get(connections, { output: tenants })).filter(isOrganisation)
    // Named at the start, or the default of a connection that is authorised again.
    const known = context.attempt?.input.tenantId
    const kept = reached.some(({ tenantId }) => tenantId === known)
    const just = reached.filter(({ authEventId }) => authEventId && authEventId === event)
    return (kept || just.length === 0 ? reached : just).map((one) => ({ value: one.tenantId, label: nameOf(one) }))
  },
}

const define = defineConnector({
  id: "xero",
  vendor: "xero",
  name: "Xero",
  category: "finance",
  documentation: "https://developer.xero.com/documentation/",
  app: {
    schema: z.object({
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      webhookKey: z.string().min(1).optional(),
    }),
    fields: [
      { name: "clientId", label: "Client id", secret: false, help: "Configuration, on your app's page." },
      { name: "clientSecret", label: "Client secret", secret: true },
      {
        name: "webhookKey",
        label: "Webhooks key",
        secret: true,
        required: false,
        help: "Webhooks, on your app's page.",
      },
    ],
  },

  methods: [
    // https://developer.xero.com/documentation/guides/oauth2/auth-flow
    oauth2({
      authorizationEndpoint: "https://login.xero.com/identity/connect/authorize",
      tokenEndpoint: "https://identity.xero.com/connect/token",
      revocationEndpoint: "https://identity.xero.com/connect/revocation",
      scopes,
      alwaysScopes: ["offline_access"],
      clientAuthentication: "basic",
      choose: organisation,
      policy: {
        rotation: "single-use",
        // Half an hour in which a refresh whose answer was lost may be tried again: https://developer.xero.com/faq/oauth2
        reuse: { seconds: 1_800 },
        refreshIdleDays: 60,
        accessTokenSeconds: 1_800,
        // Revoking a refresh token takes the person's connections with it.
        revokes: "grant",
      },
    }),
  ],

  api: {
    baseUrl: "https://api.xero.com/api.xro/2.0",
    // It answers XML to whoever does not ask for JSON.
    headers: { accept: "application/json", "xero-tenant-id": "{tenantId}" },
    authorization: "Bearer, with Xero-Tenant-Id: {tenantId}",
  },
  errors: {
    read: ({ status, headers, body }) => (status >= 400 ? codeOf(status, headers, body) : undefined),
    codes: {
      TokenExpired: "token_expired",
      AuthorizationUnsuccessful: "scope_missing",
      ValidationException: "input_invalid",
      PostDataInvalidException: "input_invalid",
      QueryParseException: "input_invalid",
      OrganisationOfflineException: "provider_unavailable",
    },
    statuses: { 401: "token_expired", 403: "forbidden" },
  },
  causes,

  async identify({ http }, evidence) {
    const { xero_userid } = claimsOf(evidence)
    const reached = await organisationsOf(http)
    const chosen = reached.find(({ tenantId }) => tenantId === evidence.input?.tenantId)
    if (!chosen) throw new HoldfastError("response_invalid", "The chosen organisation is not among those connected.")
    return {
      // The grant is the person's, wherever its default points.
      id: xero_userid,
      label: nameOf(chosen),
      kind: chosen.tenantType.toLowerCase(),
      data: {
        tenantId: chosen.tenantId,
        tenantName: nameOf(chosen),
        tenantIds: reached.map(({ tenantId }) => tenantId).join(" "),
      },
    }
  },

  async check({ http, account }) {
    const reached = await organisationsOf(http)
    const isThere = reached.some(({ tenantId }) => tenantId === account?.data?.tenantId)
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
      { name: "organisation", ok: isThere, ...(!isThere && { code: "resource_not_found" as const }) },
    ]
  },

  async targets({ http }: Call) {
    const reached = await organisationsOf(http)
    return reached.map((one) => ({ id: one.tenantId, label: nameOf(one), data: { tenantId: one.tenantId } }))
  },

  operations,
  webhooks,

  setup: {
    url: "https://developer.xero.com/app/manage",
    steps: [
      "At developer.xero.com create an app of the type “Web app”.",
      "Add {redirectUri} to its redirect URIs.",
      "Under “Configuration” copy the client id, generate a client secret, and save both here.",
      "To receive events, add {webhookUrl} under “Webhooks”, choose contacts and invoices, save the webhooks key here, and then send the intent to receive.",
      "Connect here, log in, and choose the organisations that may be used.",
    ],
  },
})

/** The registration of a web app at Xero. */
export interface XeroOptions {
  /** Default: `XERO_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `XERO_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** Proves deliveries. Default: `XERO_WEBHOOK_KEY`. */
  readonly webhookKey?: string
}

export interface XeroConnector extends ReturnType<typeof define> {}

/**
 * Invoices and contacts of the organisations that a person connects. One connection reaches all of them: a choice after consent makes one
 * the default, and a call names another by `target`.
 * @see https://developer.xero.com/documentation/guides/oauth2/overview
 */
export const xero = (options?: XeroOptions): XeroConnector => define(options && { ...options })

function isOrganisation({ tenantType }: Tenant): boolean {
  return tenantType === "ORGANISATION"
}

function nameOf({ tenantName, tenantId }: Tenant): string {
  return tenantName || `Organisation ${tenantId}`
}

async function organisationsOf(http: Http): Promise<readonly Tenant[]> {
  return (await http.get(connections, { output: tenants })).filter(isOrganisation)
}

function claimsOf({ token }: Evidence): z.output<typeof claims> {
  const read = claims.safeParse(token?.access_token_claims)
  if (!read.success) throw new HoldfastError("response_invalid", "The access token does not say whose it is.")
  return read.data
}

/** A bad token with 401, and an organisation that is not connected with 403: told apart, since others must act. */
const unsuccessful = "AuthenticationUnsuccessful"

/** `Detail` has its code first, and for an ended token its time behind a colon. Of limits a header says which one it was. */
function codeOf(status: number, headers: Headers, body: unknown): string | undefined {
  const { Detail, Type, error } = refusal.safeParse(body).data ?? {}
  const limit = status === 429 ? headers.get("x-rate-limit-problem") : undefined
  const detail = Detail?.split(":")[0]
  return Type || (detail === unsuccessful && status === 403 ? `${detail}:403` : detail) || error || limit || undefined
}
