import type { Call, Connector } from "../connector.js"
import { isHoldfastError } from "../errors.js"
import type { ConnectionRow, SubscriptionDetail, WebhookDetail } from "../store.js"
import type { Place, Subscription, Webhooks } from "../webhook.js"
import { changeRow } from "./change-row.js"
import { nextDueAt, renewalAt } from "./due.js"
import type { Engine } from "./engine.js"
import { withEvent } from "./slot-changes.js"
import type { Addresses } from "./webhook-address.js"

export interface WebhookLifeDependencies {
  readonly engine: Engine
  readonly addresses: Addresses
  callFor(row: ConnectionRow, connector: Connector): Promise<Call>
  /** The address of the row's app; undefined where it has none, or it is no longer configured. */
  appUrl(row: ConnectionRow): Promise<string | undefined>
  /** A connection's own address. */
  ownUrl(connector: string, key: string): string
}

const maxTries = 12
const day = 86_400_000
/** How long one process has to itself; longer than asking takes. */
const turnMs = 120_000
/** Handshakes come while the provider is being asked. */
const pendingMs = 10 * 60_000
const retiredMs = 3_600_000

type Subscribing = Webhooks & Required<Pick<Webhooks, "subscribe">>

/** Makes the webhooks that a connection wants, and renews those that end. Behind the commit, and with each tick until it went through. */
export async function tendWebhooks(deps: WebhookLifeDependencies, row: ConnectionRow): Promise<void> {
  const { engine } = deps
  const { webhooks } = engine.methodOf(row).connector
  if (!webhooks?.subscribe || !isTime(engine, row)) return
  const turn = `webhooks-turn:${row.id}`
  const until = engine.runtime.clock.now() + turnMs
  // Two that ask at once would each make a set. Asking twice after a crash is harmless: `subscribe` is idempotent.
  if ((await engine.store.documents.put({ key: turn, value: "", expiresAt: until }, 0)) === undefined) return
  try {
    const current = await engine.store.connections.get(row.id)
    if (current && isTime(engine, current)) await work(deps, current, webhooks as Subscribing)
  } catch {
    engine.log.warn("webhooks could not be made or renewed yet", { connectionId: row.id })
    await failed(engine, row.id)
  } finally {
    await engine.store.documents.delete(turn).catch(() => {})
  }
}

function isTime(engine: Engine, { status, detail: { webhooks } }: ConnectionRow): boolean {
  const now = engine.runtime.clock.now()
  if (!webhooks || status === "disconnecting" || status === "disabled" || (webhooks.retryAt ?? 0) > now) return false
  return (
    webhooks.state === "wanted" ||
    (webhooks.state === "made" && webhooks.subscriptions.some((one) => renewalAt(one) <= now))
  )
}

async function work(deps: WebhookLifeDependencies, row: ConnectionRow, webhooks: Subscribing): Promise<void> {
  const { engine } = deps
  const { connector } = engine.methodOf(row)
  if (webhooks.own && !hasOwnAddress(webhooks, row.method)) return await leave(deps, row)
  const site = await siteOf(deps, row, webhooks)
  if (!site) return
  const call = await deps.callFor(row, connector)
  const now = engine.runtime.clock.now()
  const times = new Map(row.detail.webhooks?.subscriptions.map((one) => [nameOf(one), one]))
  const isDue = (one: Subscription) => {
    const made = times.get(nameOf(one))
    return made !== undefined && renewalAt(made) <= now
  }
  const kept: Subscription[] = []
  let anew = row.detail.webhooks?.state === "wanted"
  for (const one of site.place.known) {
    const alive = !isDue(one) || (one.expiresAt ?? 0) > now
    if (!isDue(one)) kept.push(one)
    else if (alive && webhooks.renew) {
      const renewed = await renewedOf(webhooks, call, one, site.place)
      if (renewed) kept.push(renewed)
      else anew = true
    } else anew = true
  }
  const fresh = anew ? await webhooks.subscribe(call, { ...site.place, known: kept }) : kept
  await settle(deps, row, webhooks, call, site, fresh, (one) => anew || isDue(one))
}

