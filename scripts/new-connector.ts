/** `pnpm new:connector acme`: `packages/connectors/acme` from `examples/connector`, green from the first minute. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { forConnector, humanName, isConnectorId, publishedManifest, type TemplateFile } from "./connector-template.js"
import { bin, root, run, runPnpm } from "./workspace.js"

const template = join(root, "examples/connector")
const [id = ""] = process.argv.slice(2)
const dir = `packages/connectors/${id}`

function refuse(reason: string): never {
  console.error(reason)
  process.exit(1)
}

function templateFiles(): TemplateFile[] {
  return readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(template, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path) && path !== "package.json" && path !== "tsconfig.json")
    .map((path) => ({ path, text: readFileSync(join(template, path), "utf8") }))
}

function write(path: string, text: string): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"))

if (!isConnectorId(id)) refuse("Usage: pnpm new:connector <id>, the id in kebab-case: acme, acme-crm")
if (existsSync(join(root, dir))) refuse(`${dir} exists already`)

for (const file of templateFiles()) {
  const { path, text } = forConnector(id, file)
  // A connector lies one folder deeper than the template.
  write(join(dir, path), text.replaceAll("](../../", "](../../../"))
}
const manifest = forConnector(id, { path: "", text: readFileSync(join(template, "package.json"), "utf8") })
const { version } = read("packages/core/package.json")
write(`${dir}/package.json`, json(publishedManifest(id, version, JSON.parse(manifest.text))))
write(
  `${dir}/tsconfig.json`,
  json({
    extends: "../../../tsconfig.base.json",
    compilerOptions: { types: ["node"] },
    include: ["src/**/*.ts"],
  }),
)
write(`${dir}/tsup.config.ts`, 'import { library } from "../../../scripts/library.js"\n\nexport default library()\n')
write(`.changeset/new-connector-${id}.md`, `---\n"@holdfast/${id}": patch\n---\n\nConnect ${humanName(id)} accounts.\n`)

const steps = [
  ["format", () => run(bin("biome"), ["check", "--write", dir])],
  ["install", () => runPnpm(["install", "--no-frozen-lockfile"])],
  ["test", () => run(bin("vitest"), ["run", dir])],
] as const
for (const [name, step] of steps) {
  const { code, output } = await step()
  if (code !== 0) refuse(`${output.trim()}\n${dir} is there, but this step failed: ${name}`)
}

const next = [
  [`src/${id}.ts`, "the provider's facts, each under a link to its documentation"],
  ["src/emulator.ts", "the provider as its documentation describes it, not as the connector expects it"],
  [`src/${id}.test.ts`, "an example for each method, operation, error and webhook"],
  ["src/causes.ts", "what the provider's codes ask people to do, where that is more than docs/doctor.md says of all"],
  ["src/error-corpus.ts", "error bodies from the provider's documentation, and what is made of them"],
  ["src/pages.test.ts", "tests of what is peculiar to the provider begin like this one"],
  ["README.md", "what it is and what it can do"],
] as const
const width = Math.max(...next.map(([file]) => file.length))
console.log(`${dir} is there and passes its suite. Now make it true:\n`)
for (const [file, what] of next) console.log(`  ${file.padEnd(width)}  ${what}`)
console.log(`\nWhile you work: pnpm vitest ${dir}\nThe line for users: .changeset/new-connector-${id}.md`)
