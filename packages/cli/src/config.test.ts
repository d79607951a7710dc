import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { loadHoldfast } from "./config.js"

const made = "{ asSystem() {}, close: async () => {}, connectors: new Map(), url: 'https://app.example/x' }"
let directory = ""

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-cli-"))
})
afterAll(() => rm(directory, { recursive: true }))

async function load(name: string, text: string) {
  await writeFile(join(directory, name), text)
  return await loadHoldfast(name, directory)
}

describe("the module of an application", () => {
  it.each([
    ["named.mjs", `export const holdfast = ${made}`],
    ["default.mjs", `export default ${made}`],
    ["made.mjs", `export default async () => (${made})`],
    ["promised.mjs", `export const holdfast = Promise.resolve(${made})`],
    ["common.cjs", `module.exports.holdfast = ${made}`],
    ["compiled.cjs", `module.exports = { default: ${made} }`],
  ])("may export it as %s does", async (name, text) => {
    expect(await load(name, text)).toMatchObject({ url: "https://app.example/x" })
  })

  it("is told what it lacks, and its own errors are its own", async () => {
    await expect(load("other.mjs", "export const store = {}")).rejects.toThrow("other.mjs must export the Holdfast")
    await expect(load("broken.mjs", "throw new Error('the database is not configured')")).rejects.toThrow(
      "the database is not configured",
    )
    await expect(loadHoldfast("none.mjs", directory)).rejects.toThrow("There is no none.mjs.")
  })
})
