import { existsSync, readFileSync } from "node:fs"

/** What one vitest run came to. */
export interface TestCount {
  passed: number
  failed: number
  /** A line for each failure, for each skip without a reason, and for a run that broke off. */
  problems: string[]
}

interface Report {
  success: boolean
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { status: string; fullName: string }[]
  }[]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Count a JSON report of vitest. A skipped or todo test is a failure unless its title says why: `skip: reason`.
 * So is a missing report, a file that did not load, a bad exit code that no failed test explains, and a skip for want of a server or browser
 * that `env` names: its reason says which variable to set, such as `TEST_POSTGRES_URL` or `TEST_CHROMIUM`.
 */
export function countTests(file: string, exitCode: number, env: Environment = {}): TestCount {
  if (!existsSync(file)) return { passed: 0, failed: 1, problems: [`vitest wrote no report (exit code ${exitCode})`] }
  const report: Report = JSON.parse(readFileSync(file, "utf8"))
  const count: TestCount = { passed: 0, failed: 0, problems: [] }
  const fail = (problem: string) => {
    count.failed += 1
    count.problems.push(problem)
  }
  for (const { name, status, message, assertionResults } of report.testResults) {
    if (status === "failed" && !assertionResults.some((test) => test.status === "failed")) fail(`${name}: ${message}`)
    for (const test of assertionResults) {
      if (test.status === "passed") count.passed += 1
      else if (test.status === "failed") fail(`${name}: ${test.fullName}`)
      else if (!/skip: \S/.test(test.fullName)) fail(`${name}: ${test.fullName} is ${test.status} without a reason`)
      else if (env[wantedServer(test.fullName)]) fail(`${name}: ${test.fullName}, though there should be one`)
    }
  }
  if (exitCode !== 0 && count.failed === 0) fail(`vitest ended with code ${exitCode} though no test failed`)
  if (count.passed + count.failed === 0) fail("no test ran")
  return count
}

function wantedServer(title: string): string {
  return /skip: .*\b(TEST_(?:[A-Z]+_URL|CHROMIUM))\b/.exec(title)?.[1] ?? ""
}