/** Undefined: there is nothing left to renew. */
async function renewedOf(
  webhooks: Webhooks,
  call: Call,
  one: Subscription,
  place: Place,
): Promise<Subscription | undefined> {
  try {
    const renewed = await webhooks.renew?.(call, one, place)
    return renewed && { ...(one.secret !== undefined && { secret: one.secret }), ...renewed }
  } catch (error) {
    if (isHoldfastError(error, "resource_not_found")) return undefined
    throw error
  }
}

interface Site {
  readonly place: Place
  /** Digest of the connection's own address. */
  readonly address: string | undefined
}

/** Where deliveries go. An own address stands, and is known to the row, before anybody is asked to deliver to it. */
async function siteOf(
  deps: WebhookLifeDependencies,
  row: ConnectionRow,
  webhooks: Webhooks,
): Promise<Site | undefined> {
  const { addresses, engine } = deps
  const said = (row.detail.webhooks?.subscriptions ?? []).map(({ madeAt: _, ...one }): Subscription => one)
  if (!webhooks.own) {
    const url = await deps.appUrl(row)
    if (url === undefined) throw new Error("the app is not configured")
    return { place: { url, secret: "", known: said }, address: undefined }
  }
  let address = row.detail.webhooks?.address
  if (address === undefined || !(await addresses.read(address))) {
    const minted = await addresses.mint(row)
    const written = await changeRow(engine, row.id, (current) => {
      const { webhooks: detail } = current.detail
      if (!detail || current.status === "disconnecting" || detail.address !== address) return undefined
      return { ...current, detail: { ...current.detail, webhooks: { ...detail, address: minted } } }
    })
    if (written?.detail.webhooks?.address !== minted) return undefined
    address = minted
  }
  const pendingUntil = engine.runtime.clock.now() + pendingMs
  const record = await addresses.change(address, (current) => ({ ...current, pendingUntil }))
  if (!record) throw new Error("the address could not be made ready")
  const { key, secret, subscriptions } = record
  const names = new Set(subscriptions.map(nameOf))
  const known = [...subscriptions, ...said.filter((one) => !names.has(nameOf(one)))]
  return { place: { url: deps.ownUrl(row.connector, key), secret, known }, address }
}

/** Secrets first, then the row, so that whatever is delivered meanwhile can be proved; then what was replaced goes. */
async function settle(
  deps: WebhookLifeDependencies,
  row: ConnectionRow,
  webhooks: Webhooks,
  call: Call,
  { place, address }: Site,
  fresh: readonly Subscription[],
  isNew: (one: Subscription) => boolean,
): Promise<void> {
  const { addresses, engine } = deps
  const names = new Set(fresh.map(nameOf))
  const old = place.known.filter((one) => !names.has(nameOf(one)))
  const all = [...fresh, ...old]
  const stands = address === undefined || (await addresses.change(address, (record) => holding(record, all)))
  const now = engine.runtime.clock.now()
  const before = new Map(row.detail.webhooks?.subscriptions.map((one) => [nameOf(one), one.madeAt]))
  const inRow = (subscriptions: readonly Subscription[]) =>
    subscriptions.map((one) => detailOf(one, (isNew(one) ? undefined : before.get(nameOf(one))) ?? now))
  const made = (subscriptions: readonly Subscription[]) =>
    writeDetail(engine, row, (detail) =>
      withoutRetry({ ...detail, state: "made", subscriptions: inRow(subscriptions) }),
    )

  if (!stands || !(await made(all))) {
    // Disconnected meanwhile: nobody else knows of these.
    await webhooks.unsubscribe?.(call, fresh)
    return
  }
  if (old.length === 0) return
  const left = await removeOld(engine, row, webhooks, call, old)
  const until = now + retiredMs
  if (address !== undefined) {
    await addresses.change(address, (record) => ({
      ...holding(record, [...fresh, ...left]),
      retired: [
        ...record.retired.filter((one) => one.until > now),
        ...old.flatMap(({ secret }) => (secret === undefined ? [] : [{ secret, until }])),
      ],
    }))
  }
  await made([...fresh, ...left])
}

