import type { App, Context } from "../context.js"
import { untilTaken } from "../engine/app-versions.js"
import type { Engine } from "../engine/engine.js"
import { type HeldLease, releaseLease, takeLease } from "../engine/lease.js"
import { createLeaseWatch } from "../engine/lease-watch.js"
import { HoldfastError, isHoldfastError } from "../errors.js"
import type { AuthMethod, Next } from "../method.js"
import { sleep } from "../runtime.js"
import type { Input } from "../step.js"
import { contextOfAttempt } from "./attempt-context.js"
import type { AdvanceDependencies } from "./attempt-dependencies.js"
import { type AttemptRecord, type Stored, withoutSecrets } from "./attempt-record.js"
import { type Advanced, afterFailure } from "./failed-step.js"
import { finish, needsConsent } from "./finish.js"
import { keepThroughCrash, saveConnected, saveGranted, saveStep } from "./write-attempt.js"

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
    const { lease, before } =
      record.reconnects && (input.from === "callback" || record.holds)
        ? await leaseForReconnect(deps.engine, record.connectionId)
        : {}
    try {
      const { next, app, context } = await asApps(deps, record, method, input)
      const overlap =
        record.overlap ?? (before === undefined ? undefined : { before, isLater: lease?.isFresh() === true })
      if ("step" in next) return await saveStep(deps, stored, next, method, context)
      const finishing = { record, connector, method, app, grant: next.grant, overlap }
      const waits = record.claims !== undefined && !record.granted
      if (!waits) {
        current = await keepThroughCrash(deps, stored, { granted: next.grant, overlap })
        const finished = await finish(deps, finishing)
        if (finished.is === "connected") return await saveConnected(deps, current, finished.row.id)
      } else if (!(await needsConsent(deps, finishing))) {
        return await saveGranted(deps, stored, { granted: next.grant, overlap }, method, context)
      }
    } finally {
      if (lease) await releaseLease(deps.engine, lease)
    }
    return await repeatWithConsent(deps, current, repeat)
  } catch (error) {
    // What was granted stands beside the attempt, and is taken on when the store is back.
    if (current !== stored && isHoldfastError(error, "store_unavailable")) return current
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
 * A refresh must not run between the exchange, which may end the old token, and its commit (ruling R10). Without the lease it goes on all
 * the same when patience is over. Answers also the attempt that the connection stands on now.
 */
async function leaseForReconnect(engine: Engine, id: string): Promise<{ lease?: HeldLease; before?: string }> {
  const watch = createLeaseWatch(engine)
  const patienceEnds = engine.runtime.clock.monotonic() + engine.settings.leaseMs + engine.settings.graceMs + 1_000
  let before: string | undefined
  while (engine.runtime.clock.monotonic() < patienceEnds) {
    const row = await engine.store.connections.get(id)
    if (!row) return {}
    before = row.detail.attemptId
    const lease = watch.remainingMs(row) === 0 ? await takeLease(engine, row, { slot: "*" }) : undefined
    if (lease) return { lease, before }
    await sleep(engine.runtime.timers, engine.settings.pollMs, engine.closing)
  }
  return before === undefined ? {} : { before }
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
