import type { Connector, Effect } from "@holdfast/core"

/** What a tool is of: one operation of one connector. Written `slack.send_message`, as in `allow`. */
export type OperationId = `${string}.${string}`

/** JSON Schema of an object. */
export interface ObjectSchema {
  readonly type: "object"
  readonly properties: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly [keyword: string]: unknown
}

/** One operation as a language model may call it.. */
export interface Tool {
  /** Letters, digits and `_`, 64 at most: `slack_send_message`. */
  readonly name: string
  readonly description: string
  readonly inputSchema: ObjectSchema
  readonly effect: Effect
  readonly connector: Connector["id"]
  readonly operation: string
}

/** How a call ended: what the operation answered, or why it did not. */
export type ToolResult =
  | {
      readonly ok: true
      readonly value: unknown
      /** `value` as JSON, at most `maxResultBytes` of it. */
      readonly text: string
      /** Whether `text` was cut. `value` is whole. */
      readonly truncated: boolean
    }
  | {
      readonly ok: false
      /** A code of Holdfast's errors. */
      readonly code: string
      /** What went wrong and what to do, fit for a model to read: fixed text, names and numbers. */
      readonly text: string
    }
