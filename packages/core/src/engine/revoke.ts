import type { App } from "../context.js"
import { sleep } from "../runtime.js"
import { asApp } from "./app-versions.js"
import type { Engine } from "./engine.js"
import type { Candidate } from "./refresh.js"

type Orphan = Pick<Candidate, "row" | "method" | "slot">

const mostTries = 6
const firstPauseMs = 5_000

/**
 * Ends at the provider what nobody here can use any more. Returns after the first try; one that failed is made again behind the caller's
 * back, a few times over some minutes, while the process lives.
 */
export async function revokeOrphan(engine: Engine, orphan: Orphan, secret: unknown): Promise<void> {
  if (!orphan.method.revoke || (await revoked(engine, orphan, secret))) return
  void (async () => {
    for (let tries = 1; tries < mostTries && !engine.closing.aborted; tries++) {
      await sleep(engine.runtime.timers, firstPauseMs * 2 ** (tries - 1), engine.closing, { background: true })
      if (await revoked(engine, orphan, secret)) return
    }
    engine.log.warn("a token that came too late could not be revoked", { connectionId: orphan.row.id })
  })()
}

async function revoked(engine: Engine, { row, method, slot }: Orphan, secret: unknown): Promise<boolean> {
  try {
    return await revokeSlot(engine, { row, method, slot }, secret)
  } catch {
    return false
  }
}

/** Ends one secret at the provider. Answers false where there is no app to ask as. Throws where it is not known to have ended. */
export async function revokeSlot(engine: Engine, { row, method, slot }: Orphan, secret: unknown): Promise<boolean> {
  const revoke = async (app: App | undefined) => method.revoke?.(engine.contextOf(row, { app, slot }), secret, slot)
  if (method.needsApp) return await asApp(() => engine.appsOf(row), revoke)
  await revoke(undefined)
  return true
}
