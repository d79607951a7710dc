import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import { beforeAll, describe, expect, it } from "vitest"

const packageFolder = fileURLToPath(new URL("..", import.meta.url))
const ceilingBytes = 6_000

describe("what a page loads for the client alone", () => {
  let text = ""
  let files: string[] = []
  beforeAll(async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: `export * from "@holdfast/client"`, resolveDir: packageFolder },
      absWorkingDir: packageFolder,
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      conditions: ["@holdfast/source"],
      metafile: true,
      write: false,
    })
    text = outputFiles[0]?.text ?? ""
    files = Object.keys(metafile.inputs).filter((file) => file !== "<stdin>")
  })

  it(`is under ${ceilingBytes} bytes, minified and gzipped`, () => {
    expect(text).toContain("BroadcastChannel")
    expect(gzipSync(text, { level: 9 }).byteLength).toBeLessThan(ceilingBytes)
  })

  it("is this package's own files, with no framework and nothing of the element", () => {
    expect(files.filter((file) => !/^src\/[a-z-]+\.ts$/.test(file))).toEqual([])
  })

  it("knows no token but the one that says who asks, and stores none", () => {
    expect(text).not.toMatch(/access_token|refresh_token|client_secret|localStorage|document\.cookie/)
    expect(text.match(/Bearer/g)).toHaveLength(1)
  })
})
