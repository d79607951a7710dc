import { describe, expect, it } from "vitest"
import { compatibilityPage, readCompatibility, type TestReport } from "./compatibility.js"

const file = "/anywhere/packages/connectors/acme/src/connector.test.ts"
const inSuite = (title: string, status = "passed") => ({
  ancestorTitles: ["connector acme", "living on oauth"],
  title,
  status,
})

function reportOf(...results: TestReport["testResults"][number][]): TestReport {
  return { testResults: results }
}

const pageOf = (report: TestReport) => compatibilityPage(readCompatibility(report))
const rowOf = (report: TestReport) =>
  pageOf(report)
    .split("\n")
    .find((line) => line.startsWith("| [acme]"))

describe("the page of compatibility", () => {
  it("shows what a test of the suite showed, and nothing that none did", () => {
    const report = reportOf({
      name: file,
      assertionResults: [inSuite("refreshes once for 20 callers when the token has ended, and keeps the account")],
    })
    expect(
      rowOf(report)
        ?.split("|")
        .filter((cell) => cell.trim() === "✓"),
    ).toHaveLength(1)
  })

  it("shows nothing that failed", () => {
    const title = "outlives trouble at the provider: it is never dead by guess"
    expect(rowOf(reportOf({ name: file, assertionResults: [inSuite(title), inSuite(title, "failed")] }))).not.toContain(
      "✓",
    )
  })

  it("says why something is left out", () => {
    const skipped = inSuite(
      "ends with access_denied when the person says no (skip: Acme has no such button)",
      "skipped",
    )
    const report = reportOf({ name: file, assertionResults: [skipped] })
    expect(rowOf(report)).toContain("[1](#notes)")
    expect(pageOf(report)).toContain("1. Acme has no such button")
  })

  it("counts the vendor's SDK only where its tests passed", () => {
    const suite = { name: file, assertionResults: [inSuite("reconnects under the same connection id")] }
    const sdk = (status: string) => ({
      name: file.replace("connector.test", "sdk.test"),
      assertionResults: [{ ancestorTitles: [], title: "lists", status }],
    })
    expect(rowOf(reportOf(suite, sdk("passed")))?.match(/✓/g)).toHaveLength(2)
    expect(rowOf(reportOf(suite, sdk("failed")))?.match(/✓/g)).toHaveLength(1)
  })

  it("lists quirks by the titles of their tests, once", () => {
    const quirk = { ancestorTitles: ["a refresh"], title: "keeps the old token (quirk 40)", status: "passed" }
    const report = reportOf({ name: file.replace("connector.test", "acme.test"), assertionResults: [quirk, quirk] })
    expect(pageOf(report).match(/^- a refresh keeps the old token$/gm)).toHaveLength(1)
  })
})
