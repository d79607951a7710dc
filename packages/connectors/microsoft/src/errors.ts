// https://learn.microsoft.com/en-us/graph/errors
import type { ErrorTable } from "@holdfast/core"
import { z } from "zod"

const refusal = z.object({ error: z.looseObject({ code: z.string() }) })

/** Graph's codes, and those of the services behind it. */
export const errors: ErrorTable = {
  read({ status, headers, body }) {
    if (status < 400) return undefined
    // https://learn.microsoft.com/en-us/entra/identity-platform/claims-challenge
    if (/error="?insufficient_claims\b/.test(headers.get("www-authenticate") ?? "")) return "insufficient_claims"
    return refusal.safeParse(body).data?.error.code
  },
  codes: {
    InvalidAuthenticationToken: "token_expired",
    unauthenticated: "token_expired",
    // What more is wanted, the token endpoint says at the next refresh: interaction_required where a person is needed.
    insufficient_claims: "token_expired",

    // These stand for a missing permission of the app and for one of the person alike, so none is called a missing scope.
    // https://learn.microsoft.com/en-us/graph/resolve-auth-errors
    accessDenied: "forbidden",
    AccessDenied: "forbidden",
    Authorization_RequestDenied: "forbidden",
    ErrorAccessDenied: "forbidden",
    ErrorSendAsDenied: "forbidden",
    Forbidden: "forbidden",
    notAllowed: "forbidden",
    // The mailbox is on premises, inactive, or there is none.
    MailboxNotEnabledForRESTAPI: "forbidden",
    extensionError: "forbidden",

    ErrorFolderNotFound: "resource_not_found",
    ErrorItemNotFound: "resource_not_found",
    itemNotFound: "resource_not_found",
    NotFound: "resource_not_found",
    Request_ResourceNotFound: "resource_not_found",
    ResourceNotFound: "resource_not_found",

    BadRequest: "input_invalid",
    ErrorInvalidIdMalformed: "input_invalid",
    ErrorInvalidPropertySet: "input_invalid",
    ErrorInvalidRecipients: "input_invalid",
    ErrorInvalidRequest: "input_invalid",
    ErrorPropertyValidationFailure: "input_invalid",
    InefficientFilter: "input_invalid",
    invalidRequest: "input_invalid",
    InvalidRequest: "input_invalid",
    RequestBodyRead: "input_invalid",
    SearchWithFilter: "input_invalid",

    activityLimitReached: "rate_limited",
    ApplicationThrottled: "rate_limited",
    ErrorTooManyObjectsOpened: "rate_limited",
    TooManyRequests: "rate_limited",

    serviceNotAvailable: "provider_unavailable",
    ServiceUnavailable: "provider_unavailable",
  },
}
