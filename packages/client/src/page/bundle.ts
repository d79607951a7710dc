import { fileURLToPath } from "node:url"
import { build } from "esbuild"

/** The page's script with everything it imports: one module, minified, that loads nothing else. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./main.ts", import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    charset: "utf8",
    legalComments: "eof",
    write: false,
    logLevel: "silent",
  })
  return outputFiles[0]?.text ?? ""
}
