import { contextOfAttempt } from "../attempts/attempt-context.js"
import type { AdvanceDependencies } from "../attempts/attempt-dependencies.js"
import { type AttemptRecords, createAttemptRecords } from "../attempts/attempt-record.js"
import { createHeldGrants } from "../attempts/held-grants.js"
import { settleInterrupted } from "../attempts/interrupted.js"
import type { Connector } from "../connector.js"
import type { App } from "../context.js"
import { createContextFactory, ownerOf } from "../context-factory.js"
import { createScheduler } from "../engine/create-scheduler.js"
import { type Disconnector, disconnect } from "../engine/disconnect.js"
import { defaultSettings, type Engine } from "../engine/engine.js"
import { createTokens, type TokensEngine } from "../engine/tokens-engine.js"
import type { JournalEntry } from "../journal.js"
import { type Keyring, keyring } from "../keyring.js"
import { type RotationCounts, rotateConnections } from "../keys/rotate-connections.js"
import { rotateDocuments } from "../keys/rotate-documents.js"
import { rotateJournal } from "../keys/rotate-journal.js"
import { unreadableTally } from "../keys/unreadable.js"
import { beginWalk, type KeyWalkDependencies } from "../keys/walk.js"
import { silentLogger } from "../logger.js"
import type { AuthMethod } from "../method.js"
import { oauth2 } from "../methods/oauth2.js"
import type { Scheduler } from "../scheduler.js"
import type { TokenStore } from "../store.js"
import { translatingStore } from "../translating-store.js"
import { createVault } from "../vault.js"
import type { ProviderHabits, SimulatedProvider } from "./simulated-provider.js"
import { simulatedCipher, simulatedJournal, simulatedRuntime } from "./simulated-runtime.js"
import { type StoreFaults, simulatedStore } from "./simulated-store.js"
import type { Host, World } from "./world.js"

/** What all processes share, and all that they find on their hosts. */
export interface Surroundings {
  readonly world: World
  readonly provider: SimulatedProvider
  readonly store: TokenStore
  storeFaults(): StoreFaults
  storeIsAway(): boolean
  /** By host, outliving its processes; undefined: nobody keeps one. */
  readonly journals: Map<string, Map<string, JournalEntry>> | undefined
  /** Called with what has come to stand in one. */
  journalled(entry: JournalEntry): void
  /** Called with the refresh token of what has come to stand beside its attempt. */
  kept(refreshToken: string): void
  /** By connection, each has a provider of its own habits. */
  readonly methods: ReadonlyMap<string, AuthMethod>
  /** The app's secrets as a host knows them, newest first. */
  secretsOf(host: Host): readonly string[]
  /** The keys that a host was given, the one that seals first. */
  keysOf(host: Host): readonly string[]
}

/** One process: the real engine over a simulated runtime. */
export interface Process {
  readonly host: Host
  readonly engine: Engine
  readonly tokens: TokensEngine
  readonly scheduler: Scheduler
  /** What takes an attempt to connect on. */
  readonly attempts: AdvanceDependencies
  disconnect(id: string): Promise<unknown>
  /** Seals everything anew under the key that its host was given to seal with. */
  rotateKeys(): Promise<RotationCounts>
}

