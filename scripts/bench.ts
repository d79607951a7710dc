/**
 * `pnpm bench`: what Holdfast costs, measured in one run. `pnpm --silent bench --json` prints the same for machines; `--quick` takes two
 * minutes in place of ten. Postgres and MySQL are measured where they answer (`TEST_POSTGRES_URL`, `TEST_MYSQL_URL`).
 */
import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { bundle, removeBundles } from "./bench/bundle.js"
import { runToEnd } from "./bench/child.js"
import type { Figures } from "./bench/figures.js"
import { measureHerd, raceHerd } from "./bench/herd.js"
import { measureImports } from "./bench/imports.js"
import { measureLargeTables } from "./bench/large-tables.js"
import type { Reads, ReadsOrders } from "./bench/reads-process.js"
import type { RotateKeys } from "./bench/rotate-keys.js"
import type { RotateOrders } from "./bench/rotate-process.js"
import { sizesFor } from "./bench/sizes.js"
import { findPlaces, type Place, type StoreName, withPlace } from "./bench/stores.js"
import { tableOf } from "./bench/table.js"

const core = "packages/core"
const sql = "packages/store-sql"
const outside = ["libsql", "pg", "mysql2", "better-auth"]

const quick = process.argv.includes("--quick")
const sizes = sizesFor(quick)

async function measure(folder: string): Promise<Figures> {
  const before = loadOfMachine()
  const places = await findPlaces()
  const script = (name: string) => bundle(`scripts/bench/${name}-process.ts`, sql, outside)
  const [reads, herd, claim, memory, rotate] = (await Promise.all(
    ["reads", "herd", "claim", "memory", "rotate"].map(script),
  )) as [string, string, string, string, string]

  /** The same on each store that there is. */
  async function onEach<Figure>(what: string, work: (place: Place) => Promise<Figure>) {
    const on = (store: StoreName) => {
      say(`${what}, ${store}`)
      return withPlace(places, store, folder, work)
    }
    const sqlite = (await on("sqlite")) as Figure
    const [postgres, mysql] = [await on("postgres"), await on("mysql")]
    return { sqlite, ...(postgres && { postgres }), ...(mysql && { mysql }) }
  }
  const newHerd = (processes: number) =>
    withPlace(places, "sqlite", folder, (place) => measureHerd(place, herd, processes)) as ReturnType<
      typeof measureHerd
    >

  const read = await onEach("reads", ({ store, url }) =>
    runToEnd<Reads>(reads, { place: { store, url }, ...sizes.reads[store] } satisfies ReadsOrders),
  )
  const { rounds, providerMs } = sizes.herd
  const patient = await onEach("herd", (place) => raceHerd(place, herd, rounds, providerMs))
  const atOnce = await onEach("herd, answered at once", (place) => raceHerd(place, herd, rounds, 0))
  const measured = {
    reads: read,
    herd: {
      process: await newHerd(1),
      processes: await newHerd(4),
      sqlite: { ...patient.sqlite, atOnce: atOnce.sqlite },
      ...(patient.postgres && atOnce.postgres && { postgres: { ...patient.postgres, atOnce: atOnce.postgres } }),
      ...(patient.mysql && atOnce.mysql && { mysql: { ...patient.mysql, atOnce: atOnce.mysql } }),
    },
    ...(await measureLargeTables(places, folder, { claim, memory }, sizes, say)),
  }
  const { sqlite, ...servers } = await onEach("keys", ({ store, url }) =>
    runToEnd<RotateKeys>(rotate, { place: { store, url }, ...sizes.rotateKeys } satisfies RotateOrders),
  )
  say("import")
  return {
    quick,
    sizes,
    missing: places.missing,
    ...measured,
    rotateKeys: { ...sqlite, ...servers },
    import: await measureImports(await bundle(`${core}/src/index.ts`, core, "all")),
    machine: { node: process.versions.node, processors: availableParallelism(), load: [before, loadOfMachine()] },
  }
}

const loadOfMachine = () => Number((loadavg()[0] ?? 0).toFixed(1))

const startedAt = performance.now()

/** Says what is under way, beside what is printed. */
function say(what: string): void {
  process.stderr.write(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${what}\n`)
}

const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"))
try {
  const figures = await measure(folder)
  console.log(process.argv.includes("--json") ? JSON.stringify(figures, null, 2) : tableOf(figures))
} finally {
  removeBundles([core, sql])
  rmSync(folder, { recursive: true, force: true })
}
