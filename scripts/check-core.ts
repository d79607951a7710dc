/** `pnpm check:core`: core runs where there is no Node: no `node:` import, no sibling, no name that only Node has. */
import { builtinModules } from "node:module"
import { relative } from "node:path"
import { gzipSync } from "node:zlib"
import { build, type Plugin } from "esbuild"
import { bin, root, run } from "./workspace.js"

const problems: string[] = []
const builtins = new Set(builtinModules)

const refuse: Plugin = {
  name: "refuse",
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /.*/ }, ({ path, importer }) => {
      const from = relative(root, importer)
      if (path.startsWith("node:") || builtins.has(path)) problems.push(`${from} imports ${path}`)
      else if (path.startsWith("@holdfast/")) problems.push(`${from} imports the sibling ${path}`)
      else return undefined
      return { path, external: true }
    })
  },
}

const { metafile, outputFiles } = await build({
  entryPoints: [`${root}packages/core/src/index.ts`],
  bundle: true,
  write: false,
  minify: true,
  metafile: true,
  format: "esm",
  target: "es2022",
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["workerd", "worker"],
  absWorkingDir: root,
  logLevel: "silent",
  plugins: [refuse],
})

for (const input of Object.keys(metafile.inputs)) {
  if (!input.startsWith("packages/core/") && !input.includes("node_modules/")) {
    problems.push(`${input} is bundled from outside core`)
  }
}

const types = await run(bin("tsc"), ["--noEmit", "-p", "packages/core/tsconfig.src.json"])
if (types.code !== 0) problems.push(`without Node's types:\n${types.output.trim()}`)

const code = outputFiles[0]?.contents ?? new Uint8Array()
console.log(
  `core with its dependencies: ${Math.round(code.length / 1024)} kB minified, ${Math.round(gzipSync(code).length / 1024)} kB gzipped`,
)
if (problems.length > 0) {
  console.log(problems.join("\n"))
  process.exitCode = 1
}
