import type { ErrorTable } from "@holdfast/core"
import { z } from "zod"

const refusal = z.looseObject({
  documentation_url: z.string().optional().catch(undefined),
  errors: z
    .array(z.looseObject({ code: z.string().optional() }).catch({}))
    .optional()
    .catch(undefined),
})

const secondaryWaitMs = 60_000

/**
 * GitHub says status and words; codes are in `errors` of a 422 alone. Limits are told by headers.
 * @see https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export const errors: ErrorTable = {
  read({ status, headers, body }) {
    if (status < 400) return undefined
    const { documentation_url, errors } = refusal.safeParse(body).data ?? {}
    if (status === 403 || status === 429) {
      if (headers.get("x-ratelimit-remaining") === "0") return "primary_rate_limit"
      if (headers.has("retry-after") || /#(?:about-)?secondary-rate-limits$/.test(documentation_url ?? ""))
        return "secondary_rate_limit"
      if (headers.get("x-github-sso")?.startsWith("required")) return "sso_required"
      if (lacksScope(headers)) return "missing_scope"
      if (headers.has("x-accepted-github-permissions")) return "permission_required"
    }
    return errors?.find(({ code }) => code !== undefined)?.code
  },
  codes: {
    primary_rate_limit: "rate_limited",
    secondary_rate_limit: "rate_limited",
    missing_scope: "scope_missing",
    // https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api#personal-access-tokens-and-saml-sso
    sso_required: "forbidden",
    // Of the app or of the person, which is not told.
    permission_required: "forbidden",
    missing: "resource_not_found",
    missing_field: "input_invalid",
    invalid: "input_invalid",
    already_exists: "input_invalid",
    unprocessable: "input_invalid",
    custom: "input_invalid",
  },
  // 410: issues are turned off. 451: taken down.
  statuses: { 403: "forbidden", 410: "resource_not_found", 422: "input_invalid", 451: "forbidden" },
  // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
  retryAfterMs({ headers }, now) {
    if (headers.has("retry-after")) return undefined
    const reset = headers.get("x-ratelimit-reset")
    if (headers.get("x-ratelimit-remaining") === "0" && reset !== null) return Number(reset) * 1_000 - now
    return secondaryWaitMs
  },
}

/** Of a token with scopes, both are said. @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
function lacksScope(headers: Headers): boolean {
  const listed = (name: string) =>
    headers
      .get(name)
      ?.split(",")
      .map((scope) => scope.trim())
      .filter(Boolean)
  const [held, accepted] = [listed("x-oauth-scopes"), listed("x-accepted-oauth-scopes")]
  return (
    held !== undefined &&
    accepted !== undefined &&
    accepted.length > 0 &&
    !accepted.some((scope) => held.includes(scope))
  )
}
