import type { Account } from "../account.js"
import type { Connector } from "../connector.js"
import type { App } from "../context.js"
import { changeRow, changeRowWhateverItTakes, isIdentityTaken, whateverItTakes } from "../engine/change-row.js"
import { nextDueAt } from "../engine/due.js"
import type { Engine } from "../engine/engine.js"
import { revokeOrphan } from "../engine/revoke.js"
import { unwell, wellAgain, withEvent, withSlot, withStatus } from "../engine/slot-changes.js"
import { HoldfastError } from "../errors.js"
import type { AuthMethod, Grant } from "../method.js"
import { mayAbandon } from "../methods/abandon-grant.js"
import type { ConnectionRow, SlotDetail } from "../store.js"
import type { AttemptRecord } from "./attempt-record.js"
import { union } from "./reconnect-scopes.js"

export interface FinishDependencies {
  readonly engine: Engine
  /** Asks the provider who is there, with what it granted just now. */
  identify(finishing: Finishing): Promise<Account>
  /** Ends at the provider what was granted to somebody who could not be found out. */
  unclaimed(finishing: Finishing): Promise<void>
}

export interface Finishing {
  readonly record: AttemptRecord
  readonly connector: Connector
  readonly method: AuthMethod
  readonly app: App | undefined
  readonly grant: Grant
  /** The attempt that the connection stood on when this was consented to: another one that it stands on by the commit is a later one. */
  readonly before?: string
}

/** How a grant ended up: in a row, or back to the provider for the refresh token it did not give. */
export type Finished = { readonly is: "connected"; readonly row: ConnectionRow } | { readonly is: "consent_needed" }

/**
 * Turns a grant into a connection: who is there, is it the account that was expected, is that account connected already. Connecting the
 * same account again is a reconnect of its row (ruling C7); a row keeps its id and its account for life.
 */
export async function finish(deps: FinishDependencies, finishing: Finishing): Promise<Finished> {
  const { engine } = deps
  const { record, grant, method } = finishing
  // The code is spent, and the consent may have ended what is stored: what it brought is not dropped for want of a read.
  const throughOutages = <Value>(read: () => Promise<Value>) => whateverItTakes(engine, record.connectionId, read)
  const known = record.reconnects
    ? await throughOutages(() => engine.store.connections.get(record.connectionId))
    : undefined
  if (record.reconnects && !known) {
    // Disconnected meanwhile.
    await deps.unclaimed(finishing)
    throw new HoldfastError("not_found", undefined, { details: { connectionId: record.connectionId } })
  }
  if (!grant.slots) return { is: "connected", row: await confirm(engine, finishing, known) }

  if (Object.keys(grant.slots).length === 0)
    throw new HoldfastError("response_invalid", "The provider granted nothing.")
  const account = await deps.identify(finishing).catch(async (error: unknown) => {
    await deps.unclaimed(finishing)
    throw error
  })
  if (known && isOther(finishing, known, account)) {
    // Another account than the one that is pinned: what was granted is not ours to keep.
    await discard(engine, finishing, known, account)
    throw new HoldfastError("account_mismatch", undefined, {
      details: { connector: record.connector, connectionId: known.id },
    })
  }
  const target = known ?? (await throughOutages(() => findSame(engine, finishing, account)))
  const slots = await completed(engine, finishing, target, account)
  if (!slots) {
    if (!record.forceConsent) return { is: "consent_needed" }
    throw new HoldfastError("refresh_token_missing", undefined, { details: { connector: record.connector } })
  }
  const complete = { ...finishing, grant: { ...grant, slots } }
  const row = target ? await reconnect(deps, complete, account, target.id) : await insert(deps, complete, account)
  if (method.policy.reconsent === "kills") await supersedeSiblings(engine, row)
  return { is: "connected", row }
}

/**
 * Whether this is not the account that the connection is pinned to (ruling C26: ids of another app may not be compared). A connection
 * whose account nobody named is pinned to none; a pinned one is not handed over to a key that names nobody.
 */
