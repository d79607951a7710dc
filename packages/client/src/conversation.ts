import type { AttemptView, BegunAttempt } from "@holdfast/core"
import type { Backend } from "./backend.js"
import { clientError, isClientError } from "./client-error.js"
import type { ConnectResult, Conversation } from "./contract.js"
import { endOf } from "./end-of.js"
import { type Follow, follow } from "./follow.js"

/** A conversation that can also be followed where a window draws its steps. */
export interface Attempt extends Conversation {
  follow(how: Follow): Promise<ConnectResult>
  /** Tells of every view that is heard. Answers what ends that. */
  listen(listener: () => void): () => void
  /** Whether what this page asks carries the cookie that the attempt is bound to. */
  sendsBrowserCookie(): boolean
}

/** The attempt as it was begun, or as it was found. */
export function createConversation(backend: Backend, begun: BegunAttempt | AttemptView): Attempt {
  const path = `/attempts/${encodeURIComponent(begun.id)}`
  const listeners = new Set<() => void>()
  let current: AttemptView = begun
  let acts = 0

  function keep(view: AttemptView): AttemptView {
    if (endOf(current)) return current
    current = view
    for (const listener of listeners) listener()
    return view
  }

  async function refresh(): Promise<AttemptView> {
    const before = acts
    const view = await backend.ask<AttemptView>("GET", path)
    // What was seen before something was done must not overwrite what came of it.
    return acts === before ? keep(view) : current
  }

  /** Only the browser that an attempt is bound to carries it on; others of its owner may look. */
  async function act<Answer>(method: "POST" | "DELETE", at: string, body?: unknown): Promise<Answer> {
    acts++
    try {
      return await backend.ask<Answer>(method, at, body)
    } catch (error) {
      if (!isClientError(error, "not_found")) throw error
      await backend.ask("GET", path)
      throw clientError("state_mismatch", lostCookie)
    } finally {
      acts++
    }
  }

  const attempt: Attempt = {
    id: begun.id,
    url: "url" in begun ? begun.url : `${backend.url}${path}/start`,
    view: () => current,
    refresh,
    submit: async (values) => keep(await act("POST", path, { values })),
    poll: async () => keep(await act("POST", `${path}/poll`)),
    cancel: () => act("DELETE", path),
    ended: (signal) => follow(attempt, { draws: "page", ...(signal && { signal }) }),
    follow: (how) => follow(attempt, how),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    sendsBrowserCookie: backend.sendsBrowserCookie,
  }
  return attempt
}

const lostCookie =
  "The cookie that ties this attempt to this browser (holdfast-…) is missing: it was deleted or blocked, or another browser has it. Start again."
