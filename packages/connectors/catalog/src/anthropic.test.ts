import Anthropic from "@anthropic-ai/sdk"
import { connectorSuite, connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import {
  type AnthropicEmulator,
  anthropicKeys,
  anthropicWorkspaces,
  createAnthropicEmulator,
} from "./anthropic.emulator.js"
import { type AnthropicConnector, anthropic } from "./anthropic.js"

const { first } = anthropicWorkspaces
const messages = [{ role: "user" as const, content: "Hello" }]
const body = (type: string) => ({ type: "error", error: { type, message: "No." } })

connectorSuite<AnthropicConnector, undefined, AnthropicEmulator>(anthropic, {
  emulator: () => createAnthropicEmulator(),
  methods: {
    api_key: {
      values: { key: anthropicKeys.first },
      account: { id: `${first.organization}:${first.workspace}`, label: `Workspace ${first.workspace}` },
      another: { values: { key: anthropicKeys.second } },
      withdraw: ({ provider }) => void provider.revokeKey(anthropicKeys.first),
      refused: [{ values: { key: "sk-ant-wrong" }, code: "credential_invalid" }],
    },
  },
  operations: {
    list_models: {
      parameters: { limit: 1, after_id: "claude-emulated-2" },
      answer: { data: [{ id: "claude-emulated-1" }], has_more: false },
    },
    create_message: {
      parameters: { model: "claude-emulated-2", max_tokens: 16, messages },
      answer: { content: [{ type: "text" }], stop_reason: "end_turn" },
    },
    count_tokens: { parameters: { model: "claude-emulated-1", messages }, answer: { input_tokens: 3 } },
  },
  errors: [
    {
      when: "there is no such model",
      operation: "create_message",
      parameters: { model: "claude-none", max_tokens: 16, messages },
      code: "resource_not_found",
      providerCode: "not_found_error",
    },
    {
      when: "it is overloaded (529)",
      operation: "create_message",
      parameters: { model: "claude-emulated-2", max_tokens: 16, messages },
      arrange: ({ faults }) =>
        faults.next({ on: "*", fault: { kind: "status", status: 529, body: body("overloaded_error") } }),
      code: "provider_unavailable",
      providerCode: "overloaded_error",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 400, body: body("holdfast_unheard_of") } }),
})

const world = () => connectorWorld({ connectors: [anthropic()], emulator: createAnthropicEmulator() })

describe("keys", () => {
  it("go as Bearer with the version", async () => {
    const { connect, requests } = world()
    await (await connect({ values: { key: anthropicKeys.first } })).run("list_models")
    for (const { headers } of requests) {
      expect(headers.get("authorization")).toBe(`Bearer ${anthropicKeys.first}`)
      expect(headers.get("anthropic-version")).toBe("2023-06-01")
    }
  })

  it("of one workspace may take each other's place, those of another may not", async () => {
    const { connect, walk } = world()
    const { id } = await (await connect({ values: { key: anthropicKeys.first } })).info()
    const again = await connect({ reconnect: id, values: { key: anthropicKeys.sibling } })
    expect((await again.info()).id).toBe(id)
    const wrong = await walk({ reconnect: id, values: { key: anthropicKeys.second } }).catch((error: unknown) => error)
    expect(JSON.stringify(wrong)).toContain("account_mismatch")
  })

  it("of the Admin API are refused with a sentence, before anything is sent", async () => {
    const { begin, requests } = world()
    const { step } = await begin({ values: { key: "sk-ant-admin01-emulated" } })
    expect(step).toMatchObject({ kind: "form", error: { field: "key", message: expect.stringContaining("Admin API") } })
    expect(requests).toEqual([])
  })
})

describe("lists", () => {
  it("of models are walked by the last id", async () => {
    const connection = await world().connect({ values: { key: anthropicKeys.first } })
    const ids: string[] = []
    for await (const { id } of connection.paginate("list_models", { limit: 1 })) ids.push(id)
    expect(ids).toEqual(["claude-emulated-2", "claude-emulated-1"])
  })
})

describe("@anthropic-ai/sdk", () => {
  it("works against the stand-in, and with a connection's fetch", async () => {
    const emulator = createAnthropicEmulator()
    const client = new Anthropic({
      apiKey: anthropicKeys.first,
      maxRetries: 0,
      fetch: (url, init) => emulator.fetch(new Request(url, init)),
    })
    const answer = await client.messages.create({ model: "claude-emulated-2", max_tokens: 16, messages })
    expect(answer.content).toMatchObject([{ type: "text", text: "Hello." }])
    const ids: string[] = []
    for await (const model of client.models.list({ limit: 1 })) ids.push(model.id)
    expect(ids).toEqual(["claude-emulated-2", "claude-emulated-1"])
    await expect(client.messages.create({ model: "claude-none", max_tokens: 16, messages })).rejects.toMatchObject({
      status: 404,
    })

    const connection = await connectorWorld({ connectors: [anthropic()], emulator }).connect({
      values: { key: anthropicKeys.second },
    })
    const connected = new Anthropic({
      apiKey: "replaced on the way",
      fetch: (url, init) => connection.fetch(url instanceof URL ? url : (url as string), init),
    })
    expect((await connected.models.list()).data).toHaveLength(2)
    expect(await endOf(connection.run("list_models"))).toEqual({ code: "ok" })
  })
})
