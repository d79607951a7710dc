import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { bundle, removeBundles } from "../bench/bundle.js"
import { app, owner } from "./kill-acme.js"
import type { ActName } from "./kill-acts.js"
import { factsOf } from "./kill-facts.js"
import { judge } from "./kill-judge.js"
import type { Place } from "./kill-place.js"
import { chosen, groupOf, pointsOf } from "./kill-plan.js"
import { runOnce } from "./kill-run.js"
import type { Point } from "./kill-seams.js"
import { type Opened, type Stage, setStage } from "./kill-stage.js"

const home = "packages/store-sql"
let folder: string
let script: string
let made = 0
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-kill-"))
  script = await bundle("scripts/prove/kill-process.ts", home, ["libsql", "pg"])
})
afterAll(() => {
  removeBundles([home])
  rmSync(folder, { recursive: true, force: true })
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function place(journal = false): Place {
  const own = join(folder, String(made++))
  return { store: "sqlite", path: `${own}.db`, ...(journal && { journal: `${own}.journal` }) }
}

/** What the judge says when something happens behind everybody's back. */
async function verdictOn(act: ActName, misdeed: (stage: Stage, opened: Opened) => Promise<unknown>) {
  const stage = await setStage(act, place())
  const opened = stage.open()
  closing.push(async () => {
    await opened.close()
    await stage.close()
  })
  const atDeath = await factsOf(stage, opened, undefined)
  await misdeed(stage, opened)
  return await judge(stage, opened, { atDeath, inHand: {}, delivered: [] })
}

/** Shows the refresh token that is stored, and drops what comes. */
async function burn({ fetch, newest }: Stage): Promise<void> {
  const [{ refreshToken } = { refreshToken: "" }] = [...newest.values()]
  const body = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: refreshToken,
    client_id: app.clientId,
    client_secret: app.clientSecret,
  })
  const answer = await fetch("https://acme.example/oauth/token", { method: "POST", body })
  expect(answer.status).toBe(200)
}

const point = (seam: string, nth: number, moment: Point["moment"]): Point => ({ seam, nth, moment })

describe("the judge of a kill", () => {
  it("finds nothing lost where nothing happened", async () => {
    const verdict = await verdictOn("refresh for a caller", async () => {})
    expect(verdict).toEqual({ losses: [], ended: "usable", orphans: 0 })
  })

  it("counts a token that was shown without an intent, as by an engine that writes none", async () => {
    const { losses, ended } = await verdictOn("refresh for a caller", burn)
    expect(ended).toBe("needs_reauth, grant_refused")
    expect(losses).toContain("needs_reauth, grant_refused, though what was kept would have worked")
    expect(losses).toContain("a refresh token was shown 2 times")
  })

  it("counts a connection that vanished, as with a store that loses a write", async () => {
    const { losses } = await verdictOn("refresh for a caller", async ({ connectionId }, { store }) => {
      const row = await store.connections.get(connectionId)
      await store.connections.delete(connectionId, row?.version ?? 0)
    })
    expect(losses).toContain("gone, though what was kept would have worked")
  })

  it("counts one that says it is well and is not, as with a store that takes a write back", async () => {
    const { losses } = await verdictOn("refresh for a caller", async (stage, opened) => {
      const { connections } = opened.store
      const before = await connections.get(stage.connectionId)
      await stage.time.settle(
        opened.holdfast.for(owner).connection(stage.connectionId, "acme").accessToken({ minValidMs: 1 }),
      )
      const now = await connections.get(stage.connectionId)
      if (before && now) await connections.update({ ...before, version: now.version })
    })
    expect(losses.join()).toMatch(/though what was kept would have worked|says active/)
  })

  it("counts a grant that was forgotten at the provider", async () => {
    const { losses, orphans } = await verdictOn("connect", async ({ provider, newest }) => {
      const { grant, main } = provider.provider.oauth.issue({ scopes: ["items:read"] })
      const forgotten = { accessToken: main.accessToken, refreshToken: main.refreshToken ?? "" }
      ;(newest as Map<string, typeof forgotten>).set(grant.id, forgotten)
      // Issued without a person's consent it has no refresh token of its own unless the server is told so.
      expect(forgotten.refreshToken).not.toBe("")
    })
    expect(orphans).toBe(1)
    expect(losses).toContain("1 living grants were forgotten")
  })

  it("counts a disconnect that left the grant alive", async () => {
    const { losses } = await verdictOn("disconnect", async ({ connectionId }, { store }) => {
      const row = await store.connections.get(connectionId)
      await store.connections.delete(connectionId, row?.version ?? 0)
    })
    expect(losses).toContain("the grant still works at the provider")
    expect(losses).toContain("nobody was told")
  })

  it("counts a value that a rotation spoilt", async () => {
    const { losses } = await verdictOn("rotate keys", async ({ connectionId }, { store }) => {
      const row = await store.connections.get(connectionId)
      if (row) await store.connections.update({ ...row, sealed: { main: row.sealed.main?.replace(/.$/, "~") ?? "" } })
    })
    expect(losses).toContain("1 values did not open after the kill")
    expect(losses).toContain("running it again did not finish")
    expect(losses).toContain("the old key is still needed")
  })
})

describe("a kill", () => {
  it("is real, at the point that was asked for, and told apart by what only the dead process knew", async () => {
    const lost = await runOnce(script, "refresh for a caller", place(), point("connections.update", 2, "before"))
    expect(lost).toMatchObject({ is: "killed", verdict: { losses: [], ended: "needs_reauth, rotation_lost" } })
    const kept = await runOnce(script, "refresh for a caller", place(true), point("journal.append", 1, "after"))
    expect(kept).toMatchObject({ is: "killed", verdict: { losses: [], ended: "usable" } })
    const atProvider = point("POST /oauth/token", 1, "at the provider")
    expect(await runOnce(script, "refresh for a caller", place(), atProvider)).toMatchObject({
      is: "killed",
      verdict: { losses: [], ended: "needs_reauth, rotation_lost" },
    })
  })

  it("does not count where the process never came by", async () => {
    const run = await runOnce(script, "refresh for a caller", place(), point("journal.append", 1, "before"))
    expect(run.is).toBe("lived")
  })
})

describe("the points", () => {
  it("are those that a dry run passes, and the moments in which the provider has a request", async () => {
    const run = await runOnce(script, "refresh for a caller", place(true))
    const points = run.is === "lived" ? pointsOf(run.passed) : []
    expect(new Set(points.map(groupOf))).toEqual(new Set(["read", "write", "journal", "provider", "cipher"]))
    expect(points.filter(({ moment }) => moment === "at the provider")).toHaveLength(1)
    const few = chosen(points, 7)
    expect(few).toHaveLength(7)
    expect(few.map(groupOf)).not.toContain("read")
    expect(chosen(points, points.length)).toEqual(points)
  })
})
