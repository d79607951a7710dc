import { bundle, removeBundles } from "../bench/bundle.js"
import { startChild } from "./child.js"
import type { Part } from "./part.js"
import type { LifeFigures } from "./time-life.js"
import type { Answered, Asked } from "./time-process.js"

/** What came of all connections, and how long it took. */
export interface TimeFigures extends LifeFigures {
  readonly seconds: number
}

const processes = 2
const days = 90
const home = "packages/core"
const mostSeconds = 120

/** Ninety days of many connections at many providers, the real scheduler in a time of its own: nothing ends that could be kept. */
export const time: Part<TimeFigures> = {
  name: "time",
  async run({ bounded, log }) {
    const connections = bounded ? 5_000 : 100_000
    const script = await bundle("scripts/prove/time-process.ts", home, [])
    const startedAt = performance.now()
    const options: Asked = { connections: connections / processes, days }
    const children = Array.from({ length: processes }, () => startChild(script, [JSON.stringify(options)]))
    try {
      const halves = await Promise.all(children.map((child) => child.next<Answered>()))
      const figures = { ...halves.reduce(together), seconds: Math.round((performance.now() - startedAt) / 1_000) }
      log(`time: ${JSON.stringify(figures)}`)
      return {
        figures,
        losses: figures.lost + figures.callsFailed + figures.limited + figures.refused,
        row: `${grouped(connections)} connections × ${days} days in ${figures.seconds} s: ${grouped(figures.refreshes)} refreshes, ${grouped(figures.calls)} calls`,
        note: `idle ones kept alive with ${grouped(figures.idleRefreshes)} refreshes, the fewest possible being ${grouped(figures.idleLeast)}; at most ${figures.busiestMinute} a minute of one app`,
        // The aim is one of the full size: a busy machine decides how long the small one takes.
        ...(!bounded &&
          figures.seconds > mostSeconds && {
            unfinished: `it took ${figures.seconds} s, and may take ${mostSeconds} s`,
          }),
      }
    } finally {
      await Promise.all(children.map((child) => child.end()))
      removeBundles([home])
    }
  },
}

/** Both halves. Each process has apps of its own, so the busiest minute is that of the busier. */
function together(a: LifeFigures, b: LifeFigures): LifeFigures {
  const both = Object.fromEntries(Object.entries(a).map(([key, count]) => [key, count + b[key as keyof LifeFigures]]))
  return { ...(both as unknown as LifeFigures), days: a.days, busiestMinute: a.busiestMinute + b.busiestMinute }
}

function grouped(count: number): string {
  return count.toLocaleString("en")
}