function isOther({ connector, app }: Finishing, known: ConnectionRow, account: Account): boolean {
  const comparable = (connector.accountIds ?? "global") === "global" || known.appId === (app?.id ?? "")
  return comparable && known.detail.account.pinned !== false && account.id !== known.accountKey
}

async function findSame(
  engine: Engine,
  { record, app }: Finishing,
  account: Account,
): Promise<ConnectionRow | undefined> {
  const rows = await engine.store.connections.list({
    tenantId: record.owner.tenantId,
    connector: record.connector,
    appId: app?.id ?? "",
    accountKey: account.id,
    limit: 50,
  })
  const userId = scopeOf(record)
  return rows.find((row) => row.userId === userId && row.status !== "disconnecting")
}

/**
 * The granted slots, each with a refresh token where one is due. What the provider left out is taken from the row only if that row is
 * well and of the same account and app (ruling R10); undefined: the person must consent again.
 */
async function completed(
  engine: Engine,
  { grant, method, app }: Finishing,
  target: ConnectionRow | undefined,
  account: Account,
): Promise<Grant["slots"] | undefined> {
  const slots: Record<string, NonNullable<Grant["slots"]>[string]> = {}
  for (const [name, slot] of Object.entries(grant.slots ?? {})) {
    slots[name] = slot
    if (
      !method.policy.expectsRefreshToken ||
      slot.clock.expiresAt === "never" ||
      method.renewable?.(slot.secret) !== false
    )
      continue
    const mayInherit =
      target?.status === "active" &&
      target.accountKey === account.id &&
      target.appId === (app?.id ?? "") &&
      target.sealed[name] !== undefined
    if (!mayInherit || !method.inherit) return undefined
    const previous = await engine.vault.openSlot(target, name)
    const secret = method.inherit(slot.secret, previous)
    if (method.renewable?.(secret) === false) return undefined
    slots[name] = { ...slot, secret }
  }
  return slots
}

async function insert(deps: FinishDependencies, finishing: Finishing, account: Account): Promise<ConnectionRow> {
  const { engine } = deps
  const { record, connector, app } = finishing
  const now = engine.runtime.clock.now()
  const base: Omit<ConnectionRow, "number" | "version"> = {
    id: record.connectionId,
    tenantId: record.owner.tenantId,
    userId: scopeOf(record),
    connector: connector.id,
    method: record.method,
    appId: app?.id ?? "",
    accountKey: account.id,
    alias: record.alias ?? null,
    keyId: engine.vault.keyId,
    status: "active",
    dueAt: null,
    generation: 0,
    lease: null,
    intents: {},
    sealed: {},
    spares: {},
    detail: {
      name: record.name ?? account.label,
      account,
      slots: {},
      createdAt: now,
      createdBy: record.owner.userId ?? null,
      requested: record.scopes ?? finishing.method.facts.scopes ?? [],
      pendingEvents: [],
      attemptId: record.id,
      ...(connector.webhooks?.subscribe && { webhooks: { state: "wanted", subscriptions: [], tries: 0 } }),
    },
  }
  const row = await withGrant(engine, finishing, { ...base, number: 0, version: 0 }, account, "connection.connected")
  const { number: _number, version: _version, ...fresh } = row
  const result = await insertWhateverItTakes(engine, fresh)
  if (result.is === "alias_taken") {
    // Taken between the start and now: the grant is worth more than its nickname.
    const again = await insertWhateverItTakes(engine, { ...fresh, alias: null })
    if (again.is !== "alias_taken") return again.row
    throw new HoldfastError("store_conflict")
  }
  if (result.is === "inserted" || result.row.id === record.connectionId) return result.row
  return await reconnect(deps, finishing, account, result.row.id)
}

