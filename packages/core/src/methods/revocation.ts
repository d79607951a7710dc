import { HoldfastError } from "../errors.js"
import { isRecord, readAnswer } from "./provider-answer.js"
import { shortCode } from "./provider-code.js"
import type { AnswerRules } from "./token-answer.js"

// The grant is gone already, which is what was wanted.
const goneCodes = new Set(["invalid_token", "token_revoked", "invalid_grant"])

/**
 * Sends a revocation. Returns when the grant is known to be gone.
 * @throws HoldfastError `provider_unavailable` `config_invalid` `provider_rejected`
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.2
 */
export async function endGrant(
  send: () => Promise<Response>,
  rules: Pick<AnswerRules, "errorCode" | "grantErrors" | "clientErrors">,
): Promise<void> {
  let answer: { status: number; body: unknown }
  try {
    answer = await readAnswer(await send())
  } catch {
    throw new HoldfastError("provider_unavailable", "It is not known whether the grant was revoked.")
  }
  const { status, body } = answer
  const isSuccess = status >= 200 && status < 300
  const code = rules.errorCode ? rules.errorCode({ status, body }) : isSuccess ? undefined : errorIn(body)
  if (isSuccess && code === undefined) return
  if (code !== undefined && status < 500 && (goneCodes.has(code) || rules.grantErrors.has(code))) return
  const providerCode = shortCode(code)
  const details = { providerStatus: status, ...(providerCode !== undefined && { providerCode }) }
  if (status >= 500 || status === 429) throw new HoldfastError("provider_unavailable", undefined, { details })
  if (code !== undefined && rules.clientErrors.has(code))
    throw new HoldfastError("config_invalid", "The provider refuses the app's client id or secret.", { details })
  throw new HoldfastError("provider_rejected", "The provider did not revoke the grant.", { details })
}

function errorIn(body: unknown): string | undefined {
  return isRecord(body) && typeof body.error === "string" ? body.error : undefined
}
