import type { Connection } from "@holdfast/core"
import { notion } from "@holdfast/notion"
import { createNotionEmulator, emulatorApp as notionApp } from "@holdfast/notion/emulator"
import { slack } from "@holdfast/slack"
import { createSlackEmulator, emulatorApp as slackApp } from "@holdfast/slack/emulator"
import { ada, bob, connectorWorld, createCanary } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createTools, type ToolsOptions } from "./index.js"

function slackWorld() {
  const world = connectorWorld({ connectors: [slack(slackApp)], emulator: createSlackEmulator() })
  return { ...world, toolsOf: (options?: ToolsOptions, owner = ada) => createTools(world.holdfast, owner, options) }
}

const namesOf = (tools: readonly { name: string }[]) => tools.map(({ name }) => name)

describe("the tools of an owner", () => {
  it("are the operations that read, of the accounts that are connected", async () => {
    const { connect, toolsOf } = slackWorld()
    expect(await toolsOf().list()).toEqual([])
    await connect()
    const tools = await toolsOf().list()
    expect(namesOf(tools)).toContain("slack_list_channels")
    expect(tools.every(({ effect }) => effect === "read")).toBe(true)
    expect(namesOf(await toolsOf({}, bob).list())).toEqual([])
  })

  it("write only what is listed (X10)", async () => {
    const { connect, toolsOf } = slackWorld()
    await connect()
    const refused = await toolsOf().call("slack_send_message", { channel: "#general", message: "hello" })
    expect(refused).toMatchObject({ ok: false, code: "operation_unknown" })
    const tools = toolsOf({ allow: ["slack.send_message"] })
    expect(namesOf(await tools.list())).toContain("slack_send_message")
    expect(namesOf(await tools.list())).not.toContain("slack_create_channel")
    expect(await tools.call("slack_send_message", { channel: "#general", message: "hello" })).toMatchObject({
      ok: true,
      value: { ok: true },
    })
  })

  it("reach nobody else's connections (X10)", async () => {
    const { connect, toolsOf } = slackWorld()
    const { id } = await (await connect()).info()
    const theirs = toolsOf({}, bob)
    expect(await theirs.call("slack_list_channels", { connectionId: id })).toMatchObject({
      ok: false,
      code: "operation_unknown",
    })
  })

  it("say which parameters they take", async () => {
    const { connect, toolsOf } = slackWorld()
    await connect()
    const tool = (await toolsOf({ allow: ["slack.send_message"] }).list()).find(
      ({ operation }) => operation === "send_message",
    )
    expect(tool).toMatchObject({
      description: expect.stringContaining("Slack: "),
      inputSchema: {
        type: "object",
        required: ["channel", "message"],
        properties: { channel: { type: "string" }, message: { type: "string", maxLength: 40_000 } },
      },
    })
    expect(JSON.parse(JSON.stringify(tool))).toEqual(tool)
  })

  it("tell what was wrong with the parameters, and send nothing", async () => {
    const { connect, toolsOf, requests } = slackWorld()
    await connect()
    const before = requests.length
    const result = await toolsOf().call("slack_list_channels", { limit: "many" })
    expect(result).toMatchObject({ ok: false, code: "input_invalid", text: expect.stringContaining("limit") })
    for (const wrong of [null, [], "text", 7]) {
      expect(await toolsOf().call("slack_list_channels", wrong)).toMatchObject({ ok: false, code: "input_invalid" })
    }
    expect(requests).toHaveLength(before)
  })

  it("tell what the provider refused by its short code", async () => {
    const { connect, toolsOf } = slackWorld()
    await connect()
    const tools = toolsOf({ allow: ["slack.send_message"] })
    const result = await tools.call("slack_send_message", { channel: "C0NOWHERE", message: "hello" })
    expect(result).toMatchObject({ ok: false, code: "resource_not_found" })
    expect(result.text).toContain("channel_not_found")
  })

  it("refuse names that no tool has", async () => {
    const { connect, toolsOf } = slackWorld()
    await connect()
    for (const name of ["", "slack", "slack_send_message", "constructor", "notion_search"]) {
      expect(await toolsOf().call(name)).toMatchObject({ ok: false, code: "operation_unknown" })
    }
  })

  it("refuse to be made for what no connector has", () => {
    const { toolsOf } = slackWorld()
    expect(() => toolsOf({ allow: ["slack.send_mesage"] })).toThrow(/send_mesage/)
    expect(() => toolsOf({ allow: ["discord.send_message"] })).toThrow(/discord/)
  })

  it("cut a result that is too large, and say so", async () => {
    const { connect, toolsOf } = slackWorld()
    await connect()
    const result = await toolsOf({ maxResultBytes: 40 }).call("slack_list_channels")
    expect(result).toMatchObject({ ok: true, truncated: true, text: expect.stringContaining("cut after 40 of") })
    expect(result.text.length).toBeLessThan(120)
  })

  it("never show a secret", async () => {
    const { connect, toolsOf } = slackWorld()
    const connection = await connect()
    const canary = createCanary()
    for (const value of Object.values((await connection.unsafe.secret()) as Record<string, string>)) {
      if (value.length > 12) canary.watch(value, "secret")
    }
    const tools = toolsOf({ allow: ["slack.send_message"] })
    canary.look("tools", await tools.list())
    canary.look("answer", await tools.call("slack_list_channels"))
    canary.look("refusal", await tools.call("slack_send_message", { channel: "C0NOWHERE", message: "hello" }))
    expect(canary.found()).toEqual([])
  })
})

describe("with several connections of one connector", () => {
  async function twoWorkspaces() {
    const world = connectorWorld({ connectors: [notion(notionApp)], emulator: createNotionEmulator() })
    const { emulator, connect, holdfast } = world
    const accounts = Object.values(emulator.authorizationServers)[0]?.accounts ?? []
    const [first, second] = [
      await connect({}, { account: accounts[0]?.id ?? "" }),
      await connect({}, { account: accounts[1]?.id ?? "" }),
    ]
    const idOf = async (connection: Pick<Connection, "info">) => (await connection.info()).id
    return { holdfast, ids: [await idOf(first), await idOf(second)] }
  }

  it("a call says which one", async () => {
    const { holdfast, ids } = await twoWorkspaces()
    const tools = createTools(holdfast, ada)
    const search = (await tools.list()).find(({ operation }) => operation === "search")
    expect(search?.inputSchema).toMatchObject({
      required: expect.arrayContaining(["connectionId"]),
      properties: { connectionId: { enum: expect.arrayContaining(ids) } },
    })
    const unsaid = await tools.call("notion_search")
    expect(unsaid).toMatchObject({
      ok: false,
      code: "ambiguous_connection",
      text: expect.stringContaining(ids[0] ?? ""),
    })
    expect(await tools.call("notion_search", { connectionId: ids[1] })).toMatchObject({ ok: true })
    expect(await tools.call("notion_search", { connectionId: "conn_none" })).toMatchObject({
      ok: false,
      code: "not_found",
    })
  })

  it("a fixed one needs no saying, and no other is reached", async () => {
    const { holdfast, ids } = await twoWorkspaces()
    const tools = createTools(holdfast, ada, { connections: [ids[0] ?? ""] })
    expect(await tools.call("notion_search")).toMatchObject({ ok: true })
    expect(await tools.call("notion_search", { connectionId: ids[1] })).toMatchObject({ ok: false, code: "not_found" })
  })
})