/** Starts a process on a host. What an earlier one on it was doing is forgotten. */
export function startProcess(around: Surroundings, host: Host): Process {
  const { world, provider, methods } = around
  const runtime = simulatedRuntime(world, host, (request) => provider.fetchFrom(host, request))
  const store = translatingStore(
    simulatedStore(
      world,
      host,
      around.store,
      () => around.storeFaults(),
      () => around.storeIsAway() || host.cutUntil > world.now(),
    ),
  )
  const sealing = { keyring: keysOf(around.keysOf(host)), cipher: simulatedCipher(world, host) }
  const vault = createVault(sealing)
  const contexts = createContextFactory({
    runtime,
    vault,
    guard: async () => {},
    log: silentLogger,
    send: runtime.fetch,
  })
  const appsOf = async (): Promise<App[]> => around.secretsOf(host).map(appWith)
  const methodOf = ({ method }: { method: string }) => ({ connector, method: methods.get(method) as AuthMethod })
  const engine: Engine = {
    runtime,
    store,
    vault,
    log: silentLogger,
    journal: around.journals && simulatedJournal(world, host, around.journals, around.journalled),
    settings: { ...defaultSettings, pollMs: 500 },
    holder: `${host.name}.${host.life}`,
    closing: new AbortController().signal,
    send: runtime.fetch,
    methodOf,
    appsOf,
    contextOf: (row, parts) =>
      contexts({
        owner: ownerOf(row),
        app: parts.app,
        account: row.detail.account,
        slot: parts.slot,
        fetch: parts.fetch,
      }),
  }
  const tokens = createTokens(engine)
  const disconnector: Disconnector = { removeWebhooks: async () => {}, forgetAddress: async () => {} }
  const records = notingGrants(createAttemptRecords(store, vault), around.kept)
  const held = createHeldGrants({
    engine,
    records,
    methodOfAttempt: methodOf,
    appsOfAttempt: appsOf,
    contextOfAttempt: (record, app) => contextOfAttempt({ contexts, engine }, record, app),
    settle: (stored) => settleInterrupted(attempts, stored),
  })
  const attempts: AdvanceDependencies = {
    engine,
    records,
    held,
    contexts,
    methodOfAttempt: methodOf,
    appsOfAttempt: appsOf,
    identify: async ({ record }) => ({ id: record.connectionId, label: record.connectionId }),
    unclaimed: ({ record, method, app, grant }) =>
      held.unclaimed(record, method, contextOfAttempt({ contexts, engine }, record, app), grant),
    connected: () => {},
  }
  return {
    host,
    engine,
    tokens,
    scheduler: createScheduler({
      engine,
      tokens,
      url: "https://host.test",
      handlers: new Set(),
      ...disconnector,
      tendWebhooks: async () => {},
      retryEvents: async () => {},
      revokeAbandoned: () => held.revokeAbandoned(),
      lastUsedAt: async () => runtime.clock.now(),
      flushUsage: async () => {},
      forgetUsage: async () => {},
    }),
    attempts,
    disconnect: (id) => disconnect(engine, disconnector, id),
    rotateKeys: () => rotateKeys({ ...engine, ...sealing, vault: createVault({ ...sealing, openLimit: 0 }) }),
  }
}

function notingGrants(records: AttemptRecords, kept: Surroundings["kept"]): AttemptRecords {
  return {
    ...records,
    async save(record, version) {
      const saved = await records.save(record, version)
      const secret = saved && (record.granted?.slots?.main?.secret as { refreshToken?: string } | undefined)
      if (secret?.refreshToken !== undefined) kept(secret.refreshToken)
      return saved
    },
  }
}

/** All that is sealed. Only the fingerprint's key is left out: its derivation is WebCrypto's alone, whose order no seed decides. */
async function rotateKeys(deps: KeyWalkDependencies): Promise<RotationCounts> {
  const counts: RotationCounts = { connections: 0, documents: 0, journal: 0, conflicts: 0, left: 0 }
  const tally = unreadableTally(deps.log)
  const walk = beginWalk(deps, { batch: 1 }, () => counts)
  await rotateConnections(walk, counts, tally)
  await rotateDocuments(walk, counts, tally)
  await rotateJournal(walk, counts, tally)
  return counts
}

/** The one way in which a connection is connected, by its provider's habits. */
export function methodFor(id: string, habits: ProviderHabits): AuthMethod {
  return oauth2({
    id,
    authorizationEndpoint: "https://provider.test/authorize",
    tokenEndpoint: "https://provider.test/token",
    revocationEndpoint: "https://provider.test/revoke",
    scopes: [],
    policy: {
      rotation: habits.rotation,
      reuse: habits.reuse,
      reconsent: habits.reconsent ?? "keeps",
      accessTokenSeconds: habits.accessTokenSeconds,
    },
  }) as unknown as AuthMethod
}

const connector = { id: "acme", vendor: "acme", name: "Acme" } as unknown as Connector

export const appId = "acme:app"

function appWith(clientSecret: string): App {
  return { id: appId, clientId: "app", fields: { clientId: "app", clientSecret }, tenantId: null }
}

/** A keyring of keys that differ in their id. */
export function keysOf(ids: readonly string[]): Keyring {
  return keyring(ids.map((id) => `${id}:${"A".repeat(43)}`).join(","))
}
