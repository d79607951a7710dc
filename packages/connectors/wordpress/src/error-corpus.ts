import type { ErrorCase } from "@holdfast/testing"

const passwords = "https://make.wordpress.org/core/2020/11/05/application-passwords-integration-guide/"
const authenticating = "https://developer.wordpress.org/reference/functions/wp_authenticate_application_password/"
const posts = "https://developer.wordpress.org/rest-api/reference/posts/"

const refused = (status: number, code: string, message: string) => ({ code, message, data: { status } })

/** Refusals as WordPress's documentation and reference show them. */
export const corpus: readonly ErrorCase[] = [
  {
    from: authenticating,
    moment: "calling",
    status: 401,
    body: refused(401, "incorrect_password", "The provided password is an invalid application password."),
    code: "token_expired",
    cause: "application_password_gone",
    actor: "end_user",
  },
  {
    from: authenticating,
    moment: "connecting",
    method: "application_password",
    status: 401,
    body: refused(401, "invalid_username", "Unknown username. Check again or try your email address."),
    code: "credential_invalid",
    cause: "application_password_gone",
    actor: "end_user",
  },
  {
    from: authenticating,
    moment: "calling",
    status: 401,
    body: refused(
      401,
      "application_passwords_disabled_for_user",
      "Application passwords are not available for your account. Please contact the site administrator for assistance.",
    ),
    code: "token_expired",
    cause: "application_passwords_off",
    actor: "end_user",
  },
  {
    from: passwords,
    moment: "connecting",
    method: "application_password",
    status: 401,
    body: refused(401, "application_passwords_disabled", "Application passwords are not available."),
    code: "credential_invalid",
    cause: "application_passwords_off",
    actor: "end_user",
  },
  {
    // What the server took the header from.
    from: "https://developer.wordpress.org/rest-api/frequently-asked-questions/",
    moment: "calling",
    status: 401,
    body: refused(401, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user."),
    code: "token_expired",
    cause: "nobody_signed_in",
    actor: "end_user",
  },
  {
    from: posts,
    moment: "calling",
    status: 403,
    body: refused(403, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user."),
    code: "scope_missing",
    cause: "role_too_small",
    actor: "end_user",
  },
  {
    from: posts,
    moment: "calling",
    status: 404,
    body: refused(404, "rest_post_invalid_id", "Invalid post ID."),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: "https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/",
    moment: "calling",
    status: 400,
    body: refused(400, "rest_invalid_param", "Invalid parameter(s): per_page"),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
]
