import { pkceChallenge } from "../signing.js"
import { type Issued, issueAllSlots, type ServerContext, type TokenRequest } from "./issue.js"
import type { OAuthRefusal } from "./model.js"
import type { Parameters } from "./parameters.js"
import { type CodeRecord, viewGrant } from "./records.js"
import { customRefusal, refusal } from "./refusal.js"

/**
 * Trades a code for tokens. A code works once; shown again by its client, it takes back the tokens that it gave.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
 */
export async function exchangeCode<Data>(context: ServerContext<Data>, request: TokenRequest): Promise<Issued<Data>> {
  const { kit, options, registry } = context
  const { call, client, parameters } = request
  if (parameters.code === undefined) return no("parameter_missing", "code is missing")
  const verified = parameters.code_verifier === undefined ? undefined : await pkceChallenge(parameters.code_verifier)
  // Nothing is awaited from here on: of two simultaneous exchanges one must see the code used.
  const code = registry.codes.get(parameters.code)
  if (!code) return no("code_unknown", "there is no such code")
  const { grant } = code
  if (grant.clientId !== client.clientId) return no("code_foreign", "the code was given to another client")
  if (options.boundToOrigin && grant.origin !== call.url.origin) {
    return no("code_foreign", "the code was given by another tenant")
  }
  if (code.used) {
    registry.revokeGrant(grant, "code_reused")
    return no("code_used", "the code was used before")
  }
  if (code.expiresAt <= kit.clock.now()) return no("code_expired", "the code has expired")
  const wrong =
    wrongRedirectUri(code, parameters, options.redirectUriAtToken ?? "required") ?? wrongProof(code, verified)
  if (wrong) return { refusal: wrong }
  const refused = options.checkToken?.({ ...request, grant: viewGrant(grant, kit.clock.now()) })
  if (refused) return { refusal: customRefusal("token", refused) }
  code.used = true
  const earlier = registry.siblings(client.clientId, grant.account.id)
  const tokens = issueAllSlots(context, grant, request, "authorization_code")
  if (options.reconsent === "kills") {
    for (const sibling of earlier) registry.revokeGrant(sibling, "superseded_by_reconsent")
  }
  return { grant, tokens }
}

function wrongRedirectUri(
  code: CodeRecord<unknown>,
  { redirect_uri: sent }: Parameters,
  rule: "required" | "optional",
): OAuthRefusal | undefined {
  if (sent === undefined) {
    if (rule === "optional" || code.redirectUri === undefined) return undefined
    return refusal("token", "parameter_missing", "redirect_uri is missing")
  }
  if (sent === code.redirectUri) return undefined
  return refusal("token", "redirect_uri_mismatch", "redirect_uri is not the one of the authorization request")
}

function wrongProof({ challenge }: CodeRecord<unknown>, verified: string | undefined): OAuthRefusal | undefined {
  if (challenge === verified) return undefined
  if (verified === undefined) return refusal("token", "pkce_missing", "code_verifier is missing")
  // RFC 9700 4.8.2: a verifier without a challenge is a downgrade, not a detail.
  return refusal("token", "pkce_mismatch", "code_verifier does not belong to the code_challenge")
}

function no(reason: OAuthRefusal["reason"], description: string): { refusal: OAuthRefusal } {
  return { refusal: refusal("token", reason, description) }
}
