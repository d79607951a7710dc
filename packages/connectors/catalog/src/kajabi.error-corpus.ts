import type { ErrorCase } from "@holdfast/testing"

const authentication = "https://developers.kajabi.com/api-reference/authentication"
const description = "https://github.com/api-evangelist/kajabi/blob/main/openapi/_original/kajabi-public-api-openapi.yml"
const body = (status: number, title: string) => ({ errors: [{ status: `${status}`, title, detail: "No." }] })

/** Refusals in the shapes of Kajabi's description: JSON:API's at the API, RFC 6749's at the token endpoint. */
export const kajabiErrors: readonly ErrorCase[] = [
  {
    from: authentication,
    moment: "calling",
    status: 401,
    body: body(401, "Unauthorized"),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: description,
    moment: "calling",
    status: 403,
    body: body(403, "Forbidden"),
    code: "forbidden",
    cause: "not_allowed",
    actor: "end_user",
  },
  {
    from: description,
    moment: "calling",
    status: 422,
    body: body(422, "Unprocessable Entity"),
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: description,
    moment: "calling",
    status: 404,
    body: body(404, "Not Found"),
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: authentication,
    moment: "connecting",
    status: 401,
    body: { error: "invalid_client" },
    code: "credential_invalid",
    cause: "api_key_pair_refused",
    actor: "end_user",
    providerCode: "invalid_client",
  },
  {
    from: authentication,
    moment: "refreshing",
    status: 401,
    body: { error: "invalid_client" },
    code: "reauth_required",
    cause: "api_key_pair_refused",
    actor: "end_user",
    providerCode: "invalid_client",
  },
]
