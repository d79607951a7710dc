import type { MethodAnswer, MethodFailure } from "../method.js"
import { answerOf } from "./provider-answer.js"
import { type AnswerRules, judgeTokens, type TokenAnswer } from "./token-answer.js"
import { connectError } from "./token-error.js"

/** What a token answer that brought nothing means, and what was refused by it, if anything was. */
export interface TokenFailure {
  readonly means: MethodFailure
  readonly refused?: "grant" | "client"
}

/** Reads a token answer as an exchange or a refresh does; undefined where it brought tokens, which `granted` may still object to. */
export function tokenFailure(
  rules: AnswerRules,
  { moment, status, headers, text }: MethodAnswer,
  granted: (answer: Extract<TokenAnswer, { is: "granted" }>) => MethodFailure | undefined = () => undefined,
): TokenFailure | undefined {
  const answer = judgeTokens(answerOf(status, headers, text), rules, 0)
  if (answer.is === "granted") {
    const means = granted(answer)
    return means && { means }
  }
  // The error of somebody who waits says what it is; of a refresh, a refused grant is the end of it (design section 5, point 8).
  const { code } = connectError(answer, "")
  const { providerCode } = answer
  const refused = answer.is === "refused" ? answer.by : undefined
  return {
    means: {
      code: moment === "refreshing" && refused === "grant" ? "reauth_required" : code,
      ...(providerCode !== undefined && { providerCode }),
    },
    ...(refused && { refused }),
  }
}
