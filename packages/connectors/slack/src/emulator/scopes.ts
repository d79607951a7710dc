/**
 * Scopes that the stand-in knows; Slack has more.
 * @see https://docs.slack.dev/reference/scopes
 */
export const knownBotScopes: readonly string[] = [
  "app_mentions:read",
  "channels:history",
  "channels:join",
  "channels:manage",
  "channels:read",
  "chat:write",
  "chat:write.public",
  "groups:history",
  "groups:read",
  "groups:write",
  "im:history",
  "im:read",
  "im:write",
  "reactions:read",
  "team:read",
  "users:read",
  "users:read.email",
]

/** The same for user tokens, which write channels by `channels:write`. */
export const knownUserScopes: readonly string[] = [
  "channels:history",
  "channels:read",
  "channels:write",
  "chat:write",
  "groups:history",
  "groups:read",
  "groups:write",
  "im:history",
  "im:read",
  "im:write",
  "reactions:read",
  "search:read",
  "team:read",
  "users:read",
  "users:read.email",
]
