import { readFile } from "node:fs/promises"
import { describe, expect, it } from "vitest"

const page = await readFile(new URL("../../../docs/seeds.md", import.meta.url), "utf8")
const rows = page.split("\n").filter((line) => /^\| (?!what |endpoint or |---)/.test(line))

/** Every `file` › title of a row. */
function namedTests(row: string): { file: string; title: string }[] {
  const [, , held = ""] = row.split(/(?<!\\)\|/)
  return held.split("<br>").map((one) => {
    const [, file = "", title = ""] = /^`([^`]+)` › (.+)$/.exec(one.trim()) ?? []
    return { file, title }
  })
}

/** Whether a source has a test of that title: the whole of a string, with nothing before or behind it. */
function hasTest(source: string, title: string): boolean {
  return ['"', "'", "`"].some((quote) => source.includes(`${quote}${title}${quote}`))
}

describe("docs/seeds.md", () => {
  it("has the endpoints and fields of four documents", () => {
    expect(page.match(/^## \d{3}/gm)).toEqual(["## 000", "## 001", "## 002", "## 004"])
    expect(rows.length).toBeGreaterThan(60)
  })

  it.each(rows.map((row) => [row.split("|")[1]?.trim(), row]))("names a test that is there for %s", async (_, row) => {
    for (const { file, title } of namedTests(row)) {
      const from = file.startsWith("packages/") ? "../../../" : "./"
      const source = await readFile(new URL(from + file, import.meta.url), "utf8")
      expect(hasTest(source, title), `${file} has no test “${title}”`).toBe(true)
    }
  })
})
