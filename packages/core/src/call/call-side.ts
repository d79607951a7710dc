import type { Account } from "../account.js"
import type { ConnectionBase, ConnectionStatistics, PaginateOptions, RunOptions } from "../connection.js"
import type { Call, Connector } from "../connector.js"
import type { Context } from "../context.js"
import type { WithUse } from "../engine/use-lease.js"
import { HoldfastError } from "../errors.js"
import type { Guard } from "../guard.js"
import type { Http } from "../http.js"
import type { Logger } from "../logger.js"
import type { AuthMethod, Grant } from "../method.js"
import type { Runtime } from "../runtime.js"
import type { ConnectionRow, TokenStore } from "../store.js"
import type { Tokens } from "../tokens.js"
import type { CallError } from "./call-error.js"
import { canRun } from "./can.js"
import { checkConnection } from "./check-connection.js"
import { callOf, createHttp, type HttpParts } from "./create-http.js"
import { storedCredentials } from "./credential-source.js"
import { createOutbound } from "./outbound.js"
import { paginate } from "./paginate.js"
import { createRateLimits } from "./rate-limits.js"
import { redactingLogger } from "./redacting-logger.js"
import type { Reroute } from "./reroute.js"
import { type RunParts, runOperation } from "./run-operation.js"
import { type ScopeLink, withScopeLink } from "./scope-link.js"
import { createTargets } from "./targets.js"
import { createUsage, type UsageCounters } from "./usage.js"
import { sharedVerdicts } from "./verdicts.js"
import { type CallParts, type FoundConnection, withCall, withGrantedCall } from "./with-call.js"

/** What calling providers needs before there are tokens. */
export interface CallSideOptions {
  readonly runtime: Runtime
  readonly store: TokenStore
  readonly logger: Logger
  readonly guard?: Guard
  readonly reroute?: Reroute
}

/** Everything that talks to providers, for one Holdfast. */
export interface CallSide {
  readonly usage: UsageCounters
  /** Asks who is there, with a secret that was granted just now. */
  identify(granted: { connector: Connector; method: AuthMethod; grant: Grant; context: Context }): Promise<Account>
  /** What a connector's functions are given for a stored connection. */
  callFor(connectionId: string): Promise<Call>
  /** The calling half of a connection's handle. */
  connection(found: {
    row(): Promise<ConnectionRow>
    /** Where the connection has an owner whom it can be shown to. */
    scopeLink?: ScopeLink
  }): Pick<ConnectionBase<Connector>, "http" | "run" | "paginate" | "targets" | "check" | "can" | "statistics">
}

/** The seam to providers, and what stands on it once there are tokens. */
export function createCallSide(options: CallSideOptions) {
  const { runtime, store } = options
  const log = redactingLogger(options.logger)
  const guard: Guard = options.guard ?? refuseChosenHosts
  const outbound = createOutbound({ runtime, log, guard, ...(options.reroute && { reroute: options.reroute }) })
  const http: HttpParts = { runtime, outbound, limits: createRateLimits({ runtime }), verdicts: sharedVerdicts() }

  return {
    log,
    guard,
    rerouteUrl: outbound.rerouteUrl,
    send: (request: Request, asked?: { readonly hostIsChosen?: boolean }) =>
      outbound.fetch(request, { hostIsChosen: asked?.hostIsChosen === true }),
    over: (parts: {
      tokens: Tokens
      contextFor: CallParts["contextFor"]
      methodOf: (row: ConnectionRow) => Omit<FoundConnection, "row">
      withUse: WithUse
    }) =>
      callSideOver(
        {
          ...http,
          ...parts,
          log,
          usage: createUsage({ documents: store.documents, clock: runtime.clock, log }),
          targets: createTargets({ clock: runtime.clock }),
        },
        store,
        parts.methodOf,
      ),
  }
}

