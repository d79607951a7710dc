import { slack } from "@holdfast/slack"
import { createSlackEmulator, emulatorApp } from "@holdfast/slack/emulator"
import { ada, connectorWorld } from "@holdfast/testing"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { describe, expect, it } from "vitest"
import { createTools } from "./index.js"
import { createMcpServer } from "./mcp.js"

async function connectedClient() {
  const { connect, holdfast } = connectorWorld({ connectors: [slack(emulatorApp)], emulator: createSlackEmulator() })
  await connect()
  const server = createMcpServer(createTools(holdfast, ada, { allow: ["slack.send_message"] }))
  const client = new Client({ name: "a-client", version: "1.0.0" })
  const [here, there] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(there), client.connect(here)])
  return client
}

describe("the Model Context Protocol server, used by the official client", () => {
  it("lists tools with what they do to the world", async () => {
    const client = await connectedClient()
    const { tools } = await client.listTools()
    const annotations = Object.fromEntries(tools.map((tool) => [tool.name, tool.annotations]))
    expect(annotations).toMatchObject({
      slack_list_channels: { readOnlyHint: true, destructiveHint: false },
      slack_send_message: { readOnlyHint: false, destructiveHint: false },
    })
    expect(annotations).not.toHaveProperty("slack_create_channel")
    await client.close()
  })

  it("calls them", async () => {
    const client = await connectedClient()
    const answer = await client.callTool({ name: "slack_list_channels", arguments: { limit: 1 } })
    const [content] = answer.content as { type: string; text: string }[]
    expect(answer.isError).toBeUndefined()
    expect(JSON.parse(content?.text ?? "")).toHaveProperty("channels")
    await client.close()
  })

  it("tells of failure as a result, not as a broken protocol", async () => {
    const client = await connectedClient()
    const answer = await client.callTool({ name: "slack_create_channel", arguments: { name: "new" } })
    expect(answer).toMatchObject({
      isError: true,
      content: [{ type: "text", text: expect.stringContaining("operation_unknown") }],
    })
    await client.close()
  })
})
