import type { Call, Connector, Target } from "../connector.js"
import type { Context } from "../context.js"
import { HoldfastError, isHoldfastError } from "../errors.js"
import type { Http } from "../http.js"
import type { Logger } from "../logger.js"
import type { AuthMethod, Evidence, Grant } from "../method.js"
import type { ConnectionRow } from "../store.js"
import type { Tokens } from "../tokens.js"
import { callOf, createHttp, type HttpParts } from "./create-http.js"
import { type CredentialSource, grantedCredentials, storedCredentials } from "./credential-source.js"
import { rowAt } from "./row-at.js"
import { slotOf } from "./scopes.js"

/** What calling a provider for a stored connection needs. Made once by a Holdfast. */
export interface CallParts extends HttpParts {
  readonly tokens: Tokens
  readonly log: Logger
  /** @throws HoldfastError `not_found` `connection_disabled` `connector_unknown` */
  find(connectionId: string): Promise<FoundConnection>
  /** The context of a slot, with the app that the connection was made with. */
  contextFor(row: ConnectionRow, slot: string): Promise<Context>
  /** Runs while nobody else, in any process, uses this connection. */
  withUse<T>(connectionId: string, run: () => Promise<T>): Promise<T>
}

export interface FoundConnection {
  readonly row: ConnectionRow
  readonly connector: Connector
  readonly method: AuthMethod
}

export interface CallOptions {
  readonly slot?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly operation?: string | undefined
  readonly trace?: readonly string[] | undefined
  readonly target?: Target | undefined
}

/**
 * Gives `run` what a connector's functions need for a stored connection, and takes it back: a client is always closed, and an exclusive
 * connection is used by one at a time.
 */
export async function withCall<T>(
  parts: CallParts,
  found: FoundConnection,
  options: CallOptions,
  run: (call: Call) => Promise<T>,
): Promise<T> {
  const { row, connector, method } = found
  const slot = slotOf(row, method.slots, options.slot)
  // The row just read serves the first request; further ones, and those that waited for their turn, read it anew.
  let fresh = connector.exclusive ? undefined : row
  const connectionId = async () => {
    const known = fresh
    fresh = undefined
    return known ?? row.id
  }
  const { target } = options
  const source = storedCredentials({ connectionId, tokens: parts.tokens, contextFor: parts.contextFor, target })
  const http = connector.api ? createHttp(parts, { ...options, source, slot }) : noHttp(connector)

  if (!connector.client) {
    const placed = rowAt(row, target)
    const context = await parts.contextFor(placed, slot)
    const granted = row.detail.slots[slot]?.granted ?? undefined
    const { account } = placed.detail
    return await run(callOf({ account, context, granted, target }, http, undefined, options.signal))
  }
  const use = () => withClient(connector, source, slot, http, options.signal, run)
  return connector.exclusive ? await parts.withUse(row.id, use) : await use()
}

/** The same for a grant that is not stored yet: for asking who is there. */
export async function withGrantedCall<T>(
  parts: HttpParts,
  granted: {
    readonly connector: Connector
    readonly method: AuthMethod
    readonly slots: NonNullable<Grant["slots"]>
    readonly evidence: Evidence
    readonly context: Context
  },
  run: (call: Call) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const source = grantedCredentials(granted)
  const { connector } = granted
  const http = connector.api ? createHttp(parts, { source, signal }) : noHttp(connector)
  if (connector.client) return await withClient(connector, source, undefined, http, signal, run)
  const credential = await source.current({})
  return await run(callOf(credential, http, undefined, signal))
}

async function withClient<T>(
  connector: Connector,
  source: CredentialSource,
  slot: string | undefined,
  http: Http,
  signal: AbortSignal | undefined,
  run: (call: Call) => Promise<T>,
): Promise<T> {
  // Read inside the turn: whoever had it before may have changed the secret.
  const credential = await source.current({ slot, signal })
  const opened = await connector.client?.(credential.context, credential.secret)
  try {
    return await run(callOf(credential, http, opened?.client, signal))
  } catch (error) {
    const code = isHoldfastError(error) ? error.details.providerCode : undefined
    // There is no answer to classify: the client throws our error, and the table says which of its codes end the grant.
    if (
      code !== undefined &&
      Object.hasOwn(connector.errors.codes, code) &&
      connector.errors.codes[code] === "grant_ended"
    ) {
      await source.refused?.(credential, code, true)
    }
    throw error
  } finally {
    await opened?.close()
  }
}

function noHttp(connector: Connector): Http {
  const refuse = async (): Promise<never> => {
    throw new HoldfastError("config_invalid", `${connector.name} is not called over HTTP.`, {
      details: { connector: connector.id },
    })
  }
  return Object.freeze({ get: refuse, post: refuse, put: refuse, patch: refuse, delete: refuse, fetch: refuse })
}
