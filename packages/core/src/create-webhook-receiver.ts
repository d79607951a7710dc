import type { Apps } from "./apps.js"
import type { Connector } from "./connector.js"
import type { App } from "./context.js"
import type { ContextFactory } from "./context-factory.js"
import { ownerOf } from "./context-factory.js"
import { changeRow } from "./engine/change-row.js"
import { nextDueAt } from "./engine/due.js"
import type { Engine } from "./engine/engine.js"
import type { FailedEvents } from "./engine/failed-events.js"
import { unwell, withSlot } from "./engine/slot-changes.js"
import { type Addresses, type AddressRecord, secretsOf } from "./engine/webhook-address.js"
import { HoldfastError, isHoldfastError } from "./errors.js"
import type { ReceivedEvent, WebhookHandler } from "./holdfast.js"
import type { ConnectionRow } from "./store.js"
import type { Delivery, Verdict, VerifyContext, WebhookEvent } from "./webhook.js"
import type { WebhookReceiver } from "./webhook-receiver.js"

export interface ReceiverDependencies {
  readonly engine: Engine
  readonly addresses: Addresses
  readonly failedEvents: FailedEvents
  readonly apps: Apps
  readonly contexts: ContextFactory
  readonly url: string
  readonly connectorOf: (id: string) => Connector
  /** Handlers of an event of a connector. */
  readonly handlersOf: (connector: string, event: string) => readonly WebhookHandler[]
}

const rememberedMs = 3 * 86_400_000
const pageSize = 200
// One for each subscription of an address.
const mostHanded = 200

