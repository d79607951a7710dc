import type { Attempt } from "./conversation.js"
import type { Follow } from "./follow.js"
import type { Bell } from "./sleep.js"

/** What suggests that an attempt may have moved. Nothing of it is believed: it only has the server asked sooner. */
export interface News {
  /** Whether this page was left for the provider's, and is shown again as it was (the back button). */
  isBack(): boolean
  /** Whether a page of the backend met an error since this was asked last: perhaps a cookie is lost. */
  takeSuspicion(): boolean
  /** Calls without taking what it hears for news. */
  quietly<Answer>(call: () => Promise<Answer>): Promise<Answer>
  stop(): void
}

/** Listens until stopped. */
export function listenForNews(attempt: Attempt, bell: Bell, { leaves = false, signal, window: opened }: Follow): News {
  const stopping = new AbortController()
  const until = { signal: stopping.signal }
  // Same origin only, and any script there may send: what is heard is an id, and whether it is ours (X13).
  const channel = new BroadcastChannel("holdfast")
  let isBack = false
  let isSuspect = false
  let isQuiet = false

  channel.addEventListener("message", ({ data }: MessageEvent<{ attempt?: unknown } | null>) => {
    const isOurs = data?.attempt === attempt.id
    if (data && data.attempt === undefined) isSuspect = true
    if (isOurs || isSuspect) bell.ring()
  })
  const unlisten = attempt.listen(() => {
    if (!isQuiet) bell.ring()
  })
  signal?.addEventListener("abort", bell.ring, until)
  globalThis.addEventListener("online", bell.ring, until)
  globalThis.addEventListener("focus", bell.ring, until)
  globalThis.addEventListener(
    "pageshow",
    ({ persisted }) => {
      isBack = persisted && leaves
      bell.ring()
    },
    until,
  )
  document.addEventListener("visibilitychange", bell.ring, until)
  const unwatch = opened?.watch(bell.ring)

  return {
    isBack: () => isBack,
    takeSuspicion() {
      const was = isSuspect
      isSuspect = false
      return was
    },
    async quietly(call) {
      isQuiet = true
      try {
        return await call()
      } finally {
        isQuiet = false
      }
    },
    stop() {
      stopping.abort()
      channel.close()
      unlisten()
      unwatch?.()
    },
  }
}
