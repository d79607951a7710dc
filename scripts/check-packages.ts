/**
 * `pnpm check:packages`: the packages as somebody installs them. Each is packed, then publint, attw, exports against files
 * both ways, and an import of every export in plain Node with nothing beside it but its own declared dependencies.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { documentedCode, importsOf } from "./documentation.js"
import {
  bin,
  eachOf,
  type Finished,
  type Package,
  publishedPackages,
  root,
  run,
  runPnpm,
  workspacePackages,
} from "./workspace.js"

const packages = publishedPackages()
const unbuilt = packages.filter(({ dir }) => !existsSync(join(root, dir, "dist")))
if (unbuilt.length > 0) {
  throw new Error(`Run \`pnpm build\` first: no dist in ${unbuilt.map(({ dir }) => dir).join(", ")}`)
}

const scratch = mkdtempSync(join(tmpdir(), "holdfast-packages-"))
const modules = join(scratch, "node_modules")
const installed = (name: string) => join(modules, name)

const tarballs = new Map<string, string>()

async function pack({ dir, manifest }: Package): Promise<Finished> {
  const packed = await runPnpm(["--dir", join(root, dir), "pack", "--pack-destination", scratch])
  if (packed.code !== 0) return packed
  const tarball = join(scratch, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`)
  tarballs.set(manifest.name, tarball)
  mkdirSync(installed(manifest.name), { recursive: true })
  return run("tar", ["xzf", tarball, "--strip-components=1", "-C", installed(manifest.name)])
}

/** Link what a package declares, and nothing else, where Node will look for it. */
function linkDependencies({ dir, manifest }: Package): void {
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const source = join(root, dir, "node_modules", name)
    if (name.startsWith("@holdfast/") || existsSync(installed(name)) || !existsSync(source)) continue
    mkdirSync(dirname(installed(name)), { recursive: true })
    symlinkSync(realpathSync(source), installed(name))
  }
}

function publishedFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
}

function problemsOf({ manifest }: Package): string[] {
  const problems: string[] = []
  const files = new Set(publishedFiles(installed(manifest.name)))
  const targets = new Set<string>()
  for (const [path, conditions] of Object.entries(manifest.exports ?? {})) {
    if (typeof conditions === "string") continue
    const order = Object.keys(conditions).join(" ")
    if (order !== "@holdfast/source types default") problems.push(`exports["${path}"] has the conditions ${order}`)
    for (const target of Object.values(conditions)) {
      targets.add(target.slice(2))
      if (!files.has(target.slice(2))) problems.push(`exports["${path}"] names ${target}, which is not in the package`)
    }
  }
  for (const file of files) {
    if (/\.test(-d)?\.ts$/.test(file)) problems.push(`${file} is a test`)
    // Chunks that entries share carry a hash; every other module of dist has to be reachable.
    if (/^dist\/.*\.js$/.test(file) && !/-[\w-]{8}\.js$/.test(file) && !targets.has(file)) {
      problems.push(`${file} is built but not exported`)
    }
  }
  const packed = readFileSync(join(installed(manifest.name), "package.json"), "utf8")
  if (/"(workspace|catalog):/.test(packed)) problems.push("the packed package.json still says workspace: or catalog:")
  return problems
}

async function check(found: Package): Promise<Finished> {
  const { name } = found.manifest
  const problems = problemsOf(found)
  const { messages, pkg } = await publint({ pkgDir: installed(name), pack: false, strict: true })
  for (const message of messages) problems.push(`publint: ${formatMessage(message, pkg, { color: false })}`)

  const attw = await run(bin("attw"), [tarballs.get(name) ?? "", "--profile", "esm-only", "--no-color", "--no-emoji"])
  if (attw.code !== 0) problems.push(`attw: ${attw.output.trim()}`)

  for (const path of Object.keys(found.manifest.exports ?? {})) {
    if (path.endsWith(".json")) continue
    const specifier = join(name, path)
    const imported = await run(process.execPath, ["--input-type=module", "-e", `await import("${specifier}")`], scratch)
    if (imported.code !== 0) problems.push(`import "${specifier}" failed: ${imported.output.trim().slice(0, 800)}`)
  }
  return { code: problems.length > 0 ? 1 : 0, output: problems.join("\n") }
}

/** Every `@holdfast/…` path that the documentation tells a reader to import exists. */
async function checkDocumentation(): Promise<Finished> {
  const exported = new Set(
    workspacePackages().flatMap(({ manifest }) =>
      Object.keys(manifest.exports ?? {}).map((path) => join(manifest.name, path)),
    ),
  )
  const missing = documentedCode(root).flatMap((block) =>
    importsOf(block)
      .filter((specifier) => !exported.has(specifier))
      .map((specifier) => `${block.at} imports ${specifier}, which nothing exports`),
  )
  const output = missing.join("\n")
  return { code: missing.length > 0 ? 1 : 0, output }
}

try {
  await eachOf(packages, ({ dir }) => `pack ${dir}`, pack)
  if (!process.exitCode) {
    for (const found of packages) linkDependencies(found)
    await eachOf(packages, ({ dir }) => `check ${dir}`, check)
    await eachOf(["imports in the documentation"], (name) => name, checkDocumentation)
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