/** Answers those that are still there. */
async function removeOld(
  engine: Engine,
  row: ConnectionRow,
  webhooks: Webhooks,
  call: Call,
  old: readonly Subscription[],
): Promise<readonly Subscription[]> {
  try {
    await webhooks.unsubscribe?.(call, old)
    return []
  } catch {
    engine.log.warn("replaced webhooks could not be removed", { connectionId: row.id })
    // What ends by itself need not be remembered.
    return old.filter(({ expiresAt }) => expiresAt === undefined)
  }
}

/** The connection was made again in a way that has no address: what was made before goes, as far as it can. */
async function leave(deps: WebhookLifeDependencies, row: ConnectionRow): Promise<void> {
  await removeWebhooks(deps, row).catch(() =>
    deps.engine.log.warn("webhooks of another method could not be removed", { connectionId: row.id }),
  )
  await forgetAddress(deps, row)
  await writeDetail(deps.engine, row, () => ({ state: "made", subscriptions: [], tries: 0 }))
}

async function failed(engine: Engine, id: string): Promise<void> {
  await changeRow(engine, id, (current) => {
    const { webhooks } = current.detail
    if (!webhooks || current.status === "disconnecting") return undefined
    const tries = webhooks.tries + 1
    const retryAt = engine.runtime.clock.now() + Math.min(60_000 * 2 ** tries, day)
    const state = tries >= maxTries ? "failed" : webhooks.state
    const detail = { ...current.detail, webhooks: { ...webhooks, tries, retryAt, state } } as const
    const next = { ...current, detail }
    const told = state === "failed" ? withEvent(engine, next, "connection.webhooks_failed") : next
    return { ...told, dueAt: nextDueAt(engine, engine.methodOf(current).method, told) }
  })
}

/** Whether it was written. Nothing of the credential is touched: the row as it stands is written back with other webhooks. */
async function writeDetail(
  engine: Engine,
  row: ConnectionRow,
  change: (detail: WebhookDetail) => WebhookDetail,
): Promise<boolean> {
  let written = false
  await changeRow(engine, row.id, (current) => {
    const { webhooks } = current.detail
    // Connected again meanwhile: what was made then counts, and what is wanted now is made next.
    const again = current.detail.attemptId !== row.detail.attemptId
    written = webhooks !== undefined && current.status !== "disconnecting"
    if (!webhooks || !written) return undefined
    const changed = change(webhooks)
    const next = {
      ...current,
      detail: { ...current.detail, webhooks: again ? { ...changed, state: webhooks.state } : changed },
    }
    return { ...next, dueAt: nextDueAt(engine, engine.methodOf(current).method, next) }
  })
  return written
}

/** Removes the webhooks that were made for a connection. */
export async function removeWebhooks(deps: WebhookLifeDependencies, row: ConnectionRow): Promise<void> {
  const { connector } = deps.engine.methodOf(row)
  const address = row.detail.webhooks?.address
  // The document knows more than the row, where a crash came between the two.
  const record = address === undefined ? undefined : await deps.addresses.read(address)
  const made = record?.subscriptions ?? (row.detail.webhooks?.subscriptions ?? []).map(({ madeAt: _, ...one }) => one)
  if (made.length === 0 || !connector.webhooks?.unsubscribe) return
  await connector.webhooks.unsubscribe(await deps.callFor(row, connector), made)
}

/** Deletes a connection's own address with its secrets. */
export async function forgetAddress({ addresses }: WebhookLifeDependencies, row: ConnectionRow): Promise<void> {
  if (row.detail.webhooks?.address !== undefined) await addresses.remove(row.detail.webhooks.address)
}

function hasOwnAddress({ own }: Webhooks, method: string): boolean {
  return own !== undefined && (own.methods === undefined || own.methods.includes(method))
}

function holding<Holder extends object>(record: Holder, subscriptions: readonly Subscription[]) {
  return { ...record, subscriptions, pendingUntil: 0 }
}

function withoutRetry({ retryAt: _, ...detail }: WebhookDetail): WebhookDetail {
  return { ...detail, tries: 0 }
}

function detailOf({ data, expiresAt }: Subscription, madeAt: number): SubscriptionDetail {
  return { data, madeAt, ...(expiresAt !== undefined && { expiresAt }) }
}

function nameOf({ data }: Pick<Subscription, "data">): string {
  return JSON.stringify(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)))
}
