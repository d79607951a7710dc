import type { ErrorCase } from "@holdfast/testing"

const rest = "https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api"
const limits = "https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api"
const authenticating = "https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api"
const tokens =
  "https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors"
const minting = "https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app"

const refused = (message: string, status: number, page = "https://docs.github.com/rest") => ({
  message,
  documentation_url: page,
  status: String(status),
})
const atToken = (error: string, error_description: string) => ({
  error,
  error_description,
  error_uri: `/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#${error.replaceAll("_", "-")}`,
})

/** Answers of the REST API. */
const calls: readonly ErrorCase[] = [
  {
    from: `${authenticating}#failed-login-limit`,
    moment: "calling",
    method: "app_user",
    status: 401,
    body: refused("Bad credentials", 401),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: `${rest}#404-not-found-for-an-existing-resource`,
    moment: "calling",
    status: 404,
    body: refused("Not Found", 404),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: `${rest}#validation-failed`,
    moment: "calling",
    status: 422,
    body: {
      ...refused("Validation Failed", 422),
      errors: [{ resource: "Issue", field: "title", code: "missing_field" }],
    },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: `${rest}#resource-not-accessible`,
    moment: "calling",
    status: 403,
    headers: { "x-accepted-github-permissions": "pull_requests=write,contents=read" },
    body: refused("Resource not accessible by integration", 403),
    code: "forbidden",
    cause: "app_permission_missing",
    actor: "developer",
    providerCode: "permission_required",
  },
  {
    from: "https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps",
    moment: "calling",
    method: "oauth",
    status: 403,
    headers: { "x-oauth-scopes": "user", "x-accepted-oauth-scopes": "repo" },
    body: refused("Must have push access to the repository", 403),
    code: "scope_missing",
    cause: "scope_not_granted",
    actor: "end_user",
    providerCode: "missing_scope",
  },
  {
    from: `${authenticating}#personal-access-tokens-and-saml-sso`,
    moment: "calling",
    status: 403,
    headers: { "x-github-sso": "required; url=https://github.com/orgs/octodocs-test/sso" },
    body: refused(
      "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.",
      403,
      "https://docs.github.com/articles/authenticating-to-a-github-organization-with-saml-single-sign-on/",
    ),
    code: "forbidden",
    cause: "single_sign_on_required",
    actor: "end_user",
    providerCode: "sso_required",
  },
  {
    from: `${limits}#exceeding-the-rate-limit`,
    moment: "calling",
    status: 403,
    headers: {
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": "1700000000",
      "x-accepted-github-permissions": "metadata=read",
    },
    body: refused("API rate limit exceeded for user ID 1.", 403),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
    providerCode: "primary_rate_limit",
  },
  {
    from: `${limits}#about-secondary-rate-limits`,
    moment: "calling",
    status: 429,
    headers: { "retry-after": "60" },
    body: refused(
      "You have exceeded a secondary rate limit.",
      429,
      "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
    ),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
    providerCode: "secondary_rate_limit",
  },
]

/** Answers of the token endpoint: HTTP 200, whatever they say. And of the one that makes tokens of an installation. */
const grants: readonly ErrorCase[] = [
  {
    from: "https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens",
    moment: "refreshing",
    method: "app_user",
    status: 200,
    body: atToken("bad_refresh_token", "The refresh token passed is incorrect or expired."),
    code: "reauth_required",
    cause: "refresh_token_spent",
    actor: "end_user",
  },
  {
    from: `${tokens}#incorrect-client-credentials`,
    moment: "refreshing",
    method: "app_user",
    status: 200,
    body: atToken("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."),
    code: "config_invalid",
    cause: "app_credentials_wrong",
    actor: "developer",
  },
  {
    from: `${tokens}#bad-verification-code`,
    moment: "connecting",
    method: "oauth",
    status: 200,
    body: atToken("bad_verification_code", "The code passed is incorrect or expired."),
    code: "provider_rejected",
    cause: "code_refused",
    actor: "end_user",
  },
  {
    from: `${tokens}#unverified-user-email`,
    moment: "connecting",
    method: "oauth",
    status: 200,
    body: atToken("unverified_user_email", "The user must have a verified primary email."),
    code: "provider_rejected",
    cause: "address_not_verified",
    actor: "end_user",
  },
  {
    from: `${tokens}#redirect-uri-mismatch`,
    moment: "connecting",
    method: "oauth",
    status: 200,
    body: atToken(
      "redirect_uri_mismatch",
      "The redirect_uri MUST match the registered callback URL for this application.",
    ),
    code: "redirect_uri_mismatch",
    cause: "redirect_uri_mismatch",
    actor: "developer",
  },
  {
    from: "https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-authorization-request-errors#access-denied",
    moment: "connecting",
    method: "oauth",
    status: 302,
    body: {
      error: "access_denied",
      error_description: "The user has denied your application access.",
      state: "an-attempt",
    },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
  {
    from: minting,
    moment: "refreshing",
    method: "app_installation",
    status: 404,
    body: refused("Not Found", 404, minting),
    code: "reauth_required",
    cause: "installation_removed",
    actor: "end_user",
    providerCode: "installation_not_found",
  },
  {
    from: "https://docs.github.com/en/apps/maintaining-github-apps/suspending-a-github-app-installation",
    moment: "refreshing",
    method: "app_installation",
    status: 403,
    body: refused("This installation has been suspended", 403, minting),
    code: "forbidden",
    cause: "installation_suspended",
    actor: "end_user",
    providerCode: "http_403",
  },
  {
    from: "https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app",
    moment: "refreshing",
    method: "app_installation",
    status: 401,
    body: refused("A JSON web token could not be decoded", 401),
    code: "config_invalid",
    cause: "private_key_wrong",
    actor: "developer",
    providerCode: "app_jwt_refused",
  },
]

/** Refusals as GitHub's documentation shows them. */
export const corpus: readonly ErrorCase[] = [...calls, ...grants]
