import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"
import { root } from "../workspace.js"

/**
 * Bundles a file as the packages are built, so that what is measured is what is published: tsx names every closure as it is made, which
 * costs more than what is measured here.
 * @param entry from the root
 * @param home the package from which imports that stay are resolved
 * @param external imports that stay; "all" of another package
 * @returns the bundle's path; {@link removeBundles} removes it
 */
export async function bundle(entry: string, home: string, external: readonly string[] | "all"): Promise<string> {
  const folder = bundlesOf(home)
  mkdirSync(folder, { recursive: true })
  const name = entry.replaceAll("/", "-").replace(/\.ts$/, ".mjs")
  const outfile = join(folder, name)
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["@holdfast/source"],
    logLevel: "error",
    ...(external === "all"
      ? { platform: "neutral", packages: "external" }
      : { platform: "node", external: [...external] }),
  })
  return outfile
}

/** Removes what this process bundled. */
export function removeBundles(homes: readonly string[]): void {
  for (const home of homes) rmSync(bundlesOf(home), { recursive: true, force: true })
}

// Beside the package's dependencies: they are found from there, and nothing there is ever committed.
function bundlesOf(home: string): string {
  return join(root, home, `node_modules/.bench-${process.pid}`)
}
