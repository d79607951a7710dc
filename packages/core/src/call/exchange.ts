import type { ErrorMeaning } from "../connector.js"
import { HoldfastError, isHoldfastError } from "../errors.js"
import { type Runtime, sleep } from "../runtime.js"
import { type Answer, type Failure, retryAfterOf } from "./classify.js"
import { type Credential, type CredentialSource, secretTexts } from "./credential-source.js"
import { abortError } from "./deadline.js"
import { allowed, placeOf } from "./hosts.js"
import { type Draft, requestOf } from "./http-request.js"
import type { Outbound, OutboundOptions } from "./outbound.js"
import { budgetOf } from "./rate-limit-headers.js"
import type { RateLimits } from "./rate-limits.js"
import { isLoopback } from "./reroute.js"
import { isUnsent } from "./send-failure.js"

/** What sends need, beside the credential. */
export interface ExchangeParts {
  readonly runtime: Pick<Runtime, "clock" | "timers" | "random">
  readonly outbound: Outbound
  readonly limits: RateLimits
}

/** One request as it is to be sent: how often, how long, and how its answer is read. */
export interface Sending<A extends Answered> {
  readonly draft: Draft
  readonly slot: string | undefined
  /** The deadline's. */
  readonly signal: AbortSignal
  /** The caller's own, which ends its waiting for a token: that wait has its own bound. */
  readonly callerSignal: AbortSignal | undefined
  /** Whether it may be sent again after an answer was lost. */
  readonly isIdempotent: boolean
  /** Whether its body can be sent again at all. */
  readonly isReplayable: boolean
  readonly options: Omit<OutboundOptions, "signal" | "hostIsChosen" | "secrets">
  /** Hears whose credential it is, before anything is sent. */
  onCredential(credential: Credential): void
  /** Reads the answer, and what it means if it is a refusal. */
  read(response: Response, credential: Credential): Promise<A>
}

export interface Answered {
  readonly response: Response
  readonly failure: Failure | undefined
  readonly answer: Answer
}

/** How it ended: `refused` is what was said of the credential when the last answer refused it. */
export interface Ended<A extends Answered> {
  readonly answered: A
  readonly credential: Credential
  readonly refused?: "dead" | "alive" | "unknown"
}

/** Asks whether a refused credential is really dead. */
export type Verdict = (credential: Credential) => Promise<"dead" | "alive" | "unknown">

const maxRedirects = 5
const maxTries = 3
const backoffMs = 300
const maxBackoffMs = 5_000
const unknownWaitMs = 1_000

/**
 * Sends with the credential attached, follows redirects on the same origin, tries idempotent requests again, and after a refused
 * credential once more with what replaces it. A request is repeated then whatever its method: it was refused before it did anything.
 */
export async function exchange<A extends Answered>(
  parts: ExchangeParts,
  source: CredentialSource,
  verdict: Verdict | undefined,
  sending: Sending<A>,
): Promise<Ended<A>> {
  const { callerSignal } = sending
  let credential = await source.current({ slot: sending.slot, signal: callerSignal })
  sending.onCredential(credential)
  let answered = await tries(parts, credential, sending)
  if (!refusesCredential(answered.failure?.meaning) || !source.replace) return { answered, credential }

  const replacement = await source.replace(credential, callerSignal)
  if (replacement.version !== credential.version) {
    if (!sending.isReplayable) return { answered, credential: replacement }
    discard(answered.response)
    credential = replacement
    answered = await tries(parts, credential, sending)
    if (!refusesCredential(answered.failure?.meaning)) return { answered, credential }
  }
  const { failure } = answered
  const refused = failure?.meaning === "grant_ended" ? "dead" : await verdict?.(credential)
  if (refused === "dead") await source.refused?.(credential, failure?.providerCode, failure?.meaning === "grant_ended")
  return { answered, credential, ...(refused && { refused }) }
}

/** Whether a meaning says that another credential might do better. */
function refusesCredential(meaning: ErrorMeaning | undefined): boolean {
  return meaning === "token_expired" || meaning === "grant_ended" || meaning === "reauth_required"
}

async function tries<A extends Answered>(
  parts: ExchangeParts,
  credential: Credential,
  sending: Sending<A>,
): Promise<A> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answered = await once(parts, credential, sending)
      const mayHelp = [502, 503, 504].includes(answered.response.status) && sending.isIdempotent
      if (!mayHelp || attempt >= maxTries || !sending.isReplayable) return answered
      const askedMs = retryAfterOf(credential.connector.errors, answered.answer, parts.runtime.clock.now())
      if (askedMs !== undefined && askedMs > maxBackoffMs) return answered
      discard(answered.response)
      await pause(parts, sending.signal, Math.max(askedMs ?? 0, jittered(parts, attempt)))
    } catch (error) {
      const wasLost = isHoldfastError(error, "provider_unavailable") && error.details.reason === "no_answer"
      const mayRepeat = isUnsent(error) || (wasLost && sending.isIdempotent)
      if (!mayRepeat || attempt >= maxTries || !sending.isReplayable) throw error
      await pause(parts, sending.signal, jittered(parts, attempt))
    }
  }
}

