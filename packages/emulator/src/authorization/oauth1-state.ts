import type { ServerContext } from "./issue.js"
import type { EmulatedClient } from "./model.js"
import type { OAuth1Refusal, OAuth1ServerOptions, SignedCall } from "./oauth1-options.js"
import { checkForm, isSignedBy, oauth1Refusal, readSigned, type SignedRequest } from "./oauth1-signature.js"
import type { GrantRecord } from "./records.js"

/** A request token on its way through consent. */
export interface RequestToken<Data> {
  value: string
  secret: string
  clientId: string
  callback: string
  expiresAt: number
  /** Set when the person allowed it. */
  verifier?: string
  grant?: GrantRecord<Data>
  used: boolean
}

/** What every endpoint of one OAuth 1.0a server works with. */
export interface OAuth1Context<Data> extends ServerContext<Data> {
  rules: OAuth1ServerOptions<Data>
  requestTokens: Map<string, RequestToken<Data>>
  /** Secrets of access tokens. */
  secrets: Map<string, string>
  /** Nonces that were shown, by client, token and timestamp. */
  nonces: Map<string, number>
}

/** A request whose client has signed it. */
export interface Signed {
  oauth: SignedRequest["oauth"]
  client: EmulatedClient
}

/**
 * Checks form, client, signature, time and nonce, in this order, so that only who has the secrets can use a nonce up. `secretOf` answers
 * the secret that belongs to the token, or a refusal.
 */
export async function checkSigned<Data>(
  context: OAuth1Context<Data>,
  where: OAuth1Refusal["where"],
  call: SignedCall,
  secretOf: (request: SignedRequest) => { secret: string } | { refusal: OAuth1Refusal },
): Promise<Signed | { refusal: OAuth1Refusal }> {
  const { rules, registry, kit, nonces } = context
  const read = await readSigned(where, call)
  if ("refusal" in read) return read
  const wrong = checkForm(where, read, rules.signatureMethods ?? ["HMAC-SHA1"])
  if (wrong) return { refusal: wrong }
  const { oauth } = read
  const no = (reason: OAuth1Refusal["reason"], description: string) => ({
    refusal: oauth1Refusal(where, reason, description),
  })
  const client = registry.clients.get(oauth.oauth_consumer_key ?? "")
  if (!client) return no("consumer_key_unknown", "oauth_consumer_key names no client")
  const found = secretOf(read)
  if ("refusal" in found) return found
  if (!(await isSignedBy(read, client.clientSecret ?? "", found.secret))) {
    return no("signature_invalid", "the signature is not the one of this request")
  }
  const windowMs = (rules.windowSeconds ?? 300) * 1_000
  const at = Number(oauth.oauth_timestamp) * 1_000
  const now = kit.clock.now()
  if (Math.abs(now - at) > windowMs)
    return no("timestamp_refused", "oauth_timestamp is too far from the server's clock")
  const nonce = JSON.stringify([client.clientId, oauth.oauth_token, oauth.oauth_timestamp, oauth.oauth_nonce])
  if (nonces.has(nonce)) return no("nonce_used", "oauth_nonce was used before")
  nonces.set(nonce, at)
  // Older ones are refused for their time.
  for (const [known, shownAt] of nonces) if (now - shownAt > windowMs) nonces.delete(known)
  return { oauth, client }
}
