import type { Call } from "../contract.js"
import { authenticateClient } from "./client-authentication.js"
import type { ServerContext } from "./issue.js"
import type { OAuthRefusal } from "./model.js"
import type { RevocationOptions } from "./options.js"
import { readBody } from "./parameters.js"
import { refusal } from "./refusal.js"
import { revokeToken } from "./revoke-token.js"
import { standardErrorResponse } from "./token.js"

/**
 * The revocation endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2
 */
export async function revocation<Data>(
  context: ServerContext<Data>,
  rules: RevocationOptions,
  call: Call,
): Promise<Response> {
  const { kit, options, registry } = context
  const read = await readBody("revocation", call, options.tokenRequestFormat, rules.tokenInQuery)
  if ("refusal" in read) return refuse(read.refusal)
  const { parameters } = read
  let clientId: string | undefined
  if (rules.clientAuthentication ?? true) {
    const known = authenticateClient("revocation", call, parameters, registry.clients, options)
    if ("refusal" in known) return refuse(known.refusal)
    clientId = known.client.clientId
  }
  if (parameters.token === undefined) return refuse(refusal("revocation", "parameter_missing", "token is missing"))
  const revoked = revokeToken(registry, parameters.token, rules.revokes ?? "token", "revoked_by_client", clientId)
  if (revoked) {
    call.note({ grantId: revoked.id })
    kit.countRevocation()
  } else if (rules.unknownToken === 400) {
    return refuse(refusal("revocation", "token_unknown", "there is no such token"))
  }
  return rules.response?.(call) ?? new Response(null, { status: 200 })

  function refuse(refused: OAuthRefusal): Response {
    call.note({ refusal: refused.reason })
    return options.errorResponse?.(refused, call) ?? standardErrorResponse(refused, call)
  }
}
