import type { ErrorCase } from "@holdfast/testing"

const imap = "https://www.rfc-editor.org/rfc/rfc5530#section-3"
const smtp = "https://www.rfc-editor.org/rfc/rfc3463#section-3"
const google = "https://developers.google.com/identity/protocols/oauth2/web-server"
const microsoft = "https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes"

/** Answers of mail servers, by the code that the client makes of them. IMAP has no numbers: its status is 0 here. */
const servers: readonly ErrorCase[] = [
  {
    from: imap,
    moment: "calling",
    method: "password",
    status: 0,
    providerCode: "AUTHENTICATIONFAILED",
    code: "grant_ended",
    cause: "mail_sign_in_refused",
    actor: "end_user",
  },
  {
    from: imap,
    moment: "connecting",
    method: "password",
    status: 0,
    providerCode: "AUTHENTICATIONFAILED",
    code: "credential_invalid",
    cause: "mail_sign_in_refused",
    actor: "end_user",
  },
  {
    from: imap,
    moment: "calling",
    status: 0,
    providerCode: "CONTACTADMIN",
    code: "access_denied",
    cause: "ask_the_mail_administrator",
    actor: "end_user",
  },
  {
    from: imap,
    moment: "calling",
    status: 0,
    providerCode: "OVERQUOTA",
    code: "provider_rejected",
    cause: "mailbox_full",
    actor: "end_user",
  },
  {
    from: imap,
    moment: "calling",
    status: 0,
    providerCode: "NONEXISTENT",
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: imap,
    moment: "calling",
    status: 0,
    providerCode: "UNAVAILABLE",
    code: "provider_unavailable",
    cause: "provider_unavailable",
    actor: "provider",
  },
  {
    from: smtp,
    moment: "calling",
    status: 550,
    providerCode: "5.1.1",
    code: "input_invalid",
    cause: "recipient_unknown",
    actor: "developer",
  },
  {
    from: "https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3",
    moment: "calling",
    status: 452,
    providerCode: "452",
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
]

/** Answers of the two providers to sign in at. */
const signIns: readonly ErrorCase[] = [
  {
    from: "https://developers.google.com/identity/protocols/oauth2#expiration",
    moment: "refreshing",
    method: "oauth_google",
    status: 400,
    body: { error: "invalid_grant", error_description: "Token has been expired or revoked." },
    code: "reauth_required",
    cause: "grant_ended",
    actor: "end_user",
  },
  {
    from: `${google}#authorization-errors-admin-policy-enforced`,
    moment: "refreshing",
    method: "oauth_google",
    status: 400,
    body: { error: "admin_policy_enforced" },
    code: "reauth_required",
    cause: "blocked_by_workspace_admin",
    actor: "end_user",
  },
  {
    from: `${google}#offline`,
    moment: "connecting",
    method: "oauth_google",
    status: 200,
    body: { access_token: "an-access-token", expires_in: 3_920, token_type: "Bearer", scope: "openid email" },
    code: "refresh_token_missing",
    cause: "refresh_token_missing",
    actor: "end_user",
  },
  {
    from: microsoft,
    moment: "refreshing",
    method: "oauth_microsoft",
    status: 400,
    body: {
      error: "interaction_required",
      error_description: "AADSTS50079: The user is required to use multifactor authentication.",
      error_codes: [50079],
    },
    code: "reauth_required",
    cause: "second_factor_required",
    actor: "end_user",
  },
  {
    from: microsoft,
    moment: "refreshing",
    method: "oauth_microsoft",
    status: 400,
    body: {
      error: "invalid_grant",
      error_description: "AADSTS50196: A client loop has been detected.",
      error_codes: [50196],
    },
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
    providerCode: "AADSTS50196",
  },
  {
    from: microsoft,
    moment: "refreshing",
    method: "oauth_microsoft",
    status: 401,
    body: {
      error: "invalid_client",
      error_description: "AADSTS7000222: The provided client secret keys are expired.",
      error_codes: [7_000_222],
    },
    code: "config_invalid",
    cause: "app_refused",
    actor: "developer",
  },
]

/** Refusals as the standards and both providers' documentation show them. */
export const corpus: readonly ErrorCase[] = [...servers, ...signIns]
