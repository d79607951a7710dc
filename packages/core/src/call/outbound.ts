import { HoldfastError, isHoldfastError } from "../errors.js"
import type { Guard } from "../guard.js"
import type { Logger } from "../logger.js"
import type { Runtime } from "../runtime.js"
import { abortError, orAborted, startDeadline } from "./deadline.js"
import { debugLines } from "./debug-lines.js"
import { readBounded } from "./read-bounded.js"
import { createRerouting, isLoopback, type Reroute, type Rerouting } from "./reroute.js"
import { sendFailure } from "./send-failure.js"

/** The one way out: every request to a provider leaves through it. */
export interface Outbound {
  /**
   * Sends a request to its public address and answers whatever came, redirects included. It attaches nothing.
   * Unless `stream` is asked for, the body was read within the deadline.
   * @throws HoldfastError `host_forbidden` (nothing was sent), `provider_unavailable` with `details.reason` `unsent`, `no_answer` or
   * `timed_out`, `response_invalid` (longer than `maxBytes`), `aborted`
   */
  fetch(request: Request, options?: OutboundOptions): Promise<Response>
  /** The loopback form of a public URL, for the first step of a connection in development. */
  rerouteUrl(url: string): string
}

export interface OutboundOptions {
  /** Until the answer is there; where it is streamed, its headers. Default 60 000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Default 16 MiB. */
  readonly maxBytes?: number
  /** Hands the body on as it comes, unbounded. */
  readonly stream?: boolean
  /** A person typed the host or a provider returned it: the guard decides. */
  readonly hostIsChosen?: boolean
  /** Plain http may leave this machine: the request is signed, and its secret is not in it. The guard decides all the same. */
  readonly plainHttp?: boolean
  /** Fields of a JSON answer that the debug line may show. */
  readonly trace?: readonly string[] | undefined
  /** Values that the debug lines must not show. */
  readonly secrets?: readonly string[] | undefined
}

const defaultTimeoutMs = 60_000
const defaultMaxBytes = 16 * 1024 * 1024

/** The seam to providers. Without `guard`, chosen hosts and plain http on loopback are refused. */
export function createOutbound({
  runtime,
  reroute,
  guard = refuseAll,
  log,
}: {
  runtime: Pick<Runtime, "fetch" | "timers">
  reroute?: Reroute
  guard?: Guard
  log: Logger
}): Outbound {
  const rerouting = createRerouting(reroute)

  return {
    rerouteUrl: rerouting.toLoopback,
    async fetch(request, options = {}) {
      const lines = debugLines(log, options)
      const url = new URL(request.url)
      const target = rerouting.toLoopback(request.url)
      const deadline = startDeadline(
        runtime.timers,
        options.timeoutMs ?? defaultTimeoutMs,
        request.signal,
        options.signal,
      )
      try {
        if (deadline.signal.aborted) throw abortError(deadline.signal)
        if (target === request.url) await orAborted(deadline.signal, admit(url, guard, options))
        lines.request(request.method, request.url)
        const moved = target === request.url ? request : new Request(target, request)
        const sent = runtime.fetch(new Request(moved, { redirect: "manual", signal: deadline.signal }))
        const response = restored(await orAborted(deadline.signal, sent), rerouting, target !== request.url)
        if (options.stream) {
          lines.response(response.status, response.statusText, undefined)
          return response
        }
        const body = await orAborted(deadline.signal, readBounded(response, options.maxBytes ?? defaultMaxBytes))
        lines.response(response.status, response.statusText, body)
        return buffered(response, body)
      } catch (error) {
        const failure = deadline.signal.aborted ? abortError(deadline.signal) : sendFailure(error, url.host)
        lines.noAnswer(failure.details.reason ?? failure.code)
        throw failure
      } finally {
        deadline.release()
      }
    },
  }
}

/** Https, or loopback or what is signed that the guard lets pass; and what was chosen by others only if the guard lets it pass. */
async function admit(url: URL, guard: Guard, { hostIsChosen, plainHttp }: OutboundOptions): Promise<void> {
  const isPlain = url.protocol === "http:"
  if (url.protocol !== "https:" && !(isPlain && (plainHttp || isLoopback(url.hostname)))) {
    throw new HoldfastError("host_forbidden", `${url.host} is not https.`, { details: { reason: "not_https" } })
  }
  if (!isPlain && !hostIsChosen) return
  const port = Number(url.port) || (isPlain ? 80 : 443)
  try {
    await guard(url.hostname.replace(/^\[|\]$/g, ""), port)
  } catch (error) {
    if (isHoldfastError(error)) throw error
    throw sendFailure(error, url.host)
  }
}

const refuseAll: Guard = async (host) => {
  throw new HoldfastError("host_forbidden", `${host} is chosen by others and no guard is configured to judge it.`, {
    details: { reason: "no_guard" },
  })
}

/** An answer from loopback names the public addresses again, so that redirects stay comparable. */
function restored(response: Response, rerouting: Rerouting, isMoved: boolean): Response {
  // Browsers hide a redirect that is not followed; nothing can be done with it.
  if (response.type === "opaqueredirect" || response.status < 200) {
    throw new HoldfastError("provider_rejected", "The provider answered with a redirect that this runtime hides.")
  }
  const location = isMoved ? response.headers.get("location") : null
  if (location === null) return response
  const headers = new Headers(response.headers)
  headers.set("location", rerouting.toPublic(location))
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

function buffered(response: Response, body: Uint8Array<ArrayBuffer>): Response {
  const headers = new Headers(response.headers)
  // They speak of the body as it travelled.
  headers.delete("content-encoding")
  headers.delete("content-length")
  const isBodiless = [204, 205, 304].includes(response.status)
  return new Response(isBodiless ? null : body, { status: response.status, statusText: response.statusText, headers })
}
