import { describe, expect, it, vi } from "vitest"
import { z } from "zod"
import type { Connector, OperationMap } from "../connector.js"
import { HoldfastError } from "../errors.js"
import { operation } from "../operation.js"
import { canRun } from "./can.js"
import { checkConnection } from "./check-connection.js"
import { runOperation } from "./run-operation.js"
import {
  acmeConnector,
  bearerMethod,
  json,
  recordingLogger,
  rejectionOf,
  rowOf,
  type WorldOptions,
  world,
} from "./test-support.js"

const sendMessage = operation({
  summary: "Sends a message",
  effect: "write",
  scopes: ["chat:write"],
  input: z.object({ channel: z.string(), message: z.string().default("hello") }),
  output: z.object({ ok: z.boolean(), ts: z.string() }),
  trace: ["ok", "ts"],
  run: (call, { channel, message }) =>
    call.http.post("/chat.postMessage", {
      json: { channel, text: message },
      output: z.object({ ok: z.boolean(), ts: z.string() }),
    }),
})
const listAll = operation({
  summary: "Lists",
  effect: "read",
  input: z.object({}),
  output: z.unknown(),
  run: (call) => call.http.get("/list"),
})

function withOperations(operations: Record<string, unknown>, more: Partial<Connector> = {}): Connector {
  return acmeConnector({ id: "slack", name: "Slack", operations: operations as OperationMap, ...more })
}
const run = (made: ReturnType<typeof world>, name: string, parameters?: unknown, signal?: AbortSignal) =>
  made.time.settle(runOperation(made.parts, { connectionId: "conn_1", operation: name, parameters, signal }))

const operations = { send_message: sendMessage, list_all: listAll }
const well: WorldOptions["answer"] = () => json({ ok: true, ts: "1.2", extra: 1 })

describe("running an operation", () => {
  it("checks what goes in and out, with - for _ and parameters left out (ruling S7)", async () => {
    const made = world({ connector: withOperations(operations), answer: well })
    expect(await run(made, "send-message", { channel: "#a" })).toEqual({ ok: true, ts: "1.2" })
    expect(made.sent[0]?.body).toBe('{"channel":"#a","text":"hello"}')
    expect(await run(made, "list_all")).toMatchObject({ extra: 1 })
  })

  it("writes the seed's debug lines (seed 004)", async () => {
    const { logger, lines } = recordingLogger()
    const made = world({
      connector: withOperations(operations),
      log: logger,
      answer: () => json({ ok: true, ts: "1234567890.123456", text: "canary" }),
    })
    await run(made, "send_message", { channel: "#a", message: "canary" })
    expect(lines.map((line) => line.message)).toEqual([
      "Integration: slack.send_message",
      "Request: POST https://api.acme.example/v1/chat.postMessage",
      'Response: 200 OK { ok: true, ts: "1234567890.123456" }',
    ])
  })

  it("knows its operations by own name only, and says which there are", async () => {
    const made = world({ connector: withOperations(operations), answer: well })
    const error = await rejectionOf(run(made, "constructor"))
    expect(error).toMatchObject({ code: "operation_unknown", details: { choices: ["send_message", "list_all"] } })
  })

  it("names wrong parameters without their values, and sends nothing", async () => {
    const strict = operation({
      ...sendMessage,
      input: z.strictObject({ channel: z.string() }),
      output: z.unknown(),
      run: async () => ({}),
    })
    const made = world({ connector: withOperations({ ...operations, strict }), answer: well })
    const error = await rejectionOf(run(made, "send_message", { channel: 7, message: { canary: "canary" } }))
    expect(error).toMatchObject({
      code: "input_invalid",
      details: { fields: ["channel", "message"], operation: "send_message" },
    })
    expect(JSON.stringify([error.message, error.details])).not.toContain("canary")
    expect(await rejectionOf(run(made, "strict", { channel: "#a", chanel: "#b" }))).toMatchObject({
      details: { fields: ["chanel"] },
    })
    expect([made.sent, made.asked]).toEqual([[], []])
  })

  it("refuses what was not granted before the provider does (quirk 6)", async () => {
    const row = rowOf({ slots: { main: { granted: ["channels:read"] } } })
    const made = world({ connector: withOperations(operations), row, answer: well })
    const error = await rejectionOf(run(made, "send_message", { channel: "#a" }))
    expect(error).toMatchObject({ code: "scope_missing", details: { missingScopes: ["chat:write"], slot: "main" } })
    expect(made.sent).toEqual([])
  })

  it("looks at the scopes of the slot it uses, and misses a slot that was not granted", async () => {
    const search = operation({
      ...listAll,
      scopes: ["search:read"],
      uses: "user",
      output: z.unknown(),
      run: (call) => call.http.get("/search"),
    })
    const connector = withOperations({ search })
    const method = bearerMethod({ slots: ["bot", "user"] })
    const both = world({
      connector,
      method,
      row: rowOf({ slots: { bot: { granted: [] }, user: { granted: ["search:read"] } } }),
      answer: well,
    })
    await run(both, "search")
    expect(both.asked.map((each) => each.slot)).toEqual(["user"])
    const botOnly = world({
      connector,
      method,
      row: rowOf({ slots: { bot: { granted: ["search:read"] } } }),
      answer: well,
    })
    expect(await rejectionOf(run(botOnly, "search"))).toMatchObject({
      code: "scope_missing",
      details: { slot: "user", missingScopes: ["search:read"] },
    })
  })

  it("an answer that is not what the operation promises is response_invalid", async () => {
    const bad = operation({
      ...listAll,
      output: z.object({ id: z.number() }),
      run: async () => ({ id: "canary" }) as never,
    })
    const made = world({ connector: withOperations({ bad }), answer: well })
    const error = await rejectionOf(run(made, "bad"))
    expect(error).toMatchObject({ code: "response_invalid", details: { fields: ["id"] } })
    expect(error.message).not.toContain("canary")
  })

  it("a connector that throws is told without its words", async () => {
    const bad = operation({
      ...listAll,
      output: z.unknown(),
      run: async () => {
        throw new TypeError("cannot read canary")
      },
    })
    const made = world({ connector: withOperations({ bad }), answer: well })
    const error = await rejectionOf(run(made, "bad"))
    expect(error).toMatchObject({ code: "response_invalid", details: { reason: "connector_threw" } })
    expect([error.cause, error.message.includes("canary")]).toEqual([undefined, false])
  })

  it("stops with the caller's signal", async () => {
    const made = world({ connector: withOperations(operations), answer: () => new Promise<never>(() => {}) })
    const before = new AbortController()
    before.abort()
    expect(await rejectionOf(run(made, "list_all", {}, before.signal))).toMatchObject({ code: "aborted" })
    expect(made.sent).toEqual([])
    const during = new AbortController()
    const asked = rejectionOf(
      runOperation(made.parts, { connectionId: "conn_1", operation: "list_all", signal: during.signal }),
    )
    setTimeout(() => during.abort(), 0)
    expect(await asked).toMatchObject({ code: "aborted" })
  })

  it("is counted, well or not (ruling R17)", async () => {
    const made = world({
      connector: withOperations(operations),
      answer: (_, count) => (count === 1 ? json({ ok: true, ts: "1" }) : json({}, { status: 400 })),
    })
    await run(made, "send_message", { channel: "#a" })
    await rejectionOf(run(made, "list_all"))
    expect(await made.usage.read("conn_1")).toMatchObject({
      calls: 2,
      errors: 1,
      byOperation: { send_message: { calls: 1, errors: 0 }, list_all: { calls: 1, errors: 1 } },
    })
  })
})

