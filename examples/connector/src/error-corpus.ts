import type { ErrorCase } from "@holdfast/testing"

const errors = "https://docs.acme.example/errors"
const oauth = "https://docs.acme.example/oauth"

/** Refusals as Acme's documentation shows them: four or more, and one for each of its causes. */
export const corpus: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: { error: "token_expired" },
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: errors,
    moment: "calling",
    status: 403,
    body: { error: "missing_scope" },
    code: "scope_missing",
    cause: "scope_not_in_app",
    actor: "developer",
  },
  {
    from: oauth,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant" },
    code: "reauth_required",
    cause: "grant_ended",
    actor: "end_user",
  },
  {
    from: oauth,
    moment: "connecting",
    status: 302,
    body: { error: "access_denied" },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
]
