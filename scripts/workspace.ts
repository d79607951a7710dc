import { spawn } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The repository's folder. */
export const root = fileURLToPath(new URL("..", import.meta.url))

/** What a package's `package.json` says, as far as the scripts read it. */
export interface Manifest {
  name: string
  version: string
  private?: boolean
  exports?: Record<string, string | Record<string, string>>
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/** One folder of the workspace. */
export interface Package {
  /** From the root, `packages/core`. */
  dir: string
  manifest: Manifest
}

/** Every package and example, found by looking: a new one is registered nowhere. */
export function workspacePackages(): Package[] {
  const found: Package[] = []
  for (const parent of ["packages", "packages/connectors", "examples"]) {
    for (const entry of readdirSync(join(root, parent), { withFileTypes: true })) {
      const dir = `${parent}/${entry.name}`
      const file = join(root, dir, "package.json")
      if (entry.isDirectory() && existsSync(file)) {
        found.push({ dir, manifest: JSON.parse(readFileSync(file, "utf8")) })
      }
    }
  }
  return found.sort((a, b) => a.dir.localeCompare(b.dir))
}

/** The packages that are published. */
export function publishedPackages(): Package[] {
  return workspacePackages().filter((found) => !found.manifest.private)
}

/** A program of the root's `node_modules/.bin`. */
export function bin(name: string): string {
  return join(root, "node_modules/.bin", name)
}

/** The outcome of one finished program. */
export interface Finished {
  code: number
  output: string
}

/** Run a program to its end, its output kept. */
export function run(command: string, args: string[], cwd: string = root): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    child.stdout.on("data", (chunk) => {
      output += chunk
    })
    child.stderr.on("data", (chunk) => {
      output += chunk
    })
    child.on("error", (error) => resolve({ code: 1, output: `${output}${error.message}\n` }))
    child.on("close", (code) => resolve({ code: code ?? 1, output }))
  })
}

/** The pnpm that runs this script, or the one `package.json` pins. */
export function runPnpm(args: string[]): Promise<Finished> {
  const { npm_execpath: path, npm_config_user_agent: agent } = process.env
  if (path && agent?.startsWith("pnpm/")) {
    return /\.[cm]?js$/.test(path) ? run(process.execPath, [path, ...args]) : run(path, args)
  }
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  return run("npx", ["-y", packageManager, ...args])
}

/** Run one task per item, as many at once as there are cores; print a line for each; set the exit code. */
export async function eachOf<T>(items: T[], name: (item: T) => string, task: (item: T) => Promise<Finished>) {
  const queue = [...items]
  let failed = 0
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const startedAt = performance.now()
      const { code, output } = await task(item)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      console.log(`${code === 0 ? "ok  " : "FAIL"} ${name(item)} ${seconds} s`)
      if (code !== 0) {
        failed += 1
        console.log(output.trim())
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker))
  if (failed > 0) {
    console.log(`${failed} of ${items.length} failed`)
    process.exitCode = 1
  }
}
