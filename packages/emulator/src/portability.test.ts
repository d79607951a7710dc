import { readFile } from "node:fs/promises"
import { expect, it } from "vitest"

/** Every module that the entry reaches, by URL. */
async function reach(entry: URL, seen = new Map<string, string>()): Promise<Map<string, string>> {
  if (seen.has(entry.href)) return seen
  const source = await readFile(entry, "utf8")
  seen.set(entry.href, source)
  for (const [, from = ""] of source.matchAll(/from "(\.[^"]+)"/g)) {
    await reach(new URL(from.replace(/\.js$/, ".ts"), entry), seen)
  }
  return seen
}

it("the main entry reaches no Node module and no other package, so that it runs in workerd", async () => {
  const modules = await reach(new URL("./index.ts", import.meta.url))
  expect(modules.size).toBeGreaterThan(20)
  for (const [url, source] of modules) {
    const foreign = [...source.matchAll(/\bfrom "([^."][^"]*)"$|\bimport\(/gm)].map((found) => found[1])
    expect(foreign, url).toEqual([])
  }
})
