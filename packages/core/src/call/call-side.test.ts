import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { Connector } from "../connector.js"
import { createHoldfast } from "../create-holdfast.js"
import { defineConnector } from "../define-connector.js"
import { HoldfastError } from "../errors.js"
import { keyring } from "../keyring.js"
import { silentLogger } from "../logger.js"
import { memoryStore } from "../memory-store.js"
import { apiKey } from "../methods/api-key.js"
import { operation } from "../operation.js"
import { base64url, systemRuntime } from "../runtime.js"
import { createCallSide } from "./call-side.js"
import { json, recordingLogger, rejectionOf, type SentRequest, scriptedFetch, virtualTime } from "./test-support.js"

const owner = { tenantId: "t1", userId: "u1" }
const canary = "canary-key-9f8e7d6c5b4a"

const acme = defineConnector({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "other",
  documentation: "https://acme.example/docs",
  methods: [
    apiKey({
      fields: [
        { name: "key", label: "Key", type: "password" },
        { name: "shop", label: "Shop", type: "text" },
      ],
    }),
  ],
  app: null,
  api: { baseUrl: "https://{shop}.acme.example/v1", authorization: "Bearer" },
  errors: { codes: {} },
  identify: async (call) => ({
    id: (await call.http.get("/me", { output: z.object({ id: z.string() }) })).id,
    label: "First",
  }),
  async check(call) {
    await call.http.get("/me")
    return [{ name: "token", ok: true }]
  },
  statistics: async (call) => [{ label: "Items", value: await call.http.get("/count", { output: z.number() }) }],
  operations: {
    get_item: operation({
      summary: "Reads an item",
      effect: "read",
      input: z.object({ itemId: z.string() }),
      output: z.object({ id: z.string() }),
      trace: ["id"],
      run: (call, { itemId }) =>
        call.http.get("/items/{itemId}", { path: { itemId }, output: z.object({ id: z.string() }) }),
    }),
  },
  webhooks: {
    scheme: "none",
    verify: async () => ({ is: "events", events: [] }),
    events: {},
    unsubscribe: async (call, subscriptions) => {
      for (const { data } of subscriptions) await call.http.delete("/webhooks/{id}", { path: { id: data.id ?? "" } })
    },
  },
  setup: { url: "https://acme.example/keys", steps: [] },
})

async function connected(answer: (request: SentRequest, count: number) => Response | Promise<Response>) {
  const time = virtualTime()
  const script = scriptedFetch(answer)
  const { logger, lines } = recordingLogger()
  const store = memoryStore({ now: time.clock.now })
  const holdfast = createHoldfast({
    url: "https://app.example/api",
    connectors: [acme() as Connector],
    store,
    keys: keyring(`k1:${base64url(new Uint8Array(32).fill(7))}`),
    logger,
    runtime: systemRuntime({ ...time, fetch: script.fetch }),
  })
  const begun = await holdfast.attempts.begin(owner, {
    connector: "acme",
    values: { key: canary, shop: "blue" },
    browser: "b1",
  })
  const view =
    begun.status === "connected"
      ? begun
      : await holdfast.attempts.submit(begun.id, { browser: "b1", owner }, { key: canary, shop: "blue" })
  const connection = await holdfast.for(owner).get("acme")
  script.sent.length = 0
  return { holdfast, store, lines, time, sent: script.sent, connection, view }
}

const well = (request: SentRequest) => {
  if (request.headers.get("authorization") !== `Bearer ${canary}`) return json({}, { status: 401 })
  const { pathname } = new URL(request.url)
  return json(pathname.endsWith("/count") ? 3 : { id: pathname.split("/").at(-1) })
}

describe("calls of a connection, put together", () => {
  it("identify, run, http, fetch, check and statistics all go with the stored credential to the account's own host", async () => {
    const { connection, sent, holdfast } = await connected(well)
    expect(await connection.run("get_item", { itemId: "a/b" })).toEqual({ id: "a%2Fb" })
    expect(await connection.http.get("/items/1")).toEqual({ id: "1" })
    expect((await connection.fetch("https://blue.acme.example/v1/items/2")).status).toBe(200)
    expect(await connection.check()).toMatchObject({ ok: true, status: "active" })
    expect(await connection.statistics()).toMatchObject({
      provider: [{ label: "Items", value: 3 }],
      usage: { calls: 3, errors: 0, byOperation: { get_item: { calls: 1 } } },
    })
    expect(new Set(sent.map((each) => new URL(each.url).host))).toEqual(new Set(["blue.acme.example"]))
    await holdfast.close()
  })

  it("runs by names that a workflow stored (ruling S7)", async () => {
    const { holdfast } = await connected(well)
    const mine = holdfast.for(owner)
    expect(await mine.execute({ provider: "acme", operation: "get_item", parameters: { itemId: "7" } })).toEqual({
      id: "7",
    })
    expect(await rejectionOf(mine.execute({ provider: "acme", operation: "get_item" }))).toMatchObject({
      code: "input_invalid",
      details: { fields: ["itemId"] },
    })
  })

  it("the key that was typed gets into no line, error or view, whatever the provider answers (style 24)", async () => {
    let isDead = false
    const { connection, lines, view } = await connected((request) =>
      isDead ? json({ error: canary }, { status: 401 }) : well(request),
    )
    await connection.run("get_item", { itemId: "1" })
    isDead = true
    const error = await rejectionOf(connection.run("get_item", { itemId: canary }))
    expect(error.code).toBe("reauth_required")
    expect((await connection.info()).status).toBe("needs_reauth")
    expect(lines.map((line) => line.message)).toContain("Integration: acme.get_item")
    expect(JSON.stringify([lines, view, error.message, error.details, await connection.info()])).not.toContain(canary)
  })

  it("a disconnect removes the webhooks with the credential that is about to go (ruling C13)", async () => {
    const { connection, store, sent } = await connected(well)
    const row = await store.connections.get((await connection.info()).id)
    if (!row) throw new Error("no row")
    await store.connections.update({
      ...row,
      detail: {
        ...row.detail,
        webhooks: { state: "made", subscriptions: [{ data: { id: "w1" }, madeAt: 0 }], tries: 0 },
      },
    })
    expect(await connection.disconnect()).toEqual({ revocation: "unsupported" })
    expect(sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual(["DELETE /v1/webhooks/w1"])
  })

  it("what a method sends before there is a credential passes the guard where it says that the host was chosen (C18)", async () => {
    const asked: string[] = []
    const guard = async (host: string) => {
      asked.push(host)
      throw new HoldfastError("host_forbidden")
    }
    const { fetch, sent } = scriptedFetch(() => json({}))
    const runtime = systemRuntime({ fetch })
    const { send } = createCallSide({ runtime, store: memoryStore(), logger: silentLogger, guard })
    const request = () => new Request("https://blog.example/")
    expect((await rejectionOf(send(request(), { hostIsChosen: true }))).code).toBe("host_forbidden")
    expect([asked, sent.length]).toEqual([["blog.example"], 0])
    expect((await send(request())).status).toBe(200)
    expect(asked).toHaveLength(1)
  })
})
