const graph = "https://graph.microsoft.com/"
const openId = ["openid", "profile", "email", "offline_access"]

/**
 * Which delegated permissions let one call each method, any of which will do.
 * @see https://learn.microsoft.com/en-us/graph/permissions-reference and "Permissions" of each method's page
 */
export const methodScopes = {
  "user.read": ["User.Read", "User.ReadBasic.All", "User.Read.All", "User.ReadWrite"],
  "mail.send": ["Mail.Send"],
  "mail.read": ["Mail.Read", "Mail.ReadWrite"],
  "calendar.read": ["Calendars.Read", "Calendars.ReadWrite"],
  "calendar.write": ["Calendars.ReadWrite"],
  "teams.list": ["Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All"],
  "channels.list": ["Channel.ReadBasic.All", "ChannelSettings.Read.All", "ChannelSettings.ReadWrite.All"],
  "channel.send": ["ChannelMessage.Send"],
  // Which of them, the resource says.
  subscriptions: ["Mail.Read", "Calendars.Read"],
  "chats.list": ["Chat.ReadBasic", "Chat.Read", "Chat.ReadWrite"],
  "chat.send": ["ChatMessage.Send", "Chat.ReadWrite"],
} as const

export type ScopedMethod = keyof typeof methodScopes

const names = [...new Set(Object.values(methodScopes).flat())]

/** Everything that may be asked for, in both spellings. */
export const knownScopes: readonly string[] = [...openId, ...names, ...names.map((name) => graph + name)]

/** Without the resource in front. */
export function shortName(scope: string): string {
  return scope.startsWith(graph) ? scope.slice(graph.length) : scope
}

/** Scopes as the token answer names them: `offline_access` never stands there. */
export function answeredScopes(scopes: readonly string[], spelling: "full" | "short"): string {
  const granted = [...new Set(scopes.map(shortName))].filter((name) => name !== "offline_access")
  return granted.map((name) => (spelling === "short" || openId.includes(name) ? name : graph + name)).join(" ")
}
