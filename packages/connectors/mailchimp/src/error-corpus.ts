import type { ErrorCase } from "@holdfast/testing"

const glossary = "https://mailchimp.com/developer/marketing/docs/errors/"

const refused = (status: number, title: string, detail: string) => ({
  type: glossary,
  title,
  status,
  detail,
  instance: "3b4dcb40-0b6b-4820-bfaa-41267b3826ea",
})

/** Refusals as Mailchimp's documentation shows them. */
export const corpus: readonly ErrorCase[] = [
  {
    from: glossary,
    moment: "calling",
    status: 401,
    body: refused(
      401,
      "API Key Invalid",
      "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
    ),
    code: "token_expired",
    cause: "key_or_token_revoked",
    actor: "end_user",
  },
  {
    from: glossary,
    moment: "connecting",
    method: "api_key",
    status: 401,
    body: refused(
      401,
      "API Key Invalid",
      "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
    ),
    code: "credential_invalid",
    cause: "key_or_token_revoked",
    actor: "end_user",
  },
  {
    from: glossary,
    moment: "calling",
    status: 403,
    body: refused(403, "User Disabled", "This account has been deactivated."),
    code: "forbidden",
    cause: "account_disabled",
    actor: "end_user",
  },
  {
    from: glossary,
    moment: "calling",
    status: 403,
    body: refused(403, "Wrong Datacenter", "The API key provided is linked to a different datacenter."),
    code: "reauth_required",
    cause: "account_moved",
    actor: "end_user",
  },
  {
    from: glossary,
    moment: "calling",
    status: 403,
    body: refused(403, "Forbidden", "You are not permitted to access this resource."),
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: glossary,
    moment: "calling",
    status: 404,
    body: refused(404, "Resource Not Found", "The requested resource could not be found."),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: glossary,
    moment: "calling",
    status: 400,
    body: refused(400, "Invalid Resource", "The resource submitted could not be validated."),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: "https://github.com/ibericode/mailchimp-for-wordpress/issues/798",
    moment: "calling",
    status: 400,
    body: refused(
      400,
      "Member In Compliance State",
      "The contact is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.",
    ),
    code: "input_invalid",
    cause: "contact_must_subscribe",
    actor: "end_user",
  },
  {
    from: glossary,
    moment: "calling",
    status: 429,
    body: refused(429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: "https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/",
    moment: "connecting",
    method: "oauth",
    status: 400,
    body: { error: "invalid_grant" },
    code: "provider_rejected",
    cause: "code_refused",
    actor: "end_user",
  },
]
