/** `pnpm docs:connectors`: a page for each connector, from its own facts. `pnpm docs:connectors --check` writes nothing and fails where a page is out of date. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { findConnectors } from "./connector-facts.js"
import { connectorIndex, connectorPage } from "./connector-page.js"
import { root } from "./workspace.js"

const folder = join(root, "docs/connectors")
const found = await findConnectors()
const pages = new Map(found.map((one) => [`${one.connector.id}.md`, connectorPage(one)]))
pages.set("README.md", connectorIndex(found))

// Made from a run of the tests, by `pnpm docs:compatibility`.
const others = ["compatibility.md"]
const isPage = (name: string) => name.endsWith(".md") && !others.includes(name)
const there = existsSync(folder) ? readdirSync(folder).filter(isPage) : []
const left = there.filter((name) => !pages.has(name))
const changed = [...pages].filter(
  ([name, page]) => !there.includes(name) || readFileSync(join(folder, name), "utf8") !== page,
)

if (process.argv.includes("--check")) {
  for (const name of left) console.log(`docs/connectors/${name} is of no connector`)
  for (const [name] of changed) console.log(`docs/connectors/${name} is out of date`)
  if (left.length + changed.length > 0) {
    console.log("Run `pnpm docs:connectors`.")
    process.exitCode = 1
  }
} else {
  mkdirSync(folder, { recursive: true })
  for (const name of left) rmSync(join(folder, name))
  for (const [name, page] of changed) writeFileSync(join(folder, name), page)
  console.log(`${pages.size} pages, ${changed.length} written, ${left.length} removed`)
}
