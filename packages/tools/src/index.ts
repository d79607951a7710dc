export { createTools, type Tools, type ToolsOptions } from "./create-tools.js"
export type { ObjectSchema, OperationId, Tool, ToolResult } from "./tool.js"
