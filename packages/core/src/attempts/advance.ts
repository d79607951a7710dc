import type { Connector } from "../connector.js"
import type { App, Context } from "../context.js"
import type { ContextFactory } from "../context-factory.js"
import { untilTaken } from "../engine/app-versions.js"
import type { Engine } from "../engine/engine.js"
import { type HeldLease, releaseLease, takeLease } from "../engine/lease.js"
import { createLeaseWatch } from "../engine/lease-watch.js"
import { HoldfastError, isHoldfastError } from "../errors.js"
import type { AuthMethod, Grant, Next } from "../method.js"
import { sleep } from "../runtime.js"
import type { Input } from "../step.js"
import { contextOfAttempt } from "./attempt-context.js"
import { type AttemptRecord, type AttemptRecords, failedOf, type Stored, withoutSecrets } from "./attempt-record.js"
import { type FinishDependencies, finish } from "./finish.js"
import type { HeldGrants } from "./held-grants.js"

export interface AdvanceDependencies extends FinishDependencies {
  readonly engine: Engine
  readonly records: AttemptRecords
  readonly held: HeldGrants
  readonly contexts: ContextFactory
  readonly methodOfAttempt: (record: AttemptRecord) => { readonly connector: Connector; readonly method: AuthMethod }
  readonly appsOfAttempt: (record: AttemptRecord) => Promise<readonly App[]>
  /** After a connection was made or made again. */
  readonly connected: (connectionId: string) => void
}

/** An attempt after a step, with what made it fail. */
export interface Advanced extends Stored {
  readonly failure?: HoldfastError
}

/** Begins the same again in place of an attempt, for the same browser, with consent asked for outright. */
export type Repeat = (record: AttemptRecord) => Promise<Stored>

/**
 * Takes an attempt one step on: `pending` → `exchanging` by compare-and-set, so that two tabs or two deliveries cannot both, then the
 * method, then what it brought. Whatever was granted is written before the attempt says so.
 */
export async function advance(
  deps: AdvanceDependencies,
  stored: Stored,
  input: Input,
  repeat: Repeat,
): Promise<Stored> {
  const { records, engine } = deps
  const exchanging = await records.save(
    { ...stored.record, status: "exchanging", exchangingSince: engine.runtime.clock.now() },
    stored.version,
  )
  if (!exchanging) return (await records.load(stored.record.id)) ?? stored
  return await takeSteps(deps, exchanging, input, repeat)
}

/** Runs the method for an attempt that this caller holds, and writes how it stands then. */
export async function takeSteps(
  deps: AdvanceDependencies,
  stored: Stored,
  input: Input,
  repeat?: Repeat,
): Promise<Advanced> {
  const { record } = stored
  let current = stored
  try {
    const { connector, method } = deps.methodOfAttempt(record)
    // Not over a person's thinking: the step that finishes what waits takes it again.
    const lease =
      record.reconnects && (input.from === "callback" || record.holds)
        ? await leaseForReconnect(deps.engine, record.connectionId)
        : undefined
    try {
      const { next, app, context } = await asApps(deps, record, method, input)
      // Nobody has taken the lease over: whatever another attempt has written by the commit was consented to later.
      const before = lease?.isFresh() ? lease.row.detail.attemptId : undefined
      if ("step" in next) return await saveStep(deps, stored, next, method, context)
      if (record.claims && !record.granted) return await saveGranted(deps, stored, next.grant, method, context)
      current = await keepThroughCrash(deps, stored, next.grant)
      const finished = await finish(deps, {
        record,
        connector,
        method,
        app,
        grant: next.grant,
        ...(before !== undefined && { before }),
      })
      if (finished.is === "connected") return await saveConnected(deps, current, finished.row.id)
    } finally {
      if (lease) await releaseLease(deps.engine, lease)
    }
    return await repeatWithConsent(deps, current, repeat)
  } catch (error) {
    return await afterFailure(deps, current, input, error)
  }
}

interface Asked {
  readonly next: Next
  readonly app: App | undefined
  readonly context: Context
}

