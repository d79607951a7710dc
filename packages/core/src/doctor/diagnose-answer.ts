import { failureOf } from "../call/classify.js"
import { parseJson } from "../call/parse-json.js"
import type { Connector, ErrorMeaning } from "../connector.js"
import type { AuthMethod, MethodFailure } from "../method.js"
import { causeOf } from "./cause-of.js"
import type { Diagnosis } from "./diagnosis.js"
import type { Moment } from "./known-cause.js"

/** An answer of a provider, as it came. */
export interface ProviderSaid {
  readonly moment: Moment
  /** The method of connecting it was about. Default: the connector's first, of those that have token answers where it is not `calling`. */
  readonly method?: string
  /** HTTP status. While connecting, 3xx is the redirect back to us: its parameters are the fields of `body`. */
  readonly status: number
  readonly headers?: Headers | Readonly<Record<string, string>>
  /** Text as it came, or what its JSON holds. */
  readonly body?: unknown
  /** What the connector's client names it, for providers that are not HTTP. */
  readonly providerCode?: string
}

/**
 * What an answer of a provider means, by the very code that reads it when it comes: undefined for a success. Sends nothing.
 * ```ts
 * diagnoseAnswer(acme(), { moment: "calling", status: 200, body: { ok: false, error: "not_in_channel" } })
 * ```
 * A 401 at a method that renews its tokens is `token_expired`: whether the grant lives is only known when the renewal was answered.
 */
export function diagnoseAnswer(connector: Connector, said: ProviderSaid): Diagnosis | undefined {
  const { moment, status } = said
  const method = methodOf(connector, said)
  const failure = moment === "calling" ? calling(connector, said) : atMethod(connector, method, said, moment)
  if (!failure) return undefined
  const { code, providerCode } = failure
  return {
    ...causeOf(connector, { moment, code, providerCode, renews: method?.refresh !== undefined }),
    code,
    moment,
    ...(providerCode !== undefined && { providerCode }),
    providerStatus: status,
  }
}

function methodOf({ methods }: Connector, { moment, method }: ProviderSaid): AuthMethod | undefined {
  if (method !== undefined) return methods.find(({ id }) => id === method)
  return (moment === "calling" ? undefined : methods.find(({ readFailure }) => readFailure)) ?? methods[0]
}

function calling(
  { errors }: Connector,
  { status, headers, body, providerCode }: ProviderSaid,
): MethodFailure | undefined {
  const answer = { status, headers: new Headers(headers), body: parseJson(textOf(body)).body }
  const failure = failureOf(providerCode === undefined ? errors : { ...errors, read: () => providerCode }, answer)
  return failure && withCode(failure.meaning, failure.providerCode)
}

function atMethod(
  connector: Connector,
  method: AuthMethod | undefined,
  said: ProviderSaid,
  moment: "connecting" | "refreshing",
): MethodFailure | undefined {
  const { status, headers, body } = said
  if (method?.readFailure)
    return method.readFailure({ moment, status, headers: new Headers(headers), text: textOf(body) })
  // A method without token answers asks the API itself: who is there, with what was just entered.
  const failure = calling(connector, said)
  return failure && moment === "connecting" && refusesCredential(failure.code)
    ? withCode("credential_invalid", failure.providerCode)
    : failure
}

function refusesCredential(code: ErrorMeaning): boolean {
  return code === "token_expired" || code === "grant_ended" || code === "reauth_required"
}

function withCode(code: ErrorMeaning, providerCode: string | undefined): MethodFailure {
  return { code, ...(providerCode !== undefined && { providerCode }) }
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body)
}
