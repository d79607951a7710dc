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
const scratch = mkdtempSync(join(tmpdir(), "holdfast-corpus-"))
const outputFile = join(scratch, "report.json")

function runBroken(): Promise<void> {
  const vitest = join(fileURLToPath(import.meta.resolve("vitest/package.json")), "../vitest.mjs")
  const config = join(root, "src/acme/broken-errors.config.ts")
  const args = [vitest, "run", "--root", root, "--config", config, "--reporter", "json", "--outputFile", outputFile]
  return new Promise((resolve) => spawn(process.execPath, args, { stdio: "ignore" }).on("close", () => resolve()))
}

const met = "meet each cause that the connector knows, and say it in words"
const unheardOf = "end no connection by guess, where a code is one that nobody has heard of"

/** Mistakes, the test that must catch each, and why. */
const caught: readonly (readonly [id: string, test: RegExp, because: RegExp])[] = [
  ["misjudged", /is permission_missing$/, /resource_not_found/],
  ["praised", /is resource_not_found$/, /takes it for a success/],
  ["unmet", new RegExp(met), /a case with a code of seat_missing/],
  ["mumbling", new RegExp(met), /no seat/],
  ["guessing", new RegExp(unheardOf), /grant_ended/],
  ["renamed", new RegExp(unheardOf), /reauth_required/],
]

describe("errorCorpusSuite catches what authors get wrong", () => {
  let report: Report

  beforeAll(async () => {
    await runBroken()
    report = JSON.parse(readFileSync(outputFile, "utf8"))
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  it.each(caught)("%s: %s fails", (id, test, because) => {
    const failures = report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(
        ({ status, title, ancestorTitles }) =>
          status === "failed" && test.test(title) && ancestorTitles.includes(`errors of ${id}`),
      )
    expect(failures.flatMap(({ failureMessages }) => failureMessages).join("\n")).toMatch(because)
  })
})
