import type { Call } from "../connector.js"
import { HoldfastError } from "../errors.js"
import type { Http, HttpOptions } from "../http.js"
import { type CallError, callErrorOf } from "./call-error.js"
import { failureOf } from "./classify.js"
import type { Credential, CredentialSource } from "./credential-source.js"
import { anyOf, startDeadline } from "./deadline.js"
import { type Answered, type ExchangeParts, exchange, type Verdict } from "./exchange.js"
import { failureError } from "./failure-error.js"
import { draftOf } from "./http-request.js"
import { parseJson } from "./parse-json.js"
import { rawFetch } from "./raw-fetch.js"
import { judge, type sharedVerdicts } from "./verdicts.js"

/** What every `Http` of one Holdfast shares. */
export interface HttpParts extends ExchangeParts {
  readonly verdicts: ReturnType<typeof sharedVerdicts>
}

export interface CreateHttpOptions {
  readonly source: CredentialSource
  /** Where no slot is named. Default: the method's first. */
  readonly slot?: string | undefined
  /** Ends every request, beside the one that a request brings. */
  readonly signal?: AbortSignal | undefined
  /** Named in errors. */
  readonly operation?: string | undefined
  /** Fields of answers that debug lines may show. */
  readonly trace?: readonly string[] | undefined
  /** Hears how each request ended. */
  onEnd?(connectionId: string, ok: boolean, error?: CallError): void
}

const defaultTimeoutMs = 30_000

/** The provider's API with a credential attached. Nothing of it is read before the first request. */
export function createHttp(parts: HttpParts, options: CreateHttpOptions): Http {
  return httpOver(parts, options, (credential) =>
    parts.verdicts(credential, () => {
      // The check's own requests are not judged in turn.
      const http = httpOver(parts, { source: options.source, slot: credential.slot }, undefined)
      return judge(credential.connector, callOf(credential, http), credential.slot)
    }),
  )
}

function httpOver(parts: HttpParts, options: CreateHttpOptions, verdict: Verdict | undefined): Http {
  const source: CredentialSource = verdict ? options.source : { current: options.source.current }
  const isStored = options.source.replace !== undefined

  async function send<Out>(method: string, path: string, given: HttpOptions<Out> = {}): Promise<Out> {
    const callerSignal = anyOf(given.signal, options.signal)
    const deadline = startDeadline(parts.runtime.timers, given.timeoutMs ?? defaultTimeoutMs, callerSignal)
    let connectionId: string | undefined
    let ok = false
    let failure: CallError | undefined
    try {
      const ended = await exchange(parts, source, verdict, {
        draft: draftOf(method, path, given),
        slot: given.as ?? options.slot,
        signal: deadline.signal,
        callerSignal,
        isIdempotent: given.idempotent ?? ["GET", "HEAD", "PUT", "DELETE"].includes(method),
        isReplayable: true,
        options: { timeoutMs: given.timeoutMs ?? defaultTimeoutMs, trace: options.trace },
        onCredential(credential) {
          connectionId = credential.connectionId
        },
        read: readJson,
      })
      if (ended.answered.failure) {
        throw failureError(ended, { operation: options.operation, isStored, now: parts.runtime.clock.now() })
      }
      const out = await checked(ended.answered, ended.credential, given, options.operation)
      given.onHeaders?.(ended.answered.answer.headers)
      ok = true
      return out
    } catch (error) {
      failure = callErrorOf(error)
      throw error
    } finally {
      deadline.release()
      if (connectionId !== undefined) options.onEnd?.(connectionId, ok, failure)
    }
  }

  return Object.freeze({
    get: (path, given) => send("GET", path, given),
    post: (path, given) => send("POST", path, given),
    put: (path, given) => send("PUT", path, given),
    patch: (path, given) => send("PATCH", path, given),
    delete: (path, given) => send("DELETE", path, given),
    fetch: (request, init) => rawFetch(parts, source, verdict, options, request, init),
  } satisfies Http)
}

interface ReadAnswer extends Answered {
  /** Whether the body was JSON, or empty. */
  readonly isUnderstood: boolean
}

async function readJson(response: Response, credential: Credential): Promise<ReadAnswer> {
  const text = await response.text()
  const { body, isUnderstood } = parseJson(text)
  const answer = { status: response.status, headers: response.headers, body }
  return { response, answer, failure: failureOf(credential.connector.errors, answer), isUnderstood }
}

/** The answer as the caller expects it: JSON that its schema accepts. */
async function checked<Out>(
  answered: ReadAnswer,
  credential: Credential,
  given: HttpOptions<Out>,
  operation: string | undefined,
): Promise<Out> {
  const { answer, isUnderstood } = answered
  const invalid = (message: string, reason: string, fields?: readonly string[]) =>
    new HoldfastError("response_invalid", `${credential.connector.name} ${message}`, {
      details: {
        connector: credential.connector.id,
        ...(operation !== undefined && { operation }),
        providerStatus: answer.status,
        reason,
        ...(fields && { fields }),
      },
    })
  if (answer.status >= 300 && answer.status !== 304) {
    throw new HoldfastError(
      "host_forbidden",
      `${credential.connector.name} redirects elsewhere, which is not followed.`,
      {
        details: { connector: credential.connector.id, providerStatus: answer.status, reason: "redirected" },
      },
    )
  }
  if (!isUnderstood) throw invalid("answered with something that is not JSON.", "not_json")
  if (!given.output) return answer.body as Out
  const parsed = await given.output.safeParseAsync(answer.body)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => issue.path.join("."))
  throw invalid(
    `answered with other fields than expected: ${fields.join(", ") || "the whole"}.`,
    "unexpected_shape",
    fields,
  )
}

/** What a connector's functions are given. */
export function callOf<Client>(
  credential: Pick<Credential, "account" | "context" | "granted" | "target">,
  http: Http,
  client?: Client,
  signal?: AbortSignal,
): Call<Client> {
  const { account, context, granted, target } = credential
  const call = { http, client: client as Client, account, app: context.app, context, granted, signal }
  return Object.freeze({ ...call, ...(target && { target }) })
}
