import { describe, expect, it } from "vitest"
import type { Part, PartResult } from "./part.js"
import { figuresOf, runParts, tableOf } from "./run-parts.js"

const well: PartResult = { figures: { kills: 3 }, losses: 0, row: "3 kills" }

async function prove(result: PartResult | Error, allowMissing = false) {
  const lines: string[] = []
  const part = (name: Part["name"], run: Part["run"]): Part => ({ name, run })
  const proofs = await runParts(
    [
      [
        "kill",
        async () =>
          part("kill", async ({ log }) => {
            log("working")
            if (result instanceof Error) throw result
            return result
          }),
      ],
      ["canary", async () => part("canary", async () => ({ figures: { found: 0 }, losses: 0, row: "nothing found" }))],
    ],
    { bounded: true, allowMissing, log: (line) => void lines.push(line), now: () => 0 },
  )
  return { proofs, lines, failures: proofs.flatMap(({ failures }) => failures) }
}

describe("the proof", () => {
  it("holds when nothing was lost, and prints the figures by part", async () => {
    const { proofs, lines, failures } = await prove(well)
    expect(failures).toEqual([])
    expect(figuresOf(proofs)).toEqual({ kill: { kills: 3 }, canary: { found: 0 } })
    expect(tableOf(proofs)[1]).toMatch(/^kill +0 +0 s +3 kills$/)
    expect(lines).toEqual(["working"])
  })

  it("fails on a loss, and on a loss that was never counted", async () => {
    expect((await prove({ ...well, losses: 1 })).failures).toEqual(["1 lost"])
    expect((await prove({ ...well, losses: Number.NaN })).failures).toEqual(["NaN lost"])
  })

  it("fails when a part could not run, and runs the next all the same", async () => {
    const { proofs, failures } = await prove(new Error("no child started"))
    expect(failures).toEqual(["could not run: no child started"])
    expect(figuresOf(proofs)).toEqual({ canary: { found: 0 } })
    expect(tableOf(proofs).join("\n")).toContain("FAILED: could not run: no child started")
  })

  it("fails when a part did not reach its count, whatever is allowed", async () => {
    const { failures } = await prove({ ...well, unfinished: "3 of 1,000 kills in 40 s" }, true)
    expect(failures).toEqual(["did not finish: 3 of 1,000 kills in 40 s"])
  })

  it("fails for want of a server unless that is allowed, and says so either way", async () => {
    const missing = { ...well, missing: ["postgres: nothing listens at 127.0.0.1:5432"] }
    expect((await prove(missing)).failures).toEqual(["not run: postgres: nothing listens at 127.0.0.1:5432"])
    const { proofs, failures } = await prove(missing, true)
    expect(failures).toEqual([])
    expect(tableOf(proofs).join("\n")).toContain("not run: postgres")
  })
})
