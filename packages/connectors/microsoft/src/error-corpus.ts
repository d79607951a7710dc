import type { ErrorCase } from "@holdfast/testing"

const codes = "https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes#aadsts-error-codes"
const graph = "https://learn.microsoft.com/en-us/graph/errors"

/** As the token endpoint answers. */
const refused = (error: string, number: number, text: string, more: object = {}) => ({
  error,
  error_description: `AADSTS${number}: ${text}\r\nTrace ID: 0000aaaa-11bb-cccc-dd33-eeeeee333333\r\nCorrelation ID: aaaa0000-bb11-2222-33cc-444444dddddd\r\nTimestamp: 2016-01-09 02:02:12Z`,
  error_codes: [number],
  timestamp: "2016-01-09 02:02:12Z",
  trace_id: "0000aaaa-11bb-cccc-dd33-eeeeee333333",
  correlation_id: "aaaa0000-bb11-2222-33cc-444444dddddd",
  error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  ...more,
})
/** As Graph does. */
const answered = (code: string, message: string) => ({
  error: {
    code,
    message,
    innerError: { "request-id": "aaaa0000-bb11-2222-33cc-444444dddddd", date: "2016-01-09T02:02:12" },
  },
})

const ended = { from: codes, moment: "refreshing", status: 400, code: "reauth_required", actor: "end_user" } as const
const app = { from: codes, moment: "refreshing", status: 401, code: "config_invalid", actor: "developer" } as const