/** Runs the method as the app, with whichever of its secrets the provider takes. */
async function asApps(
  deps: AdvanceDependencies,
  record: AttemptRecord,
  method: AuthMethod,
  input: Input,
): Promise<Asked> {
  const ask = async (app: App | undefined): Promise<Asked> => {
    const context = contextOfAttempt(deps, record, app)
    return { app, context, next: await nextOf(method, context, record, input) }
  }
  if (!method.needsApp) return await ask(undefined)
  const asked = await untilTaken(
    () => deps.appsOfAttempt(record),
    (app) =>
      ask(app).catch((error: unknown) => {
        if (isHoldfastError(error, "config_invalid")) return error
        throw error
      }),
    isHoldfastError,
  )
  if (!asked) throw new HoldfastError("app_not_configured", undefined, { details: { connector: record.connector } })
  if (isHoldfastError(asked)) throw asked
  return asked
}

async function nextOf(method: AuthMethod, context: Context, { granted }: AttemptRecord, input: Input): Promise<Next> {
  if (granted) return { grant: granted }
  return input.from === "start" ? await method.begin(context, input) : await method.advance(context, input)
}

/**
 * The same attempt, with what was granted written beside it: whoever finds it after a crash ends the grant at the provider, where nobody
 * would know of it. Best effort: with the store away, the grant is more than this copy.
 */
async function keepThroughCrash(
  { held, records }: AdvanceDependencies,
  stored: Stored,
  granted: Grant,
): Promise<Stored> {
  const { record } = stored
  if (record.holds || !granted.slots) return stored
  try {
    await held.watch(record.id, record.expiresAt)
    const saved = await records.save({ ...record, granted, holds: true }, stored.version)
    return saved ? { record, version: saved.version } : stored
  } catch {
    return stored
  }
}

/** A refresh must not run between the exchange, which may end the old token, and its commit (ruling R10). */
async function leaseForReconnect(engine: Engine, id: string): Promise<HeldLease | undefined> {
  const watch = createLeaseWatch(engine)
  const patienceEnds = engine.runtime.clock.monotonic() + engine.settings.leaseMs + engine.settings.graceMs + 1_000
  while (engine.runtime.clock.monotonic() < patienceEnds) {
    const row = await engine.store.connections.get(id)
    if (!row) return undefined
    const held = watch.remainingMs(row) === 0 ? await takeLease(engine, row, { slot: "*" }) : undefined
    if (held) return held
    await sleep(engine.runtime.timers, engine.settings.pollMs, engine.closing)
  }
  return undefined
}

async function saveStep(
  deps: AdvanceDependencies,
  stored: Stored,
  next: Extract<Next, { step: unknown }>,
  method: AuthMethod,
  context: Context,
): Promise<Stored> {
  const { record } = stored
  const state = next.state === undefined ? record.state : next.state
  const expiresAt = next.expiresAt ?? record.expiresAt
  const grant = method.held?.(state)
  if (grant) await deps.held.watch(record.id, expiresAt)
  const saved = await deps.records.save(
    {
      ...record,
      status: "pending",
      exchangingSince: null,
      step: next.step,
      takesServerPost: record.takesServerPost || (next.step.kind === "redirect" && next.step.returns === "server_post"),
      state,
      holds: grant !== undefined,
      expiresAt,
    },
    stored.version,
  )
  if (saved) return saved
  // It took so long that the attempt was given up meanwhile.
  if (grant && !record.holds) await deps.held.unclaimed(record, method, context, grant)
  throw new HoldfastError("store_conflict")
}

/** How long a grant waits for its page. */
export const claimMs = 60_000

async function saveGranted(
  deps: AdvanceDependencies,
  stored: Stored,
  granted: Grant,
  method: AuthMethod,
  context: Context,
): Promise<Stored> {
  const { record } = stored
  const expiresAt = deps.engine.runtime.clock.now() + claimMs
  await deps.held.watch(record.id, expiresAt)
  const saved = await deps.records.save(
    {
      ...record,
      status: "granted",
      exchangingSince: null,
      step: { kind: "wait", message: "Connecting…", pollAfterMs: 1_000 },
      granted,
      holds: true,
      expiresAt,
    },
    stored.version,
  )
  if (saved) return saved
  await deps.held.unclaimed(record, method, context, granted)
  throw new HoldfastError("store_conflict")
}

