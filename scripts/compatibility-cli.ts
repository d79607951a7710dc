/**
 * `pnpm docs:compatibility [report.json] [--check]`: docs/connectors/compatibility.md from a run of the tests. Without a report of vitest's the
 * connectors' tests are run first. `--check` writes nothing and fails where the page says other than the report.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { compatibilityPage, readCompatibility } from "./compatibility.js"
import { bin, root, run } from "./workspace.js"

const page = join(root, "docs/connectors/compatibility.md")
const isCheck = process.argv.includes("--check")
const given = process.argv.slice(2).find((argument) => !argument.startsWith("--"))

async function reportOfARun(): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "holdfast-compatibility-"))
  try {
    const file = join(scratch, "report.json")
    const { code, output } = await run(
      bin("vitest"),
      ["run", "packages/connectors", "--reporter=json", `--outputFile=${file}`],
      root,
    )
    if (code !== 0) throw new Error(`the tests failed:\n${output.slice(-4_000)}`)
    return readFileSync(file, "utf8")
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const text = compatibilityPage(
  readCompatibility(JSON.parse(given === undefined ? await reportOfARun() : readFileSync(given, "utf8"))),
)
if (!isCheck) writeFileSync(page, text)
else if (readFileSync(page, "utf8") !== text) {
  console.log("docs/connectors/compatibility.md is out of date. Run `pnpm docs:compatibility`.")
  process.exitCode = 1
}
