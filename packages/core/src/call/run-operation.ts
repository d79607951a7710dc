import type { Connector } from "../connector.js"
import { HoldfastError } from "../errors.js"
import type { Operation } from "../operation.js"
import { type CallError, callErrorOf } from "./call-error.js"
import { missingFor, slotOf } from "./scopes.js"
import type { Targets } from "./targets.js"
import { translated } from "./translated.js"
import type { UsageRecorder } from "./usage.js"
import { type CallParts, type FoundConnection, withCall } from "./with-call.js"

export interface OperationRun {
  readonly connectionId: string
  /** `-` and `_` are the same. */
  readonly operation: string
  /** Default: none, `{}`. */
  readonly parameters?: unknown
  /** Id of a place that the grant reaches. */
  readonly target?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** What running operations needs beside calling. */
export interface RunParts extends CallParts {
  readonly usage: UsageRecorder
  readonly targets: Targets
}

type AnyOperation = Operation<unknown, unknown, unknown, unknown>

/**
 * Runs an operation on a stored connection: input checked before anything is sent, permissions before the provider refuses them,
 * the answer before it is handed on.
 * @throws HoldfastError `operation_unknown` `input_invalid` `scope_missing` `response_invalid` `aborted`, and what `Http` throws
 */
export async function runOperation(parts: RunParts, run: OperationRun): Promise<unknown> {
  const found = await parts.find(run.connectionId)
  const { name, operation } = findOperation(found.connector, run.operation)
  const told = { connector: found.connector.id, connectionId: found.row.id, operation: name }
  const parameters = await parseInput(operation, run.parameters, told)
  refuseUngranted(found, operation, told)
  if (run.signal?.aborted) throw new HoldfastError("aborted", undefined, { details: told })

  let ok = false
  let failure: CallError | undefined
  try {
    parts.log.debug(`Integration: ${found.connector.id}.${name}`)
    const { signal } = run
    const target =
      run.target === undefined ? undefined : await parts.targets.resolve(parts, found, run.target, run.signal)
    const options = { slot: operation.uses, signal, operation: name, trace: operation.trace, target }
    const about = { log: parts.log, name: `${told.connector}.${name}`, details: told, signal }
    const out = await withCall(parts, found, options, (call) =>
      translated(about, () => operation.run(call, parameters)),
    )
    const parsed = await parseOutput(operation, out, told)
    ok = true
    return parsed
  } catch (error) {
    failure = callErrorOf(error)
    throw error
  } finally {
    parts.usage.record(found.row.id, name, ok, failure)
  }
}

/** @throws HoldfastError `operation_unknown` */
export function findOperation(connector: Connector, asked: string): { name: string; operation: AnyOperation } {
  const name = [asked, asked.replaceAll("-", "_")].find((candidate) => Object.hasOwn(connector.operations, candidate))
  const operation = name === undefined ? undefined : connector.operations[name]
  if (name === undefined || !operation) {
    throw new HoldfastError(
      "operation_unknown",
      `${connector.name} has no such operation. It has: ${Object.keys(connector.operations).join(", ")}.`,
      {
        details: { connector: connector.id, choices: Object.keys(connector.operations) },
      },
    )
  }
  // The map says `never` for parameters, so that operations of any input fit; what is parsed below is what it takes.
  return { name, operation: operation as AnyOperation }
}

type Told = { readonly connector: string; readonly connectionId: string; readonly operation: string }

async function parseInput(operation: AnyOperation, parameters: unknown, told: Told): Promise<unknown> {
  const parsed = await operation.input.safeParseAsync(parameters ?? {})
  if (parsed.success) return parsed.data
  const fields = fieldsOf(parsed.error.issues)
  throw new HoldfastError(
    "input_invalid",
    `${told.operation} needs other parameters: ${fields.join(", ") || "an object"}.`,
    {
      details: { ...told, fields },
    },
  )
}

function refuseUngranted({ row, method }: FoundConnection, operation: AnyOperation, told: Told): void {
  const slot = slotOf(row, method.slots, operation.uses)
  const { ok, missingScopes } = missingFor(row, slot, operation)
  if (ok) return
  const what = missingScopes.length > 0 ? missingScopes.join(", ") : `a ${slot} credential`
  throw new HoldfastError(
    "scope_missing",
    `${told.operation} needs what was not granted: ${what}. Reconnect and grant it.`,
    {
      details: { ...told, slot, missingScopes },
    },
  )
}

async function parseOutput(operation: AnyOperation, out: unknown, told: Told): Promise<unknown> {
  const parsed = await operation.output.safeParseAsync(out)
  if (parsed.success) return parsed.data
  const fields = fieldsOf(parsed.error.issues)
  throw new HoldfastError(
    "response_invalid",
    `${told.operation} brought another answer than it promises: ${fields.join(", ") || "the whole"}.`,
    {
      details: { ...told, fields, reason: "unexpected_shape" },
    },
  )
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly code?: string
  readonly keys?: readonly string[]
}

/** Where values were wrong, never what they were. */
function fieldsOf(issues: readonly Issue[]): string[] {
  const fields = issues.flatMap((issue) => {
    const path = issue.path.map(String).join(".")
    return issue.code === "unrecognized_keys" ? (issue.keys ?? []) : [path]
  })
  return [...new Set(fields.filter((field) => field !== "").map((field) => field.slice(0, 80)))].slice(0, 20)
}