async function insertWhateverItTakes(engine: Engine, row: Omit<ConnectionRow, "number" | "version">) {
  for (let failures = 0; ; failures++) {
    try {
      return await engine.store.connections.insert(row)
    } catch (error) {
      if (failures >= 6 || engine.closing.aborted) throw error
      await new Promise<void>((resolve) => engine.runtime.timers.after(100 * 2 ** failures, resolve))
    }
  }
}

async function reconnect(
  deps: FinishDependencies,
  finishing: Finishing,
  account: Account,
  id: string,
): Promise<ConnectionRow> {
  const { engine } = deps
  const { record, connector, app, before } = finishing
  let replaced: ConnectionRow | undefined
  let { alias } = record
  let isOvertaken = false
  const change = async (current: ConnectionRow) => {
    if (current.status === "disconnecting" || current.detail.attemptId === record.id) return undefined
    isOvertaken = before !== undefined && current.detail.attemptId !== before
    if (isOvertaken) return undefined
    replaced = current
    const moved: ConnectionRow = {
      ...current,
      status: current.status === "disabled" ? "active" : current.status,
      method: record.method,
      appId: app?.id ?? "",
      accountKey: account.id,
      lease: null,
      ...(alias !== undefined && { alias }),
      detail: {
        ...current.detail,
        attemptId: record.id,
        requested: requestedWith(current, finishing),
        ...(record.name !== undefined && { name: record.name }),
        ...(connector.webhooks?.subscribe && {
          webhooks: {
            subscriptions: current.detail.webhooks?.subscriptions ?? [],
            ...(current.detail.webhooks?.address && { address: current.detail.webhooks.address }),
            state: "wanted",
            tries: 0,
          },
        }),
      },
    }
    return await withGrant(engine, finishing, moved, account, "connection.reconnected")
  }
  const row = await changeRowWhateverItTakes(engine, id, change).catch(async (error: unknown) => {
    if (isIdentityTaken(error)) {
      // What names nobody may be put in the place of anything, but for what another connection has.
      await deps.unclaimed(finishing)
      const details = { connector: record.connector, connectionId: id, reason: "connected_already" }
      throw new HoldfastError("account_mismatch", "Another connection of this owner has this very account.", {
        details,
      })
    }
    if (alias === undefined) throw error
    // Another connection has the alias: the grant is worth more than its nickname.
    alias = undefined
    return await changeRowWhateverItTakes(engine, id, change)
  })
  if (!row || row.status === "disconnecting") {
    if (row) await discard(engine, finishing, row, account)
    else await deps.unclaimed(finishing)
    throw new HoldfastError("not_found", undefined, { details: { connectionId: id } })
  }
  if (isOvertaken) await discard(engine, finishing, row, account)
  else if (replaced) await endReplaced(engine, replaced, finishing.grant)
  return row
}

/** What was asked for: also before, where this connection was authorised again in the same way. */
function requestedWith({ method, detail }: ConnectionRow, finishing: Finishing): readonly string[] {
  const { record } = finishing
  const asked = record.scopes ?? finishing.method.facts.scopes ?? detail.requested
  return record.reconnects && record.scopes && method === record.method ? union(detail.requested, asked) : asked
}

/** A session that was replaced would live on at the provider by itself. */
async function endReplaced(engine: Engine, replaced: ConnectionRow, { slots }: Grant): Promise<void> {
  const { method } = engine.methodOf(replaced)
  if (!method.policy.revokesReplaced) return
  for (const slot of Object.keys(replaced.sealed)) {
    const secret = await engine.vault.openSlot(replaced, slot).catch(() => undefined)
    // Some providers hand out the same token again: it is the connection's now.
    const isSame = Object.values(slots ?? {}).some(
      (granted) => JSON.stringify(granted.secret) === JSON.stringify(secret),
    )
    if (secret !== undefined && !isSame) await revokeOrphan(engine, { row: replaced, method, slot }, secret)
  }
}