/** Refresh tokens and sign-ins that are refused. */
const grants: readonly ErrorCase[] = [
  {
    ...ended,
    body: refused("invalid_grant", 65001, "The user or administrator hasn't consented to use the application.", {
      suberror: "consent_required",
    }),
    cause: "consent_missing",
    providerCode: "AADSTS65001",
  },
  {
    ...ended,
    body: refused("invalid_grant", 50076, "You must use multifactor authentication to access the resource."),
    cause: "second_factor_required",
    providerCode: "AADSTS50076",
  },
  {
    // A number that is not in our tables: `error` decides then, as the page asks.
    ...ended,
    body: refused("interaction_required", 50074, "Strong authentication is required."),
    cause: "grant_ended",
    providerCode: "interaction_required",
  },
  {
    ...ended,
    body: refused("invalid_grant", 53003, "Access has been blocked by Conditional Access policies."),
    cause: "blocked_by_conditional_access",
    providerCode: "AADSTS53003",
  },
  {
    ...ended,
    body: refused("invalid_grant", 50173, "The provided grant has expired due to it being revoked."),
    cause: "sessions_revoked",
    providerCode: "AADSTS50173",
  },
  {
    ...ended,
    body: refused("invalid_grant", 700082, "The refresh token has expired due to inactivity."),
    cause: "unused_for_too_long",
    providerCode: "AADSTS700082",
  },
  {
    ...ended,
    body: refused("invalid_grant", 70043, "The refresh token has expired due to sign-in frequency checks."),
    cause: "sign_in_frequency",
    providerCode: "AADSTS70043",
  },
  {
    ...ended,
    body: refused("invalid_grant", 50057, "The user account is disabled."),
    cause: "account_gone",
    providerCode: "AADSTS50057",
  },
  {
    ...ended,
    body: refused("invalid_grant", 50105, "The signed in user isn't assigned to a role for the signed in app."),
    cause: "not_assigned_to_app",
    providerCode: "AADSTS50105",
  },
  {
    ...ended,
    moment: "connecting",
    status: 302,
    body: {
      error: "access_denied",
      error_description: "AADSTS90094: Administrator consent is required.",
      state: "an-attempt",
    },
    code: "access_denied",
    cause: "admin_consent_required",
    providerCode: "AADSTS90094",
  },
  {
    from: "https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow#error-response",
    moment: "connecting",
    status: 302,
    body: { error: "access_denied", error_description: "the user canceled the authentication", state: "an-attempt" },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
]

/** The app registration is wrong, or asks too often. */
const apps: readonly ErrorCase[] = [
  {
    ...app,
    body: refused("invalid_client", 7000215, "Invalid client secret is provided."),
    cause: "client_secret_wrong",
    providerCode: "AADSTS7000215",
  },
  {
    ...app,
    body: refused("invalid_client", 7000222, "The provided client secret keys are expired."),
    cause: "client_secret_expired",
    providerCode: "AADSTS7000222",
  },
  {
    ...app,
    body: refused(
      "invalid_client",
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
    cause: "wrong_platform",
    providerCode: "AADSTS7000218",
  },
  {
    ...app,
    status: 400,
    body: refused("unauthorized_client", 700016, "The application wasn't found in the directory/tenant."),
    cause: "app_not_in_directory",
    providerCode: "AADSTS700016",
  },
  {
    ...app,
    status: 400,
    moment: "connecting",
    body: refused("invalid_request", 50194, "The application isn't configured as a multitenant application."),
    cause: "account_type_not_supported",
    providerCode: "AADSTS50194",
  },
  {
    ...app,
    body: refused("unauthorized_client", 7000112, "The application is disabled."),
    cause: "app_disabled",
    providerCode: "AADSTS7000112",
  },
  {
    ...app,
    status: 400,
    body: refused("invalid_request", 90002, "The tenant name wasn't found in the data store."),
    cause: "tenant_unknown",
    providerCode: "AADSTS90002",
  },
  {
    // Under the code of a dead grant; the grant lives.
    ...app,
    status: 400,
    body: refused("invalid_grant", 50196, "A client loop has been detected."),
    code: "rate_limited",
    cause: "too_many_token_requests",
    providerCode: "AADSTS50196",
  },
  {
    from: "https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application",
    moment: "refreshing",
    status: 400,
    body: refused("invalid_scope", 70011, "The provided value for the input parameter 'scope' isn't valid."),
    code: "provider_rejected",
    cause: "scope_not_allowed",
    actor: "developer",
    providerCode: "invalid_scope",
  },
]

/** Answers of Microsoft Graph. */
const calls: readonly ErrorCase[] = [
  {
    from: "https://learn.microsoft.com/en-us/graph/resolve-auth-errors",
    moment: "calling",
    status: 401,
    body: answered("InvalidAuthenticationToken", "Access token has expired or is not yet valid."),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: "https://learn.microsoft.com/en-us/graph/resolve-auth-errors",
    moment: "calling",
    status: 403,
    body: answered("ErrorAccessDenied", "Access is denied. Check credentials and try again."),
    code: "forbidden",
    cause: "permission_or_role_missing",
    actor: "developer",
  },
  {
    from: "https://learn.microsoft.com/en-us/entra/identity-platform/claims-challenge",
    moment: "calling",
    status: 401,
    headers: {
      "www-authenticate":
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="e30="',
    },
    body: answered("InvalidAuthenticationToken", "Continuous access evaluation resulted in claims challenge."),
    code: "token_expired",
    cause: "conditional_access_challenge",
    actor: "end_user",
  },
  {
    from: graph,
    moment: "calling",
    status: 403,
    body: answered("extensionError", "The mailbox is located on premises."),
    code: "forbidden",
    cause: "mailbox_out_of_reach",
    actor: "end_user",
  },
  {
    from: graph,
    moment: "calling",
    status: 404,
    body: answered("itemNotFound", "The resource could not be found."),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: graph,
    moment: "calling",
    status: 400,
    body: answered("invalidRequest", "The request is malformed or incorrect."),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: "https://learn.microsoft.com/en-us/graph/throttling",
    moment: "calling",
    status: 429,
    headers: { "retry-after": "10" },
    body: answered("TooManyRequests", "Please retry after"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
]

/** Refusals as Microsoft's documentation shows them; the same for every product. */
export const corpus: readonly ErrorCase[] = [...grants, ...apps, ...calls]
