import type { Account } from "../account.js"
import type { Call, Connector } from "../connector.js"
import type { Context } from "../context.js"
import { HoldfastError } from "../errors.js"
import type { Guard } from "../guard.js"
import { type Logger, silentLogger } from "../logger.js"
import { memoryStore } from "../memory-store.js"
import type { AuthMethod } from "../method.js"
import { type Runtime, systemRuntime } from "../runtime.js"
import type { ConnectionRow, SlotDetail } from "../store.js"
import type { LiveSecret, Tokens } from "../tokens.js"
import { createOutbound } from "./outbound.js"
import { createRateLimits } from "./rate-limits.js"
import type { Reroute } from "./reroute.js"
import type { RunParts } from "./run-operation.js"
import { createTargets } from "./targets.js"
import { createUsage } from "./usage.js"
import { sharedVerdicts } from "./verdicts.js"
import type { CallParts } from "./with-call.js"

/** Time that stands still until it is moved, or until nothing else is left to do. */
export function virtualTime(startAt = Date.UTC(2026, 0, 1)) {
  let now = 0
  const pending = new Set<{ at: number; callback: () => void }>()

  function fireNext(): boolean {
    const next = [...pending].sort((a, b) => a.at - b.at)[0]
    if (!next) return false
    now = Math.max(now, next.at)
    pending.delete(next)
    next.callback()
    return true
  }

  return {
    clock: { now: () => startAt + now, monotonic: () => now },
    timers: {
      after(delayMs: number, callback: () => void) {
        const timer = { at: now + delayMs, callback }
        pending.add(timer)
        return () => pending.delete(timer)
      },
    },
    elapsedMs: () => now,
    /** Moves time to the next timer and calls it. Answers whether there was one. */
    fireNext,
    pending: () => pending.size,
    advance(ms: number) {
      now += ms
    },
    /** Waits for a promise, moving time on whenever nothing else happens. */
    async settle<T>(promise: Promise<T>): Promise<T> {
      let isSettled = false
      promise.then(
        () => {
          isSettled = true
        },
        () => {
          isSettled = true
        },
      )
      for (let turn = 0; turn < 200 && !isSettled; turn++) {
        for (let tick = 0; tick < 3 && !isSettled; tick++) await macrotask()
        if (!isSettled && !fireNext()) await macrotask()
      }
      if (!isSettled) throw new Error("nothing moves any more, and the promise is not settled")
      return await promise
    },
  }
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

export type VirtualTime = ReturnType<typeof virtualTime>

/** What was sent, as far as tests look at it. */
export interface SentRequest {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: string
  readonly redirect: RequestRedirect
}

/** Answers requests from a function, and keeps what was sent. */
export function scriptedFetch(answer: (request: SentRequest, count: number) => Response | Promise<Response>) {
  const sent: SentRequest[] = []
  return {
    sent,
    async fetch(request: Request): Promise<Response> {
      const { method, url, headers, redirect } = request
      const seen = { method, url, headers, redirect, body: await request.text() }
      sent.push(seen)
      return await answer(seen, sent.length)
    },
  }
}

export function json(body: unknown, init: ResponseInit & { status?: number } = {}): Response {
  return new Response(JSON.stringify(body), {
    ...init,
    headers: { "content-type": "application/json", ...init.headers },
  })
}

const accessTokenOf = (secret: unknown) => (secret as { accessToken: string }).accessToken

/** A method whose secret is one bearer token. */
export function bearerMethod(overrides: Partial<AuthMethod> = {}): AuthMethod {
  return {
    id: "oauth",
    slots: ["main"],
    authorize(_context: Context, request: Request, secret: unknown) {
      const headers = new Headers(request.headers)
      headers.set("authorization", `Bearer ${accessTokenOf(secret)}`)
      return new Request(request, { headers })
    },
    ...overrides,
  } as unknown as AuthMethod
}

export function acmeConnector(overrides: Partial<Connector> = {}): Connector {
  return {
    id: "acme",
    vendor: "acme",
    name: "Acme",
    methods: [bearerMethod()],
    api: { baseUrl: "https://api.acme.example/v1", hosts: ["https://files.acme.example"], authorization: "Bearer" },
    errors: { codes: {} },
    check: async (call: Call) => {
      await call.http.get("/me")
      return [
        { name: "token", ok: true },
        { name: "api", ok: true },
      ]
    },
    identify: async (): Promise<Account> => ({ id: "U1", label: "First" }),
    operations: {},
    setup: { url: "https://acme.example", steps: [] },
    ...overrides,
  } as unknown as Connector
}

export function rowOf(
  overrides: Partial<ConnectionRow> & { slots?: Record<string, Partial<SlotDetail>> } = {},
): ConnectionRow {
  const { slots = { main: {} }, ...rest } = overrides
  const details = Object.entries(slots).map(([name, slot]) => [
    name,
    { granted: null, generation: 1, status: "active", ...slot },
  ])
  return {
    id: "conn_1",
    tenantId: "t1",
    userId: "u1",
    connector: "acme",
    method: "oauth",
    accountKey: "U1",
    status: "active",
    version: 1,
    generation: 1,
    detail: { account: { id: "U1", label: "First" }, slots: Object.fromEntries(details), requested: [] },
    ...rest,
  } as unknown as ConnectionRow
}

/** Tokens over rows in memory: `renew` says what takes the place of a refused secret, if anything does. */
function fakeTokens(options: {
  connector: Connector
  method?: AuthMethod
  row?: ConnectionRow
  secret?: unknown
  renew?: (live: LiveSecret) => unknown
}) {
  const method = options.method ?? options.connector.methods[0]
  if (!method) throw new Error("the connector has no method")
  let row = options.row ?? rowOf()
  let secret: unknown = options.secret ?? { accessToken: "first-access-token" }
  const asked: { rejected: boolean; slot: string | undefined }[] = []
  const refused: (string | undefined)[] = []

  const tokens: Tokens = {
    async live(_connection, { slot, rejected } = {}) {
      asked.push({ rejected: rejected !== undefined, slot })
      const name = slot ?? method.slots[0] ?? "main"
      const detail = row.detail.slots[name]
      if (!detail) throw new HoldfastError("scope_missing", undefined, { details: { slot: name } })
      const live = { row, connector: options.connector, method, slot: name, secret }
      const renewed =
        rejected && rejected.row.detail.slots[name]?.generation === detail.generation
          ? options.renew?.(live)
          : undefined
      if (renewed === undefined) return live
      secret = renewed
      const slots = { ...row.detail.slots, [name]: { ...detail, generation: detail.generation + 1 } }
      row = { ...row, detail: { ...row.detail, slots } }
      return { ...live, row, secret }
    },
    async refused(_live, providerCode) {
      refused.push(providerCode)
      row = { ...row, status: "needs_reauth" }
    },
  }
  return { tokens, asked, refused, row: () => row, method }
}

export interface WorldOptions {
  readonly connector?: Connector
  readonly method?: AuthMethod
  readonly row?: ConnectionRow
  readonly secret?: unknown
  readonly renew?: (live: LiveSecret) => unknown
  readonly reroute?: Reroute
  readonly guard?: Guard
  readonly log?: Logger
  readonly withUse?: CallParts["withUse"]
  answer(request: SentRequest, count: number): Response | Promise<Response>
}

/** Everything the call side needs, around a scripted provider. */
export function world(options: WorldOptions) {
  const time = virtualTime()
  const connector = options.connector ?? acmeConnector()
  const script = scriptedFetch(options.answer)
  const runtime: Runtime = systemRuntime({ ...time, fetch: script.fetch, random: (length) => new Uint8Array(length) })
  const log = options.log ?? silentLogger
  const held = fakeTokens({ ...options, connector })
  const outbound = createOutbound({
    runtime,
    log,
    ...(options.reroute && { reroute: options.reroute }),
    ...(options.guard && { guard: options.guard }),
  })
  const store = memoryStore({ now: time.clock.now })
  const usage = createUsage({ documents: store.documents, clock: time.clock, log })
  const parts: RunParts & { usage: typeof usage } = {
    runtime,
    outbound,
    limits: createRateLimits({ runtime }),
    verdicts: sharedVerdicts(),
    tokens: held.tokens,
    log,
    usage,
    targets: createTargets({ clock: time.clock }),
    find: async () => ({ row: held.row(), connector, method: held.method }),
    contextFor: async (row, slot) =>
      ({ owner: { tenantId: row.tenantId }, account: row.detail.account, slot }) as Context,
    withUse: options.withUse ?? ((_id, run) => run()),
  }
  return { time, runtime, outbound, parts, usage, store, sent: script.sent, ...held }
}

export function recordingLogger() {
  const lines: { level: keyof Logger; message: string; fields?: unknown }[] = []
  const line = (level: keyof Logger) => (message: string, fields?: unknown) =>
    void lines.push({ level, message, ...(fields !== undefined && { fields }) })
  const logger: Logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") }
  return { logger, lines }
}

/** What a rejected promise was rejected with, as one of our errors. */
export async function rejectionOf(promise: Promise<unknown>): Promise<HoldfastError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof HoldfastError) return error
  throw new Error(`expected a HoldfastError, got ${String(error)}`)
}
