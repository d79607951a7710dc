import type { AttemptView } from "@holdfast/core"
import { isPassing, toClientError } from "./client-error.js"
import type { ConnectWindow } from "./connect-window.js"
import type { ConnectResult } from "./contract.js"
import type { Attempt } from "./conversation.js"
import { endOf } from "./end-of.js"
import { listenForNews } from "./news.js"
import { isUnwatched, pauseBetween } from "./pauses.js"
import { createBell } from "./sleep.js"

/** Who shows the steps, and what tells that the person has gone. */
export interface Follow {
  /** `page`: whoever called `begin`. `window`: the backend's pages, in a window or in place of this page. */
  readonly draws: "page" | "window"
  readonly window?: ConnectWindow
  /** This page itself goes there, so that whoever sees it again as it was has come back alone. */
  readonly leaves?: boolean
  readonly signal?: AbortSignal
}

// What a window's last page has done may still be under way when the window is gone.
const asksAfterClosing = 3
// About a minute, at the pauses between.
const maxFailures = 8

/**
 * Waits for the end of an attempt. The server alone says how it ended (X13): it is asked with growing pauses, and at once when something
 * suggests that there is news. It also bounds the wait, since attempts expire.
 */
export async function follow(attempt: Attempt, how: Follow): Promise<ConnectResult> {
  const { draws, window, signal } = how
  const bell = createBell()
  const news = listenForNews(attempt, bell, how)
  let pollDueAt = performance.now() + pollAfterMs(attempt.view())
  let asks = 0
  let failures = 0
  let retryAfterMs: number | undefined
  let asksSinceClosed = 0
  try {
    for (;;) {
      const view = attempt.view()
      const end = endOf(view)
      if (end) return end
      const isClosed = window?.isClosed(view.step.kind) ?? false
      const isLeft = signal?.aborted || news.isBack() || (isClosed && asksSinceClosed >= asksAfterClosing)
      // Where the provider has just answered, what comes of it is waited for.
      if (isLeft && view.status !== "exchanging") {
        const given = await giveUp(attempt)
        if (given) return given
      }
      await bell.rest(pauseBetween({ view, draws, asks, failures, retryAfterMs, isClosed, isUnwatched: isUnwatched() }))
      if (endOf(attempt.view())) continue
      try {
        const isSuspect = news.takeSuspicion() && attempt.sendsBrowserCookie()
        if (isSuspect || (performance.now() >= pollDueAt && asksByPoll(attempt, draws))) {
          pollDueAt = performance.now() + pollAfterMs(await news.quietly(attempt.poll))
        } else await news.quietly(attempt.refresh)
        asks++
        failures = 0
        asksSinceClosed = isClosed ? asksSinceClosed + 1 : 0
      } catch (thrown) {
        const error = toClientError(thrown)
        if (!isPassing(error) || ++failures > maxFailures) return { is: "failed", error }
        retryAfterMs = error.details?.retryAfterMs
      }
    }
  } finally {
    news.stop()
  }
}

/** Ends it from here. Undefined: the provider was faster, and it is not over. */
async function giveUp(attempt: Attempt): Promise<ConnectResult | undefined> {
  try {
    await attempt.cancel()
  } catch (thrown) {
    const error = toClientError(thrown)
    // A window that was closed over an answer that did not fit: the person saw why, the page is told.
    const isLost = error.code === "state_mismatch" && attempt.sendsBrowserCookie()
    // Nobody heard of it: it may yet end well.
    if (isLost || isPassing(error)) return { is: "failed", error }
  }
  const view = await attempt.refresh().catch(attempt.view)
  return endOf(view) ?? (view.status === "exchanging" ? undefined : { is: "cancelled" })
}

/** Steps that go on only when they are asked. The backend's own pages ask for those that they show. */
function asksByPoll(attempt: Attempt, draws: Follow["draws"]): boolean {
  const { step } = attempt.view()
  if (step.kind === "redirect") return step.returns === "poll" && (draws === "page" || attempt.sendsBrowserCookie())
  return draws === "page" && (step.kind === "qr" || step.kind === "wait")
}

function pollAfterMs({ step }: AttemptView): number {
  return "pollAfterMs" in step ? step.pollAfterMs : 2_000
}
