import { createAccess } from "./access/create-access.js"
import { createApps } from "./apps/create-apps.js"
import { contextOfAttempt } from "./attempts/attempt-context.js"
import type { AttemptRecord } from "./attempts/attempt-record.js"
import { createAttemptRecords } from "./attempts/attempt-record.js"
import type { AttemptsDependencies } from "./attempts/begin-attempt.js"
import { createAttempts } from "./attempts/create-attempts.js"
import { createHeldGrants } from "./attempts/held-grants.js"
import { settleInterrupted } from "./attempts/interrupted.js"
import { createCallSide } from "./call/call-side.js"
import { systemCipher } from "./cipher-system.js"
import type { Connector } from "./connector.js"
import type { App } from "./context.js"
import { createContextFactory, ownerOf } from "./context-factory.js"
import { createWebhookReceiver } from "./create-webhook-receiver.js"
import { createScheduler } from "./engine/create-scheduler.js"
import type { LifecycleHandler } from "./engine/deliver-events.js"
import { disconnect } from "./engine/disconnect.js"
import { defaultSettings, type Engine } from "./engine/engine.js"
import { createFailedEvents } from "./engine/failed-events.js"
import { manyListeners } from "./engine/many-listeners.js"
import { createTokens } from "./engine/tokens-engine.js"
import { createWithUse } from "./engine/use-lease.js"
import { createAddresses } from "./engine/webhook-address.js"
import { forgetAddress, removeWebhooks, tendWebhooks, type WebhookLifeDependencies } from "./engine/webhook-life.js"
import { HoldfastError } from "./errors.js"
import type { Holdfast, WebhookHandler } from "./holdfast.js"
import { type HoldfastOptions, indexConnectors, parseMountUrl } from "./holdfast-options.js"
import { rotateKeys } from "./keys/rotate-keys.js"
import { verifyKeys } from "./keys/verify-keys.js"
import { silentLogger } from "./logger.js"
import { base64url, systemRuntime } from "./runtime.js"
import { createScopes } from "./scopes.js"
import type { ConnectionRow } from "./store.js"
import { translatingStore } from "./translating-store.js"
import { createVault } from "./vault.js"

/**
 * Puts connectors, a store and keys together. Nothing is contacted before the first use; nothing runs by itself before
 * `scheduler.start()`.
 * @throws HoldfastError `config_invalid`
 */
