import type { Counters } from "@holdfast/emulator"
import type { AppProcess } from "./app-process.js"
import type { Place, Row } from "./provider.js"
import type { Connected, Session } from "./session.js"

/** What a row is tested with, and what it has come to. */
export interface Trial {
  readonly row: Row & Place
  readonly session: Session
  readonly app: AppProcess
  readonly callers: number
  /** Set by the first step. */
  connected?: Connected
  /** What the emulator had counted before time passed, and before it was disconnected. */
  beforeRefresh?: Counters
  beforeRevocation?: { readonly revocations: number; readonly living: readonly string[] }
}

/** One column: what was counted, or `absent` where the method has no such thing. A step that goes wrong throws. */
export interface Step {
  readonly title: string
  run(trial: Trial): Promise<string>
}

const absent = "–"

/** The columns of `pnpm demo --once`, in the order in which they happen. */
export const steps: readonly Step[] = [
  { title: "connect", run: connect },
  { title: "call", run: callOnce },
  { title: "token ends", run: letTokenEnd },
  { title: "callers at once", run: callManyTimes },
  { title: "refreshes", run: countRefreshes },
  { title: "new process", run: startAnew },
  { title: "still connected", run: callAgain },
  { title: "health", run: checkHealth },
  { title: "disconnect", run: disconnect },
  { title: "revoked", run: countRevocations },
]

async function connect(trial: Trial): Promise<string> {
  const { connected, redirects, pages } = await trial.session.connect()
  expectEqual("status", connected.status, "active")
  trial.connected = connected
  return `${pages} ${pages === 1 ? "page" : "pages"}, ${redirects} redirects`
}

async function callOnce(trial: Trial): Promise<string> {
  expectEqual("the operation", await trial.session.run(idOf(trial)), "ok")
  return "ok"
}

/** Time passes until every token of the connection has ended. */
async function letTokenEnd(trial: Trial): Promise<string> {
  const { session, row } = trial
  const ends = Object.values((await session.read(idOf(trial))).slots).map((slot) => slot.expiresAt)
  const known = ends.filter((end) => typeof end === "number")
  if (row.tokens === "none") {
    expectEqual("tokens that end", known.length, 0)
    return absent
  }
  const isSaid = typeof row.tokens !== "number"
  expectEqual("tokens that say when they end", known.length, isSaid ? ends.length : 0)
  // Before and not after: the scheduler may be quicker than the callers, and its refresh is the one that counts.
  trial.beforeRefresh = await row.control.counters()
  const aheadMs = typeof row.tokens === "number" ? row.tokens * 1000 : Math.max(...known) - (await session.advance(0))
  await session.advance(aheadMs + 1_000)
  return `after ${duration(aheadMs)}`
}

async function callManyTimes(trial: Trial): Promise<string> {
  if (trial.row.tokens === "none") return absent
  const startedAt = performance.now()
  const answers = await Promise.all(Array.from({ length: trial.callers }, () => trial.session.run(idOf(trial))))
  const refused = answers.filter((answer) => answer !== "ok")
  if (refused.length > 0)
    throw new Error(`${refused.length} of ${answers.length} refused, the first with ${refused[0]}`)
  return `${answers.length} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`
}

async function countRefreshes({ row, beforeRefresh }: Trial): Promise<string> {
  if (row.tokens === "none") return absent
  const { refreshes, tokensIssued } = await row.control.counters()
  if (row.renewedBy !== undefined) {
    const before = beforeRefresh?.tokensIssued[row.renewedBy] ?? 0
    expectEqual("tokens given anew", (tokensIssued[row.renewedBy] ?? 0) - before, 1)
    return "1"
  }
  expectEqual("refresh tokens shown", refreshes.shown - (beforeRefresh?.refreshes.shown ?? 0), 1)
  expectEqual("refreshes", refreshes.issued - (beforeRefresh?.refreshes.issued ?? 0), 1)
  expectEqual("most showings of one token", refreshes.mostForOne, 1)
  return "1"
}

async function startAnew({ app }: Trial): Promise<string> {
  const before = app.pid
  await app.crash()
  if (app.pid === before) throw new Error("it is the same process")
  return `${before} → ${app.pid}`
}

async function callAgain(trial: Trial): Promise<string> {
  const { status } = await trial.session.read(idOf(trial))
  expectEqual("status", status, "active")
  expectEqual("the operation", await trial.session.run(idOf(trial)), "ok")
  return "ok"
}

async function checkHealth(trial: Trial): Promise<string> {
  const { ok, parts } = await trial.session.test(idOf(trial))
  const unwell = parts.filter((part) => !part.ok)
  if (!ok) throw new Error(unwell.map(({ name, code }) => `${name} ${code}`).join(", "))
  return `${parts.length} of ${parts.length}`
}

async function disconnect(trial: Trial): Promise<string> {
  const { revocations } = await trial.row.control.counters()
  trial.beforeRevocation = { revocations, living: await livingGrants(trial) }
  const revocation = await trial.session.disconnect(idOf(trial))
  expectEqual("revocation", revocation, trial.row.revocation === "none" ? "unsupported" : "revoked")
  if (!(await trial.session.isGone(idOf(trial)))) throw new Error("it is still there")
  return "ok"
}

async function countRevocations(trial: Trial): Promise<string> {
  const { row, beforeRevocation: before = { revocations: 0, living: [] } } = trial
  if (row.revocation === "none") return absent
  expectEqual("grants with a living token", (await livingGrants(trial)).length, 0)
  // Not every provider has grants with tokens, and not every one a revocation of tokens.
  const revocations = (await row.control.counters()).revocations - before.revocations
  const ended = Math.max(revocations, before.living.length)
  if (ended < 1) throw new Error("the emulator saw no revocation")
  return String(ended)
}

async function livingGrants({ row }: Trial): Promise<readonly string[]> {
  const grants = await row.control.grants()
  return grants.filter(({ live }) => live.accessTokens + live.refreshTokens > 0).map(({ id }) => id)
}

function idOf({ connected }: Trial): string {
  if (!connected) throw new Error("nothing is connected")
  return connected.id
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, not ${String(expected)}`)
}

/** `12 h`, `45 min`. */
function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  return minutes >= 60 && minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`
}
