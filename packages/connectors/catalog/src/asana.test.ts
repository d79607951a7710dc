import { connectorSuite, connectorWorld } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import type { OAuthAppOptions } from "./app.js"
import { type AsanaEmulator, asanaApp, asanaTokens, createAsanaEmulator } from "./asana.emulator.js"
import { type AsanaConnector, asana } from "./asana.js"
import { asanaSignature, asanaTaskEvent } from "./asana-webhooks.emulator.js"

const account = { id: "1200000000000101", label: "First Person", email: "first@asana.example" }

connectorSuite<AsanaConnector, OAuthAppOptions, AsanaEmulator>(asana, {
  emulator: ({ redirectUri }) => createAsanaEmulator({ redirectUris: [redirectUri] }),
  app: asanaApp,
  methods: {
    oauth: { account },
    personal_token: {
      values: { key: asanaTokens.first },
      account,
      another: { values: { key: asanaTokens.second } },
      withdraw: ({ provider }) => void provider.revokeKey(asanaTokens.first),
      refused: [{ values: { key: "2/1/wrong" }, code: "credential_invalid" }],
    },
  },
  operations: {
    list_workspaces: { answer: { data: [{ gid: "1200000000000201", name: "First workspace" }] } },
    list_projects: { parameters: { workspace: "1200000000000201" }, answer: { data: [{ name: "Plans" }] } },
    list_tasks: {
      parameters: { project: "1200000000000301", limit: 1 },
      answer: { data: [{ name: "Write it down", completed: false }], next_page: { offset: "1" } },
    },
    create_task: {
      parameters: { name: "Ship it", workspace: "1200000000000201", due_on: "2026-02-01" },
      answer: { name: "Ship it", due_on: "2026-02-01" },
    },
  },
  errors: [
    {
      when: "there is no such project",
      operation: "list_tasks",
      parameters: { project: "1" },
      code: "resource_not_found",
    },
    {
      when: "there is no such workspace",
      operation: "create_task",
      parameters: { name: "Ship it", workspace: "1" },
      code: "input_invalid",
    },
  ],
  webhooks: {
    own({ provider }) {
      const { target = "", secret = "" } = provider.webhooks.at(-1) ?? {}
      return { url: target, secret }
    },
    signature: ({ provider }) => asanaSignature(provider.webhooks.at(-1)?.secret ?? ""),
    deliveries: () => ({
      task_added: asanaTaskEvent("added"),
      task_changed: asanaTaskEvent("changed"),
      task_removed: asanaTaskEvent("removed"),
      task_deleted: asanaTaskEvent("deleted"),
      task_undeleted: asanaTaskEvent("undeleted"),
    }),
    subscriptions: ({ provider }) => provider.webhooks.length,
  },
  skip: {
    unknown_error: "Asana's refusals carry sentences and no codes",
    stale_delivery: "Asana's signatures have no time in them",
  },
})

describe("refresh tokens (quirk 40)", () => {
  it("stay the same, though no answer to a refresh holds one", async () => {
    const emulator = createAsanaEmulator()
    const connection = await connectorWorld({ connectors: [asana(asanaApp)], emulator }).connect()
    const before = (await connection.unsafe.secret()) as { refreshToken?: string }
    for (let hour = 0; hour < 3; hour++) {
      emulator.clock.advance(3_601_000)
      await connection.run("list_workspaces")
    }
    const after = (await connection.unsafe.secret()) as { refreshToken?: string }
    expect(after.refreshToken).toBe(before.refreshToken)
    expect(emulator.counters.refreshes.issued).toBe(3)
  })

  it("are what is revoked, with the client's secret in the body", async () => {
    const emulator = createAsanaEmulator()
    const world = connectorWorld({ connectors: [asana(asanaApp)], emulator })
    const connection = await world.connect()
    const { refreshToken } = (await connection.unsafe.secret()) as { refreshToken?: string }
    expect((await connection.disconnect()).revocation).toBe("revoked")
    const sent = new URLSearchParams(await world.requests.at(-1)?.text())
    expect(Object.fromEntries(sent)).toMatchObject({
      token: refreshToken,
      client_id: asanaApp.clientId,
      client_secret: asanaApp.clientSecret,
    })
  })
})

describe("lists", () => {
  it("are walked by offsets", async () => {
    const connection = await connectorWorld({
      connectors: [asana(asanaApp)],
      emulator: createAsanaEmulator(),
    }).connect()
    const names: string[] = []
    for await (const { name } of connection.paginate("list_tasks", { project: "1200000000000301", limit: 1 })) {
      names.push(name)
    }
    expect(names).toEqual(["Write it down", "Read it again"])
  })
})
