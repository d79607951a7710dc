import type { ConnectionInfo, Connector, Operation } from "@holdfast/core"
import { z } from "zod"
import type { ObjectSchema, Tool } from "./tool.js"

const mostCharacters = 64

/** Names which of several connections a call is for; beside the operation's own parameters. */
export const connectionParameter = "connectionId"
/** Names a place within the grant: a tenant, a site. */
export const targetParameter = "target"
/** Holds the parameters of an operation whose input is no plain object, or has a parameter of one of those names. */
const wrappedParameters = "parameters"

/** What a tool shows of an operation. */
export type Described = Pick<Operation, "summary" | "effect" | "input">

/** One operation as a tool, for the connections it may be called on. */
export function describeOperation(
  connector: Connector,
  operation: string,
  facts: Described,
  connections: readonly ConnectionInfo[],
): Tool {
  const given = schemaOf(facts)
  const own = isWrapped(given) ? { type: "object", properties: { [wrappedParameters]: given } } : given
  const properties: Record<string, unknown> = { ...own.properties }
  const required = isWrapped(given) ? [wrappedParameters] : [...(given.required ?? [])]
  if (connections.length > 1) {
    properties[connectionParameter] = {
      type: "string",
      enum: connections.map(({ id }) => id),
      description: `Which connection: ${connections.map(({ id, name }) => `${id} is ${name}`).join("; ")}`,
    }
    required.push(connectionParameter)
  }
  if (connector.targets) {
    properties[targetParameter] = {
      type: "string",
      description: "Id of the place within the account to work in. Default: the one chosen when it was connected",
    }
  }
  return {
    name: toolName(connector.id, operation),
    description: `${connector.name}: ${facts.summary}`,
    inputSchema: { ...own, type: "object", properties, ...(required.length > 0 && { required }) },
    effect: facts.effect,
    connector: connector.id,
    operation,
  }
}

/** The operation's own parameters within the arguments of a call. */
export function parametersOf(facts: Described, args: Readonly<Record<string, unknown>>): unknown {
  if (isWrapped(schemaOf(facts))) return args[wrappedParameters]
  const { [connectionParameter]: _connection, [targetParameter]: _target, ...parameters } = args
  return parameters
}

/** `slack_send_message`, the same in every protocol: letters, digits and `_`. */
export function toolName(connector: string, operation: string): string {
  return `${connector}_${operation}`.replaceAll("-", "_").slice(0, mostCharacters)
}

type Schema = Partial<ObjectSchema>

function schemaOf({ input }: Described): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "input", unrepresentable: "any" })
  return schema as Schema
}

function isWrapped({ type, properties = {} }: Schema): boolean {
  return type !== "object" || [connectionParameter, targetParameter].some((name) => Object.hasOwn(properties, name))
}
