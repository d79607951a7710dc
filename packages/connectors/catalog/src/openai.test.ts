import { connectorSuite, connectorWorld, endOf } from "@holdfast/testing"
import OpenAI from "openai"
import { describe, expect, it } from "vitest"
import { createOpenaiEmulator, type OpenaiEmulator, openaiKeys } from "./openai.emulator.js"
import { type OpenaiConnector, openai } from "./openai.js"

const body = (code: string) => ({ error: { message: "No.", type: "invalid_request_error", param: null, code } })

connectorSuite<OpenaiConnector, undefined, OpenaiEmulator>(openai, {
  emulator: () => createOpenaiEmulator(),
  methods: {
    api_key: {
      values: { key: openaiKeys.first },
      account: { id: expect.any(String), label: "Organization first-org", pinned: false },
      withdraw: ({ provider }) => void provider.revokeKey(openaiKeys.first),
      refused: [{ values: { key: "sk-wrong" }, code: "credential_invalid" }],
    },
  },
  operations: {
    list_models: { answer: { data: [{ id: "gpt-emulated" }, { id: "text-embedding-emulated" }] } },
    create_response: {
      parameters: { model: "gpt-emulated", input: "Hello" },
      answer: { status: "completed", model: "gpt-emulated", output: [{ type: "message" }] },
    },
    create_embeddings: {
      parameters: { model: "text-embedding-emulated", input: ["a", "b"], dimensions: 2 },
      answer: { data: [{ embedding: [0.5, 0.5] }, { index: 1 }] },
    },
  },
  errors: [
    {
      when: "there is no such model",
      operation: "create_response",
      parameters: { model: "gpt-none", input: "Hello" },
      code: "resource_not_found",
      providerCode: "model_not_found",
    },
    {
      when: "it is too fast",
      operation: "list_models",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 429, body: body("rate_limit_exceeded") } }),
      code: "rate_limited",
      providerCode: "rate_limit_exceeded",
    },
    {
      when: "nobody has paid, which no waiting mends",
      operation: "list_models",
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 429, body: body("insufficient_quota") } }),
      code: "provider_rejected",
      providerCode: "insufficient_quota",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 400, body: body("holdfast_unheard_of") } }),
})

describe("keys that name nobody (ruling C7)", () => {
  it("may be restricted, and are good ones all the same", async () => {
    const world = connectorWorld({ connectors: [openai()], emulator: createOpenaiEmulator() })
    const connection = await world.connect({ values: { key: openaiKeys.restricted } })
    expect((await connection.check()).ok).toBe(true)
    await connection.run("create_response", { model: "gpt-emulated", input: "Hello" })
    expect(await endOf(connection.run("list_models"))).toMatchObject({ code: "scope_missing" })
  })

  it("may be replaced by another when reconnecting", async () => {
    const world = connectorWorld({ connectors: [openai()], emulator: createOpenaiEmulator() })
    const before = await (await world.connect({ values: { key: openaiKeys.first } })).info()
    const again = await world.connect({ reconnect: before.id, values: { key: openaiKeys.second } })
    expect(await again.info()).toMatchObject({ id: before.id, account: { label: "Organization second-org" } })
  })
})

describe("the openai library", () => {
  it("works against the stand-in, and with a connection's fetch", async () => {
    const emulator = createOpenaiEmulator()
    const client = new OpenAI({
      apiKey: openaiKeys.first,
      fetch: (url, init) => emulator.fetch(new Request(url, init)),
    })
    const { output_text } = await client.responses.create({ model: "gpt-emulated", input: "Hello" })
    expect(output_text).toBe("You said: Hello")
    const { data } = await client.embeddings.create({ model: "text-embedding-emulated", input: "Hello" })
    expect(data[0]?.embedding).toEqual([0.5, 0.5, 0.5])
    const models = await client.models.list()
    expect(models.data.map(({ id }) => id)).toContain("gpt-emulated")

    const world = connectorWorld({ connectors: [openai()], emulator })
    const connection = await world.connect({ values: { key: openaiKeys.second } })
    const connected = new OpenAI({
      apiKey: "replaced on the way",
      fetch: (url, init) => connection.fetch(url instanceof URL ? url : (url as string), init),
    })
    expect((await connected.models.list()).data).toHaveLength(2)
  })
})
