import type { OAuth2Options, TokenBody } from "./oauth2-options.js"

/**
 * The parameters that ask for scopes. Scopes that the caller names go to the slots whose defaults hold them, and to the first slot where
 * none does, beside those that are always asked for; without any, each slot asks for its defaults.
 */
export function requestedScopes(
  options: Pick<OAuth2Options, "scopes" | "alwaysScopes" | "slots">,
  separator: string,
  named: readonly string[] | undefined,
): Record<string, string> {
  const asked = named && [...(options.alwaysScopes ?? []), ...named]
  const defaults = new Map<string, readonly string[]>([["scope", options.scopes]])
  for (const { parameter, scopes } of Object.values(options.slots ?? {})) {
    defaults.set(parameter, [...new Set([...(defaults.get(parameter) ?? []), ...scopes])])
  }
  const known = new Set([...defaults.values()].flat())
  const wanted = [...defaults].map(([parameter, scopes], index): [string, readonly string[]] => [
    parameter,
    asked ? asked.filter((scope) => scopes.includes(scope) || (index === 0 && !known.has(scope))) : scopes,
  ])
  const given = wanted.filter(([, scopes]) => scopes.length > 0)
  return Object.fromEntries(given.map(([parameter, scopes]) => [parameter, [...new Set(scopes)].join(separator)]))
}

/** Scopes of a token answer; undefined where it does not say. Split at blanks and commas, whichever was sent (quirk 4). */
export function grantedScopes(options: Pick<OAuth2Options, "granted">, body: TokenBody): readonly string[] | undefined {
  if (options.granted) return options.granted(body)
  const { scope } = body
  const scopes = typeof scope === "string" ? scope.split(/[\s,]+/) : Array.isArray(scope) ? scope : []
  const named = scopes.filter((one): one is string => typeof one === "string" && one !== "")
  return named.length > 0 ? named : undefined
}
