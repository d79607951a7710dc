import { once } from "node:events"
import { createServer } from "node:net"
import type { Logger, TickReport } from "@holdfast/core"
import { createCanary } from "@holdfast/testing"
import { expect, it, vi } from "vitest"
import { bullmqEngine } from "./index.js"

const nothing: TickReport = { claimed: 0, refreshed: 0, delivered: 0, failed: 0, swept: 0 }

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, "close")
  return port
}

it("starts and stops while Redis is away, and says so by codes alone", async () => {
  const canary = createCanary()
  const password = canary.plant("password of Redis")
  const lines: unknown[] = []
  const line: Logger["warn"] = (message, fields) => void lines.push({ message, ...fields })
  const logger = { debug: line, info: line, warn: line, error: line }
  const connection = { host: "127.0.0.1", port: await closedPort(), password }
  const scheduler = { tick: vi.fn(async () => nothing) }
  const stop = await bullmqEngine({ holdfast: { scheduler }, connection, logger }).start()
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), { timeout: 30_000 })
  expect(lines[0]).toEqual({ message: "the engine has trouble with Redis", queue: "holdfast", code: "ECONNREFUSED" })
  await stop()
  expect(scheduler.tick).not.toHaveBeenCalled()
  canary.look("log", lines)
  expect(canary.found()).toEqual([])
})

it.each([{ everyMs: 0 }, { concurrency: 1.5 }, { limit: -1 }, { slices: Number.NaN }])("refuses %j", (options) => {
  const holdfast = { scheduler: { tick: async () => nothing } }
  expect(() => bullmqEngine({ holdfast, connection: { host: "127.0.0.1" }, ...options })).toThrow(
    expect.objectContaining({ code: "config_invalid" }),
  )
})
