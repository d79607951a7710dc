import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { describe, expect, test } from "vitest"
import { defaultSettings } from "../packages/core/src/engine/engine.js"
import { errorTable, type LifecycleEventType, reasonTable, type Status } from "../packages/core/src/index.js"
import { anchorsOf, documentedPages, localLinks, sectionOf, tableRows } from "./documentation.js"
import { root } from "./workspace.js"

const read = (path: string) => readFileSync(join(root, path), "utf8")
const word = (cell = "") => cell.replaceAll("`", "")
const concepts = read("docs/concepts.md")
const words = (heading: string) => tableRows(sectionOf(concepts, heading)).map(([name]) => word(name))

describe("docs/errors.md", () => {
  const rows = tableRows(sectionOf(read("docs/errors.md"), "## Codes"))

  test("has every code once, with its HTTP status and whether it may be tried again", () => {
    const said = rows.map(([code, status, retry]) => [word(code), Number(status), retry === "retry"] as const)
    const facts = Object.entries(errorTable).map(
      ([code, facts]) => [code, facts.status as number, "retryable" in facts] as const,
    )
    expect(said.toSorted()).toEqual(facts.toSorted())
  })

  test("says of each what happened and what to do", () => {
    for (const [code, , , happened, todo] of rows) {
      expect(happened, code).not.toBe("")
      expect(todo, code).not.toBe("")
    }
  })
})

describe("docs/concepts.md", () => {
  test("has every reason, with who must act", () => {
    const said = tableRows(sectionOf(concepts, "## Reasons")).map(([reason, , actor]) => [word(reason), word(actor)])
    expect(Object.fromEntries(said)).toEqual(reasonTable)
    expect(said).toHaveLength(Object.keys(reasonTable).length)
  })

  test("has every status", () => {
    const statuses = {
      active: 1,
      degraded: 1,
      ambiguous: 1,
      needs_reauth: 1,
      disconnecting: 1,
      disabled: 1,
    } satisfies Record<Status, 1>
    expect(words("## Statuses").toSorted()).toEqual(Object.keys(statuses).toSorted())
  })

  test("has every lifecycle event", () => {
    const types = {
      "connection.connected": 1,
      "connection.reconnected": 1,
      "connection.status_changed": 1,
      "connection.needs_reauth": 1,
      "connection.disconnected": 1,
      "connection.webhooks_failed": 1,
      "app.refused": 1,
      "app.mass_refusal": 1,
    } satisfies Record<LifecycleEventType, 1>
    expect(words("## Events").toSorted()).toEqual(Object.keys(types).toSorted())
  })
})

test("docs/operations.md says the times of the refresh protocol as they are", () => {
  const times = sectionOf(read("docs/operations.md"), "## Times and limits")
  const { leaseMs, graceMs, deadlineMs, backoffMs } = defaultSettings
  expect(times).toContain(
    `${leaseMs / 1_000} s, renewed every third; others watch it for ${(leaseMs + graceMs) / 1_000} s`,
  )
  expect(times).toContain(`| an exchange with the provider takes at most | ${deadlineMs / 1_000} s |`)
  expect(times).toContain(`${backoffMs / 1_000} s, doubled up to ${(backoffMs * 100) / 60_000} minutes`)
})

test("docs/security.md names tests that are there", () => {
  const named = read("docs/security.md").matchAll(/`(core|server)\/([\w/-]+\.test\.ts)`/g)
  const paths = [...named].map(([, name, path]) => `packages/${name}/src/${path}`)
  expect(paths.length).toBeGreaterThan(10)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

describe("links between pages", () => {
  const pages = documentedPages(root)
  const anchors = new Map(pages.map((page) => [page.path, anchorsOf(page)]))

  test.each(pages.map((page) => [page.path, page] as const))("of %s lead somewhere", (path, page) => {
    const broken = localLinks(page).filter((link) => {
      const [to = "", anchor] = link.split("#")
      const target = to === "" ? path : relative(root, join(root, dirname(path), to))
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && !anchors.get(target)?.includes(anchor)
    })
    expect(broken).toEqual([])
  })
})
