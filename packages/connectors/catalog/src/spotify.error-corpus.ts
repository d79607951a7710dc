import type { ErrorCase } from "@holdfast/testing"

const errors = "https://developer.spotify.com/documentation/web-api/concepts/api-calls#response-error"
const player = "https://developer.spotify.com/documentation/web-api/reference/pause-a-users-playback"
const refresh = "https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens"
const body = (status: number, message: string, reason?: string) => ({
  error: { status, message, ...(reason !== undefined && { reason }) },
})

/** Refusals in the shapes of Spotify's documentation: its regular error object, and RFC 6749's at the token endpoint. */
export const spotifyErrors: readonly ErrorCase[] = [
  {
    from: errors,
    moment: "calling",
    status: 401,
    body: body(401, "The access token expired"),
    code: "token_expired",
    cause: "token_expired",
    actor: "provider",
  },
  {
    from: player,
    moment: "calling",
    status: 403,
    body: body(403, "No.", "PREMIUM_REQUIRED"),
    code: "forbidden",
    cause: "premium_required",
    actor: "end_user",
    providerCode: "PREMIUM_REQUIRED",
  },
  {
    from: player,
    moment: "calling",
    status: 404,
    body: body(404, "No.", "NO_ACTIVE_DEVICE"),
    code: "resource_not_found",
    cause: "no_active_device",
    actor: "end_user",
    providerCode: "NO_ACTIVE_DEVICE",
  },
  {
    from: errors,
    moment: "calling",
    status: 429,
    headers: { "retry-after": "7" },
    body: body(429, "API rate limit exceeded"),
    code: "rate_limited",
    cause: "rate_limited",
    actor: "provider",
  },
  {
    from: errors,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_client", error_description: "Invalid client secret" },
    code: "config_invalid",
    cause: "app_refused",
    actor: "developer",
  },
  {
    from: refresh,
    moment: "refreshing",
    status: 400,
    body: { error: "invalid_grant", error_description: "Refresh token revoked" },
    code: "reauth_required",
    cause: "grant_ended",
    actor: "end_user",
    providerCode: "invalid_grant",
  },
  {
    from: "https://developer.spotify.com/documentation/web-api/tutorials/code-flow",
    moment: "connecting",
    status: 302,
    body: { error: "access_denied" },
    code: "access_denied",
    cause: "access_denied",
    actor: "end_user",
  },
]
