import {
  type AuthMethod,
  type Context,
  HoldfastError,
  hmac,
  isSameText,
  type OAuth2Options,
  type OAuth2State,
  oauth2,
  type TokenSet,
} from "@holdfast/core"
import { z } from "zod"

// https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm
const scopes = ["api", "refresh_token", "id"]

const tokenAnswer = z.object({ id: z.string(), issued_at: z.string(), signature: z.string() })

/**
 * The login page of one kind of org. The host that gave a token is the one that renews it, so each kind is a method of its own.
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
 */
function login(host: string, options: Pick<OAuth2Options, "id" | "label" | "fields" | "input" | "hostIsChosen">) {
  const oauth = oauth2({
    ...options,
    authorizationEndpoint: `https://${host}/services/oauth2/authorize`,
    tokenEndpoint: `https://${host}/services/oauth2/token`,
    scopes,
    alwaysScopes: ["refresh_token", "id"],
    // https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
    grantErrors: ["inactive_user", "inactive_org"],
    clientErrors: ["invalid_client_id", "invalid_client_credentials"],
    laterErrors: ["rate_limit_exceeded"],
    account({ instance_url }) {
      return { data: { instance: instanceOf(instance_url) } }
    },
    // Only `token` is documented: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_revoke_token.htm
    revokeRequest({ account }, { accessToken, refreshToken }) {
      const at = host === "{domain}" ? account?.data?.domain : host
      const body = new URLSearchParams({ token: refreshToken ?? accessToken })
      return new Request(`https://${at}/services/oauth2/revoke`, { method: "POST", body })
    },
    // An administrator can switch rotation on; then each refresh token works once, and showing a spent one ends the family:
    // https://help.salesforce.com/s/articleView?id=005316711&language=en_US&type=1. What an answer shows decides.
    policy: { reuse: "revokes-family", accessTokenSeconds: "unknown", expectsRefreshToken: true },
  })
  const method: AuthMethod<TokenSet, OAuth2State> = {
    ...oauth,
    advance: (context, input) => oauth.advance({ ...context, fetch: signedAnswers(context) }, input),
  }
  return Object.freeze(method)
}

/**
 * Takes a token answer only with the signature of its identity URL: HMAC-SHA256 of `id` and `issued_at` with the consumer secret.
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
 */
function signedAnswers(context: Context<OAuth2State>): Context["fetch"] {
  return async (request, options) => {
    const response = await context.fetch(request, options)
    if (!response.ok) return response
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => undefined)
    const { data } = tokenAnswer.safeParse(body)
    // What is no token answer at all is for the reader of token answers to judge.
    if (typeof body !== "object" || body === null || !("access_token" in body)) return response
    const secret = context.app?.fields.clientSecret ?? ""
    const expected = data && (await hmac("SHA-256", secret, [data.id, data.issued_at], "base64"))
    if (data && expected && isSameText(data.signature, expected)) return response
    return Response.json({ error: "identity_signature_invalid" }, { status: 400 })
  }
}

/**
 * The labels before `.salesforce.com` of where an org is: `acme.my`, `acme--uat.sandbox.my`.
 * @throws HoldfastError `response_invalid` for any other host
 */
export function instanceOf(instanceUrl: unknown): string {
  const url = typeof instanceUrl === "string" && URL.canParse(instanceUrl) ? new URL(instanceUrl) : undefined
  const isBare = url && url.protocol === "https:" && url.port === "" && url.username === "" && url.password === ""
  const instance = isBare ? /^((?:[a-z0-9-]+\.)*[a-z0-9-]+)\.salesforce\.com$/.exec(url.hostname)?.[1] : undefined
  if (instance) return instance
  throw new HoldfastError("response_invalid", "Salesforce named an instance that is not below salesforce.com.")
}

/** What a person types of a My Domain: its name, its host, or an address at it. */
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .transform((typed) => typed.replace(/^https:\/\//, "").replace(/\/.*$/, ""))
  .transform((host) => (/^[a-z0-9-]+$/.test(host) ? `${host}.my.salesforce.com` : host))
  // A name, and behind it the partition where there is one, such as `sandbox` or `develop`:
  // https://help.salesforce.com/s/articleView?id=xcloud.domain_name_url_formats.htm
  .refine((host) => /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z]+)?\.my\.salesforce\.com$/.test(host), {
    error: "This is not a My Domain: it ends in .my.salesforce.com (not in .lightning.force.com).",
  })

export const methods = [
  login("login.salesforce.com", { id: "oauth", label: "Connect Salesforce" }),
  login("test.salesforce.com", { id: "oauth_sandbox", label: "Connect a Salesforce sandbox" }),
  login("{domain}", {
    id: "oauth_my_domain",
    label: "Connect by My Domain",
    fields: [
      {
        name: "domain",
        label: "My Domain",
        type: "text",
        placeholder: "acme.my.salesforce.com",
        help: "Setup, My Domain, Current My Domain URL. For orgs where login.salesforce.com is switched off.",
      },
    ],
    input: z.object({ domain }),
    hostIsChosen: true,
  }),
]
