import { isHoldfastError } from "../../packages/core/src/index.js"
import { browser, owner } from "./kill-acme.js"
import { choose, comeBack, connect, connectionOf, type InHand } from "./kill-acts.js"
import { drive, driveOn, type Fate, inWords } from "./kill-drive.js"
import { type Facts, factsOf, orphansOf } from "./kill-facts.js"
import type { Opened, Stage } from "./kill-stage.js"

/** How a run ended. */
export interface Verdict {
  /** Every promise that was broken. */
  readonly losses: readonly string[]
  /** How the connection ended, in a word or two of its own. */
  readonly ended: string
  /** Living grants left behind at the provider that only the dead process knew. */
  readonly orphans: number
}

interface Ended {
  readonly fate: Fate
  readonly broken: readonly (string | false)[]
  /** What to call it, where it is not the fate. */
  readonly ended?: string
}

/** What happened before somebody took over. */
export interface Death {
  readonly atDeath: Facts
  readonly inHand: InHand
  /** Events that the dead process had delivered. */
  readonly delivered: readonly string[]
}

const day = 86_400_000

/** Takes over where a process died, goes on as an application and a person would, and says what has become of it. */
export async function judge(stage: Stage, opened: Opened, death: Death): Promise<Verdict> {
  const { fate, broken, ended } = await endings[stage.act](stage, opened, death)
  const orphans = orphansOf(await factsOf(stage, opened, death.inHand.attempt), stage)
  // Only what the provider had handed to nobody but the dead process may be left behind.
  const unknown = orphansOf(death.atDeath, stage)
  const { refreshes } = stage.provider.counters
  const mayRepeat = fate.is === "named" && fate.reason === "rotation_lost"
  const losses = [
    ...broken,
    fate.is === "lost" && fate.how,
    orphans > unknown && `${orphans - unknown} living grants were forgotten`,
    refreshes.mostForOne > (mayRepeat ? 2 : 1) && `a refresh token was shown ${refreshes.mostForOne} times`,
  ]
  return { losses: losses.filter((loss) => loss !== false), ended: ended ?? inWords(fate), orphans }
}

const endings: Record<Stage["act"], (stage: Stage, opened: Opened, death: Death) => Promise<Ended>> = {
  connect: afterConnect,
  "connect, with a choice": afterConnect,
  reconnect: afterReconnect,
  "reconnect that ends the old grant": afterReconnect,
  "refresh for a caller": afterRefresh,
  "refresh by the scheduler": afterRefresh,
  disconnect: afterDisconnect,
  "rotate keys": afterRotation,
}

/** What the store or the journal held must work; what only the dead process had is said to be lost, by that name. */
async function afterRefresh(stage: Stage, opened: Opened, { atDeath, delivered }: Death): Promise<Ended> {
  const fate = await driveOn(stage, opened, stage.connectionId)
  const held = [...atDeath.grants.values()].some((where) => where !== "nowhere")
  const isLostByName = fate.is === "named" && fate.status === "needs_reauth" && fate.reason === "rotation_lost"
  await tickOn(stage, opened)
  const told = [...delivered, ...opened.delivered]
  return {
    fate,
    broken: [
      held && fate.is !== "usable" && `${inWords(fate)}, though what was kept would have worked`,
      !held && !isLostByName && fate.is !== "lost" && `${inWords(fate)}, though the rotation was lost`,
      isLostByName && !told.includes("connection.needs_reauth") && "nobody was told that the person must act",
    ],
  }
}

/** The person looks, waits, and begins again where it came to nothing. */
async function afterConnect(stage: Stage, opened: Opened, death: Death): Promise<Ended> {
  const first = await resume(stage, opened, death.inHand)
  const id = first.connectionId ?? connectionOf(await again(stage, opened))
  const fate = await driveOn(stage, opened, id)
  await tickOn(stage, opened)
  const rows = await opened.store.connections.list({ limit: 100 })
  return {
    fate,
    ended: fate.is === "usable" ? (first.connectionId ? "usable at once" : "usable when begun again") : inWords(fate),
    broken: [
      first.stuck !== undefined && `the attempt stayed ${first.stuck}`,
      ...standing(stage, opened, death),
      rows.length !== 1 && `${rows.length} rows of one account`,
    ],
  }
}

/**
 * The connection that was there stands by itself, or by what was granted and stands beside the attempt, or says why not; and the person can
 * finish.
 */
async function afterReconnect(stage: Stage, opened: Opened, death: Death): Promise<Ended> {
  const known = [...death.atDeath.grants.values()]
  const held = known.includes("row")
  const kept = known.includes("kept")
  const before = await drive(stage, opened, stage.connectionId)
  const first = await resume(stage, opened, death.inHand)
  const isDone = first.connectionId !== undefined && (before.is === "usable" || kept)
  const id = isDone ? first.connectionId : connectionOf(await again(stage, opened, stage.connectionId))
  const fate = await driveOn(stage, opened, id ?? "")
  await tickOn(stage, opened)
  const said = before.is === "named" && before.reason === "grant_refused"
  return {
    fate: fate.is === "usable" && !isDone ? before : fate,
    broken: [
      first.stuck !== undefined && `the attempt stayed ${first.stuck}`,
      held && before.is !== "usable" && `${inWords(before)}, though what was kept would have worked`,
      kept && first.connectionId === undefined && "what stood beside the attempt did not become the connection",
      kept && before.is !== "usable" && !said && `${inWords(before)}, and did not say that the provider had ended it`,
      !held && !kept && !said && `${inWords(before)}, though the provider had ended what was kept`,
      fate.is !== "usable" &&
        `${inWords(fate)}, though ${isDone ? "the attempt said connected" : "the person did it all again"}`,
      id !== stage.connectionId && "the connection has another id",
      ...standing(stage, opened, death),
    ],
  }
}

