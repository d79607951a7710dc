// https://airtable.com/developers/web/api/errors
import type { KnownCause } from "@holdfast/core"

/** What Airtable's codes ask people to do. @see https://support.airtable.com/docs/airtable-api-common-troubleshooting */
export const causes: readonly KnownCause[] = [
  {
    codes: ["INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"],
    cause: "base_not_shared",
    actor: "end_user",
    text: "Airtable has no such base or table, or this token was not given it.",
    advice:
      "Connect again and choose the base; add it to the token at airtable.com/create/tokens where one was pasted.",
    link: "https://airtable.com/create/tokens",
  },
  {
    codes: ["INVALID_PERMISSIONS"],
    cause: "scope_or_role_missing",
    actor: "end_user",
    text: "The token lacks the scope for this, or the person may not edit there.",
    advice: "Connect again with the scope, or have the person made an editor of the base.",
    link: "https://airtable.com/developers/web/api/scopes",
  },
  {
    codes: ["PUBLIC_API_BILLING_LIMIT_EXCEEDED"],
    cause: "monthly_calls_used_up",
    actor: "end_user",
    text: "The workspace has used up the API calls of its plan for this month.",
    advice: "Have its owner change the plan, or wait for the next month.",
    link: "https://support.airtable.com/docs/managing-api-call-limits-in-airtable",
  },
  {
    codes: ["invalid_grant"],
    when: ["refreshing"],
    cause: "refresh_token_spent",
    actor: "end_user",
    text: "Airtable takes a refresh token once and for 60 days, and connecting again elsewhere ends it too.",
    advice: "Connect again; if another program uses the same integration for this person, stop it.",
    link: "https://airtable.com/developers/web/api/oauth-reference",
  },
]
