const at = (name: string) => `https://www.googleapis.com/auth/${name}`

/** Scopes that ask who somebody is; the short ones are answered under their long names. */
const identity: Readonly<Record<string, string>> = {
  openid: "openid",
  email: at("userinfo.email"),
  profile: at("userinfo.profile"),
  [at("userinfo.email")]: at("userinfo.email"),
  [at("userinfo.profile")]: at("userinfo.profile"),
}

/** Which scopes let one call each method, any of which will do. From the "Authorization scopes" of each method's reference page. */
export const methodScopes = {
  "sheets.values.write": [at("spreadsheets"), at("drive"), at("drive.file")],
  "sheets.values.read": [
    at("spreadsheets"),
    at("spreadsheets.readonly"),
    at("drive"),
    at("drive.readonly"),
    at("drive.file"),
  ],
  "calendar.events.write": [at("calendar"), at("calendar.events"), at("calendar.events.owned")],
  "calendar.events.read": [
    at("calendar"),
    at("calendar.readonly"),
    at("calendar.events"),
    at("calendar.events.readonly"),
    at("calendar.events.owned"),
    at("calendar.events.owned.readonly"),
  ],
  "drive.read": [
    at("drive"),
    at("drive.file"),
    at("drive.metadata"),
    at("drive.metadata.readonly"),
    at("drive.readonly"),
  ],
  "gmail.send": ["https://mail.google.com/", at("gmail.modify"), at("gmail.compose"), at("gmail.send")],
  "gmail.read": ["https://mail.google.com/", at("gmail.modify"), at("gmail.readonly"), at("gmail.metadata")],
  "gmail.profile": [
    "https://mail.google.com/",
    at("gmail.modify"),
    at("gmail.compose"),
    at("gmail.readonly"),
    at("gmail.metadata"),
  ],
  "chat.messages.create": [at("chat.messages"), at("chat.messages.create")],
  "chat.spaces.list": [at("chat.spaces"), at("chat.spaces.readonly")],
} as const

export type ScopedMethod = keyof typeof methodScopes

/** Everything that may be asked for. */
export const knownScopes: readonly string[] = [
  ...new Set([...Object.keys(identity), ...Object.values(methodScopes).flat()]),
]

/** The name under which Google says that a scope was granted. */
export function grantedName(scope: string): string {
  return Object.hasOwn(identity, scope) ? (identity[scope] ?? scope) : scope
}
