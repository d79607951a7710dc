import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { countTests } from "./count-tests.js"

const dir = mkdtempSync(join(tmpdir(), "holdfast-count-"))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function report(status: string, tests: [status: string, title: string][], message = ""): string {
  const file = join(dir, "report.json")
  const assertionResults = tests.map(([outcome, fullName]) => ({ status: outcome, fullName }))
  writeFileSync(
    file,
    JSON.stringify({ success: true, testResults: [{ name: "a.test.ts", status, message, assertionResults }] }),
  )
  return file
}

test("passed and failed tests are counted", () => {
  const file = report("failed", [
    ["passed", "one"],
    ["failed", "two"],
  ])
  expect(countTests(file, 1)).toEqual({ passed: 1, failed: 1, problems: ["a.test.ts: two"] })
})

test("a skip without a reason is a failure, one with a reason is not counted", () => {
  const file = report("passed", [
    ["passed", "one"],
    ["skipped", "two"],
    ["todo", "three"],
    ["skipped", "four (skip: no dovecot)"],
  ])
  expect(countTests(file, 0)).toEqual({
    passed: 1,
    failed: 2,
    problems: ["a.test.ts: two is skipped without a reason", "a.test.ts: three is todo without a reason"],
  })
})

test("a skip for want of a server is a failure where a server was named", () => {
  const file = report("passed", [
    ["passed", "one"],
    ["skipped", "two (skip: no Redis answers; set TEST_REDIS_URL to one)"],
  ])
  expect(countTests(file, 0, { TEST_POSTGRES_URL: "postgres://127.0.0.1/test" })).toMatchObject({
    passed: 1,
    failed: 0,
  })
  expect(countTests(file, 0, { TEST_REDIS_URL: "redis://127.0.0.1" })).toMatchObject({ passed: 1, failed: 1 })
})

test("so is one for want of a browser where one was named", () => {
  const file = report("passed", [
    ["passed", "one"],
    ["skipped", "skip: no Chromium is here; install it, or set TEST_CHROMIUM to where it is two"],
  ])
  expect(countTests(file, 0)).toMatchObject({ passed: 1, failed: 0 })
  expect(countTests(file, 0, { TEST_CHROMIUM: "/usr/bin/chromium" })).toMatchObject({ passed: 1, failed: 1 })
})

test("a file that does not load is a failure", () => {
  expect(countTests(report("failed", [], "SyntaxError"), 1).problems).toEqual(["a.test.ts: SyntaxError"])
})

test("a bad exit code that no test explains is a failure", () => {
  expect(countTests(report("passed", [["passed", "one"]]), 1)).toMatchObject({ passed: 1, failed: 1 })
})

test("no report and no tests are failures", () => {
  expect(countTests(join(dir, "absent.json"), 0)).toMatchObject({ passed: 0, failed: 1 })
  expect(countTests(report("passed", []), 0)).toMatchObject({ passed: 0, failed: 1 })
})
