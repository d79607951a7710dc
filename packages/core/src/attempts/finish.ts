import type { Account } from "../account.js"
import { changeRow, whateverItTakes } from "../engine/change-row.js"
import type { Engine } from "../engine/engine.js"
import { unwell, wellAgain, withEvent, withSlot } from "../engine/slot-changes.js"
import { HoldfastError } from "../errors.js"
import type { AuthMethod, Grant } from "../method.js"
import type { ConnectionRow } from "../store.js"
import type { AttemptRecord } from "./attempt-record.js"
import { discard } from "./discard.js"
import type { FinishDependencies, Finishing } from "./finishing.js"
import { withGrant } from "./granted-row.js"
import { reconnect } from "./reconnect.js"

type GrantedSlot = NonNullable<Grant["slots"]>[string]

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
  const account = await identified(deps, finishing)
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
 * Whether the provider left out a refresh token that nothing here can stand in for, and the person has not been asked outright yet. Known
 * before a grant is put aside: a page that claims it later cannot send anybody to the provider once more.
 */
export async function needsConsent(deps: FinishDependencies, finishing: Finishing): Promise<boolean> {
  const { record, grant, method } = finishing
  const isWhole = Object.values(grant.slots ?? {}).every((slot) => !lacksRefreshToken(method, slot))
  if (isWhole || record.forceConsent) return false
  const account = await identified(deps, finishing)
  const target = record.reconnects
    ? await deps.engine.store.connections.get(record.connectionId)
    : await findSame(deps.engine, finishing, account)
  return (await completed(deps.engine, finishing, target, account)) === undefined
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
  const slots: Record<string, GrantedSlot> = {}
  for (const [name, slot] of Object.entries(grant.slots ?? {})) {
    slots[name] = slot
    if (!lacksRefreshToken(method, slot)) continue
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

async function identified(deps: FinishDependencies, finishing: Finishing): Promise<Account> {
  return await deps.identify(finishing).catch(async (error: unknown) => {
    await deps.unclaimed(finishing)
    throw error
  })
}

function lacksRefreshToken({ policy, renewable }: AuthMethod, { clock, secret }: GrantedSlot): boolean {
  return policy.expectsRefreshToken && clock.expiresAt !== "never" && renewable?.(secret) === false
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

function scopeOf(record: AttemptRecord): string | null {
  return record.shared === "tenant" ? null : (record.owner.userId ?? null)
}
