import { fileURLToPath } from "node:url"
import { build } from "esbuild"

/** The page's script as one file. `esbuild src/page.ts --bundle` does the same beforehand. */
export async function bundlePage(handlerUrl: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./page.ts", import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    define: { handlerUrl: JSON.stringify(handlerUrl) },
    // In this repository packages are taken from their sources.
    conditions: ["@holdfast/source"],
  })
  return outputFiles[0]?.text ?? ""
}
