import { connectorSuite, connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import type { OAuthAppOptions } from "./app.js"
import { type ClickupEmulator, clickupApp, clickupTokens, createClickupEmulator } from "./clickup.emulator.js"
import { type ClickupConnector, clickup } from "./clickup.js"
import { clickupSignature, clickupTaskEvent } from "./clickup-webhooks.emulator.js"

const account = { id: "3000001", label: "First Person", email: "first@clickup.example" }

connectorSuite<ClickupConnector, OAuthAppOptions, ClickupEmulator>(clickup, {
  emulator: ({ redirectUri }) => createClickupEmulator({ redirectUris: [redirectUri] }),
  app: clickupApp,
  methods: {
    oauth: { account },
    personal_token: {
      values: { key: clickupTokens.first },
      account,
      another: { values: { key: clickupTokens.second } },
      withdraw: ({ provider }) => void provider.revokeKey(clickupTokens.first),
      refused: [{ values: { key: "pk_1_WRONG" }, code: "credential_invalid" }],
    },
  },
  operations: {
    list_workspaces: { answer: { teams: [{ id: "9001", name: "First workspace" }] } },
    list_spaces: { parameters: { workspace_id: "9001" }, answer: { spaces: [{ name: "Plans" }] } },
    list_tasks: { parameters: { list_id: "9201" }, answer: { tasks: [{ name: "Write it down" }], last_page: false } },
    create_task: { parameters: { list_id: "9201", name: "Ship it", priority: 2 }, answer: { name: "Ship it" } },
  },
  errors: [
    {
      when: "there is no such list",
      operation: "list_tasks",
      parameters: { list_id: "1" },
      code: "resource_not_found",
      providerCode: "ITEM_013",
    },
    {
      when: "the workspace was not ticked",
      operation: "list_spaces",
      parameters: { workspace_id: "1" },
      code: "forbidden",
      providerCode: "OAUTH_027",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({
      on: "*",
      fault: { kind: "status", status: 409, body: { err: "No.", ECODE: "holdfast_unheard_of" } },
    }),
  webhooks: {
    own({ provider }) {
      const { endpoint = "", secret = "" } = provider.webhooks.at(-1) ?? {}
      return { url: endpoint, secret }
    },
    signature: ({ provider }) => clickupSignature(provider.webhooks.at(-1)?.secret ?? ""),
    deliveries: () => ({
      task_created: clickupTaskEvent("taskCreated"),
      task_updated: clickupTaskEvent("taskUpdated"),
      task_deleted: clickupTaskEvent("taskDeleted"),
      task_status_updated: clickupTaskEvent("taskStatusUpdated"),
      task_assignee_updated: clickupTaskEvent("taskAssigneeUpdated"),
      task_comment_posted: clickupTaskEvent("taskCommentPosted"),
    }),
    subscriptions: ({ provider }) => provider.webhooks.length,
  },
  skip: { stale_delivery: "ClickUp's signatures have no time in them" },
})

const world = () => connectorWorld({ connectors: [clickup(clickupApp)], emulator: createClickupEmulator() })

describe("OAuth (quirk 31)", () => {
  it("begins at app.clickup.com/api and asks for no scopes", async () => {
    const url = await world().leave()
    expect(url.origin + url.pathname).toBe("https://app.clickup.com/api")
    expect(url.searchParams.has("scope")).toBe(false)
  })

  it("gives a token that never ends, nothing to refresh it with, and goes as Bearer", async () => {
    const { connect, requests } = world()
    const connection = await connect()
    expect((await connection.info()).slots.main).toMatchObject({ expiresAt: "never", scopes: null })
    expect(requests[0]?.headers.get("content-type")).toMatch(/^application\/json/)
    expect(requests.at(-1)?.headers.get("authorization")).toMatch(/^Bearer /)
  })
})

describe("personal tokens (quirk 31)", () => {
  it("go as they are, without Bearer", async () => {
    const { connect, requests } = world()
    await connect({ method: "personal_token", values: { key: clickupTokens.first } })
    expect(requests.at(-1)?.headers.get("authorization")).toBe(clickupTokens.first)
  })

  it("begin with pk_, or are refused before anything is sent", async () => {
    const { begin, requests } = world()
    const { step } = await begin({ method: "personal_token", values: { key: "86emulated" } })
    expect(step).toMatchObject({ kind: "form", error: { field: "key", message: "A personal token begins with pk_." } })
    expect(requests).toEqual([])
  })
})

describe("refusals", () => {
  it("with status 401 about one workspace do not end the connection", async () => {
    const connection = await world().connect()
    expect((await endOf(connection.run("list_spaces", { workspace_id: "1" }))).code).toBe("forbidden")
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("lists are walked page by page", async () => {
    const connection = await world().connect()
    const names: string[] = []
    for await (const { name } of connection.paginate("list_tasks", { list_id: "9201" })) names.push(name)
    expect(names).toEqual(["Write it down", "Read it again"])
  })
})