function callSideOver(
  shared: Omit<RunParts, "find"> & { usage: UsageCounters },
  store: TokenStore,
  methodOf: (row: ConnectionRow) => Omit<FoundConnection, "row">,
): CallSide {
  const { usage, tokens, contextFor } = shared

  async function rowOf(connectionId: string): Promise<ConnectionRow> {
    const row = await store.connections.get(connectionId)
    if (row) return row
    throw new HoldfastError("not_found", undefined, { details: { connectionId } })
  }
  const foundAs = (row: ConnectionRow): FoundConnection => ({ row, ...methodOf(row) })
  const parts = { ...shared, find: async (id: string) => foundAs(await rowOf(id)) }
  const clearingAway: Tokens = {
    ...tokens,
    live: (connection, options) => tokens.live(connection, { ...options, clearingAway: true }),
  }
  const httpOf = (connectionId: string | (() => Promise<string | ConnectionRow>), count: boolean): Http =>
    createHttp(parts, {
      source: storedCredentials({ connectionId, tokens: count ? tokens : clearingAway, contextFor }),
      ...(count && { onEnd: (id: string, ok: boolean, error?: CallError) => usage.record(id, undefined, ok, error) }),
    })

  return {
    usage,
    identify: ({ connector, method, grant, context }) =>
      withGrantedCall(
        parts,
        { connector, method, slots: grant.slots ?? {}, evidence: grant.evidence, context },
        (call) => connector.identify(call, grant.evidence),
      ).then((account) => located(connector, grant, account)),
    async callFor(connectionId) {
      const { row, method } = await parts.find(connectionId)
      const slot = method.slots.find((name) => row.detail.slots[name]) ?? "main"
      const granted = row.detail.slots[slot]?.granted ?? undefined
      return callOf(
        { account: row.detail.account, context: await contextFor(row, slot), granted },
        httpOf(row.id, false),
      )
    },
    connection(found) {
      // Whose it is was checked by `found.row`; the parts below read the row as it stands when they use it.
      const own: RunParts & { usage: UsageCounters } = { ...parts, find: async () => foundAs(await found.row()) }
      const { scopeLink } = found
      const run = async (operation: string, parameters: unknown, { signal, target }: RunOptions = {}) => {
        const running = runOperation(own, { connectionId: "", operation, parameters, signal, target })
        if (!scopeLink) return await running
        return await running.catch(async (error: unknown) => {
          throw await withScopeLink(error, operation, scopeLink, () => own.find(""))
        })
      }
      const pagination = { connector: async () => foundAs(await found.row()).connector, run }
      return {
        http: httpOf(found.row, true),
        run: async (operation: string, parameters?: unknown, options?: RunOptions) =>
          (await run(operation, parameters, options)) as never,
        paginate: (operation: string, parameters?: unknown, options?: PaginateOptions) =>
          paginate(pagination, operation, parameters, options) as AsyncIterable<never>,
        targets: async () => await own.targets.list(own, foundAs(await found.row())),
        check: () => checkConnection(own, ""),
        can: async (operation) => canRun(foundAs(await found.row()), operation),
        async statistics(): Promise<ConnectionStatistics> {
          const { row, connector } = foundAs(await found.row())
          const { statistics } = connector
          const provider = statistics
            ? await withCall(own, foundAs(row), {}, (call) => statistics.call(connector, call))
            : []
          return { provider, usage: await usage.read(row.id) }
        },
      }
    },
  }
}

/** What the API is reached by stays with the account. */
function located(connector: Connector, grant: Grant, account: Account): Account {
  const data = { ...(connector.locate?.(grant.evidence) ?? grant.evidence.input), ...account.data }
  return Object.keys(data).length > 0 ? { ...account, data } : account
}

async function refuseChosenHosts(host: string): Promise<void> {
  throw new HoldfastError(
    "host_forbidden",
    `${host} was typed by a person or named by a provider, and no guard is configured to check it. Pass \`guard\` to createHoldfast.`,
  )
}
