import type { Verdict } from "./kill-judge.js"
import { type Group, groupOf, groups, nameOfScene, type Scene } from "./kill-plan.js"
import { nameOf, type Point } from "./kill-seams.js"

/** What the kills of one act came to. */
export interface ActTally {
  readonly kills: number
  /** By kind of seam. */
  readonly bySeam: Readonly<Record<Group, number>>
  /** How its connections ended, and how many so. */
  readonly ended: Readonly<Record<string, number>>
  /** Kills that left a living grant which nobody knows, and where: from the first such point to the last. */
  readonly orphans: number
  readonly window: readonly [first: string, last: string] | null
  readonly silentLosses: number
}

export const emptyTally: ActTally = Object.freeze({
  kills: 0,
  bySeam: Object.freeze({ read: 0, write: 0, journal: 0, provider: 0, cipher: 0 }),
  ended: Object.freeze({}),
  orphans: 0,
  window: null,
  silentLosses: 0,
})

/** With one kill more. Those of one scene are counted in the order of their points. */
export function tallied(tally: ActTally, point: Point, { ended, losses, orphans }: Verdict): ActTally {
  const group = groupOf(point)
  return {
    kills: tally.kills + 1,
    bySeam: { ...tally.bySeam, [group]: tally.bySeam[group] + 1 },
    ended: { ...tally.ended, [ended]: (tally.ended[ended] ?? 0) + 1 },
    orphans: tally.orphans + (orphans > 0 ? 1 : 0),
    window: orphans === 0 ? tally.window : [tally.window?.[0] ?? nameOf(point), nameOf(point)],
    silentLosses: tally.silentLosses + (losses.length > 0 ? 1 : 0),
  }
}

/** Both together; the window of the first that has one stands for all, since every scene of an act passes the same points. */
export function merged(a: ActTally, b: ActTally): ActTally {
  const sum = <Key extends string>(one: Readonly<Record<Key, number>>, other: Readonly<Record<Key, number>>) => {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])] as Key[]
    return Object.fromEntries(keys.map((key) => [key, (one[key] ?? 0) + (other[key] ?? 0)])) as Record<Key, number>
  }
  return {
    kills: a.kills + b.kills,
    bySeam: sum(a.bySeam, b.bySeam),
    ended: sum(a.ended, b.ended),
    orphans: a.orphans + b.orphans,
    window: a.window ?? b.window,
    silentLosses: a.silentLosses + b.silentLosses,
  }
}

/** The table of all acts, a line each. */
export function tableOf(tallies: ReadonlyMap<string, ActTally>): string[] {
  const width = Math.max(...[...tallies.keys()].map((act) => act.length), 0) + 2
  const cells = (first: string, rest: readonly (string | number)[]) =>
    first.padEnd(width) + rest.map((cell) => String(cell).padStart(9)).join("")
  return [
    cells("killed in", [...groups, "lost"]),
    ...[...tallies].flatMap(([act, { bySeam, ended, orphans, silentLosses, window }]) => [
      cells(act, [...groups.map((group) => bySeam[group]), silentLosses]),
      ...Object.entries(ended).map(([how, count]) => `${" ".repeat(width)}  ${count} × ${how}`),
      ...(window
        ? [`${" ".repeat(width)}  ${orphans} left a grant that nobody knows: ${window[0]} … ${window[1]}`]
        : []),
    ]),
  ]
}

/** One broken promise, as a person reads it. */
export function lossOf(scene: Scene, point: Point, { losses }: Verdict): string {
  return `LOST: ${nameOfScene(scene)}, killed ${nameOf(point)}: ${losses.join("; ")}`
}
