import { HoldfastError } from "../errors.js"
import type { Runtime } from "../runtime.js"
import type { TokenStore } from "../store.js"

/**
 * Counts tries against a limit, in a document that all processes share (ruling X17).
 * @throws HoldfastError `too_many_attempts`, with `retryAfterMs`
 */
export async function throttle(
  deps: { runtime: Runtime; store: TokenStore },
  what: string,
  limit: { tries: number; perMs: number },
): Promise<void> {
  const key = `tries:${await deps.runtime.digest(what)}`
  for (let conflict = 0; conflict < 16; conflict++) {
    const now = deps.runtime.clock.now()
    const document = await deps.store.documents.get(key)
    const live = document && (document.expiresAt ?? 0) > now ? document : undefined
    const count = live ? Number(live.value) : 0
    if (live && count >= limit.tries) {
      throw new HoldfastError("too_many_attempts", undefined, {
        details: { retryAfterMs: (live.expiresAt ?? now) - now },
      })
    }
    const next = { key, value: String(count + 1), expiresAt: live?.expiresAt ?? now + limit.perMs }
    if ((await deps.store.documents.put(next, document?.version ?? 0)) !== undefined) return
  }
  throw new HoldfastError("too_many_attempts", undefined, { details: { retryAfterMs: 1_000 } })
}
