import type { Engine } from "./engine.js"
import type { Candidate } from "./refresh.js"

/** Ends at the provider what nobody here can use any more. Best effort. */
export async function revokeOrphan(
  engine: Engine,
  { row, method, slot }: Pick<Candidate, "row" | "method" | "slot">,
  secret: unknown,
): Promise<void> {
  if (!method.revoke) return
  try {
    const [app] = method.needsApp ? await engine.appsOf(row) : [undefined]
    await method.revoke(engine.contextOf(row, { app, slot }), secret, slot)
  } catch {
    engine.log.warn("a token that came too late could not be revoked", { connectionId: row.id })
  }
}
