import type { Outcome, SlotClock } from "../method.js"
import type { ConnectionRow, SlotDetail } from "../store.js"
import { changeRowWhateverItTakes } from "./change-row.js"
import { nextDueAt } from "./due.js"
import type { Engine } from "./engine.js"
import { unwell, wellAgain, withIntent, withSealed, withSlot } from "./slot-changes.js"

export type Renewed = Extract<Outcome, { is: "renewed" }>

/** A renewal that has come, and what it answers to. All a journal needs to finish it after a crash. */
export interface Arrived {
  readonly connectionId: string
  readonly slot: string
  /** The slot's generation that was presented: the fence. */
  readonly generation: number
  /** The lease under which it was asked for. */
  readonly leaseId: string
  readonly outcome: Renewed
}

/** How a renewal ended up. `orphaned`: nobody can use it any more; it must be revoked. */
export type Committed =
  | { readonly is: "committed" | "superseded"; readonly row: ConnectionRow }
  | { readonly is: "orphaned" }

/**
 * Writes what a provider has handed over, journal first, and does not give up while the process lives (design section 5, points 6 and 7).
 * The fence is the generation of the slot, not the version of the row: it lands over renames, over another's lease, and over
 * `needs_reauth`, since success outranks failure. When the credential has moved on meanwhile it is kept sealed as a spare.
 */
export async function commitRenewed(engine: Engine, arrived: Arrived): Promise<Committed> {
  await writeJournal(engine, arrived)
  const committed = await commitToRow(engine, arrived)
  await engine.journal
    ?.remove(arrived.leaseId)
    .catch(() => engine.log.warn("a journal entry could not be removed", { connectionId: arrived.connectionId }))
  return committed
}

/** The same without a journal: what replays it. */
export async function commitToRow(engine: Engine, arrived: Arrived): Promise<Committed> {
  let verdict: Committed["is"] = "orphaned"
  const row = await changeRowWhateverItTakes(engine, arrived.connectionId, async (current) => {
    const slot = current.detail.slots[arrived.slot]
    if (!slot || current.status === "disconnecting") {
      verdict = "orphaned"
      return undefined
    }
    // A lost acknowledgement: this very renewal is what the row holds (ruling R13).
    if (slot.writtenBy === arrived.leaseId) {
      verdict = "committed"
      return undefined
    }
    if (slot.generation !== arrived.generation) {
      verdict = "superseded"
      return await asSpare(engine, current, arrived, slot)
    }
    verdict = "committed"
    return await renewedRow(engine, current, arrived)
  })
  return row && verdict !== "orphaned" ? { is: verdict, row } : { is: "orphaned" }
}

async function renewedRow(
  engine: Engine,
  row: ConnectionRow,
  { slot, leaseId, outcome }: Arrived,
): Promise<ConnectionRow> {
  const generation = row.generation + 1
  const sealed = await engine.vault.sealSlot(row, slot, generation, outcome.secret)
  const change: Partial<SlotDetail> = {
    ...wellAgain,
    ...(outcome.refreshTokenMissing && unwell("degraded", "refresh_token_missing")),
    clock: withKnownEnd(outcome.clock, row.detail.slots[slot]?.clock),
    generation,
    writtenBy: leaseId,
    ...(outcome.granted && { granted: outcome.granted }),
  }
  let next = withIntent(withSealed({ ...row, generation }, "sealed", slot, sealed), slot, undefined)
  next = { ...next, keyId: engine.vault.rowKeyId(next) }
  if (next.lease?.id === leaseId) next = { ...next, lease: null }
  if (outcome.account) next = { ...next, detail: { ...next.detail, account: withAccount(next, outcome.account) } }
  next = withSlot(engine, next, slot, change)
  return { ...next, dueAt: nextDueAt(engine, engine.methodOf(row).method, next) }
}

/** A refresh token that was kept ends when it did before, though the answer does not say so again. */
function withKnownEnd(clock: SlotClock, before: SlotClock | undefined): SlotClock {
  if (clock.refreshExpiresAt !== undefined || clock.rotation === "single-use" || before?.refreshExpiresAt === undefined)
    return clock
  return { ...clock, refreshExpiresAt: before.refreshExpiresAt }
}

function withAccount(row: ConnectionRow, change: NonNullable<Renewed["account"]>) {
  const { account } = row.detail
  // The id is pinned: a renewal may move an API host, never turn into somebody else.
  return { ...account, ...change, id: account.id, data: { ...account.data, ...change.data } }
}

async function asSpare(
  engine: Engine,
  row: ConnectionRow,
  arrived: Arrived,
  slot: SlotDetail,
): Promise<ConnectionRow | undefined> {
  // The newer one has been refused already: this is the one that lives.
  if (slot.status === "needs_reauth") return await renewedRow(engine, row, arrived)
  const known = await readSpare(engine, row, arrived.slot)
  if (known && (known.leaseId === arrived.leaseId || known.outcome.clock.issuedAt > arrived.outcome.clock.issuedAt))
    return undefined
  engine.log.info("a renewal came after a newer one and is kept as a spare", {
    connectionId: row.id,
    slot: arrived.slot,
  })
  return withSealed(
    row,
    "spares",
    arrived.slot,
    await engine.vault.sealSpare(row, arrived.slot, {
      leaseId: arrived.leaseId,
      outcome: arrived.outcome,
    } satisfies Spare),
  )
}

export interface Spare {
  readonly leaseId: string
  readonly outcome: Renewed
}

/** The spare of a slot, if there is one that opens. */
export async function readSpare(engine: Engine, row: ConnectionRow, slot: string): Promise<Spare | undefined> {
  return row.spares[slot] === undefined ? undefined : ((await engine.vault.openSpare(row, slot)) as Spare)
}

/** The row with a slot's spare put in the place of its refused credential. */
export async function withSpareAdopted(
  engine: Engine,
  row: ConnectionRow,
  slot: string,
  spare: Spare,
): Promise<ConnectionRow> {
  const current = row.detail.slots[slot]
  const adopted = await renewedRow(engine, row, {
    connectionId: row.id,
    slot,
    generation: current?.generation ?? 0,
    leaseId: spare.leaseId,
    outcome: spare.outcome,
  })
  return withSealed(adopted, "spares", slot, undefined)
}

async function writeJournal(engine: Engine, arrived: Arrived): Promise<void> {
  if (!engine.journal) return
  try {
    const sealed = await engine.vault.sealDocument("journal", arrived.leaseId, arrived)
    await engine.journal.append({
      id: arrived.leaseId,
      connectionId: arrived.connectionId,
      keyId: engine.vault.keyId,
      sealed,
    })
  } catch {
    engine.log.warn("the journal could not be written; the store alone must do", { connectionId: arrived.connectionId })
  }
}
