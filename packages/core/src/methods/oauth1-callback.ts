import { HoldfastError, isHoldfastError } from "../errors.js"
import type { MethodFailure } from "../method.js"
import type { OAuth1State } from "./oauth1-options.js"
import { refuse } from "./oauth1-token.js"
import { isRecord, type ProviderAnswer } from "./provider-answer.js"
import { shortCode } from "./provider-code.js"

/** The verifier of a callback that belongs to this attempt and says yes. */
export function verifierOf(
  parameters: URLSearchParams,
  { request }: OAuth1State,
  deniedParameters: readonly string[],
): string {
  const token = parameters.get("oauth_token") ?? parameters.get("denied")
  const problem = parameters.get("error") ?? parameters.get("oauth_problem")
  const said = ["denied", ...deniedParameters].some((name) => parameters.has(name))
  // https://oauth.pbworks.com/w/page/12238543/ProblemReporting
  const isDenied = said || ["access_denied", "user_refused", "permission_denied"].includes(problem ?? "")
  // A refusal opens nothing, and some providers leave the token out of it.
  if (token === null ? !isDenied : token !== request.token) {
    throw new HoldfastError("state_mismatch", "The callback is for another request token than this attempt's.")
  }
  if (isDenied) throw new HoldfastError("access_denied")
  const verifier = parameters.getAll("oauth_verifier")
  if (verifier.length === 1 && verifier[0]) return verifier[0]
  const providerCode = shortCode(problem ?? undefined)
  throw new HoldfastError("response_invalid", "The provider's callback holds neither a verifier nor a refusal.", {
    details: providerCode === undefined ? {} : { providerCode },
  })
}

/** An answer to the request for a request token, or the redirect back. */
export function oauth1Failure(answer: ProviderAnswer, deniedParameters: readonly string[]): MethodFailure | undefined {
  try {
    if (answer.status >= 300 && answer.status < 400) {
      const said = isRecord(answer.body) ? answer.body : {}
      const parameters = new URLSearchParams(Object.entries(said).map(([name, value]) => [name, String(value)]))
      const request = { token: parameters.get("oauth_token") ?? parameters.get("denied") ?? "", tokenSecret: "" }
      verifierOf(parameters, { request, input: {} }, deniedParameters)
    } else refuse(answer, false, 0)
    return undefined
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    const { providerCode } = error.details
    return { code: error.code, ...(providerCode !== undefined && { providerCode }) }
  }
}