export function createHoldfast<const C extends readonly Connector[]>(options: HoldfastOptions<C>): Holdfast<C[number]> {
  const url = parseMountUrl(options.url)
  const connectors = indexConnectors<C[number]>(options.connectors)
  const runtime = systemRuntime(options.runtime)
  const store = translatingStore(options.store)
  const sealing = { keyring: options.keys, cipher: options.cipher ?? systemCipher(), documents: store.documents }
  const vault = createVault(sealing)
  const closing = new AbortController()

  function connectorOf(id: string): C[number] {
    const connector = connectors.get(id) ?? connectors.get(id.replaceAll("_", "-"))
    if (connector) return connector
    throw new HoldfastError(
      "connector_unknown",
      `No connector "${id}". There are: ${[...connectors.keys()].join(", ")}.`,
      { details: { connector: id } },
    )
  }

  function methodOf(place: { connector: string; method: string }) {
    const connector = connectorOf(place.connector)
    const method = connector.methods.find((candidate) => candidate.id === place.method)
    if (method) return { connector, method }
    throw new HoldfastError("connector_unknown", `${connector.name} no longer has the method "${place.method}".`, {
      details: { connector: connector.id },
    })
  }

  const calls = createCallSide({
    runtime,
    store,
    logger: options.logger ?? silentLogger,
    ...(options.guard && { guard: options.guard }),
    ...(options.reroute && { reroute: options.reroute }),
  })
  const { log } = calls
  const contexts = createContextFactory({ runtime, vault, guard: calls.guard, log, send: calls.send })
  const apps = createApps({
    url,
    runtime,
    store,
    vault,
    connectorOf,
    connectors: [...connectors.values()],
    env: () => options.env ?? processEnvironment(),
    sharedRedirectUri: options.redirectUri === "shared",
  })

  const engine: Engine = {
    runtime,
    store,
    vault,
    log,
    journal: options.journal,
    settings: Object.freeze({ ...defaultSettings, ...options.settings }),
    holder: base64url(runtime.random(9)),
    closing: manyListeners(closing.signal),
    methodOf,
    send: calls.send,
    appsOf: (row) => (row.appId === "" ? Promise.resolve([]) : apps.versions(row.tenantId, row.connector, row.appId)),
    contextOf: (row, { app, slot, fetch }) =>
      contexts({
        owner: ownerOf(row),
        app,
        account: row.detail.account,
        connection: { id: row.id, name: row.detail.name },
        slot,
        fetch,
      }),
  }
  const tokens = createTokens(engine)
  const keyWalk = { ...engine, keyring: options.keys, vault: createVault({ ...sealing, openLimit: 0 }) }

  const contextFor = async (row: ConnectionRow, slot: string) => {
    const [app] = methodOf(row).method.needsApp ? await engine.appsOf(row) : []
    return engine.contextOf(row, { app, slot })
  }
  const side = calls.over({ tokens, contextFor, methodOf, withUse: createWithUse(engine) })

  const addresses = createAddresses(engine)
  const webhookLife: WebhookLifeDependencies = {
    engine,
    addresses,
    callFor: (row) => side.callFor(row.id),
    async appUrl(row) {
      const [app] = await engine.appsOf(row)
      return app && webhooks.url(row.connector, app.id)
    },
    ownUrl: (connector, key) => `${url}/webhooks/${connector}/~${key}`,
  }
  const disconnector = {
    removeWebhooks: (row: ConnectionRow) => removeWebhooks(webhookLife, row),
    forgetAddress: (row: ConnectionRow) => forgetAddress(webhookLife, row),
  }

  // Work that goes on behind an answer; `close` waits for it.
  const underWay = new Set<Promise<unknown>>()
  const inBackground = (task: Promise<unknown>) => {
    const watched = task.catch(() => {}).finally(() => underWay.delete(watched))
    underWay.add(watched)
  }

  const appsOfAttempt = async (record: AttemptRecord): Promise<readonly App[]> =>
    record.appId === "" ? [] : apps.versions(record.owner.tenantId, record.connector, record.appId)
  const records = createAttemptRecords(store, vault)
  const held = createHeldGrants({
    engine,
    records,
    methodOfAttempt: methodOf,
    appsOfAttempt,
    contextOfAttempt: (record, app) => contextOfAttempt({ contexts, engine }, record, app),
    settle: (stored) => settleInterrupted(attemptsDependencies, stored),
  })
  const attemptsDependencies: AttemptsDependencies = {
    engine,
    held,
    url,
    apps,
    contexts,
    connectorOf,
    appsOfAttempt,
    methodOfAttempt: methodOf,
    records,
    returnUrls: options.returnUrls ?? [],
    redirectUris: options.redirectUris ?? [],
    reroute: calls.rerouteUrl,
    identify: ({ record, connector, method, app, grant }) =>
      side.identify({ connector, method, grant, context: contexts({ owner: record.owner, app }) }),
    unclaimed: ({ record, method, app, grant }) =>
      held.unclaimed(record, method, contextOfAttempt({ contexts, engine }, record, app), grant),
    connected: (id) => inBackground(afterConnect(id)),
  }
  const attempts = createAttempts(attemptsDependencies)

  /** Webhooks are made at once where they can be; the scheduler goes on with what could not. */
  async function afterConnect(id: string): Promise<void> {
    const row = await store.connections.get(id)
    if (row) await tendWebhooks(webhookLife, row)
  }

  const lifecycleHandlers = new Set<LifecycleHandler>()
  const webhookHandlers = new Map<string, Set<WebhookHandler>>()
  const webhooks = createWebhookReceiver({
    engine,
    addresses,
    failedEvents: createFailedEvents(engine),
    apps,
    contexts,
    url,
    connectorOf,
    handlersOf: (connector, event) => [...(webhookHandlers.get(`${connector}\n${event}`) ?? [])],
  })

  const scheduler = createScheduler({
    engine,
    tokens,
    url,
    handlers: lifecycleHandlers,
    ...disconnector,
    revokeAbandoned: () => held.revokeAbandoned(),
    retryEvents: () => webhooks.retryFailed(),
    tendWebhooks: (row) => tendWebhooks(webhookLife, row),
    lastUsedAt: async (id) => (await side.usage.read(id)).lastUsedAt,
    flushUsage: () => side.usage.flush(),
    forgetUsage: (id) => side.usage.forget(id),
  })

  const access = createAccess({
    url,
    runtime,
    keyring: options.keys,
    connectorOf,
    documents: store.documents,
    vault,
  })

  const scopes = createScopes<C[number]>({
    url,
    engine,
    tokens,
    side,
    attempts,
    connectorOf,
    async disconnect(id) {
      // Webhooks are removed with the connection's own token, and behind the tombstone none is renewed any more.
      const row = await store.connections.get(id)
      if (row?.detail.webhooks?.subscriptions.length) await tokens.live(id).catch(() => {})
      return await disconnect(engine, disconnector, id)
    },
  })

  return Object.freeze({
    url,
    connectors,
    connectorOf,
    access,
    attempts,
    apps,
    webhooks: Object.freeze({ url: webhooks.url, receive: webhooks.receive }),
    scheduler,
    returnUrls: Object.freeze([...(options.returnUrls ?? [])]),
    redirectUris: Object.freeze([...(options.redirectUris ?? [])]),
    for: scopes.for,
    asSystem: scopes.asSystem,
    on(connector, event, handler) {
      const described = connectorOf(connector)
      if (!Object.hasOwn(described.webhooks?.events ?? {}, event)) {
        const names = Object.keys(described.webhooks?.events ?? {}).join(", ") || "none"
        throw new HoldfastError("config_invalid", `${described.name} sends no event "${event}". There are: ${names}.`)
      }
      const key = `${described.id}\n${event}`
      const handlers = webhookHandlers.get(key) ?? new Set()
      webhookHandlers.set(key, handlers.add(handler))
      return () => handlers.delete(handler)
    },
    onLifecycle(handler) {
      lifecycleHandlers.add(handler)
      return () => lifecycleHandlers.delete(handler)
    },
    rotateKeys: (walk = {}) => rotateKeys(keyWalk, walk),
    verifyKeys: (walk = {}) => verifyKeys(keyWalk, walk),
    async close() {
      closing.abort()
      await tokens.settled()
      await Promise.allSettled(underWay)
      await side.usage.flush().catch(() => log.warn("buffered usage could not be written"))
    },
  } satisfies Holdfast<C[number]>)
}

function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {}
}