describe("providers that are not HTTP", () => {
  function telegramLike(close: () => Promise<void>, runs: (client: unknown) => Promise<unknown>, exclusive = true) {
    const { api: _, ...rest } = withOperations({
      ping: operation({ ...listAll, output: z.unknown(), run: async (call) => runs(call.client) }),
      over_http: listAll,
    })
    return {
      ...rest,
      exclusive,
      client: async (_context: unknown, secret: unknown) => ({ client: { secret }, close }),
    } as unknown as Connector
  }

  it("are given a client opened with the secret, closed afterwards, in turn", async () => {
    const order: string[] = []
    const connector = telegramLike(
      async () => void order.push("closed"),
      async (client) => {
        order.push("ran")
        return client
      },
    )
    const withUse: WorldOptions["withUse"] = async (id, go) => {
      order.push(`took ${id}`)
      try {
        return await go()
      } finally {
        order.push("gave back")
      }
    }
    const made = world({ connector, withUse, secret: { session: "s" }, answer: well })
    expect(await run(made, "ping")).toEqual({ secret: { session: "s" } })
    expect(order).toEqual(["took conn_1", "ran", "closed", "gave back"])
  })

  it("are closed also when the operation fails", async () => {
    const close = vi.fn(async () => {})
    const made = world({
      connector: telegramLike(
        close,
        async () => {
          throw new HoldfastError("rate_limited")
        },
        false,
      ),
      answer: well,
    })
    expect(await rejectionOf(run(made, "ping"))).toMatchObject({ code: "rate_limited" })
    expect(close).toHaveBeenCalledOnce()
  })

  it("have no http", async () => {
    const made = world({
      connector: telegramLike(
        async () => {},
        async () => ({}),
      ),
      answer: well,
    })
    expect(await rejectionOf(run(made, "over_http"))).toMatchObject({ code: "config_invalid" })
  })
})

