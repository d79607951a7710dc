import type { AttemptView } from "@holdfast/core"
import type { Backend } from "./backend.js"
import { isClientError } from "./client-error.js"
import { failed, settle } from "./connect.js"
import type { ConnectResult } from "./contract.js"
import { createConversation } from "./conversation.js"
import type { LeftAttempts } from "./left-attempts.js"
import { takeAttempt } from "./this-page.js"

/** Finds what came back to this page, or what was under way when it was loaded anew, and waits for its end. */
export async function resume(
  backend: Backend,
  left: LeftAttempts,
  signal: AbortSignal | undefined,
): Promise<ConnectResult | undefined> {
  const returned = takeAttempt()
  let found = left.find(returned) ?? (returned === undefined ? undefined : { id: returned, in: "window" as const })
  for (; found; found = left.find()) {
    left.keep(found)
    const result = await endOfLeft(backend, found, { hasReturned: found.id === returned, signal }).catch(failed)
    if (result) {
      settle(left, found.id, result)
      return result
    }
    left.forget(found.id)
  }
  return undefined
}

async function endOfLeft(
  backend: Backend,
  { id, in: where }: { readonly id: string; readonly in: "window" | "page" },
  { hasReturned, signal }: { readonly hasReturned: boolean; readonly signal: AbortSignal | undefined },
): Promise<ConnectResult | undefined> {
  const view = await look(backend, id)
  if (!view) return undefined
  // This page was to come back with the answer. Without one, the person came back alone.
  const isAbandoned = where === "page" && !hasReturned
  const patience = isAbandoned ? AbortSignal.abort() : signal
  return await createConversation(backend, view).follow({ draws: "window", ...(patience && { signal: patience }) })
}

/** Undefined: nobody here has begun such an attempt. A link from elsewhere can name any. */
async function look(backend: Backend, id: string): Promise<AttemptView | undefined> {
  try {
    return await backend.read<AttemptView>(`/attempts/${encodeURIComponent(id)}`)
  } catch (error) {
    if (isClientError(error, "not_found")) return undefined
    throw error
  }
}