async function once<A extends Answered>(parts: ExchangeParts, credential: Credential, sending: Sending<A>): Promise<A> {
  const { connector, data, limitKey } = credential
  if (!connector.api) throw new HoldfastError("config_invalid", `${connector.id} is not called over HTTP.`)
  const place = placeOf(connector.api, data)
  const first = sending.draft.urlAt(place)
  if (limitKey !== undefined) await parts.limits.turn(limitKey, sending.signal)

  let { draft } = sending
  let url = first
  for (let redirects = 0; ; redirects++) {
    const request = await authorized(requestOf(draft, url, connector.api, data), credential)
    const response = await parts.outbound.fetch(request, {
      ...sending.options,
      signal: sending.signal,
      hostIsChosen: connector.api.hostIsChosen === true,
      plainHttp: connector.api.plainHttp === "signed",
      secrets: secretTexts(credential.secret),
    })
    const next = redirects < maxRedirects && sending.isReplayable ? redirectOf(response, url) : undefined
    if (!next) return noted(parts, credential, await sending.read(response, credential))
    discard(response)
    if (response.status === 303 || (response.status < 303 && draft.method === "POST")) draft = asGet(draft)
    url = allowed(place, next.href)
  }
}

/** Puts the credential on; what a method returns must still go where the request was going. */
async function authorized(request: Request, credential: Credential): Promise<Request> {
  const { authorize } = credential.method
  if (!authorize) {
    throw new HoldfastError("config_invalid", `The method ${credential.method.id} has nothing to put on HTTP requests.`)
  }
  const signed = await authorize.call(credential.method, credential.context, request, credential.secret)
  if (new URL(signed.url).origin !== new URL(request.url).origin) {
    throw new HoldfastError("host_forbidden", "Authorizing a request moved it to another host.")
  }
  if (isSecretInTheOpen(signed)) {
    throw new HoldfastError("host_forbidden", "A secret goes over https only.", { details: { reason: "not_https" } })
  }
  return signed
}

/** Over plain http a request may be signed, and nothing else (see `Api.plainHttp`). */
function isSecretInTheOpen(request: Request): boolean {
  const { protocol, hostname } = new URL(request.url)
  if (protocol !== "http:" || isLoopback(hostname)) return false
  return /^(?:basic|bearer|token)\b/i.test(request.headers.get("authorization") ?? "")
}

/** Where to go on, if that is the same origin; redirects elsewhere are answers (ruling X6). */
function redirectOf(response: Response, url: URL): URL | undefined {
  const location = response.headers.get("location")
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null || !URL.canParse(location, url))
    return undefined
  const next = new URL(location, url)
  return next.origin === url.origin ? next : undefined
}

function asGet(draft: Draft): Draft {
  const headers = new Headers(draft.headers)
  headers.delete("content-type")
  return { method: draft.method === "HEAD" ? "HEAD" : "GET", headers, body: undefined, urlAt: draft.urlAt }
}

function noted<A extends Answered>(parts: ExchangeParts, credential: Credential, answered: A): A {
  const { connector, limitKey } = credential
  if (limitKey === undefined) return answered
  const now = parts.runtime.clock.now()
  const budget = connector.api?.rateLimit && budgetOf(connector.api.rateLimit, answered.answer.headers, now)
  if (budget) parts.limits.learn(limitKey, budget)
  if (answered.failure?.meaning === "rate_limited") {
    const waitMs = retryAfterOf(connector.errors, answered.answer, now)
    parts.limits.note(limitKey, waitMs ?? unknownWaitMs)
  }
  return answered
}

/** An answer nobody reads must not hold its connection. */
function discard(response: Response): void {
  if (!response.bodyUsed) response.body?.cancel().catch(() => {})
}

/** Doubling, and never in step with others. */
function jittered({ runtime }: ExchangeParts, attempt: number): number {
  const [byte = 0] = runtime.random(1)
  return backoffMs * 2 ** (attempt - 1) * (0.5 + byte / 256)
}

async function pause({ runtime }: ExchangeParts, signal: AbortSignal, delayMs: number): Promise<void> {
  await sleep(runtime.timers, delayMs, signal)
  if (signal.aborted) throw abortError(signal)
}
