import { HoldfastError } from "../errors.js"
import { type CallError, callErrorOf, callErrorOfAnswer } from "./call-error.js"
import { failureOf } from "./classify.js"
import type { CreateHttpOptions } from "./create-http.js"
import type { Credential, CredentialSource } from "./credential-source.js"
import { anyOf, startDeadline } from "./deadline.js"
import { type Answered, type ExchangeParts, exchange, type Verdict } from "./exchange.js"
import { allowed, urlAt } from "./hosts.js"
import type { Draft } from "./http-request.js"
import { join, readBounded } from "./read-bounded.js"

type Init = RequestInit & { as?: string }

// Larger bodies pass through unheld: they are sent once, and cannot be sent again after a refused token.
const heldBytes = 4 * 1024 * 1024
// The errors of APIs that answer 200 with an error inside are short.
const peekBytes = 64 * 1024
const headersTimeoutMs = 60_000

/** The raw answer, with the credential attached, renewed and the request repeated where it was refused. Nothing is made of errors. */
export async function rawFetch(
  parts: ExchangeParts,
  source: CredentialSource,
  verdict: Verdict | undefined,
  options: CreateHttpOptions,
  input: Request | string | URL,
  init: Init = {},
): Promise<Response> {
  const { as, ...given } = init
  const { draft, isReplayable, signal } = await draftOfRequest(input, given)
  const callerSignal = anyOf(signal, options.signal)
  const deadline = startDeadline(parts.runtime.timers, headersTimeoutMs, callerSignal)
  let connectionId: string | undefined
  let ok = false
  let said: CallError | undefined
  try {
    const ended = await exchange(parts, source, verdict, {
      draft,
      slot: as ?? options.slot,
      signal: deadline.signal,
      callerSignal,
      isIdempotent: ["GET", "HEAD", "PUT", "DELETE"].includes(draft.method),
      isReplayable,
      options: { stream: true, timeoutMs: headersTimeoutMs, trace: options.trace },
      onCredential(credential) {
        connectionId = credential.connectionId
      },
      read: peek,
    })
    const { failure, response } = ended.answered
    ok = failure === undefined
    if (failure) said = callErrorOfAnswer(failure, response.status)
    return response
  } catch (error) {
    said = callErrorOf(error)
    throw error
  } finally {
    deadline.release()
    if (connectionId !== undefined) options.onEnd?.(connectionId, ok, said)
  }
}

/** A request that can be made again from whatever `fetch` takes. Addresses are judged when the account is known. */
async function draftOfRequest(
  input: Request | string | URL,
  init: RequestInit,
): Promise<{ draft: Draft; isReplayable: boolean; signal: AbortSignal | undefined }> {
  const address = input instanceof Request ? input.url : String(input)
  const isRelative = !(input instanceof Request) && !URL.canParse(address)
  // Only for reading method, headers and body: a relative address gets its host later.
  const request = made(isRelative ? "https://relative.invalid/" : input, init)
  const { body, isReplayable } = await hold(request)
  const headers = new Headers(request.headers)
  return {
    draft: {
      method: request.method,
      headers,
      body,
      urlAt: (place) => (isRelative ? urlAt(place, address) : allowed(place, address)),
    },
    isReplayable,
    signal: request.signal,
  }
}

function made(input: Request | string | URL, init: RequestInit): Request {
  try {
    return new Request(input, init)
  } catch {
    throw new HoldfastError("input_invalid", "This cannot be made a request.")
  }
}

/** The body in memory, if it is no longer than what is held; else what was read of it and the rest, to be sent once. */
async function hold(
  request: Request,
): Promise<{ body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined; isReplayable: boolean }> {
  if (request.body === null) return { body: undefined, isReplayable: true }
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  while (length <= heldBytes) {
    const { done, value } = await reader.read()
    if (done) return { body: join(chunks, length), isReplayable: true }
    chunks.push(value)
    length += value.byteLength
  }
  const rest = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const held = chunks.shift()
      if (held) return controller.enqueue(held)
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return { body: rest, isReplayable: false }
}

/** Looks for a refusal without using the answer up. */
async function peek(response: Response, credential: Credential): Promise<Answered> {
  const { errors } = credential.connector
  const isJson = /^application\/(?:[\w.-]+\+)?json(?:$|[ ;])/i.test(response.headers.get("content-type") ?? "")
  const body = errors.read && isJson ? await peekJson(response.clone()) : undefined
  const answer = { status: response.status, headers: response.headers, body }
  const failure = body === undefined && response.ok ? undefined : failureOf(errors, answer)
  return { response, answer, failure }
}

async function peekJson(response: Response): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await readBounded(response, peekBytes)))
  } catch {
    return undefined
  }
}