/** Behind the tombstone everything goes; before it nothing was said, and the person disconnects again. */
async function afterDisconnect(stage: Stage, opened: Opened, death: Death): Promise<Ended> {
  const id = stage.connectionId
  const row = death.atDeath.rows.find((one) => one.id === id)
  const begun = row === undefined || row.status === "disconnecting"
  await tickOn(stage, opened)
  const fate = await drive(stage, opened, id)
  if (!begun && fate.is === "usable") {
    await stage.time.settle(opened.holdfast.for(owner).connection(id, "acme").disconnect())
    await tickOn(stage, opened)
  }
  const { oauth, hooks } = stage.provider.provider
  const told = [...death.delivered, ...opened.delivered]
  return {
    fate,
    ended: begun ? "gone" : "untouched, then gone",
    broken: [
      begun && fate.is !== "gone" && `${inWords(fate)}, though it was disconnected`,
      !begun && fate.is !== "usable" && `${inWords(fate)}, though nobody had disconnected it`,
      (await opened.store.connections.get(id)) !== undefined && "the row is still there",
      oauth.grants().some(({ live }) => live.refreshTokens > 0) && "the grant still works at the provider",
      hooks.size > 0 && "the webhook is still there",
      !told.includes("connection.disconnected") && "nobody was told",
    ],
  }
}

/** Everything opens at once; run again it finishes, and the old key may go. */
async function afterRotation(stage: Stage, opened: Opened): Promise<Ended> {
  const { time, connectionIds, back } = stage
  const before = await time.settle(opened.holdfast.verifyKeys())
  const again = await time.settle(opened.holdfast.rotateKeys())
  const { retired } = await time.settle(opened.holdfast.verifyKeys())
  const without = stage.open({ ring: "new" })
  try {
    const returned = await time.settle(comeBack(without.holdfast, new URL(back ?? "")))
    const fates: Fate[] = []
    for (const id of connectionIds) fates.push(await driveOn(stage, without, id))
    const worst = fates.find(({ is }) => is !== "usable") ?? { is: "usable" }
    return {
      fate: worst,
      broken: [
        before.unreadable > 0 && `${before.unreadable} values did not open after the kill`,
        again.unreadable + again.left > 0 && "running it again did not finish",
        retired.join() !== "k1" && "the old key is still needed",
        returned.status !== "connected" && `somebody on the way back from the provider ended ${returned.status}`,
        worst.is !== "usable" && `${inWords(worst)} without the old key`,
      ],
    }
  } finally {
    await without.close()
  }
}

/** What must hold of every connection that stands: its webhook is made, once, and somebody was told of it. */
function standing({ provider }: Stage, { delivered }: Opened, death: Death): (string | false)[] {
  const { hooks } = provider.provider
  const told = [...death.delivered, ...delivered]
  return [
    hooks.size !== 1 && `${hooks.size} webhooks`,
    !told.some((type) => type === "connection.connected" || type === "connection.reconnected") &&
      death.atDeath.rows.length > 0 &&
      "nobody was told that it was connected",
  ]
}

/** The person comes back with what they have in hand, and looks until the attempt has ended. */
async function resume(
  { time }: Stage,
  { holdfast }: Opened,
  { attempt, back }: InHand,
): Promise<{ readonly connectionId?: string | undefined; readonly stuck?: string }> {
  if (attempt === undefined) return {}
  const visitor = { browser, owner }
  const look = () => time.settle(holdfast.attempts.view(attempt, visitor))
  try {
    const came = back === undefined ? await look() : await time.settle(comeBack(holdfast, new URL(back)))
    if (came.status === "connected") return { connectionId: came.connectionId }
    // Longer than an exchange that died is waited for.
    time.advance(61_000)
    const seen = await time.settle(look().then((view) => choose(holdfast, view)))
    if (seen.status === "connected" || seen.status === "failed") return { connectionId: seen.connectionId }
    // Nobody brought the answer back: it ends by its time.
    time.advance(600_000)
    const last = await look()
    return last.status === "failed" ? {} : { stuck: last.status }
  } catch (error) {
    if (isHoldfastError(error)) return {}
    throw error
  }
}

function again({ time, fetch }: Stage, { holdfast }: Opened, reconnect?: string) {
  return time.settle(connect({ holdfast, fetch: (input, init) => fetch(input, init), say: () => {} }, reconnect))
}

/** Four days of ticks: what is watched, owed or due is worked off. */
async function tickOn({ time }: Stage, { holdfast }: Opened): Promise<void> {
  for (const pauseMs of [0, 60_000, 3 * 60_000, 11 * 60_000, 3_600_000, 6 * 3_600_000, day, day, day]) {
    time.advance(pauseMs)
    await time.settle(holdfast.scheduler.tick())
  }
}
