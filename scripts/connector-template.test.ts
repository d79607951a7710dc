import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import ts from "typescript"
import { expect, test } from "vitest"
import { forConnector, isConnectorId, publishedManifest } from "./connector-template.js"
import { root, workspacePackages } from "./workspace.js"

const template = join(root, "examples/connector")
const files = readdirSync(template, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((file) => ({ path: relative(template, file), text: readFileSync(file, "utf8") }))

test("ids are kebab-case", () => {
  expect(["acme", "acme-crm", "g2"].filter(isConnectorId)).toHaveLength(3)
  expect(["", "Acme", "acme_crm", "-acme", "acme--crm", "../acme", "2go"].filter(isConnectorId)).toEqual([])
})

test("nothing of the template's own name is left, in any spelling", () => {
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) {
    const made = forConnector("other-thing", file)
    expect(`${made.path}\n${made.text}`).not.toMatch(/acme/i)
  }
})

test("identifiers, ids, types and environment variables get their own spelling", () => {
  const text =
    'import { acme, acmeEmulator } from "./acme.js" // Acme: AcmeOptions, ACME_CLIENT_ID, id "acme", https://acme.example'
  expect(forConnector("other-thing", { path: "src/acme.test.ts", text })).toEqual({
    path: "src/other-thing.test.ts",
    text: 'import { otherThing, otherThingEmulator } from "./other-thing.js" // Other Thing: OtherThingOptions, OTHER_THING_CLIENT_ID, id "other-thing", https://other-thing.example',
  })
})

test("an id that holds the template's own name is written once", () => {
  const made = forConnector("acme-crm", {
    path: "src/acme.ts",
    text: 'export { acme } from "./acme.js" // @holdfast/acme',
  })
  expect(made).toEqual({
    path: "src/acme-crm.ts",
    text: 'export { acmeCrm } from "./acme-crm.js" // @holdfast/acme-crm',
  })
})

test("what is made parses as TypeScript", () => {
  for (const file of files.filter(({ path }) => path.endsWith(".ts"))) {
    const { path, text } = forConnector("other-thing", file)
    const { diagnostics } = ts.transpileModule(text, { fileName: path, reportDiagnostics: true })
    expect(diagnostics, path).toEqual([])
  }
})

test("the package says what every connector says", () => {
  const manifest = files.find(({ path }) => path === "package.json")?.text ?? ""
  const made = publishedManifest(
    "other-thing",
    "0.1.0",
    JSON.parse(forConnector("other-thing", { path: "", text: manifest }).text),
  )
  const wordpress = workspacePackages().find(({ dir }) => dir === "packages/connectors/wordpress")?.manifest
  const shape = (value: object) => Object.keys(value)
  expect(shape(made)).toEqual(shape(wordpress ?? {}))
  expect(made).toMatchObject({
    name: "@holdfast/other-thing",
    description: "The Holdfast connector for Other Thing, with its emulator.",
  })
  expect(made.exports).toEqual(wordpress?.exports)
})
