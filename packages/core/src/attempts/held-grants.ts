import type { App, Context } from "../context.js"
import { asApp } from "../engine/app-versions.js"
import type { Engine } from "../engine/engine.js"
import { HoldfastError } from "../errors.js"
import type { AuthMethod, Grant } from "../method.js"
import { abandonGrant, mayAbandon, revokeGrant } from "../methods/abandon-grant.js"
import { sleep } from "../runtime.js"
import type { ConnectionRow } from "../store.js"
import type { AttemptRecord, AttemptRecords, Stored } from "./attempt-record.js"

/** Grants that wait in an attempt for what the person does next. What is not claimed is revoked. */
export interface HeldGrants {
  /** Has the scheduler look once the attempt is over. Written before the attempt holds anything: no crash leaves a grant unwatched. */
  watch(id: string, at: number): Promise<void>
  /** The attempt has become a connection. */
  claimed(id: string): Promise<void>
  /** Ends at the provider what an attempt that failed holds: at once if it can be, else with the next ticks. */
  abandon(stored: Stored): Promise<void>
  /** The same for a grant that waited nowhere: as far as it can be. */
  unclaimed(record: AttemptRecord, method: AuthMethod, context: Context, grant: Grant): Promise<void>
  /** One look at those whose time has come. */
  revokeAbandoned(): Promise<void>
}

export interface HeldGrantsDependencies {
  readonly engine: Engine
  readonly records: AttemptRecords
  readonly methodOfAttempt: (record: AttemptRecord) => { readonly method: AuthMethod }
  readonly appsOfAttempt: (record: AttemptRecord) => Promise<readonly App[]>
  readonly contextOfAttempt: (record: AttemptRecord, app: App | undefined) => Context
  /** Takes on an exchange whose process has died. */
  readonly settle: (stored: Stored) => Promise<Stored>
}

const purpose = "held-grant"
/** How long an attempt that holds a grant is kept behind its end, for ticks that could not run or a provider that is away. */
export const heldMs = 3 * 86_400_000
/** How long an exchange may take before its process is taken for dead. */
export const interruptedAfterMs = 60_000
const patienceMs = 5_000
const maxTries = 10
const maxConflicts = 10
const maxPauseMs = 6 * 3_600_000
const pageSize = 200
const mostPages = 50
const mostATick = 50

