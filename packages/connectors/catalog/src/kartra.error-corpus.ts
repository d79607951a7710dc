import type { ErrorCase } from "@holdfast/testing"

const messages = "https://support.kartra.com/en/articles/15369014-success-and-error-confirmation-messages"
const body = (type: string) => ({ status: "Error", message: "No.", type })

/** Refusals by the numbers of Kartra's list. They come with status 200. */
export const kartraErrors: readonly ErrorCase[] = [
  {
    from: messages,
    moment: "calling",
    status: 200,
    body: body("202"),
    code: "token_expired",
    cause: "key_refused",
    actor: "end_user",
    providerCode: "202",
  },
  {
    from: messages,
    moment: "calling",
    status: 200,
    body: body("204"),
    code: "grant_ended",
    cause: "grant_ended",
    actor: "end_user",
  },
  {
    from: messages,
    moment: "calling",
    status: 200,
    body: body("238"),
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
