import type { Outcome } from "../method.js"
import type { TokenBody } from "./oauth2-options.js"
import { isRecord, type ProviderAnswer, readAnswer, retryAfterMs } from "./provider-answer.js"
import { shortCode } from "./provider-code.js"
import { readTokens, type SlotTokens } from "./token-set.js"
import { isProvablyUnsent } from "./unsent.js"

/** How a provider's token answers are read, defaults filled in. */
export interface AnswerRules {
  errorCode?(answer: { status: number; body: unknown }): string | undefined
  readonly grantErrors: ReadonlySet<string>
  readonly clientErrors: ReadonlySet<string>
  readonly laterErrors: ReadonlySet<string>
  /** Cuts a body into slots; those without an access token were not granted. */
  tokens(body: TokenBody): Readonly<Record<string, TokenBody | undefined>>
}

/** What came of a token request. `unknown` is everything that neither brought tokens nor proves that nothing was spent. */
export type TokenAnswer =
  | { readonly is: "granted"; readonly body: TokenBody; readonly slots: Readonly<Record<string, SlotTokens>> }
  | { readonly is: "refused"; readonly by: "grant" | "client"; readonly providerCode: string }
  | { readonly is: "later"; readonly retryAfterMs?: number; readonly providerCode?: string; readonly status?: number }
  | { readonly is: "unknown"; readonly providerCode?: string; readonly status?: number; readonly unreadable?: true }

/** The tables of RFC 6749 section 5.2, and what a provider adds to them. */
export function answerRules(options: {
  errorCode?(answer: { status: number; body: unknown }): string | undefined
  readonly grantErrors?: readonly string[]
  readonly clientErrors?: readonly string[]
  readonly laterErrors?: readonly string[]
  tokens?(body: TokenBody): Readonly<Record<string, TokenBody>>
}): AnswerRules {
  return {
    ...(options.errorCode && { errorCode: options.errorCode }),
    grantErrors: new Set(["invalid_grant", ...(options.grantErrors ?? [])]),
    clientErrors: new Set(["invalid_client", "unauthorized_client", ...(options.clientErrors ?? [])]),
    laterErrors: new Set(["temporarily_unavailable", "slow_down", ...(options.laterErrors ?? [])]),
    tokens: options.tokens ?? ((body) => ({ main: body })),
  }
}

/** Sends one token request and says what came of it. Never rejects. */
export async function askForTokens(
  send: () => Promise<Response>,
  rules: AnswerRules,
  now: () => number,
): Promise<TokenAnswer> {
  let response: Response
  try {
    response = await send()
  } catch (error) {
    return { is: isProvablyUnsent(error) ? "later" : "unknown" }
  }
  try {
    return judgeTokens(await readAnswer(response), rules, now())
  } catch {
    // Cut off, or too large: the tokens may be in what was not read.
    return { is: "unknown", status: response.status, unreadable: true }
  }
}

/** What an answer that was read whole says. */
export function judgeTokens(answer: ProviderAnswer, rules: AnswerRules, now: number): TokenAnswer {
  const { status, headers, body } = answer
  const isSuccess = status >= 200 && status < 300
  const raw = rules.errorCode ? rules.errorCode({ status, body }) : isSuccess ? undefined : errorIn(body)
  const providerCode = raw === undefined ? undefined : (shortCode(raw) ?? "unrecognised")
  const named = providerCode !== undefined && { providerCode }
  const retryAfter = retryAfterMs(headers, now)

  if (status === 429)
    return { is: "later", ...named, status, ...(retryAfter !== undefined && { retryAfterMs: retryAfter }) }
  // The backend behind a failing front may have done its work (ruling R5).
  if (status >= 500) return { is: "unknown", ...named, status }
  if (raw !== undefined && providerCode !== undefined) {
    const meaning = meaningOf(raw, providerCode, status, rules)
    if (meaning?.is === "later" && retryAfter !== undefined) return { ...meaning, retryAfterMs: retryAfter }
    return meaning ?? { is: "unknown", providerCode, status }
  }
  if (!isSuccess) return { is: "unknown", status }
  if (!isRecord(body)) return { is: "unknown", status, unreadable: true }
  const slots = readSlots(body, rules)
  if (Object.keys(slots).length > 0) return { is: "granted", body, slots }
  // No token and an error code: some answer 200 whatever happened.
  const hidden = errorIn(body)
  const code = hidden === undefined ? undefined : (shortCode(hidden) ?? "unrecognised")
  if (hidden === undefined || code === undefined) return { is: "unknown", status, unreadable: true }
  return meaningOf(hidden, code, status, rules) ?? { is: "unknown", providerCode: code, status }
}

function meaningOf(raw: string, providerCode: string, status: number, rules: AnswerRules): TokenAnswer | undefined {
  if (rules.grantErrors.has(raw)) return { is: "refused", by: "grant", providerCode }
  if (rules.clientErrors.has(raw)) return { is: "refused", by: "client", providerCode }
  if (rules.laterErrors.has(raw)) return { is: "later", providerCode, status }
  return undefined
}

function readSlots(body: TokenBody, rules: AnswerRules): Readonly<Record<string, SlotTokens>> {
  const slots: Record<string, SlotTokens> = {}
  for (const [name, part] of Object.entries(rules.tokens(body))) {
    const tokens = isRecord(part) ? readTokens(part) : undefined
    if (tokens) slots[name] = tokens
  }
  return slots
}

function errorIn(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined
  const { error } = body
  const code = isRecord(error) ? (error.code ?? error.type) : error
  if (typeof code === "number") return String(code)
  return typeof code === "string" && code !== "" ? code : undefined
}

/** What a refresh that brought nothing came to. */
export function outcomeOf(answer: Exclude<TokenAnswer, { is: "granted" }>): Exclude<Outcome<never>, { is: "renewed" }> {
  if (answer.is === "refused") return answer
  const { is, providerCode } = answer
  const retryAfterMs = answer.is === "later" ? answer.retryAfterMs : undefined
  return {
    is,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(providerCode !== undefined && { providerCode }),
  }
}