export function createHeldGrants(deps: HeldGrantsDependencies): HeldGrants {
  const { engine, records } = deps
  const { documents } = engine.store
  const now = () => engine.runtime.clock.now()
  const written = (id: string, at: number, tries: number) => ({
    key: `${purpose}:${id}`,
    value: `${at} ${tries}`,
    expiresAt: at + heldMs,
  })

  async function watch(id: string, at: number): Promise<void> {
    for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
      const there = await documents.get(`${purpose}:${id}`)
      const version = there && (there.expiresAt ?? 0) > now() ? there.version : 0
      if ((await documents.put(written(id, at, 0), version)) !== undefined) return
    }
    throw new HoldfastError("store_conflict")
  }

  const forget = (id: string) => documents.delete(`${purpose}:${id}`)

  /** Ends what a failed attempt holds, and forgets it. Throws where the provider, or the store, could not be asked. */
  async function end(stored: Stored): Promise<void> {
    const { record } = stored
    const held = heldBy(record)
    if (held && mayAbandon(held.method) && !(await isClaimed(record, held.grant))) {
      const revoke = async (app?: App) => {
        await revokeGrant(held.method, deps.contextOfAttempt(record, app), held.grant)
        engine.log.info("a grant that nobody claimed was revoked", {
          connector: record.connector,
          attemptId: record.id,
        })
      }
      // Without the app there is nobody to ask as.
      await (held.method.needsApp ? asApp(() => deps.appsOfAttempt(record), revoke) : revoke())
    }
    await records.save(withoutHeld(record), stored.version)
    await forget(record.id)
  }

  function heldBy(record: AttemptRecord): { method: AuthMethod; grant: Grant } | undefined {
    if (!record.holds) return undefined
    const { method } = deps.methodOfAttempt(record)
    const grant = record.granted ?? method.held?.(record.state)
    return grant && { method, grant }
  }

  /**
   * Whether a connection stands on it: a crash may have come between the row and the attempt's last line, and some providers hand out
   * the same token again.
   */
  async function isClaimed({ id, appId, connector, owner }: AttemptRecord, { slots }: Grant): Promise<boolean> {
    const secrets = Object.values(slots ?? {}).map(({ secret }) => JSON.stringify(secret))
    for (let after: string | undefined, page = 0; page < mostPages; page++) {
      const rows = await engine.store.connections.list({
        tenantId: owner.tenantId,
        connector,
        limit: pageSize,
        ...(after !== undefined && { after }),
      })
      for (const row of rows) {
        const { attemptId, slots: own } = row.detail
        if (attemptId === id || Object.values(own).some(({ writtenBy }) => writtenBy === id)) return true
        if (row.appId === appId && (await hasOneOf(row, secrets))) return true
      }
      if (rows.length < pageSize) return false
      after = rows.at(-1)?.id
    }
    // More than can be looked at: a grant too many is better than a connection too few.
    return true
  }

  async function hasOneOf(row: ConnectionRow, secrets: readonly string[]): Promise<boolean> {
    for (const slot of Object.keys(row.sealed)) {
      const secret = await engine.vault.openSlot(row, slot).catch(() => undefined)
      if (secrets.includes(JSON.stringify(secret))) return true
    }
    return false
  }

  /** When an attempt's grant is to be looked at again; undefined: it holds none. */
  function lookAt({ status, holds, exchangingSince, expiresAt }: AttemptRecord): number | undefined {
    if (!holds || status === "connected") return undefined
    if (status === "pending" || status === "granted") return expiresAt
    return status === "exchanging" ? (exchangingSince ?? 0) + interruptedAfterMs : 0
  }

  async function look(id: string): Promise<void> {
    const stored = await records.load(id)
    const at = stored && lookAt(stored.record)
    if (!stored || at === undefined) return await forget(id)
    if (at > now()) return await watch(id, at)
    if (stored.record.status === "failed") return await end(stored)
    if (stored.record.status === "exchanging") {
      const { record } = await deps.settle(stored)
      if (record.status === "exchanging") throw new HoldfastError("provider_unavailable")
      return
    }
    // Failed first, so that nobody finishes it meanwhile.
    const failed = await records.save({ ...stored.record, status: "failed", error: "attempt_expired" }, stored.version)
    if (failed) await end(failed)
    else await watch(id, now())
  }

  return {
    watch,
    async claimed(id) {
      await forget(id).catch(() => {})
    },
    async abandon(stored) {
      if (!stored.record.holds) return
      const ended = end(stored).catch(async () => {
        engine.log.warn("a grant that nobody claimed could not be revoked yet", { attemptId: stored.record.id })
        await watch(stored.record.id, now()).catch(() => {})
      })
      await Promise.race([ended, sleep(engine.runtime.timers, patienceMs, engine.closing)])
    },
    async unclaimed(record, method, context, grant) {
      if (record.holds || !mayAbandon(method) || (await isClaimed(record, grant).catch(() => true))) return
      await abandonGrant(method, context, grant)
    },
    async revokeAbandoned() {
      let looked = 0
      for (let after: string | undefined, page = 0; page < mostPages && looked < mostATick; page++) {
        const found = await documents.list(`${purpose}:`, after, pageSize)
        for (const document of found) {
          const [at, tries] = document.value.split(" ").map(Number)
          if (!((at ?? 0) <= now()) || looked >= mostATick) continue
          const id = document.key.slice(purpose.length + 1)
          const tried = (tries ?? 0) + 1
          // Claimed for as long as the next pause is, so that no other tick looks meanwhile, and a crash brings it again.
          const claim = written(id, now() + Math.min(60_000 * 2 ** tried, maxPauseMs), tried)
          if ((await documents.put(claim, document.version)) === undefined) continue
          looked++
          await look(id).catch(async () => {
            const given = tried >= maxTries
            engine.log.warn(`a grant that nobody claimed could not be revoked${given ? "" : " yet"}`, { attemptId: id })
            if (given) await giveUp(id).catch(() => {})
          })
        }
        if (found.length < pageSize) return
        after = found.at(-1)?.key
      }
    },
  }

  async function giveUp(id: string): Promise<void> {
    const stored = await records.load(id)
    if (stored) await records.save(withoutHeld(stored.record), stored.version)
    await forget(id)
  }
}

function withoutHeld(record: AttemptRecord): AttemptRecord {
  const { granted: _granted, ...rest } = record
  return { ...rest, values: {}, state: undefined, holds: false }
}
