import type { ErrorTable } from "@holdfast/core"
import { z } from "zod"

const refusal = z.object({ ok: z.literal(false), error: z.string() })

/** The code in an answer of any status: Slack refuses with HTTP 200. */
export function slackError(body: unknown): string | undefined {
  return refusal.safeParse(body).data?.error
}

/**
 * Slack's error codes, and what they mean here.
 * @see https://docs.slack.dev/reference/methods/chat.postMessage#errors
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export const errors: ErrorTable = {
  read: ({ body }) => slackError(body),
  codes: {
    token_expired: "token_expired",
    invalid_auth: "reauth_required",
    not_authed: "reauth_required",
    token_revoked: "grant_ended",
    account_inactive: "grant_ended",

    missing_scope: "scope_missing",
    no_permission: "scope_missing",
    not_allowed_token_type: "scope_missing",

    channel_not_found: "resource_not_found",
    user_not_found: "resource_not_found",
    user_not_visible: "resource_not_found",
    users_not_found: "resource_not_found",
    thread_not_found: "resource_not_found",
    message_not_found: "resource_not_found",
    team_not_found: "resource_not_found",

    // The bot must be invited first, or may not do this here.
    not_in_channel: "forbidden",
    is_archived: "forbidden",
    restricted_action: "forbidden",
    restricted_action_read_only_channel: "forbidden",
    restricted_action_thread_only_channel: "forbidden",
    user_is_restricted: "forbidden",
    access_denied: "forbidden",
    accesslimited: "forbidden",
    ekm_access_denied: "forbidden",
    team_access_not_granted: "forbidden",

    no_text: "input_invalid",
    msg_too_long: "input_invalid",
    name_taken: "input_invalid",
    invalid_name: "input_invalid",
    invalid_name_required: "input_invalid",
    invalid_name_maxlength: "input_invalid",
    invalid_name_punctuation: "input_invalid",
    invalid_name_specials: "input_invalid",
    invalid_cursor: "input_invalid",
    invalid_limit: "input_invalid",
    invalid_types: "input_invalid",
    invalid_arguments: "input_invalid",
    missing_argument: "input_invalid",

    ratelimited: "rate_limited",
    rate_limited: "rate_limited",
    message_limit_exceeded: "rate_limited",

    internal_error: "provider_unavailable",
    fatal_error: "provider_unavailable",
    service_unavailable: "provider_unavailable",
    request_timeout: "provider_unavailable",
    team_added_to_org: "provider_unavailable",
    org_login_required: "provider_unavailable",
  },
}
