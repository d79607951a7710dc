import type { ErrorCase } from "@holdfast/testing"

const requests = "https://woocommerce.github.io/woocommerce-rest-api-docs/#errors"
const keys = "https://woocommerce.com/document/woocommerce-rest-api/"
const source =
  "https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-rest-authentication.php"

const refused = (status: number, code: string, message: string) => ({ code, message, data: { status } })

/** Refusals as WooCommerce's documentation and source show them. */
export const corpus: readonly ErrorCase[] = [
  {
    from: source,
    moment: "calling",
    status: 401,
    body: refused(401, "woocommerce_rest_authentication_error", "Consumer secret is invalid."),
    code: "reauth_required",
    cause: "keys_not_seen",
    actor: "end_user",
  },
  {
    // Keys that were revoked, or never arrived: the request has no user.
    from: keys,
    moment: "calling",
    status: 401,
    body: refused(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
    code: "reauth_required",
    cause: "keys_not_seen",
    actor: "end_user",
  },
  {
    from: keys,
    moment: "calling",
    status: 403,
    body: refused(403, "woocommerce_rest_cannot_edit", "Sorry, you are not allowed to edit this resource."),
    code: "forbidden",
    cause: "keys_may_not",
    actor: "end_user",
  },
  {
    from: source,
    moment: "connecting",
    method: "api_key",
    status: 401,
    body: refused(401, "woocommerce_rest_authentication_error", "The API key provided does not have read permissions."),
    code: "credential_invalid",
    cause: "keys_not_seen",
    actor: "end_user",
  },
  {
    from: requests,
    moment: "calling",
    status: 404,
    body: refused(404, "rest_no_route", "No route was found matching the URL and request method"),
    code: "resource_not_found",
    cause: "api_not_there",
    actor: "end_user",
  },
  {
    from: requests,
    moment: "calling",
    status: 404,
    body: refused(404, "woocommerce_rest_term_invalid", "Resource doesn't exist."),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: "https://developer.wordpress.org/rest-api/extending-the-rest-api/adding-custom-endpoints/",
    moment: "calling",
    status: 400,
    body: refused(400, "rest_invalid_param", "Invalid parameter(s): status"),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
]