/** The row with every granted slot sealed at a new generation. Slots not granted now stay only if they are well and were not ended by it. */
async function withGrant(
  engine: Engine,
  { record, grant, method }: Finishing,
  row: ConnectionRow,
  account: Account,
  event: string,
): Promise<ConnectionRow> {
  const generation = row.generation + 1
  const granted = grant.slots ?? {}
  const kept = (name: string) =>
    Object.hasOwn(granted, name) ||
    (method.policy.reconsent === "keeps" && row.detail.slots[name]?.status === "active" && method.slots.includes(name))
  const slots: Record<string, SlotDetail> = Object.fromEntries(
    Object.entries(row.detail.slots).filter(([name]) => kept(name)),
  )
  const sealed: Record<string, string> = Object.fromEntries(Object.entries(row.sealed).filter(([name]) => kept(name)))
  for (const [name, slot] of Object.entries(granted)) {
    slots[name] = { ...wellAgain, clock: slot.clock, granted: slot.granted ?? null, generation, writtenBy: record.id }
    sealed[name] = await engine.vault.sealSlot(row, name, generation, slot.secret)
  }
  const intents = Object.fromEntries(Object.entries(row.intents).filter(([name]) => !Object.hasOwn(granted, name)))
  const detail = {
    ...row.detail,
    account: { ...account, data: { ...row.detail.account.data, ...account.data } },
    slots,
  }
  const next: ConnectionRow = { ...row, generation, sealed, spares: {}, intents, detail }
  const told = withEvent(engine, withStatus(engine, { ...next, keyId: engine.vault.rowKeyId(next) }, row.status), event)
  return { ...told, dueAt: nextDueAt(engine, method, told) }
}

/** Consent was given again without a new secret: the stored one is well. */
async function confirm(
  engine: Engine,
  { record }: Finishing,
  known: ConnectionRow | undefined,
): Promise<ConnectionRow> {
  if (!known) throw new HoldfastError("response_invalid", "The provider granted nothing.")
  const row = await changeRow(engine, known.id, (current) => {
    if (current.detail.attemptId === record.id) return undefined
    let next: ConnectionRow = { ...current, detail: { ...current.detail, attemptId: record.id } }
    for (const name of Object.keys(next.detail.slots)) next = withSlot(engine, next, name, wellAgain)
    return withEvent(engine, next, "connection.reconnected")
  })
  return row ?? known
}

/** Authorising again ended what other rows of this account hold (ruling C8): they must not show it, and their people must know. */
async function supersedeSiblings(engine: Engine, row: ConnectionRow): Promise<void> {
  const rows = await engine.store.connections.list({
    connector: row.connector,
    appId: row.appId,
    accountKey: row.accountKey,
    limit: 500,
  })
  for (const sibling of rows.filter((other) => other.id !== row.id && other.status !== "disconnecting")) {
    await changeRow(engine, sibling.id, (current) => {
      let next = current
      for (const name of Object.keys(current.detail.slots))
        next = withSlot(engine, next, name, { ...unwell("needs_reauth", "superseded_elsewhere"), retryAt: null })
      return next
    })
  }
}

/** What was granted and cannot be kept is ended at the provider, unless a living connection stands on it. */
async function discard(
  engine: Engine,
  { grant, method, record, app }: Finishing,
  row: ConnectionRow,
  account: Account,
): Promise<void> {
  // What waited in the attempt is revoked with it.
  if (record.holds || !mayAbandon(method)) return
  // As the account that it was granted for: its secret must not go where the row's account lives.
  const granter = { ...row, method: record.method, appId: app?.id ?? "", detail: { ...row.detail, account } }
  for (const [slot, granted] of Object.entries(grant.slots ?? {})) {
    await revokeOrphan(engine, { row: granter, method, slot }, granted.secret)
  }
}

function scopeOf(record: AttemptRecord): string | null {
  return record.shared === "tenant" ? null : (record.owner.userId ?? null)
}
