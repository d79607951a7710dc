import type { App } from "../context.js"
import type { Outcome } from "../method.js"
import { sleep } from "../runtime.js"
import { untilTaken } from "./app-versions.js"
import { commitRenewed } from "./commit.js"
import type { Engine } from "./engine.js"
import type { HeldLease } from "./lease.js"
import type { Candidate } from "./refresh.js"
import { revokeOrphan } from "./revoke.js"

/** `unsent`: the lease was no longer surely ours, and nothing left this process. `app_gone`: no app to show it with. */
export type Exchanged =
  | { readonly is: "unsent" }
  | { readonly is: "answered"; readonly outcome: Outcome | { readonly is: "app_gone" } }

/**
 * Asks the provider, once: with the newest secret of the app, and with the one before only if the provider refuses the client itself
 * (which spends nothing). The row is read again directly before it is sent.
 */
export async function exchange(engine: Engine, candidate: Candidate, held: HeldLease): Promise<Exchanged> {
  if (!candidate.method.needsApp) return await once(engine, candidate, held, undefined)
  const asked = await untilTaken(
    () => engine.appsOf(candidate.row),
    (app) => once(engine, candidate, held, app),
    isClientRefused,
  )
  return asked ?? { is: "answered", outcome: { is: "app_gone" } }
}

function isClientRefused(asked: Exchanged): boolean {
  return asked.is === "answered" && asked.outcome.is === "refused" && asked.outcome.by === "client"
}

async function once(engine: Engine, candidate: Candidate, held: HeldLease, app: App | undefined): Promise<Exchanged> {
  const { method, slot, detail, secret } = candidate
  const current = await held.verify().catch(() => undefined)
  if (!current || current.detail.slots[slot]?.generation !== detail.generation || current.status === "disconnecting")
    return { is: "unsent" }

  const deadline = new AbortController()
  let sent = false
  let lost = false
  const context = engine.contextOf(current, {
    app,
    slot,
    fetch: async (request, asked) => {
      // A process that slept between its look at the row and here must not speak.
      lost = !held.isFresh()
      if (lost) throw new Error("the lease is no longer surely held")
      sent = true
      return await engine.send(new Request(request, { signal: deadline.signal }), asked)
    },
  })
  const asked: Promise<Outcome> = (
    method.refresh?.(context, secret, slot) ?? Promise.reject(new Error("no refresh"))
  ).catch((): Outcome => ({ is: "unknown" }))
  const outcome = await Promise.race([asked, afterDeadline(engine, deadline)])
  deadline.abort()
  if (outcome === "overdue") {
    rescueLate(engine, candidate, held, asked)
    return { is: "answered", outcome: { is: "unknown" } }
  }
  if (lost && !sent) return { is: "unsent" }
  // Whatever stopped it before it spoke, nothing was spent.
  return { is: "answered", outcome: outcome.is === "unknown" && !sent ? { is: "later" } : outcome }
}

async function afterDeadline(engine: Engine, deadline: AbortController): Promise<"overdue"> {
  await sleep(engine.runtime.timers, engine.settings.deadlineMs, deadline.signal)
  deadline.abort()
  return "overdue"
}

/** Tokens that come after the deadline are still tokens. */
function rescueLate(engine: Engine, candidate: Candidate, held: HeldLease, asked: Promise<Outcome>): void {
  void asked.then(async (outcome) => {
    if (outcome.is !== "renewed") return
    const arrived = {
      connectionId: candidate.row.id,
      slot: candidate.slot,
      generation: candidate.detail.generation,
      leaseId: held.id,
      outcome,
    }
    const committed = await commitRenewed(engine, arrived)
    if (committed.is === "orphaned") await revokeOrphan(engine, candidate, outcome.secret)
  })
}
