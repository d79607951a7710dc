import type { ErrorCase } from "@holdfast/testing"

const messages = "https://support.kartra.com/en/articles/15369014-success-and-error-confirmation-messages"
const body = (type: string) => ({ status: "Error", message: "No.", type })

/** Refusals by the numbers of Kartra's list. They come with status 200. */
export const kartraErrors: readonly ErrorCase[] = [
  {
    from: messages,
    moment: "calling",
    status: 200,
    body: body("233"),
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
    providerCode: "233",
  },
  {
    from: messages,
    moment: "calling",
    status: 200,
    body: body("204"),
    code: "grant_ended",
    cause: "account_inactive",
    actor: "end_user",
    providerCode: "204",
  },
  {
    from: messages,
    moment: "calling",
    status: 200,
    body: body("242"),
    code: "forbidden",
    cause: "address_not_allowed",
    actor: "developer",
  },
  {
    from: "https://documentation.kartra.com/category/api/api-inbound/api-inbound-setup/",
    moment: "calling",
    status: 429,
    body: "Too many requests",
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: messages,
    moment: "calling",
    status: 200,
    body: body("239"),
    code: "config_invalid",
    cause: "app_id_refused",
    actor: "developer",
  },
  {
    from: messages,
    moment: "calling",
    status: 200,
    body: { actions: [{ assign_tag: { status: "Error", message: "No.", type: "212" } }] },
    code: "resource_not_found",
    cause: "resource_not_found",
    actor: "developer",
  },
  {
    from: messages,
    moment: "calling",
    status: 200,
    body: { actions: [{ create_lead: { status: "Error", message: "No.", type: "244" } }] },
    code: "input_invalid",
    cause: "input_refused",
    actor: "developer",
  },
  {
    from: messages,
    moment: "connecting",
    status: 200,
    body: body("203"),
    code: "credential_invalid",
    cause: "credential_refused",
    actor: "end_user",
  },
]