describe("may it run", () => {
  const found = (granted: readonly string[] | null) => {
    const connector = withOperations({
      ...operations,
      either: operation({
        ...listAll,
        scopes: ["meeting:write|meeting:write:meeting"],
        output: z.unknown(),
        run: async () => 0,
      }),
    })
    return { row: rowOf({ slots: { main: { granted } } }), connector, method: bearerMethod() }
  }

  it("says what is missing; grants that are not told count as granted", () => {
    expect(canRun(found(["chat:write"]), "send_message")).toEqual({ ok: true, missingScopes: [] })
    expect(canRun(found([]), "send-message")).toEqual({ ok: false, missingScopes: ["chat:write"] })
    expect(canRun(found(null), "send_message")).toEqual({ ok: true, missingScopes: [] })
    expect(() => canRun(found(null), "no_such")).toThrow(expect.objectContaining({ code: "operation_unknown" }))
  })

  it("takes any of several spellings", () => {
    expect(canRun(found(["meeting:write:meeting"]), "either").ok).toBe(true)
    expect(canRun(found(["meeting:read"]), "either")).toEqual({
      ok: false,
      missingScopes: ["meeting:write"],
    })
  })
})

describe("health check (seed 004: token valid, API reachable, permissions)", () => {
  const check = (made: ReturnType<typeof world>) => made.time.settle(checkConnection(made.parts, "conn_1"))
  const part = (report: Awaited<ReturnType<typeof checkConnection>>, name: string) =>
    report.parts.find((each) => each.name === name)

  it("a well connection has all three", async () => {
    const made = world({
      connector: withOperations(operations),
      row: rowOf({ slots: { main: { granted: ["chat:write"] } } }),
      answer: well,
    })
    expect(await check(made)).toEqual({
      ok: true,
      status: "active",
      parts: [
        { name: "token", ok: true },
        { name: "api", ok: true },
        { name: "permissions", ok: true },
      ],
      missingScopes: [],
    })
  })

  it("a dead token is a report, not an error, and the API was reached", async () => {
    const made = world({ connector: withOperations(operations), answer: () => json({}, { status: 401 }) })
    const report = await check(made)
    expect(report).toMatchObject({ ok: false, status: "needs_reauth" })
    expect(part(report, "token")).toEqual({ name: "token", ok: false, code: "reauth_required" })
    expect(part(report, "api")).toEqual({ name: "api", ok: true })
  })

  it("an API that is away says nothing of the token", async () => {
    const made = world({ connector: withOperations(operations), answer: () => json({}, { status: 503 }) })
    const report = await check(made)
    expect(part(report, "api")).toEqual({ name: "api", ok: false, code: "provider_unavailable" })
    expect(part(report, "token")).toMatchObject({
      ok: false,
      code: "provider_unavailable",
      detail: "Could not be checked.",
    })
    expect([report.ok, report.status, made.refused]).toEqual([false, "active", []])
  })

  it("permissions are compared by core: what operations need and was not granted", async () => {
    const made = world({
      connector: withOperations(operations),
      row: rowOf({ slots: { main: { granted: ["users:read"] } } }),
      answer: well,
    })
    const report = await check(made)
    expect(report.missingScopes).toEqual(["chat:write"])
    expect(part(report, "permissions")).toMatchObject({ ok: false, code: "scope_missing" })
  })

  it("operations outside the scopes that were chosen are not missed", async () => {
    const detail = { ...rowOf({ slots: { main: { granted: ["users:read"] } } }).detail, requested: ["users:read"] }
    const made = world({ connector: withOperations(operations), row: rowOf({ detail }), answer: well })
    expect(await check(made)).toMatchObject({ ok: true, missingScopes: [] })
  })

  it("keeps the connector's own parts", async () => {
    const connector = withOperations(
      {},
      {
        check: async () => [
          { name: "token", ok: true },
          { name: "imap", ok: false, code: "provider_unavailable" },
        ],
      },
    )
    const report = await check(world({ connector, answer: well }))
    expect(report.parts.map((each) => [each.name, each.ok])).toEqual([
      ["api", true],
      ["token", true],
      ["imap", false],
      ["permissions", true],
    ])
    expect(report.ok).toBe(false)
  })

  it("a connector's mistake and a connection switched off are reports too", async () => {
    const broken = await check(
      world({
        connector: withOperations(
          {},
          {
            check: async () => {
              throw new TypeError("x")
            },
          },
        ),
        answer: well,
      }),
    )
    expect(part(broken, "token")).toMatchObject({ ok: false, code: "response_invalid" })
    const made = world({ connector: withOperations({}), row: rowOf({ status: "disabled" }), answer: well })
    expect(part(await check(made), "token")).toEqual({ name: "token", ok: false, code: "connection_disabled" })
    expect(made.sent).toEqual([])
  })

  it("a connection that is not there is an error", async () => {
    const made = world({ connector: withOperations({}), answer: well })
    const find = async () => {
      throw new HoldfastError("not_found")
    }
    expect(await rejectionOf(checkConnection({ ...made.parts, find }, "conn_2"))).toMatchObject({ code: "not_found" })
  })
})
