/** Sent with every answer. A route's own headers win. */
export const baseHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const

/**
 * Sent with pages. There is no `form-action`: Chrome applies it to every redirect behind a form as well, and ours lead to
 * the provider's sign-in, wherever that goes on to. All text in pages is escaped, so no form can be put there by others.
 */
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
} as const

/**
 * A page with a form must let its POST say where it comes from: under `no-referrer` browsers send `Origin: null`.
 * @see https://fetch.spec.whatwg.org/#append-a-request-origin-header
 */
export const formPageHeaders = { "referrer-policy": "same-origin" } as const

/** The same answer with more headers: `defaults` where it has none, `additions` beside its own. */
export function withHeaders(
  response: Response,
  defaults: Readonly<Record<string, string>>,
  additions: Readonly<Record<string, string>> = {},
): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(defaults)) if (!headers.has(name)) headers.set(name, value)
  for (const [name, value] of Object.entries(additions)) headers.append(name, value)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
