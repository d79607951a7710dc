import type { Call } from "../contract.js"
import type { EmulatedClient, OAuthRefusal } from "./model.js"
import type { AuthorizationServerOptions } from "./options.js"
import type { Parameters } from "./parameters.js"
import { refusal } from "./refusal.js"

/**
 * Says which client sent a token or revocation request, and refuses it unless it proved itself in the documented way.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function authenticateClient(
  where: "token" | "revocation",
  call: Call,
  parameters: Parameters,
  clients: ReadonlyMap<string, EmulatedClient>,
  options: Pick<AuthorizationServerOptions, "clientAuthentication" | "shownCredentials">,
): { client: EmulatedClient } | { refusal: OAuthRefusal } {
  const method = options.clientAuthentication ?? "either"
  const shown = options.shownCredentials?.(call, parameters)
  if (shown) return known(shown.clientId, shown.clientSecret)
  const basic = basicCredentials(call.request)
  const inBody = parameters.client_secret !== undefined
  if (basic === "malformed")
    return no("client_authentication_method", "the Authorization header is not Basic id:secret")
  if (basic && inBody) return no("client_authentication_method", "the client authenticated in two ways")
  if (basic && (method === "post" || method === "none")) {
    return no("client_authentication_method", "this endpoint does not read the Authorization header")
  }
  if (inBody && method === "basic") return no("client_authentication_method", "the client secret goes in the header")

  const clientId = basic ? basic.clientId : parameters.client_id
  if (clientId === undefined) return no("client_authentication_missing", "no client authentication")
  return known(clientId, basic ? basic.clientSecret : parameters.client_secret)

  function known(id: string, secret: string | undefined) {
    if (parameters.client_id !== undefined && parameters.client_id !== id) {
      return no("client_unknown", "client_id is not the client that authenticated")
    }
    const client = clients.get(id)
    if (!client) return no("client_unknown", "there is no such client")
    if (client.clientSecret === undefined || method === "none") return { client }
    if (secret === undefined) return no("client_authentication_missing", "the client secret is missing")
    if (secret !== client.clientSecret) return no("client_secret_wrong", "the client secret is wrong")
    return { client }
  }

  function no(reason: OAuthRefusal["reason"], description: string) {
    return { refusal: refusal(where, reason, description) }
  }
}

/** Id and secret of a Basic header, which RFC 6749 form-encodes before base64. */
function basicCredentials(request: Request): { clientId: string; clientSecret: string } | "malformed" | undefined {
  const header = request.headers.get("authorization")
  if (header === null) return undefined
  const match = /^basic +([A-Za-z0-9+/=]+)$/i.exec(header)
  if (!match?.[1]) return "malformed"
  try {
    const text = new TextDecoder().decode(Uint8Array.from(atob(match[1]), (c) => c.charCodeAt(0)))
    const colon = text.indexOf(":")
    if (colon < 0) return "malformed"
    return { clientId: formDecode(text.slice(0, colon)), clientSecret: formDecode(text.slice(colon + 1)) }
  } catch {
    return "malformed"
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "))
}
