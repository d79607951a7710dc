import type { Bearer } from "./bearer.js"
import { clientError, isPassing, toClientError } from "./client-error.js"
import type { ClientError } from "./contract.js"
import { sleep } from "./sleep.js"

/** The handler, as seen from this page. */
export interface Backend {
  /** Absolute address of the mount, without a trailing slash. */
  readonly url: string
  /** Whether the cookie that ties attempts to this browser goes along with what this page asks: its own origin's does. */
  sendsBrowserCookie(): boolean
  /** @throws ClientError the backend's code, or `offline` or `answer_unreadable` */
  ask<Answer>(method: Method, path: string, body?: unknown): Promise<Answer>
  /** Like {@link Backend.ask}, a few times where it helps. Only for what can be asked twice. */
  read<Answer>(path: string): Promise<Answer>
}

type Method = "GET" | "POST" | "PUT" | "DELETE"

const maxReads = 3
const firstPauseMs = 400
const longestPauseMs = 5_000
// The backend itself gives a provider up after a minute.
const patienceMs = 90_000

/** Speaks to the handler by the host's cookies or, where there is one, by a token and nothing else. */
export function createBackend(address: string, bearer: Bearer): Backend {
  // On a server there is no page yet to be relative to.
  const page = globalThis.location
  const url = (page ? new URL(address, page.href).href : address).replace(/\/+$/, "")

  async function send(method: Method, path: string, body: unknown, token: string | undefined): Promise<Response> {
    const headers = {
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    }
    const init: RequestInit = {
      method,
      headers,
      // A token alone is to say who asks, never whoever happens to be signed in.
      credentials: token === undefined ? "include" : "omit",
      signal: AbortSignal.timeout(patienceMs),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
    try {
      return await fetch(url + path, init)
    } catch {
      throw clientError("offline", "The server could not be reached. Check the connection and try again.")
    }
  }

  async function ask<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
    const token = await bearer.get()
    let response = await send(method, path, body, token)
    if (response.status === 401 && token !== undefined) {
      const other = await bearer.renew(token)
      if (other !== undefined) response = await send(method, path, body, other)
    }
    return (await readAnswer(response, token !== undefined)) as Answer
  }

  return {
    url,
    sendsBrowserCookie: () => !bearer.isUsed() && new URL(url).origin === globalThis.location?.origin,
    ask,
    async read<Answer>(path: string) {
      for (let tries = 1; ; tries++) {
        try {
          return await ask<Answer>("GET", path)
        } catch (thrown) {
          const error = toClientError(thrown)
          const { retryAfterMs = firstPauseMs * 2 ** tries } = error.details ?? {}
          if (tries >= maxReads || !isPassing(error) || retryAfterMs > longestPauseMs) throw error
          await sleep(retryAfterMs)
        }
      }
    },
  }
}

async function readAnswer(response: Response, byToken: boolean): Promise<unknown> {
  const { status, ok } = response
  if (status === 204) return undefined
  const body: unknown = await response.json().catch(() => undefined)
  if (ok && body !== undefined) return body
  const { error, message, details } = (body ?? {}) as { error?: unknown; message?: unknown; details?: unknown }
  if (typeof error !== "string")
    throw clientError("answer_unreadable", "The server answered in a way that could not be understood.", { status })
  throw clientError(error, wordsFor(error, byToken) ?? String(message), {
    status,
    ...(typeof details === "object" && details !== null && { details: details as NonNullable<ClientError["details"]> }),
  })
}

/** Who is missing: the host's session, or the token. The other cookie, ours, is named by `state_mismatch`. */
function wordsFor(code: string, byToken: boolean): string | undefined {
  if (code !== "unauthenticated") return undefined
  if (byToken) return "The token that says who asks is not valid, or no longer. Sign in again."
  return "Nobody is signed in here: the session cookie of this site is missing or has ended. Sign in and try again."
}
