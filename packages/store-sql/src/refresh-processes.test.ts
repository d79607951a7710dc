import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { approve, authorizationServer, createEmulator, json, reroutedFetch } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  app,
  type KillPoint,
  openHoldfast,
  owner,
  type RefreshOrders,
  type RefreshStore,
  url,
} from "../fixtures/refresh-process.js"
import { mysqlServer, postgresServer, type TestDatabase, type TestServer } from "../fixtures/servers.js"

const script = fileURLToPath(new URL("../fixtures/refresh-process.ts", import.meta.url))
const hour = 3_600_000

/** A provider that ends the whole grant when a spent refresh token is shown again. */
function strictProvider() {
  return createEmulator({
    name: "acme",
    origins: ["https://acme.example"],
    setup(kit) {
      const oauth = authorizationServer(kit, {
        authorizationEndpoint: "https://acme.example/authorize",
        tokenEndpoint: "https://acme.example/token",
        clients: [{ ...app, redirectUris: [`${url}/oauth/callback/acme`] }],
        accounts: [{ id: "U1", label: "First", data: {} }],
        scopes: ["read"],
        clientAuthentication: "post",
        refreshToken: { rotation: "single-use", reuse: "revokes-family" },
      })
      kit.route("GET", "https://acme.example", "/me", ({ request }) => {
        const token = oauth.authenticate(request)
        return token ? json({ id: token.account.id }) : json({ error: "invalid_token" }, { status: 401 })
      })
      return { oauth }
    },
  })
}

/** Kills cost a second each: all of them on SQLite; on the servers those in which a write was under way. */
type Kills = readonly [dieAt: KillPoint, withJournal: boolean][]

function refreshSuite(kind: RefreshStore, where: string, kills: Kills, server?: TestServer): void {
  describe(`a refresh in real processes on ${where}`, () => {
    let database: TestDatabase | undefined
    let folder: string
    let orders: RefreshOrders
    let close: () => Promise<void>
    let provider: ReturnType<typeof strictProvider>
    const children: ChildProcess[] = []

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "holdfast-refresh-"))
      provider = strictProvider()
      const listening = await listen(provider)
      close = listening.close
      const { reroute } = listening
      database = await server?.create()
      const setup = database?.store()
      await setup?.ready()
      await setup?.close()
      const path = database?.url ?? join(folder, "holdfast.db")
      const { holdfast, store } = openHoldfast({ store: kind, path, reroute, now: provider.clock.now })
      const begun = await holdfast.attempts.begin(owner, { connector: "acme", browser: "b" })
      const back = await approve(reroutedFetch(reroute), begun.step.kind === "redirect" ? begun.step.url : "")
      const arrival = {
        state: back.searchParams.get("state") ?? "",
        connector: "acme",
        url: back.href,
        method: "GET",
        headers: new Headers(),
        body: "",
      }
      expect(await holdfast.attempts.callback(arrival, { browser: "b", owner })).toMatchObject({ status: "connected" })
      await holdfast.close()
      await store.close()
      provider.clock.advance(hour)
      orders = { store: kind, path, reroute, now: provider.clock.now() }
    })

    afterEach(async () => {
      for (const child of children.splice(0)) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        child.kill("SIGKILL")
        await once(child, "exit")
      }
      await close()
      await database?.drop()
      rmSync(folder, { recursive: true })
    })

    /** What a process ended with: the distinct answers of its callers; nothing when it died. */
    async function run(more: Partial<RefreshOrders> = {}, callers = 1): Promise<unknown[] | undefined> {
      const { order, next } = await started()
      order({ ...more }, callers)
      return (await next()) as unknown[] | undefined
    }

    async function started() {
      const child = spawn(process.execPath, ["--conditions=@holdfast/source", "--import", "tsx", script, "run"], {
        stdio: ["pipe", "pipe", "inherit"],
      })
      children.push(child)
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const next = async (): Promise<unknown> => {
        const { value, done } = await lines.next()
        return done ? undefined : JSON.parse(value)
      }
      expect(await next()).toBe("ready")
      const order = (more: Partial<RefreshOrders>, callers: number) =>
        void child.stdin.write(`${JSON.stringify({ ...orders, ...more, callers })}\n`)
      return { order, next }
    }

    it("happens once for four processes with 250 callers each, and all of them get the same living token", async () => {
      const processes = await Promise.all([started(), started(), started(), started()])
      // Longer than a busy machine holds a process up: who is held up for longer is taken for dead, rightly.
      for (const { order } of processes) order({ leaseMs: 10_000 }, 250)
      const ends = (await Promise.all(processes.map(({ next }) => next()))).flat()
      expect(new Set(ends).size).toBe(1)
      expect(ends[0]).toMatch(/^[0-9a-f]{64}$/)
      expect(provider.counters.refreshes).toMatchObject({ shown: 1, issued: 1 })
    })

    it.each(kills)("survives a kill %s (journal: %s)", async (dieAt, withJournal) => {
      const journal = withJournal ? { journal: join(folder, "journal") } : {}
      expect(await run({ ...journal, dieAt })).toBeUndefined()
      provider.clock.advance(1_000)
      const [token] = (await run({ ...journal, now: provider.clock.now() })) ?? []
      expect(token).toEqual(expect.stringMatching(/^[0-9a-f]{64}$/))
      expect(provider.counters.refreshes.mostForOne).toBe(1)
    })

    it.each(server ? [] : (["sent", "answered"] as const))(
      "says exactly what was lost, when the only process that had the answer is killed once it was %s",
      async (dieAt) => {
        expect(await run({ dieAt })).toBeUndefined()
        provider.clock.advance(1_000)
        const [end] = (await run({ now: provider.clock.now() })) ?? []
        expect(end).toEqual({ code: "reauth_required", reason: "rotation_lost" })
        // Shown once more at most, and never again once the provider had refused it.
        expect(provider.counters.refreshes.mostForOne).toBe(2)
        expect(await run({ now: provider.clock.now() })).toEqual([{ code: "reauth_required", reason: "rotation_lost" }])
        expect(provider.counters.refreshes.mostForOne).toBe(2)
      },
    )
  })
}

const allKills: Kills = [
  ["before the lease", false],
  ["after the lease", false],
  ["committed", false],
  ["before the lease", true],
  ["after the lease", true],
  ["journalled", true],
  ["committed", true],
]

refreshSuite("sqlite", "one SQLite file", allKills)
for (const server of [await postgresServer(), await mysqlServer()]) {
  if (server.missing === undefined)
    refreshSuite(server.name, `a ${server.name} server`, [["after the lease", false]], server)
  else
    it.skip(`a refresh in real processes on a ${server.name} server happens once (skip: ${server.missing})`, () => {})
}
