import { fromBase64url } from "../runtime.js"

/**
 * What a JSON Web Token says, unproved: the signature is not looked at. Undefined for anything that is not one.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-3
 */
export function unverifiedClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  const parts = token.split(".")
  const payload = parts[1]
  if (parts.length !== 3 || !payload) return undefined
  try {
    const claims: unknown = JSON.parse(new TextDecoder().decode(fromBase64url(payload)))
    return typeof claims === "object" && claims !== null && !Array.isArray(claims)
      ? (claims as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
