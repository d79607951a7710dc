import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

interface Report {
  testResults: {
    assertionResults: { status: string; ancestorTitles: string[]; title: string; failureMessages: string[] }[]
  }[]
}

const root = fileURLToPath(new URL("..", import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), "holdfast-suite-"))
const outputFile = join(scratch, "report.json")

function runBroken(): Promise<void> {
  const vitest = join(fileURLToPath(import.meta.resolve("vitest/package.json")), "../vitest.mjs")
  const config = join(root, "src/acme/broken.config.ts")
  const args = [vitest, "run", "--root", root, "--config", config, "--reporter", "json", "--outputFile", outputFile]
  return new Promise((resolve) => spawn(process.execPath, args, { stdio: "ignore" }).on("close", () => resolve()))
}

/** Mistakes in connectors, and the test that must catch each. */
const caught: Record<string, [test: string, because: RegExp][]> = {
  confused: [
    ["names https endpoints only", /http:/],
    ["believes nothing of the callback that the provider does not prove", /after altering user/],
    ["knows the account by an id that never changes: no e-mail address, and the same again (C7)", /first@acme.example/],
  ],
  credulous: [
    ["needs authorising again when the grant was withdrawn, and can be taken away", /true/],
    ["answers what its schema promises", /get_item/],
    ["refuses tampered deliveries", /refusal was expected/],
    ["refuses foreign deliveries", /refusal was expected/],
    ["refuses unsigned deliveries", /refusal was expected/],
    ["refuses duplicated deliveries", /refusal was expected/],
    ["answers a handshake, but signs nothing for a stranger (X7)", /./],
  ],
  careless: [
    ["refuses stale deliveries", /refusal was expected/],
    ["answers a handshake, but signs nothing for a stranger (X7)", /refusal was expected/],
    ["are resource_not_found when the item does not exist", /reauth_required/],
    ["is gone after disconnecting, here and at the provider", /still lives/],
    ["are asked for on connecting and removed on disconnecting", /expected 1 to be/],
  ],
  talkative: [["is healthy: token, API and permissions", /secrets that came to light/]],
}

describe("connectorSuite catches what authors get wrong", () => {
  let report: Report

  beforeAll(async () => {
    await runBroken()
    report = JSON.parse(readFileSync(outputFile, "utf8"))
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  for (const [id, mistakes] of Object.entries(caught)) {
    for (const [test, because] of mistakes) {
      it(`${id}: "${test}" fails`, () => {
        const failures = report.testResults
          .flatMap(({ assertionResults }) => assertionResults)
          .filter(
            ({ status, title, ancestorTitles }) =>
              status === "failed" && title === test && ancestorTitles.includes(`connector ${id}`),
          )
        expect(failures.flatMap(({ failureMessages }) => failureMessages).join("\n")).toMatch(because)
      })
    }
  }
})
