import { readFileSync } from "node:fs"
import { defineConfig, type Options } from "tsup"

interface Manifest {
  exports: Record<string, string | { "@holdfast/source": string; default: string }>
}

/**
 * The build of one package, read from its own `exports`: what is exported is what is built, and nothing else.
 * ESM and declarations only; dependencies and peers stay imports. `additions`: what one package needs besides.
 */
export function library(additions: Options = {}) {
  const manifest: Manifest = JSON.parse(readFileSync("package.json", "utf8"))
  const entry: Record<string, string> = {}
  for (const target of Object.values(manifest.exports)) {
    if (typeof target === "string") continue
    entry[target.default.replace(/^\.\/dist\//, "").replace(/\.js$/, "")] = target["@holdfast/source"]
  }
  return defineConfig({
    entry,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    clean: true,
    sourcemap: true,
    silent: true,
    // tsup sets the deprecated `baseUrl`, which TypeScript 6 refuses without this.
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
    ...additions,
  })
}