/** Proves deliveries and hands their events to the connections of the app they came for; no other row is ever a candidate (ruling X2). */
export function createWebhookReceiver(deps: ReceiverDependencies): WebhookReceiver & { retryFailed(): Promise<void> } {
  const { addresses, apps, connectorOf, engine } = deps

  /** Whether this delivery was taken before. Providers send again when in doubt. `scope`: the app, or the one connection. */
  async function isRepeat(connector: string, scope: string, event: WebhookEvent): Promise<boolean> {
    if (event.id === undefined) return false
    const key = `delivery:${await engine.runtime.digest(JSON.stringify([connector, scope, event.id, event.name, event.accountId]))}`
    return (
      (await engine.store.documents.put(
        { key, value: "", expiresAt: engine.runtime.clock.now() + rememberedMs },
        0,
      )) === undefined
    )
  }

  async function* rowsOf(connector: string, appId: string, accountKey?: string): AsyncGenerator<ConnectionRow> {
    for (let after: string | undefined, page = 0; page < 1_000; page++) {
      const rows = await engine.store.connections.list({
        connector,
        appId,
        ...(accountKey !== undefined && { accountKey }),
        limit: pageSize,
        ...(after !== undefined && { after }),
      })
      yield* rows
      after = rows.at(-1)?.id
      if (rows.length < pageSize) return
    }
  }

  async function hand(
    connector: Connector,
    scope: string,
    event: WebhookEvent,
    candidates: AsyncIterable<ConnectionRow> | Iterable<ConnectionRow>,
  ): Promise<void> {
    if (!Object.hasOwn(connector.webhooks?.events ?? {}, event.name) || (await isRepeat(connector.id, scope, event)))
      return
    const payload = connector.webhooks?.events[event.name]?.payload.safeParse(event.payload)
    if (!payload?.success) {
      engine.log.warn("a verified webhook event has another shape than its connector says, and is dropped", {
        connector: connector.id,
        event: event.name,
      })
      return
    }
    for await (const row of candidates) {
      if (row.status === "disconnecting" || event.concerns?.(row.detail.account) === false) continue
      const ended = connector.webhooks?.ends?.(event, row.detail.account) ?? false
      if (ended !== false) await markEnded(row, ended === true ? Object.keys(row.detail.slots) : ended)
      const received: ReceivedEvent = {
        connector: connector.id,
        name: event.name,
        connectionId: row.id,
        owner: ownerOf(row),
        payload: payload.data,
        deliveryId: event.id,
      }
      if (!(await handle(received))) await deps.failedEvents.keep(received)
    }
  }

  /** Whether every handler took it. */
  async function handle(received: ReceivedEvent): Promise<boolean> {
    const { connectionId, connector, name } = received
    let taken = true
    for (const handler of deps.handlersOf(connector, name)) {
      await Promise.resolve()
        .then(() => handler(received))
        .catch(() => {
          taken = false
          engine.log.error("a webhook handler failed; the event comes again", { connector, event: name, connectionId })
        })
    }
    return taken
  }

  async function markEnded(row: ConnectionRow, slots: readonly string[]): Promise<void> {
    const { method } = engine.methodOf(row)
    await changeRow(engine, row.id, (current) => {
      // Granted again since: the news is about what was before.
      if (current.generation !== row.generation) return undefined
      const ended = slots.filter((slot) => Object.hasOwn(current.detail.slots, slot))
      if (ended.length === 0) return undefined
      let next = current
      for (const slot of ended)
        next = withSlot(engine, next, slot, { ...unwell("needs_reauth", "ended_by_provider"), retryAt: null })
      return { ...next, dueAt: nextDueAt(engine, method, next) }
    })
  }

  /** Providers go on signing with the secret before while the new one is rolled out. */
  async function verifyWithAny<Version extends App | undefined>(
    versions: readonly Version[],
    verify: (context: VerifyContext, app: Version) => Promise<Verdict>,
  ): Promise<Verdict> {
    let refusal: unknown
    for (const app of versions) {
      const { clock, digest, fetch, log } = deps.contexts({ owner: { tenantId: app?.tenantId ?? "*" }, app })
      try {
        return await verify({ clock, digest, fetch, log }, app)
      } catch (error) {
        if (!isHoldfastError(error, "webhook_unverified")) throw error
        refusal ??= error
      }
    }
    throw refusal
  }

  /** What was verified, worked off: events behind the answer. */
  function answered(
    connector: Connector,
    verdict: Verdict,
    handOne: (event: WebhookEvent) => Promise<void>,
  ): { response: Response; settled: Promise<void> } {
    if (verdict.is === "handshake") return { response: verdict.response, settled: Promise.resolve() }
    const settled = (async () => {
      for (const event of verdict.events) await handOne(event)
    })().catch(() => engine.log.error("a verified webhook could not be worked off", { connector: connector.id }))
    return { response: verdict.response ?? new Response(null, { status: 200 }), settled }
  }

  async function receiveForApp(connector: Connector, appKey: string, delivery: Delivery) {
    const { webhooks } = connector
    const versions = webhooks?.verify ? await apps.byKey(connector.id, appKey) : []
    const [app] = versions
    // To a stranger an unknown address looks like an unknown connector.
    if (!app || !webhooks?.verify) throw unknownAddress(connector)
    const { verify } = webhooks
    const verdict = await verifyWithAny(versions, (context, version) =>
      verify.call(webhooks, { ...context, app: version }, delivery),
    )
    return answered(connector, verdict, async (event) => {
      if (event.accountId === undefined && !event.concerns) return
      await hand(connector, app.id, event, rowsOf(connector.id, app.id, event.accountId))
    })
  }

  /** Deliveries to one connection's own address. Undefined: it is none. */
  async function receiveForConnection(connector: Connector, key: string, delivery: Delivery) {
    const { own } = connector.webhooks ?? {}
    const found = own && (await addresses.byKey(key))
    const row = found && (await engine.store.connections.get(found.record.connectionId))
    if (!own || !row || row.detail.webhooks?.address !== found.address) return undefined
    if (row.connector !== connector.id || row.status === "disconnecting") return undefined
    const versions = row.appId === "" ? [undefined] : await engine.appsOf(row)
    const { account } = row.detail
    const secrets = secretsOf(found.record, engine.runtime.clock.now())
    const verdict = await verifyWithAny(versions.length > 0 ? versions : [undefined], (context, app) =>
      own.verify({ ...context, app, account, secrets }, delivery),
    )
    if (verdict.is === "handshake" && verdict.secret !== undefined) await takeSecret(found, verdict.secret)
    return answered(connector, verdict, async (event) => {
      // Its secret proves nothing about other accounts.
      if (event.accountId !== undefined && event.accountId !== row.accountKey) return
      await hand(connector, `~${row.id}`, event, [row])
    })
  }

  /** A secret that comes in a handshake is only taken while the provider is being asked for deliveries, and stored before it is answered. */
  async function takeSecret(found: { address: string; record: AddressRecord }, secret: string): Promise<void> {
    if (found.record.handed.includes(secret)) return
    const taken = await addresses.change(found.address, (record) =>
      record.pendingUntil > engine.runtime.clock.now()
        ? { ...record, handed: [secret, ...record.handed].slice(0, mostHanded) }
        : undefined,
    )
    if (!taken) throw new HoldfastError("webhook_unverified", "A handshake brought a secret that nobody had asked for.")
  }

  return {
    retryFailed: () =>
      deps.failedEvents.retry(async (event) => {
        if (deps.handlersOf(event.connector, event.name).length === 0) return undefined
        const row = await engine.store.connections.get(event.connectionId)
        return !row || row.status === "disconnecting" ? true : await handle(event)
      }),
    url: (connector, appId) =>
      `${deps.url}/webhooks/${connector}/${encodeURIComponent(appId.slice(appId.indexOf(":") + 1))}`,
    async receive(id, appKey, delivery) {
      const connector = connectorOf(id)
      if (!connector.webhooks) throw unknownAddress(connector)
      // The client id of an app may begin with `~` as well; that it is somebody's unguessable key cannot be.
      const own = appKey.startsWith("~") ? await receiveForConnection(connector, appKey.slice(1), delivery) : undefined
      return own ?? (await receiveForApp(connector, appKey, delivery))
    },
  }
}

function unknownAddress(connector: Connector): HoldfastError {
  return new HoldfastError("connector_unknown", `No app of ${connector.name} has this webhook address.`, {
    details: { connector: connector.id },
  })
}
