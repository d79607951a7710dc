import { hmac } from "../signing.js"
import type { OAuth1Refusal, OAuth1RefusalReason, OAuth1SignatureMethod, SignedCall } from "./oauth1-options.js"

/** A request's protocol parameters, and everything that its signature covers. */
export interface SignedRequest {
  oauth: Readonly<Record<string, string>>
  base: string
}

const malformed = new Set<OAuth1RefusalReason>([
  "parameter_absent",
  "parameter_repeated",
  "parameter_rejected",
  "version_rejected",
  "signature_method_rejected",
  "callback_rejected",
  "permission_unknown",
])

/** @see https://www.rfc-editor.org/rfc/rfc5849#section-3.2 */
export function oauth1Refusal(
  where: OAuth1Refusal["where"],
  reason: OAuth1RefusalReason,
  description: string,
): OAuth1Refusal {
  return { where, reason, description, status: malformed.has(reason) ? 400 : 401 }
}

/** Reads a request as RFC 5849 section 3.4.1 does: header, query and form, each parameter of the protocol in one place and once. */
export async function readSigned(
  where: OAuth1Refusal["where"],
  call: SignedCall,
): Promise<SignedRequest | { refusal: OAuth1Refusal }> {
  const no = (reason: OAuth1RefusalReason, description: string) => ({
    refusal: oauth1Refusal(where, reason, description),
  })
  const header = headerParameters(call.request.headers.get("authorization"))
  if (!header) return no("parameter_rejected", "the Authorization header is not as RFC 5849 section 3.5.1 has it")
  const pairs = [...header, ...call.url.searchParams, ...((await call.form()) ?? [])]
  const oauth: Record<string, string> = {}
  for (const [name, value] of pairs) {
    if (!name.startsWith("oauth_")) continue
    if (name in oauth) return no("parameter_repeated", `${name} was sent more than once`)
    oauth[name] = value
  }
  const covered = pairs
    .filter(([name]) => name !== "oauth_signature" && name !== "realm")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort(byNameThenValue)
  const { protocol, host, pathname } = call.url
  const base = [call.request.method, `${protocol}//${host}${pathname}`, covered.join("&")].map(encode).join("&")
  return { oauth, base }
}

/** Undefined: there is one, and it cannot be read. */
function headerParameters(header: string | null): [string, string][] | undefined {
  const [scheme = "", ...rest] = (header ?? "").split(" ")
  if (scheme.toLowerCase() !== "oauth") return []
  const parameters: [string, string][] = []
  for (const part of rest.join(" ").split(",")) {
    const found = /^\s*([^\s=]+)="([^"]*)"\s*$/.exec(part)
    if (!found) return undefined
    try {
      parameters.push([decodeURIComponent(found[1] ?? ""), decodeURIComponent(found[2] ?? "")])
    } catch {
      return undefined
    }
  }
  return parameters
}

/** Whether the signature is the one that these secrets make. */
export async function isSignedBy({ oauth, base }: SignedRequest, clientSecret: string, tokenSecret: string) {
  const algorithm = oauth.oauth_signature_method === "HMAC-SHA256" ? "SHA-256" : "SHA-1"
  const expected = await hmac(algorithm, `${encode(clientSecret)}&${encode(tokenSecret)}`, base, "base64")
  return expected === oauth.oauth_signature
}

/** What every signed request must say, whoever signs. */
export function checkForm(
  where: OAuth1Refusal["where"],
  { oauth }: SignedRequest,
  methods: readonly OAuth1SignatureMethod[],
): OAuth1Refusal | undefined {
  const required = ["oauth_consumer_key", "oauth_signature_method", "oauth_timestamp", "oauth_nonce", "oauth_signature"]
  const missing = required.find((name) => !oauth[name])
  if (missing) return oauth1Refusal(where, "parameter_absent", `${missing} is missing`)
  if ((oauth.oauth_version ?? "1.0") !== "1.0")
    return oauth1Refusal(where, "version_rejected", "oauth_version is not 1.0")
  if (!methods.some((method) => method === oauth.oauth_signature_method)) {
    return oauth1Refusal(where, "signature_method_rejected", `the signature method is not ${methods.join(" or ")}`)
  }
  if (!/^[1-9]\d*$/.test(oauth.oauth_timestamp ?? "")) {
    return oauth1Refusal(where, "parameter_rejected", "oauth_timestamp is not a number of seconds")
  }
  return undefined
}

// By the encoded name, then the encoded value: `=` would sort before letters of a longer name.
function byNameThenValue(left: string, right: string): number {
  const [name = "", value = ""] = left.split("=")
  const [otherName = "", otherValue = ""] = right.split("=")
  if (name !== otherName) return name < otherName ? -1 : 1
  return value < otherValue ? -1 : value > otherValue ? 1 : 0
}

/** @see https://www.rfc-editor.org/rfc/rfc5849#section-3.6 */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
