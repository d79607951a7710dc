import { type ConnectionInfo, type Connector, type Holdfast, HoldfastError, type Owner } from "@holdfast/core"
import {
  connectionParameter,
  describeOperation,
  parametersOf,
  targetParameter,
  toolName,
} from "./describe-operation.js"
import type { OperationId, Tool, ToolResult } from "./tool.js"
import { failed, succeeded } from "./tool-result.js"

/** What a model may reach. */
export interface ToolsOptions {
  /** Operations that write or destroy and may be called all the same: `["slack.send_message"]`. Default: none; those that read need no entry. */
  readonly allow?: readonly OperationId[]
  /** Ids of the only connections that may be used. Default: every connection of the owner. */
  readonly connections?: readonly string[]
  /** The most of a result that a model is shown. Default: 65 536. */
  readonly maxResultBytes?: number
}

/** The operations of one owner's connections. */
export interface Tools {
  /** What may be called now: the operations of the accounts that are connected. */
  list(): Promise<readonly Tool[]>
  /** Calls one. Never rejects: what goes wrong is told in the result. */
  call(name: string, args?: unknown, options?: { readonly signal?: AbortSignal }): Promise<ToolResult>
}

/** An operation that may be called, with where. */
interface Offer {
  readonly connector: Connector
  readonly operation: string
  readonly connections: readonly ConnectionInfo[]
}

const pageSize = 1_000

/**
 * Operations as tools for a language model, scoped to one owner: it reaches that owner's connections and nothing else, reads by default, and
 * writes or destroys only what `allow` lists. Parameters are checked by the operation's own schema, as everywhere.
 *
 * @throws HoldfastError `operation_unknown` when `allow` lists what no connector has, `config_invalid` when two tools have one name
 */
export function createTools(holdfast: Holdfast, owner: Owner, options: ToolsOptions = {}): Tools {
  const mine = holdfast.for(owner)
  const { maxResultBytes = 65_536, connections: only } = options
  const allowed = new Set(options.allow ?? [])
  for (const id of allowed) refuseUnknown(holdfast, id)
  const offered = operationsByName(holdfast, allowed)

  async function connectionsByConnector(): Promise<ReadonlyMap<string, readonly ConnectionInfo[]>> {
    const found = new Map<string, ConnectionInfo[]>()
    for (let after: string | undefined; ; ) {
      const page = await mine.list({ limit: pageSize, ...(after !== undefined && { after }) })
      for (const info of page) {
        if (only && !only.includes(info.id)) continue
        found.set(info.connector, [...(found.get(info.connector) ?? []), info])
      }
      after = page.at(-1)?.id
      if (page.length < pageSize) return found
    }
  }

  async function offer(name: string): Promise<Offer> {
    const known = offered.get(name)
    const connections = known && (await connectionsByConnector()).get(known.connector.id)
    if (known && connections) return { ...known, connections }
    throw new HoldfastError("operation_unknown", `There is no tool "${name.slice(0, 80)}".`)
  }

  return {
    async list() {
      const connected = await connectionsByConnector()
      return [...offered.values()].flatMap(({ connector, operation }) => {
        const connections = connected.get(connector.id)
        const facts = connector.operations[operation]
        return connections && facts ? [describeOperation(connector, operation, facts, connections)] : []
      })
    },
    async call(name, args = {}, { signal } = {}) {
      try {
        const { connector, operation, connections } = await offer(name)
        const given = objectOf(args)
        const facts = connector.operations[operation]
        const parameters = facts && parametersOf(facts, given)
        const target = textOf(given, targetParameter)
        const value = await mine.execute({
          provider: connector.id,
          operation,
          connectionId: chosen(connections, textOf(given, connectionParameter)),
          parameters,
          ...(target !== undefined && connector.targets && { target }),
          ...(signal && { signal }),
        })
        return succeeded(value, maxResultBytes)
      } catch (error) {
        return failed(error)
      }
    },
  }
}

function operationsByName(holdfast: Holdfast, allowed: ReadonlySet<string>) {
  const found = new Map<string, Omit<Offer, "connections">>()
  for (const connector of holdfast.connectors.values()) {
    for (const [operation, { effect }] of Object.entries(connector.operations)) {
      if (effect !== "read" && !allowed.has(`${connector.id}.${operation}`)) continue
      const name = toolName(connector.id, operation)
      if (found.has(name)) throw new HoldfastError("config_invalid", `Two tools would have the name "${name}".`)
      found.set(name, { connector, operation })
    }
  }
  return found
}

/** @throws HoldfastError `operation_unknown` */
function refuseUnknown(holdfast: Holdfast, id: OperationId): void {
  const [connector = "", operation = ""] = id.split(".")
  if (holdfast.connectors.get(connector)?.operations[operation]) return
  throw new HoldfastError("operation_unknown", `\`allow\` lists "${id}", which no connector has.`)
}

/** @throws HoldfastError `ambiguous_connection` `not_found` */
function chosen(connections: readonly ConnectionInfo[], asked: string | undefined): string {
  const [first, ...others] = connections
  if (asked === undefined && first && others.length === 0) return first.id
  const details = { choices: connections.map(({ id }) => id) }
  if (asked === undefined) throw new HoldfastError("ambiguous_connection", undefined, { details })
  const found = connections.find(({ id, alias }) => asked === id || asked === alias)
  if (!found) throw new HoldfastError("not_found", undefined, { details })
  return found.id
}

/** @throws HoldfastError `input_invalid` */
function objectOf(args: unknown): Readonly<Record<string, unknown>> {
  if (typeof args === "object" && args !== null && !Array.isArray(args)) return args as Record<string, unknown>
  throw new HoldfastError("input_invalid", "The arguments of a tool are an object.")
}

/** @throws HoldfastError `input_invalid` */
function textOf(args: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = args[name]
  if (value === undefined || typeof value === "string") return value
  throw new HoldfastError("input_invalid", `${name} is a text.`, { details: { fields: [name] } })
}
