/** `pnpm test:runtimes`: core's own tests on every Node we promise but the one that runs `pnpm test`. Prints `N passed, N failed` last. */
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { countTests, type TestCount } from "./count-tests.js"
import { root, run } from "./workspace.js"

const majors = [20, 22, 24]
const scratch = mkdtempSync(join(tmpdir(), "holdfast-runtimes-"))
const total: TestCount = { passed: 0, failed: 0, problems: [] }

function binaryOf(major: number): string | undefined {
  const installed = join(root, `scripts/runtimes/node_modules/node-${major}/bin/node`)
  return existsSync(installed) ? installed : undefined
}

for (const major of majors) {
  if (process.versions.node.startsWith(`${major}.`)) {
    console.log(`Node ${major}: the one that runs \`pnpm test\``)
    continue
  }
  const binary = binaryOf(major)
  if (!binary) {
    const platform = `${process.platform}-${process.arch}`
    console.log(`Node ${major}: not run, no binary for ${platform} (only linux-x64 is packaged)`)
    if (platform === "linux-x64") total.failed += 1
    continue
  }
  const report = join(scratch, `${major}.json`)
  // Half of the simulation's seeds is enough to know a runtime by; `pnpm test` runs them all.
  const fewerSeeds = "--exclude=**/simulation/seeds-2.test.ts"
  const args = ["run", "--project", "core", fewerSeeds, "--reporter=json", `--outputFile=${report}`]
  const { code, output } = await run(binary, [join(root, "node_modules/vitest/vitest.mjs"), ...args])
  const count = countTests(report, code)
  total.passed += count.passed
  total.failed += count.failed
  console.log(`Node ${major}: ${count.passed} passed, ${count.failed} failed`)
  if (count.failed > 0) console.log([...count.problems, output.trim().slice(-4000)].join("\n"))
}

rmSync(scratch, { recursive: true, force: true })
console.log(`${total.passed} passed, ${total.failed} failed`)
if (total.failed > 0) process.exitCode = 1
