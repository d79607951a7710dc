import { writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { run } from "../workspace.js"
import { type Figure, figureOf, rounded } from "./statistics.js"

/** What importing core costs a process that has just started. */
export interface Imports {
  /** Beyond what its dependencies cost that were imported before. Aim: 10. */
  readonly overDependenciesMs: number
  readonly over: Figure
  /** zod, jose and oauth4webapi alone. */
  readonly dependenciesMs: number
}

const processes = 15

/**
 * Imports the dependencies and then core, as it is built, in processes of their own. One after the other in the same process, since the
 * difference between two processes is mostly the machine's mood.
 */
export async function measureImports(core: string): Promise<Imports> {
  const dependencies = join(dirname(core), "dependencies.mjs")
  writeFileSync(dependencies, ["zod", "jose", "oauth4webapi"].map((name) => `import "${name}"\n`).join(""))
  const timing = [dependencies, core].map((path) => JSON.stringify(pathToFileURL(path).href))
  const code = `
    const times = [performance.now()]
    for (const url of [${timing.join(", ")}]) {
      await import(url)
      times.push(performance.now())
    }
    console.log(JSON.stringify(times))`
  const before: number[] = []
  const over: number[] = []
  for (let at = 0; at < processes; at++) {
    const { code: exit, output } = await run(process.execPath, ["--input-type=module", "--eval", code])
    if (exit !== 0) throw new Error(`Core could not be imported:\n${output}`)
    const [start = 0, middle = 0, end = 0] = JSON.parse(output) as number[]
    before.push(middle - start)
    over.push(end - middle)
  }
  const figure = rounded(figureOf(over), 1)
  return { overDependenciesMs: figure.median, over: figure, dependenciesMs: Math.round(figureOf(before).median) }
}
