import type { ErrorCase } from "@holdfast/testing"

const schemas = "https://github.com/GoHighLevel/highlevel-api-docs/blob/main/common/common-schemas.json"
const tokens = "https://marketplace.gohighlevel.com/docs/ghl/oauth/get-access-token"

/** Refusals in the shapes of HighLevel's own description. */
export const gohighlevelErrors: readonly ErrorCase[] = [
  {
    from: schemas,
    moment: "calling",
    status: 401,
    body: { statusCode: 401, message: "Invalid token: access token is invalid", error: "Unauthorized" },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: schemas,
    moment: "calling",
    status: 400,
    body: { statusCode: 400, message: "Bad Request" },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: schemas,
    moment: "calling",
    status: 422,
    body: { statusCode: 422, message: ["Unprocessable Entity"], error: "Unprocessable Entity" },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: tokens,
    moment: "refreshing",
    status: 401,
    body: { statusCode: 401, message: "Invalid token: access token is invalid", error: "Unauthorized" },
    code: "provider_rejected",
    cause: "refresh_not_understood",
    actor: "provider",
  },
  {
    from: tokens,
    moment: "connecting",
    status: 400,
    body: { statusCode: 400, message: "Bad Request" },
    code: "provider_rejected",
    cause: "connecting_refused",
    actor: "developer",
  },
]
