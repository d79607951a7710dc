// https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
import {
  type AppOptions,
  type Call,
  type Choice,
  defineConnector,
  type ErrorTable,
  HoldfastError,
  type Http,
  oauth2,
} from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { operations } from "./jira-operations.js"
import { webhooks } from "./jira-webhooks.js"

/** @see https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/#3-1-get-the-cloudid-for-your-site */
const site = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  url: z.string().min(1),
  scopes: z.array(z.string()),
})
const sites = z.array(site)
type Site = z.output<typeof site>

/** @see https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/#how-do-i-retrieve-the-public-profile-of-the-authenticated-user- */
const profile = z.looseObject({
  account_id: z.string().min(1),
  name: z.string().nullish(),
  email: z.string().nullish(),
})

const accessible = "https://api.atlassian.com/oauth/token/accessible-resources"
const me = "https://api.atlassian.com/me"

/** Asked after consent: the tokens reach every site that the person has allowed this app so far. */
const choice: Choice = {
  id: "site",
  title: "Which Jira site?",
  field: { name: "cloudId", label: "Site", help: "The one that is meant where a call names no other." },
  none: "No Jira site was allowed. Connect again, and pick one at Atlassian.",
  async options({ get }) {
    return ofJira(await get(accessible, { output: sites })).map((one) => ({ value: one.id, label: nameOf(one) }))
  },
}

/** Of bodies a gateway answers `{ code, message }` and Jira `{ errorMessages, errors }`, both without any code but these. */
const gateway = z.object({ code: z.literal(401), message: z.literal("Unauthorized; scope does not match") })

// https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes
const errors: ErrorTable = {
  read({ status, headers, body }) {
    if (status === 401 && gateway.safeParse(body).success) return "scope_does_not_match"
    // https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
    return status === 429 ? (headers.get("ratelimit-reason") ?? undefined) : undefined
  },
  codes: { scope_does_not_match: "scope_missing" },
  statuses: { 400: "input_invalid", 401: "token_expired", 403: "forbidden", 404: "resource_not_found" },
  retryAfterMs({ headers }, now) {
    // `Retry-After` says it to the second; this one, to the minute, stands in where that is missing.
    if (headers.has("retry-after")) return undefined
    const resetAt = Date.parse(headers.get("x-ratelimit-reset") ?? "")
    return Number.isFinite(resetAt) ? Math.max(0, resetAt - now) : undefined
  },
}

const define = defineConnector({
  id: "jira",
  vendor: "atlassian",
  name: "Jira",
  category: "development",
  documentation: "https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/",
  app: {
    schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false, help: "Settings, on your app's page." },
      { name: "clientSecret", label: "Secret", secret: true, help: "Below the client ID." },
    ],
  },

  methods: [
    // https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/
    oauth2({
      label: "Connect with Atlassian",
      authorizationEndpoint: "https://auth.atlassian.com/authorize",
      tokenEndpoint: "https://auth.atlassian.com/oauth/token",
      tokenRequestFormat: "json",
      authorizationParameters: { audience: "api.atlassian.com", prompt: "consent" },
      scopes: ["read:jira-work", "write:jira-work", "manage:jira-webhook", "read:me", "offline_access"],
      alwaysScopes: ["read:me", "offline_access"],
      // Both come with status 403: https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/
      grantErrors: ["unauthorized_client"],
      clientErrors: ["access_denied"],
      choose: choice,
      policy: {
        rotation: "single-use",
        // https://community.developer.atlassian.com/t/superseded-31-january-2022-action-required-deprecating-persistent-refresh-tokens/50348/60
        reuse: { seconds: 600 },
        refreshIdleDays: 90,
        accessTokenSeconds: 3_600,
      },
    }),
  ],

  api: {
    baseUrl: "https://api.atlassian.com/ex/jira/{cloudId}/rest/api/3",
    headers: { accept: "application/json" },
    authorization: "Bearer",
  },
  errors,
  causes,

  async identify({ http }, evidence) {
    const { account_id, name, email } = await http.get(me, { output: profile })
    const chosen = (await sitesOf(http)).find(({ id }) => id === evidence.input?.cloudId)
    if (!chosen) throw new HoldfastError("response_invalid", "The chosen site is not among those allowed.")
    return {
      // The grant is the person's, whichever site is the default.
      id: account_id,
      label: nameOf(chosen),
      kind: "site",
      ...(email && { email }),
      data: { cloudId: chosen.id, siteName: nameOf(chosen), siteUrl: chosen.url, ...(name && { name }) },
    }
  },

  async check({ http, account }) {
    const isThere = (await sitesOf(http)).some(({ id }) => id === account?.data?.cloudId)
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
      { name: "site", ok: isThere, ...(!isThere && { code: "resource_not_found" as const }) },
    ]
  },

  async targets({ http }: Call) {
    return (await sitesOf(http)).map((one) => ({
      id: one.id,
      label: nameOf(one),
      data: { cloudId: one.id, siteName: nameOf(one), siteUrl: one.url },
    }))
  },

  operations,
  webhooks,

  setup: {
    url: "https://developer.atlassian.com/console/myapps/",
    steps: [
      "At developer.atlassian.com create an OAuth 2.0 integration.",
      "Under “Permissions” add the User identity API with read:me, and the Jira API with read:jira-work, write:jira-work and manage:jira-webhook.",
      "Under “Authorization” set {redirectUri} as the callback URL of OAuth 2.0 (3LO).",
      "Under “Distribution” share the app, or nobody but you can connect, and webhooks are sent for you alone.",
      "Under “Settings” copy the client ID and the secret, and save them here.",
      "Connect here, pick a site, and accept.",
    ],
  },
})

/** The registration of an OAuth 2.0 integration at Atlassian. */
export interface JiraOptions extends AppOptions {
  /** Default: `ATLASSIAN_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `ATLASSIAN_CLIENT_SECRET`. */
  readonly clientSecret?: string
}

export interface JiraConnector extends ReturnType<typeof define> {}

/**
 * Jira Cloud: issues, comments and projects as the person sees them. One connection reaches every site that the person allowed: a choice
 * after consent makes one the default, and a call names another by `target`.
 * @see https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/
 */
export const jira: (options?: JiraOptions) => JiraConnector = define

async function sitesOf(http: Http): Promise<readonly Site[]> {
  return ofJira(await http.get(accessible, { output: sites }))
}

/** Sites of other products are listed beside those of Jira, under the same id where they have both. */
function ofJira(listed: readonly Site[]): readonly Site[] {
  const found = listed.filter(({ scopes }) => scopes.some((scope) => /:jira\b/.test(scope)))
  return [...new Map(found.map((one) => [one.id, one])).values()]
}

function nameOf({ name, url }: Site): string {
  return name || new URL(url).host
}
