import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { generalCauses } from "../packages/core/src/doctor/general-causes.js"
import { sectionOf, tableRows } from "./documentation.js"
import { root } from "./workspace.js"

test("docs/doctor.md has every general cause, with who must act, what happened and what to do", () => {
  const page = readFileSync(join(root, "docs/doctor.md"), "utf8")
  const said = tableRows(sectionOf(page, "## Causes")).map((cells) => `| ${cells.join(" | ")} |`)
  const named = (text: string) => text.replace(/^\{provider\}/, "The provider").replaceAll("{provider}", "the provider")
  const facts = generalCauses.map(
    ({ cause, actor, text, advice }) => `| \`${cause}\` | ${actor} | ${named(text)} | ${named(advice)} |`,
  )
  expect(said).toEqual(facts)
})
