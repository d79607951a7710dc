import type { Figures } from "./figures.js"
import type { Race } from "./herd.js"
import type { Reads } from "./reads-process.js"
import type { Figure } from "./statistics.js"

type Line = readonly [what: string, measured: string, aim: string, more: string]

const between = ({ low, high }: Figure) => `${low} to ${high}`

/** The figures for people, a line each. */
export function tableOf(figures: Figures): string {
  const { reads, herd, claim, memory, rotateKeys, plan, import: imports, machine } = figures
  const lines: Line[] = [["what", "measured", "aim", ""]]
  for (const [store, read] of entriesOf(reads)) lines.push(...readLines(store, read))
  for (const one of [herd.process, herd.processes]) {
    const who = `refreshes by ${one.callers} callers, ${one.processes} new process${one.processes > 1 ? "es" : ""}`
    const alike = one.allAlike ? "all got the same token" : "NOT ALL ALIKE"
    lines.push([who, String(one.refreshes), "1", `${alike}, ${one.ms} ms`])
  }
  for (const store of ["sqlite", "postgres", "mysql"] as const) {
    const race = herd[store]
    if (race) lines.push(...herdLines(store, race))
  }
  if (claim) {
    const { rows, due, store, bulk, refresh } = claim
    const against = (of: typeof store) => `${between(of.share)}; ${of.perSecond}/s, loop ${of.rawPerSecond}/s`
    lines.push(
      [`scheduler over ${rows} rows, ${due} due`, `${claim.shareOfRaw} ×`, "0.8 ×", against(claim)],
      ["… the store alone", `${store.shareOfRaw} ×`, "", against(store)],
      ["… the store, written back in bulk", `${bulk.shareOfRaw} ×`, "", against(bulk)],
      ["… with a refresh of each", `${refresh.shareOfRaw} ×`, "", against(refresh)],
    )
  }
  const { few, many } = memory
  lines.push([
    "scheduler's memory, many over few",
    `${memory.growth} ×`,
    "1 ×",
    `${few.atEndMiB} MiB at ${few.connections} connections, ${many.atEndMiB} MiB at ${many.connections}`,
  ])
  for (const [store, one] of entriesOf(plan)) {
    const touched = [one.many.rowsTouched, one.many.pagesTouched]
    const [rows, pages] = touched.map((count) => (count === undefined ? "not told" : String(count)))
    lines.push([
      `claim of ${one.many.limit} of ${one.many.rows}, ${store}`,
      `${one.timesOfFew} ×`,
      "1 ×",
      `${one.many.ms.median} ms, among ${one.few.rows} ${one.few.ms.median} ms; rows touched ${rows}, pages ${pages}`,
    ])
  }
  const { postgres, mysql, ...sqlite } = rotateKeys
  for (const [store, one] of Object.entries({ sqlite, postgres, mysql }))
    if (one) lines.push([`rotateKeys, ${store}`, `${one.perSecond}/s`, "5000/s", between(one.spread)])
  lines.push([
    "import of core over its dependencies",
    `${imports.overDependenciesMs} ms`,
    "10 ms",
    `${between(imports.over)}; dependencies alone ${imports.dependenciesMs} ms`,
  ])
  const plans = entriesOf(plan).flatMap(([store, { many: cost }]) => [
    "",
    `claimDue among ${cost.rows}, ${store}`,
    ...cost.plan.map((step) => `  ${step}`),
  ])
  const about = `${machine.processors} processors, Node ${machine.node}, load ${machine.load.join(" before, ")} after`
  return [...lines.map(textOf), ...plans, "", ...figures.missing, about].join("\n")
}

const textOf = ([what, measured, aim, more]: Line) =>
  `${what.padEnd(46)} ${measured.padStart(10)}   ${aim.padEnd(8)} ${more}`.trimEnd()

function readLines(store: string, read: Reads): Line[] {
  const spread = (of: Omit<Reads, "first" | "concurrent" | "timesPeer" | "peer">) =>
    `${between(of.ratio)}; ${of.perSecond}/s, floor ${of.floorPerSecond}/s; of processor time ${of.ratioOfCpu} ×`
  const { first, concurrent, peer } = read
  return [
    [
      `living token, ${store}, against floor`,
      `${read.ratioToFloor} ×`,
      store === "postgres" ? "1.3 ×" : "1.5 ×",
      spread(read),
    ],
    ["… read for the first time", `${first.ratioToFloor} ×`, "", spread(first)],
    ...(concurrent
      ? [
          [
            `… by ${concurrent.callers} callers at once`,
            `${concurrent.ratioToFloor} ×`,
            "",
            spread(concurrent),
          ] as const,
        ]
      : []),
    ["… faster than better-auth", `${read.timesPeer} ×`, "", `${between(peer.times)}; it has ${peer.perSecond}/s`],
  ]
}

function herdLines(store: string, { atOnce, ...race }: Race & { atOnce: Race }): Line[] {
  const spread = (of: Race) =>
    `${between(of.ratio)}; ${of.ms.median} ms, lock ${of.rowLockMs.median} ms, ${of.refreshes} refresh`
  return [
    [`herd, ${store}, against a row lock`, `${race.ratioToRowLock} ×`, "1.5 ×", spread(race)],
    ["… provider answers at once", `${atOnce.ratioToRowLock} ×`, "", spread(atOnce)],
  ]
}

function entriesOf<Value>(of: { readonly [store: string]: Value | undefined }): [string, Value][] {
  return Object.entries(of).filter((entry): entry is [string, Value] => entry[1] !== undefined)
}
