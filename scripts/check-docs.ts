/**
 * `pnpm check:docs`: the code of the documentation compiles. Checked is every TypeScript block that imports a package of ours,
 * and every block that its first line names (`// server.ts`), which the page's other blocks can import. The rest are fragments.
 */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { documentedCode, importsOf } from "./documentation.js"
import { bin, root, run, workspacePackages } from "./workspace.js"

// Inside the example, so that the frameworks it depends on resolve too.
const scratch = join(root, "examples/express/.documentation")
const blocks = documentedCode(root).filter((block) => block.name || importsOf(block).length > 0)
const origins = new Map<string, { at: string; page: string; line: number }>()

function sourcePaths(): Record<string, string[]> {
  const paths: Record<string, string[]> = {}
  for (const { dir, manifest } of workspacePackages()) {
    for (const [path, conditions] of Object.entries(manifest.exports ?? {})) {
      const source = typeof conditions === "string" ? undefined : conditions["@holdfast/source"]
      if (source) paths[join(manifest.name, path)] = [join(root, dir, source)]
    }
  }
  return paths
}

/** What a package's readers install beside it is there for its page, too. */
function linkPeers(): void {
  for (const { dir, manifest } of workspacePackages()) {
    for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
      const link = join(scratch, "node_modules", peer)
      const installed = join(root, dir, "node_modules", peer)
      if (peer.startsWith("@holdfast/") || existsSync(link) || !existsSync(installed)) continue
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(installed, link)
    }
  }
}

rmSync(scratch, { recursive: true, force: true })
try {
  mkdirSync(scratch, { recursive: true })
  linkPeers()
  blocks.forEach((block, index) => {
    const file = join(block.page.replace(/[^\w]+/g, "-"), block.name ?? `block-${index}.ts`)
    origins.set(file, { at: block.at, page: block.page, line: Number(block.at.split(":").pop()) })
    mkdirSync(dirname(join(scratch, file)), { recursive: true })
    writeFileSync(join(scratch, file), `${block.code}\nexport {}\n`)
  })
  const compilerOptions = { types: ["node"], paths: sourcePaths(), noUnusedLocals: false }
  const config = { extends: "../../../tsconfig.base.json", compilerOptions, include: ["**/*.ts", "**/*.tsx"] }
  writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify(config))

  const { code, output } = blocks.length > 0 ? await run(bin("tsc"), ["-p", "."], scratch) : { code: 0, output: "" }
  const located = output.replace(/^([\w./-]+)\((\d+),(\d+)\)/gm, (whole, file, line, column) => {
    const origin = origins.get(file)
    return origin ? `${origin.page}:${origin.line + Number(line) - 1}:${column}` : whole
  })
  if (located.trim()) console.log(located.trim())
  console.log(`${blocks.length} code blocks of the documentation ${code === 0 ? "compile" : "do not all compile"}`)
  process.exitCode = code === 0 ? 0 : 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
