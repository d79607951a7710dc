import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { removeBundles } from "../bench/bundle.js"
import { herdHome, herdScript } from "./herd.js"
import { type Round, roundAt } from "./herd-rounds.js"
import { type StampedeOptions, stampede } from "./herd-stampede.js"
import { herdDatabase } from "./herd-stores.js"

const processes = 3
const plain: Round = { slow: undefined, skew: undefined, isEarly: false }

describe("the herd", () => {
  let script: string
  beforeAll(async () => {
    script = await herdScript()
  })
  afterAll(() => removeBundles([herdHome]))

  async function run(rounds: readonly Round[], more: Partial<StampedeOptions> = {}) {
    const database = await herdDatabase("sqlite")
    if ("missing" in database) throw new Error(database.missing)
    try {
      return await stampede(database, { store: "sqlite", script, processes, rounds, limitMs: 60_000, ...more })
    } finally {
      await database.drop()
    }
  }

  it("counts one token call an expiry, also where the provider is slower than the lease and where a clock is off", async () => {
    const early: Round = { ...plain, skew: { process: 1, ms: 240_000 }, isEarly: true }
    const { figures, losses, unfinished } = await run([plain, { ...plain, slow: "after" }, early])
    expect(losses).toEqual([])
    expect(unfinished).toBeUndefined()
    expect(figures).toMatchObject({ expiries: 3, tokenCalls: 3, callersFailed: 0, callers: 54, slow: 1 })
    expect(figures).toMatchObject({ skewed: 1, earlyBySkew: 1, deadBySkew: 0 })
  })

  it("finds what happens without leases", async () => {
    const { figures, losses } = await run([{ ...plain, slow: "after" }], { hidesLeases: true })
    expect(figures.tokenCalls).toBeGreaterThan(figures.expiries)
    expect(losses).toContain("a refresh token was shown twice")
    expect(losses).toContain("the grant was revoked")
    expect(losses.some((line) => /expiry 0.*token calls/.test(line))).toBe(true)
  })

  it("says how far it came when its time is up", async () => {
    const { figures, unfinished } = await run([plain], { limitMs: 0 })
    expect(unfinished).toBe("0 of 1 expiries on sqlite")
    expect(figures.expiries).toBe(0)
  })
})

describe("the plan of a run", () => {
  it("has slow providers and clocks that are fast and slow, from the bounded length on", () => {
    const rounds = Array.from({ length: 30 }, (_, at) => roundAt(at, 8))
    expect(rounds.filter(({ slow }) => slow).map(({ slow }) => slow)).toEqual(["after", "before"])
    expect(new Set(rounds.flatMap(({ skew }) => (skew ? [Math.sign(skew.ms)] : [])))).toEqual(new Set([1, -1]))
    expect(rounds.filter(({ isEarly }) => isEarly).length).toBe(2)
  })
})
