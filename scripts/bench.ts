/** `pnpm bench`: what Holdfast costs, measured in one run. `pnpm --silent bench --json` prints the same for machines. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bundle, removeBundles } from "./bench/bundle.js"
import { type Herd, measureHerd } from "./bench/herd.js"
import { type Imports, measureImports } from "./bench/imports.js"
import type { Reads } from "./bench/reads-process.js"
import { run } from "./workspace.js"

/** The printed figures. Further stores and engines add keys beside `sqlite` and `process`. */
interface Figures {
  readonly reads: { readonly sqlite: Reads }
  readonly herd: { readonly process: Herd; readonly processes: Herd }
  readonly import: Imports
}

const core = "packages/core"
const sql = "packages/store-sql"

async function measure(folder: string): Promise<Figures> {
  const inFile = (entry: string) => bundle(`scripts/bench/${entry}`, sql, ["libsql"])
  const reads = await run(process.execPath, [await inFile("reads-process.ts"), folder])
  if (reads.code !== 0) throw new Error(`Reads could not be measured:\n${reads.output}`)
  const herd = await inFile("herd-process.ts")
  return {
    reads: { sqlite: JSON.parse(reads.output) as Reads },
    herd: { process: await measureHerd(folder, herd, 1), processes: await measureHerd(folder, herd, 4) },
    import: await measureImports(await bundle(`${core}/src/index.ts`, core, "all")),
  }
}

function print({ reads, herd, import: imports }: Figures): void {
  const { sqlite } = reads
  const row = (what: string, figure: string, aim: string, more: string) =>
    console.log(`${what.padEnd(38)} ${figure.padStart(10)}   ${aim.padEnd(8)} ${more}`)
  row("what", "measured", "aim", "")
  const spread = ({ ratio, perSecond, floorPerSecond }: Omit<Reads, "first">) =>
    `${ratio.low} to ${ratio.high}; ${perSecond}/s, floor ${floorPerSecond}/s`
  row("living token, SQLite, against floor", `${sqlite.ratioToFloor} ×`, "1.5 ×", spread(sqlite))
  row("… read for the first time", `${sqlite.first.ratioToFloor} ×`, "", spread(sqlite.first))
  for (const one of [herd.process, herd.processes]) {
    const who = `refreshes by ${one.callers} callers, ${one.processes} process${one.processes > 1 ? "es" : ""}`
    row(who, String(one.refreshes), "1", `${one.allAlike ? "all got the same token" : "NOT ALL ALIKE"}, ${one.ms} ms`)
  }
  row(
    "import of core over its dependencies",
    `${imports.overDependenciesMs} ms`,
    "10 ms",
    `${imports.over.low} to ${imports.over.high}; dependencies alone ${imports.dependenciesMs} ms`,
  )
}

const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"))
try {
  const figures = await measure(folder)
  if (process.argv.includes("--json")) console.log(JSON.stringify(figures, null, 2))
  else print(figures)
} finally {
  removeBundles([core, sql])
  rmSync(folder, { recursive: true, force: true })
}
