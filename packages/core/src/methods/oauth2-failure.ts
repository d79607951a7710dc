import type { MethodAnswer, MethodFailure } from "../method.js"
import { refusal } from "./oauth2-callback.js"
import type { OAuth2Settings } from "./oauth2-settings.js"
import { answerOf, isRecord } from "./provider-answer.js"
import { tokenFailure } from "./token-failure.js"

/** What an answer of the token endpoint, or the redirect back from the consent page, means; undefined for a success. */
export function oauth2Failure(settings: OAuth2Settings, answer: MethodAnswer): MethodFailure | undefined {
  if (answer.moment === "connecting" && answer.status >= 300 && answer.status < 400)
    return backFailure(settings, answer)
  const { expectsRefreshToken } = settings.rotation
  const failure = tokenFailure(settings.rules, answer, ({ slots }) => {
    const isLacking = Object.values(slots).every(({ refreshToken }) => refreshToken === undefined)
    return answer.moment === "connecting" && expectsRefreshToken && isLacking
      ? { code: "refresh_token_missing" }
      : undefined
  })
  return failure?.means
}

function backFailure(settings: OAuth2Settings, { status, headers, text }: MethodAnswer): MethodFailure | undefined {
  const { body } = answerOf(status, headers, text)
  const error = isRecord(body) ? body.error : undefined
  if (typeof error !== "string") return undefined
  const { code, details } = refusal(settings, error, "")
  return { code, ...(details.providerCode !== undefined && { providerCode: details.providerCode }) }
}
