import type { ClientError, ConnectOptions, ConnectResult } from "../contract.js"

/** How a connect in a window of its own stands; for the card or the connection it was begun from. */
export type Progress =
  | { readonly is: "waiting" }
  | { readonly is: "blocked"; readonly url: string }
  | { readonly is: "cancelled" }
  | { readonly is: "failed"; readonly error: ClientError }

/** Connects under way in windows, one for each key. */
export interface Connects {
  of(key: string): Progress | undefined
  /** Calls `begin` at once, inside the click. A second start under the same key gives the first one up. */
  start(key: string, begin: (options: ConnectOptions) => Promise<ConnectResult>): Promise<ConnectResult>
  cancel(key: string): void
  /** Forgets how the last one ended. */
  clear(key: string): void
  cancelAll(): void
}

/** `changed` is called when something of it has to be drawn anew. */
export function createConnects(changed: () => void): Connects {
  const progress = new Map<string, Progress>()
  const running = new Map<string, AbortController>()
  const set = (key: string, next: Progress | undefined) => {
    if (next) progress.set(key, next)
    else progress.delete(key)
    changed()
  }
  return {
    of: (key) => progress.get(key),
    async start(key, begin) {
      running.get(key)?.abort()
      const controller = new AbortController()
      running.set(key, controller)
      const isMine = () => running.get(key) === controller
      set(key, { is: "waiting" })
      const result = await begin({
        signal: controller.signal,
        onBlocked: (url) => isMine() && set(key, { is: "blocked", url }),
      })
      // A later start has the key: how this one ended is nothing to show.
      if (!isMine()) return result
      running.delete(key)
      set(key, result.is === "connected" ? undefined : result)
      return result
    },
    cancel: (key) => running.get(key)?.abort(),
    clear: (key) => set(key, undefined),
    cancelAll() {
      for (const controller of running.values()) controller.abort()
    },
  }
}
