import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { listen } from "../../packages/emulator/src/node.js"
import { sqliteStore } from "../../packages/store-sql/src/sqlite.js"
import { acmeHoldfast, connect, strictProvider } from "./acme.js"
import type { HerdReport } from "./herd-process.js"

/** What a thousand callers of one expired connection cause. */
export interface Herd {
  /** Refresh tokens shown to the provider. Aim: 1. */
  readonly refreshes: number
  /** Whether all callers got one and the same token, and the grant lives. */
  readonly allAlike: boolean
  readonly callers: number
  readonly processes: number
  /** Until the last caller had its token. */
  readonly ms: number
}

/** A thousand callers at once, in so many processes on one SQLite file, with a provider on loopback that takes each refresh token once. */
export async function measureHerd(folder: string, script: string, processes: number): Promise<Herd> {
  const callers = 1_000
  const path = join(folder, `herd-${processes}.db`)
  const provider = strictProvider()
  const { reroute, close } = await listen(provider)
  const children: ChildProcess[] = []
  try {
    const connectionId = await expiredConnection(path, provider)
    const args = [script, path, connectionId, String(callers / processes), JSON.stringify(reroute)]
    const started = await Promise.all(Array.from({ length: processes }, () => start(args, children)))
    for (const { child } of started) child.stdin?.write("go\n")
    const reports = (await Promise.all(started.map(({ line }) => line()))).map((text) => JSON.parse(text) as HerdReport)
    const grants = provider.provider.oauth.grants()
    return {
      refreshes: provider.counters.refreshes.shown,
      allAlike:
        new Set(reports.flatMap(({ tokens }) => tokens)).size === 1 &&
        grants.every(({ revokedAt }) => revokedAt === undefined),
      callers,
      processes,
      ms: Math.round(Math.max(...reports.map(({ ms }) => ms))),
    }
  } finally {
    for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill()
    await close()
  }
}

async function expiredConnection(path: string, provider: ReturnType<typeof strictProvider>): Promise<string> {
  const store = sqliteStore(path)
  const holdfast = acmeHoldfast({ store, runtime: { fetch: (request) => provider.fetch(request) } })
  const id = await connect(holdfast, provider)
  await holdfast.close()
  const row = await store.connections.get(id)
  const main = row?.detail.slots.main
  if (!row || !main) throw new Error("The connection is not there.")
  const clock = { ...main.clock, expiresAt: Date.now() - 1_000 }
  const detail = { ...row.detail, slots: { main: { ...main, clock } } }
  if ((await store.connections.update({ ...row, detail })) !== "updated") throw new Error("The row moved.")
  store.close()
  provider.clock.advance(3_600_000)
  return id
}

async function start(args: string[], children: ChildProcess[]) {
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error("A process of the herd ended early.")
    return value
  }
  await line()
  return { child, line }
}
