import { clientError, toClientError } from "./client-error.js"
import { openWindow } from "./connect-window.js"
import type { BeginOptions, ConnectOptions, ConnectResult } from "./contract.js"
import type { Attempt } from "./conversation.js"
import type { LeftAttempts } from "./left-attempts.js"
import { thisPage } from "./this-page.js"

export interface Connects {
  readonly url: string
  readonly left: LeftAttempts
  readonly begin: (options: BeginOptions) => Promise<Attempt>
}

/**
 * Connects in a window, or in place of this page. What must happen in the click happens before the first wait. Never rejects, and tells
 * `onSuccess` or `onError` once.
 */
export async function connect(connects: Connects, options: ConnectOptions): Promise<ConnectResult> {
  const { signal } = options
  if (signal?.aborted) return tell({ is: "cancelled" }, options)
  const opened = options.in === "page" ? undefined : openWindow()
  const result = await run(connects, options, opened).catch(failed)
  opened?.close()
  return tell(result, options)
}

async function run(
  { url, left, begin }: Connects,
  { signal, returnTo, onBlocked, onSuccess: _success, onError: _error, in: where, ...asked }: ConnectOptions,
  opened: ReturnType<typeof openWindow>,
): Promise<ConnectResult> {
  const leaves = where === "page" || (!opened && !onBlocked)
  // Providers and our own pages refuse to be shown in a frame.
  if (leaves && window.parent !== window)
    throw clientError("popup_blocked", "The browser blocked the window. Allow it and try again.")
  const attempt = await begin({ ...asked, ...(leaves && { returnTo: returnTo ?? thisPage(url) }) })
  left.keep({ id: attempt.id, in: leaves ? "page" : "window" })
  const lead = async () => {
    // Given up meanwhile, it goes nowhere.
    if (signal?.aborted) return
    if (opened) opened.go(attempt.url)
    else if (leaves) location.assign(attempt.url)
    else onBlocked?.(attempt.url)
  }
  const how = { draws: "window", leaves, ...(opened && { window: opened }), ...(signal && { signal }) } as const
  const result = await lead()
    .then(() => attempt.follow(how))
    .catch(failed)
  settle(left, attempt.id, result)
  return result
}

export function failed(error: unknown): ConnectResult {
  return { is: "failed", error: toClientError(error) }
}

/** What was only out of reach may still end well: `resume` looks again. */
export function settle(left: LeftAttempts, id: string, result: ConnectResult): void {
  if (result.is === "failed" && result.error.code === "offline") left.leave(id)
  else left.forget(id)
}

/** A callback that throws is the page's affair: it is reported, and changes nothing. */
function tell(result: ConnectResult, { onSuccess, onError }: ConnectOptions): ConnectResult {
  try {
    if (result.is === "connected") onSuccess?.(result.connectionId)
    else onError?.(result.is === "failed" ? result.error : clientError("aborted", "Connecting was cancelled."))
  } catch (error) {
    reportError(error)
  }
  return result
}
