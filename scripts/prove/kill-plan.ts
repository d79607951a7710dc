import type { ActName } from "./kill-acts.js"
import type { PlaceStore } from "./kill-place.js"
import type { Point } from "./kill-seams.js"

/** One way in which an act is played, at all of its points or some. */
export interface Scene {
  readonly act: ActName
  readonly store: PlaceStore
  readonly journal: boolean
}

const refreshes = ["refresh for a caller", "refresh by the scheduler"] as const
const others = [
  "connect",
  "connect, with a choice",
  "reconnect",
  "reconnect that ends the old grant",
  "disconnect",
  "rotate keys",
] as const

const scene = (act: ActName, store: PlaceStore, journal: boolean): Scene => ({ act, store, journal })

/** Every act in every way that differs. A journal only speaks in what renews or ticks. */
export const allScenes: readonly Scene[] = [
  ...refreshes.flatMap((act) => [scene(act, "sqlite", false), scene(act, "sqlite", true)]),
  ...others.map((act) => scene(act, "sqlite", false)),
  scene("disconnect", "sqlite", true),
  ...[...refreshes, ...others].map((act) => scene(act, "postgres", false)),
  scene("refresh for a caller", "postgres", true),
]

/** What stands for them where there is little time. */
export const someScenes: readonly Scene[] = [
  scene("refresh for a caller", "sqlite", true),
  scene("refresh by the scheduler", "sqlite", false),
  ...others.map((act) => scene(act, "sqlite", false)),
  scene("refresh for a caller", "postgres", false),
]

export function nameOfScene({ act, store, journal }: Scene): string {
  return `${act} (${store}${journal ? ", journal" : ""})`
}

/** Where a process that passed here can die: also while the provider has its request. */
export function pointsOf(passed: readonly Point[]): Point[] {
  return passed.flatMap((point) => {
    const isSent = groupOf(point) === "provider" && point.moment === "before"
    return isSent ? [point, { ...point, moment: "at the provider" as const }] : [point]
  })
}

/** So many of them, spread over all: those around a write or a request first, since reading changes nothing. */
export function chosen(points: readonly Point[], count: number): Point[] {
  const isTelling = (point: Point) => groupOf(point) !== "read" && groupOf(point) !== "cipher"
  const telling = spread(points.filter(isTelling), count)
  const others = spread(
    points.filter((point) => !isTelling(point)),
    count - telling.length,
  )
  const all = new Set([...telling, ...others])
  return points.filter((point) => all.has(point))
}

function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items
  return Array.from({ length: count }, (_, at) => items[Math.floor(((at + 0.5) * items.length) / count)] as Item)
}

const reads = new Set(["get", "list"])
export const groups = ["read", "write", "journal", "provider", "cipher"] as const
export type Group = (typeof groups)[number]

/** Which kind of seam a point is at. */
export function groupOf({ seam }: Point): Group {
  if (/^[A-Z]+ \//.test(seam)) return "provider"
  const [part = "", method = ""] = seam.split(/[. ]/)
  if (part === "journal") return "journal"
  if (part === "cipher" || part === "digest") return "cipher"
  return reads.has(method) ? "read" : "write"
}
