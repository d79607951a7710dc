import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { exampleRow } from "@holdfast/testing"
import Database from "libsql"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Orders, Winnings } from "../fixtures/process.js"
import { sqliteStore } from "./sqlite.js"

const script = fileURLToPath(new URL("../fixtures/process.ts", import.meta.url))

describe("sqliteStore in several processes on one file", () => {
  let folder: string
  let path: string
  const children: ChildProcess[] = []

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-processes-"))
    path = join(folder, "holdfast.db")
  })
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill("SIGKILL")
      await once(child, "exit")
    }
    rmSync(folder, { recursive: true })
  })

  /** Starts a process and waits until it can be told what to do. */
  async function started() {
    const args = ["--conditions=@holdfast/source", "--import", "tsx", script]
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] })
    children.push(child)
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async (): Promise<unknown> => {
      const { value, done } = await lines.next()
      return done ? undefined : JSON.parse(value)
    }
    expect(await next()).toBe("ready")
    const order = (orders: Omit<Orders, "path" | "row">) =>
      void child.stdin.write(`${JSON.stringify({ ...orders, path, row: exampleRow("conn_row") } satisfies Orders)}\n`)
    return { child, next, order }
  }

  it("races starts, updates, inserts, takes and claims, and each has one winner (R3, R21)", async () => {
    const names = ["a", "b", "c", "d"]
    const rounds = 20
    const processes = await Promise.all(names.map(started))
    for (const [at, { order }] of processes.entries()) order({ task: "race", name: names[at] ?? "", rounds })
    const won = (await Promise.all(processes.map(({ next }) => next()))) as Winnings[]

    const store = sqliteStore(path)
    expect((await store.connections.get("conn_shared"))?.generation).toBe(names.length * rounds)
    expect(won.flatMap(({ inserted }) => inserted).sort()).toEqual(
      Array.from({ length: rounds }, (_, at) => `account-${at}`).sort(),
    )
    const rows = await store.connections.list({ limit: 1_000 })
    expect(rows).toHaveLength(1 + rounds + names.length * rounds)
    expect(rows.map(({ number }) => number).sort((a, b) => a - b)).toEqual(rows.map((_, at) => at + 1))

    const rest = await store.connections.claimDue(rounds, 1_000, 1_000_000)
    const claimed = [...won.flatMap((one) => one.claimed), ...rest.map(({ id }) => id)]
    expect(claimed.sort()).toEqual(
      rows
        .map(({ id }) => id)
        .filter((id) => id !== "conn_shared")
        .sort(),
    )

    const handles = Array.from({ length: rounds }, (_, at) => `handle:${at}`)
    for (const key of handles) await store.documents.put({ key, value: "v", expiresAt: null }, 0)
    for (const { order } of processes) order({ task: "take all", name: "", rounds })
    const taken = (await Promise.all(processes.map(({ next }) => next()))) as string[][]
    expect(taken.flat().sort()).toEqual(handles.sort())
    store.close()
  })

  it("has every acknowledged write of a process that was killed in the middle of writing, and goes on (R21)", async () => {
    const other = await started()
    other.order({ task: "write until killed", name: "survivor", rounds: 1_000_000 })
    let acknowledged = 0
    for (const killAfter of [3, 40, 90]) {
      const { child, next, order } = await started()
      order({ task: "write until killed", name: "victim", rounds: 1_000_000 })
      for (let count = 0; count < killAfter; count++) acknowledged = (await next()) as number
      child.kill("SIGKILL")
      // What it printed before it died counts as acknowledged too.
      for (let line = await next(); line !== undefined; line = await next()) acknowledged = line as number

      const store = sqliteStore(path)
      const row = await store.connections.get("conn_victim")
      const written = row?.generation ?? -1
      expect([acknowledged, acknowledged + 1]).toContain(written)
      expect(row).toMatchObject({ version: written + 1, sealed: { main: String(written).repeat(500) } })
      store.close()
    }
    const before = (await other.next()) as number
    expect(await other.next()).toBe(before + 1)
    other.child.kill("SIGKILL")
    const database = new Database(path)
    expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }])
    database.close()
  })
})
