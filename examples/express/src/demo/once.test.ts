import { existsSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type DemoRun, startDemo } from "./demo-run.js"
import { isComplete, runOnce, type TrialResult } from "./once.js"
import { printTable } from "./print-table.js"

let demo: DemoRun

beforeAll(async () => {
  demo = await startDemo({ port: 0 })
})
afterAll(() => demo.stop())

async function tryOne(connector: string): Promise<TrialResult> {
  const [result] = await runOnce({ ...demo, connectors: [connector], callers: 50 })
  if (!result) throw new Error("no result")
  return result
}

const texts = ({ cells }: TrialResult) => Object.fromEntries(cells.map(({ title, text }) => [title, text]))

describe("a connector from its first click to its revocation, the app being a process of its own", () => {
  it("outlives its token with one refresh for all callers, and a crash of the app", async () => {
    const before = demo.app.pid
    const result = await tryOne("slack")
    expect(isComplete(result), printTable([result])).toBe(true)
    expect(texts(result)).toMatchObject({
      "token ends": "after 12 h",
      refreshes: "1",
      "new process": `${before} → ${demo.app.pid}`,
      health: "3 of 3",
      revoked: "1",
    })
  })

  it("says – where a method has no tokens", async () => {
    const result = await tryOne("telegram")
    expect(isComplete(result), printTable([result])).toBe(true)
    expect(texts(result)).toMatchObject({ "token ends": "–", "callers at once": "–", refreshes: "–", revoked: "1" })
  })

  it("counts a token that is asked for anew where there is no refresh token", async () => {
    const result = await tryOne("paypal")
    expect(isComplete(result), printTable([result])).toBe(true)
    expect(texts(result)).toMatchObject({ "token ends": "after 9 h", refreshes: "1", revoked: "–" })
  })

  it("is wrong where the provider was not told of the end, and says which cell", async () => {
    const { control } = demo.world.connectors.get("zoom") ?? {}
    await control?.next({ on: "revoke", fault: { kind: "status", status: 503 }, times: 50 })
    const result = await tryOne("zoom")
    expect(isComplete(result)).toBe(false)
    expect(result.cells.filter(({ ok }) => !ok)).toEqual([
      { title: "disconnect", text: "revocation: pending, not revoked", ok: false },
    ])
    expect(printTable([result])).toContain("zoom, disconnect: revocation: pending, not revoked")
  })
})

it("leaves nothing behind", async () => {
  const other = await startDemo({ port: 0 })
  expect(existsSync(other.folder)).toBe(true)
  await other.stop()
  expect(existsSync(other.folder)).toBe(false)
  expect(() => process.kill(other.app.pid, 0)).toThrow("ESRCH")
})
