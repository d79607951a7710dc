import type { EmulatorClock } from "./clock.js"
import type { Fault } from "./fault.js"
import { strikesWhen } from "./fault-plan.js"
import { json } from "./responses.js"

const badGatewayPage =
  "<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"

/** Lets a fault strike: `work` is run before, after or not at all, and its answer is damaged, lost or late. */
export async function strike(
  fault: Fault,
  work: () => Promise<Response>,
  { clock, signal }: { clock: EmulatorClock; signal: AbortSignal },
): Promise<Response> {
  const after = strikesWhen(fault) === "after"
  switch (fault.kind) {
    case "drop_before":
      throw connectionLost("ECONNRESET")
    case "unreachable":
      throw connectionLost("ECONNREFUSED")
    case "drop_after":
      await work()
      throw connectionLost("ECONNRESET")
    case "delay": {
      const early = after ? await work() : undefined
      await clock.sleep(fault.ms, signal)
      return early ?? work()
    }
    case "hang":
      if (after) await work()
      return never(signal)
    case "status":
      if (after) await work()
      return statusAnswer(fault)
    case "html":
      if (after) await work()
      return new Response(badGatewayPage, {
        status: fault.status ?? 502,
        headers: { "content-type": "text/html; charset=utf-8" },
      })
    case "empty":
      await work()
      return new Response(null, { status: fault.status ?? 204 })
    case "truncated":
      return truncated(await work())
    case "token_answer":
      return work()
  }
}

/** Whether this is the error that a dropped connection rejects with. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof TypeError && error.cause instanceof Error && "code" in error.cause
}

// What undici's fetch rejects with, so that code that tells "unsent" from "lost" can be tested without sockets.
function connectionLost(code: "ECONNRESET" | "ECONNREFUSED"): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) })
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  })
}

function statusAnswer(fault: Extract<Fault, { kind: "status" }>): Response {
  const headers = { ...fault.headers }
  if (fault.retryAfterSeconds !== undefined) headers["retry-after"] = String(fault.retryAfterSeconds)
  if (fault.body !== undefined) return json(fault.body, { status: fault.status, headers })
  return new Response(null, { status: fault.status, headers })
}

// Content-Length goes: the body ends early inside an otherwise proper answer.
async function truncated(answer: Response): Promise<Response> {
  const body = new Uint8Array(await answer.arrayBuffer())
  const headers = new Headers(answer.headers)
  headers.delete("content-length")
  return new Response(body.slice(0, Math.floor(body.length / 2)), { status: answer.status, headers })
}
