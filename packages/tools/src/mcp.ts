import { Server } from "@modelcontextprotocol/sdk/server/index.js"
import { CallToolRequestSchema, ListToolsRequestSchema, type Tool as McpTool } from "@modelcontextprotocol/sdk/types.js"
import type { Tools } from "./create-tools.js"
import type { Tool } from "./tool.js"

/** What clients are told of the server. */
export interface McpServerOptions {
  /** Default: "holdfast". */
  readonly name?: string
  /** Default: "1.0.0". */
  readonly version?: string
}

/**
 * A Model Context Protocol server of one owner's tools, ready to be connected to a transport of the official SDK. Make one for each session,
 * after your application knows who is asking: the owner is fixed, and nothing that a client sends can change it.
 *
 * @see https://modelcontextprotocol.io/specification/2025-06-18/server/tools
 */
export function createMcpServer(tools: Tools, options: McpServerOptions = {}): Server {
  const { name = "holdfast", version = "1.0.0" } = options
  const server = new Server({ name, version }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: (await tools.list()).map(toMcpTool) }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const result = await tools.call(params.name, params.arguments, { signal })
    return { content: [{ type: "text", text: result.text }], ...(!result.ok && { isError: true }) }
  })
  return server
}

function toMcpTool({ name, description, inputSchema, effect }: Tool): McpTool {
  return {
    name,
    description,
    inputSchema: inputSchema as McpTool["inputSchema"],
    // What a provider answers was written by others: a client should treat it as such.
    annotations: { readOnlyHint: effect === "read", destructiveHint: effect === "destroy", openWorldHint: true },
  }
}