async function saveConnected(deps: AdvanceDependencies, stored: Stored, connectionId: string): Promise<Stored> {
  deps.connected(connectionId)
  const done: AttemptRecord = {
    ...withoutSecrets(stored.record),
    connectionId,
    status: "connected",
    step: { kind: "connected", connectionId },
    error: undefined,
  }
  // The connection stands, whatever becomes of this line: a later look finds it by the attempt's id.
  const saved = (await deps.records.save(done, stored.version)) ?? { record: done, version: stored.version }
  await deps.held.claimed(stored.record.id)
  return saved
}

/** The provider gave no refresh token where one is due: once more, asking for consent outright. */
async function repeatWithConsent(
  deps: AdvanceDependencies,
  stored: Stored,
  repeat: Repeat | undefined,
): Promise<Stored> {
  const { record } = stored
  if (!repeat) throw new HoldfastError("refresh_token_missing", undefined, { details: { connector: record.connector } })
  const successor = await repeat(record)
  const replaced: AttemptRecord = {
    ...withoutSecrets(record),
    status: "failed",
    error: "refresh_token_missing",
    successor: successor.record.id,
  }
  await deps.records.save(replaced, stored.version)
  return successor
}

/** A failed form is shown again with what was wrong; everything else ends the attempt, and says why. */
async function afterFailure(
  deps: AdvanceDependencies,
  stored: Stored,
  input: Input,
  thrown: unknown,
): Promise<Advanced> {
  const { record } = stored
  const failure = isHoldfastError(thrown) ? thrown : withoutName(deps, record, thrown)
  const form = input.from === "callback" || input.from === "poll" ? undefined : await formAgain(deps, record, failure)
  if (form) {
    const saved = await deps.records.save(
      { ...record, status: "pending", exchangingSince: null, step: form },
      stored.version,
    )
    if (saved) return saved
  }
  deps.engine.log.warn("an attempt to connect failed", {
    connector: record.connector,
    attemptId: record.id,
    code: failure.code,
    reason: failure.details.reason,
    providerCode: failure.details.providerCode,
  })
  const { code, details } = failure
  const failed: AttemptRecord = { ...failedOf(record), error: code, reason: details.reason }
  const saved = await deps.records.save(failed, stored.version)
  if (saved) await deps.held.abandon(saved)
  return { ...(saved ?? { record: failed, version: stored.version }), failure }
}

/** What a method or connector threw that is no error of ours. Its words may hold anything: the log, which takes secrets out, has them. */
function withoutName({ engine }: AdvanceDependencies, { connector }: AttemptRecord, thrown: unknown): HoldfastError {
  engine.log.error(`connecting ${connector} threw`, { error: thrown })
  return new HoldfastError("provider_unavailable", "Connecting failed in a way that has no name; the log has it.", {
    details: { connector },
  })
}

const correctable = new Set([
  "input_invalid",
  "credential_invalid",
  "reauth_required",
  "provider_rejected",
  "scope_missing",
  "resource_not_found",
  "host_forbidden",
  "provider_unavailable",
  "rate_limited",
  "response_invalid",
])

async function formAgain(deps: AdvanceDependencies, record: AttemptRecord, failure: HoldfastError) {
  // Past its first form a conversation shows its own.
  if (!correctable.has(failure.code) || record.state !== undefined) return undefined
  const { connector, method } = deps.methodOfAttempt(record)
  if (method.fields.length === 0) return undefined
  const [field] = failure.details.fields ?? []
  const code = failure.code === "reauth_required" ? "credential_invalid" : failure.code
  const { retryAfterMs } = failure.details
  const error = { code, ...(field !== undefined && { field }), ...(retryAfterMs !== undefined && { retryAfterMs }) }
  return { kind: "form", id: method.id, title: connector.name, fields: method.fields, error } as const
}
