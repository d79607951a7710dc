/**
 * Scopes that the app's page at the marketplace lists.
 * @see https://developers.zoom.us/docs/integrations/oauth-scopes-granular/
 */
export const appScopes: readonly string[] = [
  "user:read:user",
  "meeting:write:meeting",
  "meeting:read:meeting",
  "meeting:read:list_meetings",
]

/** Of these, people cannot untick the ones that the app marks as required. */
export const requiredScopes: readonly string[] = ["user:read:user", "user:read", "user:read:admin"]

/** Scopes of server-to-server apps carry `:admin`. */
export const serverScopes: readonly string[] = [
  "user:read:user:admin",
  "meeting:write:meeting:admin",
  "meeting:read:meeting:admin",
  "meeting:read:list_meetings:admin",
]

/**
 * What stands for a granular scope: itself, its `:admin` form, and the classic scopes that it came from.
 * @see https://developers.zoom.us/docs/integrations/oauth-scopes/
 */
export function standsFor(granular: string): readonly string[] {
  const classic = granular.split(":").slice(0, 2).join(":")
  return [granular, `${granular}:admin`, classic, `${classic}:admin`]
}
