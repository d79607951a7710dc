import type { Context } from "../context.js"
import { hmac } from "../signature.js"
import { type Pair, percentEncode, signatureBaseString } from "./oauth1-base-string.js"

/** How requests are signed. RFC 5849 has no SHA-256; providers that take it call it so. */
export type SignatureMethod = "HMAC-SHA1" | "HMAC-SHA256"

/** Who signs. Without a token it is the client alone ("one-legged"). */
export interface OAuth1Credentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly token?: string
  readonly tokenSecret?: string
  /** Default: "HMAC-SHA1". */
  readonly signatureMethod?: SignatureMethod
  /** Further parameters of the protocol: `oauth_callback`, `oauth_verifier`. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Where the parameters go. Default: "header". `query`, for servers that lose the header before they read it. */
  readonly placement?: "header" | "query"
}

/**
 * A request signed by OAuth 1.0a, over its method, address, query and form; the secrets stay here. What comes after may change neither.
 * @see https://www.rfc-editor.org/rfc/rfc5849#section-3
 */
export async function signOAuth1(
  request: Request,
  credentials: OAuth1Credentials,
  { clock, random }: Pick<Context, "clock" | "random">,
): Promise<Request> {
  const { clientId, clientSecret, token, tokenSecret = "", signatureMethod = "HMAC-SHA1" } = credentials
  const parameters: Record<string, string> = {
    oauth_consumer_key: clientId,
    ...(token !== undefined && { oauth_token: token }),
    ...credentials.parameters,
    oauth_signature_method: signatureMethod,
    oauth_timestamp: String(Math.floor(clock.now() / 1_000)),
    oauth_nonce: Array.from(random(16), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    oauth_version: "1.0",
  }
  const url = new URL(request.url)
  const signed = [...Object.entries(parameters), ...(await formOf(request))]
  const base = signatureBaseString(request.method, url, signed)
  const oauth_signature = await oauth1Signature(signatureMethod, base, clientSecret, tokenSecret)
  const all = Object.entries({ ...parameters, oauth_signature })
  if (credentials.placement === "query") {
    for (const [name, value] of all) url.searchParams.set(name, value)
    return new Request(url, request)
  }
  const header = all.map(([name, value]) => `${percentEncode(name)}="${percentEncode(value)}"`).join(", ")
  request.headers.set("authorization", `OAuth ${header}`)
  return request
}

/** @see https://www.rfc-editor.org/rfc/rfc5849#section-3.4.2 */
export function oauth1Signature(
  method: SignatureMethod,
  baseString: string,
  clientSecret: string,
  tokenSecret: string,
): Promise<string> {
  const key = `${percentEncode(clientSecret)}&${percentEncode(tokenSecret)}`
  return hmac(method === "HMAC-SHA256" ? "SHA-256" : "SHA-1", key, [baseString], "base64")
}

/** The fields of a posted form, which are signed; another body is not. @see https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.1 */
async function formOf(request: Request): Promise<readonly Pair[]> {
  const type = request.headers.get("content-type") ?? ""
  if (!request.body || !/^application\/x-www-form-urlencoded\b/i.test(type)) return []
  return [...new URLSearchParams(await request.clone().text())]
}
