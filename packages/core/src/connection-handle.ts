import { refuseBadAlias } from "./attempts/alias.js"
import type { Attempts } from "./attempts.js"
import type { CallSide } from "./call/call-side.js"
import type { Connection, DisconnectReport, Token, TokenOptions } from "./connection.js"
import { infoOf } from "./connection-info.js"
import type { Connector } from "./connector.js"
import { ownerOf } from "./context-factory.js"
import { diagnoseConnection } from "./doctor/diagnose-connection.js"
import { changeRow } from "./engine/change-row.js"
import type { Engine } from "./engine/engine.js"
import { HoldfastError } from "./errors.js"
import type { Http } from "./http.js"
import type { Owner } from "./owner.js"
import { reconnectUrl } from "./reconnect-url.js"
import type { ConnectionRow } from "./store.js"
import type { LiveSecret, Tokens } from "./tokens.js"

export interface HandleDependencies {
  /** Public address of the mount. */
  readonly url: string
  readonly engine: Engine
  readonly tokens: Tokens
  readonly side: CallSide
  readonly attempts: Attempts
  disconnect(id: string): Promise<DisconnectReport>
}

/** Which connection a handle is on. */
export interface Handled {
  readonly owner?: Owner
  readonly ref: string
  /** Finds the row and checks whose it is. */
  row(): Promise<ConnectionRow>
}

/** A handle on one connection: nothing is read before it is used. */
export function createConnection(deps: HandleDependencies, handled: Handled): Connection<Connector> {
  const { engine, tokens, side } = deps
  const idOf = async () => (await handled.row()).id
  // Made when it is first used: whoever wants the token alone, and most do, does not pay for it.
  let made: ReturnType<CallSide["connection"]> | undefined
  const calls = () => {
    made ??= side.connection({
      row: handled.row,
      ...(handled.owner && { scopeLink: (row, scopes) => reconnectUrl(deps.url, row, scopes) }),
    })
    return made
  }

  const http: Http = Object.freeze({
    get: (path, given) => calls().http.get(path, given),
    post: (path, given) => calls().http.post(path, given),
    put: (path, given) => calls().http.put(path, given),
    patch: (path, given) => calls().http.patch(path, given),
    delete: (path, given) => calls().http.delete(path, given),
    fetch: (request, init) => calls().http.fetch(request, init),
  } satisfies Http)

  async function live(options: TokenOptions | undefined): Promise<LiveSecret> {
    // One read: the row that says whose it is also holds the secret.
    const row = await handled.row()
    if (options?.as === undefined) return await tokens.live(row, options)
    const { as, ...waiting } = options
    return await tokens.live(row, { ...waiting, slot: as })
  }

  function accessTokenOf(found: LiveSecret): string {
    const value = found.method.accessToken?.(found.secret)
    if (value !== undefined) return value
    throw new HoldfastError(
      "operation_unknown",
      `A connection made by "${found.method.id}" has no access token. Use http, fetch or run.`,
      {
        details: { connectionId: found.row.id, connector: found.row.connector },
      },
    )
  }

  async function token(options?: TokenOptions): Promise<Token> {
    const found = await live(options)
    const value = accessTokenOf(found)
    const detail = found.row.detail.slots[found.slot]
    const expiresAt = detail?.clock.expiresAt ?? "unknown"
    return {
      value,
      expiresAt: typeof expiresAt === "number" ? new Date(expiresAt) : expiresAt,
      scopes: detail?.granted ?? undefined,
    }
  }

  return Object.freeze({
    ref: handled.ref,
    info: async () => infoOf(await handled.row()),
    http,
    fetch: http.fetch,
    run: (operation: string, ...given) => calls().run(operation, ...given),
    paginate: (operation: string, ...given) => calls().paginate(operation, ...given),
    targets: () => calls().targets(),
    check: () => calls().check(),
    diagnose: ({ live: isLive } = {}) =>
      diagnoseConnection(deps, handled.row, isLive ? () => calls().check() : undefined),
    can: (operation) => calls().can(operation),
    statistics: () => calls().statistics(),
    token,
    accessToken: async (options?: TokenOptions) => accessTokenOf(await live(options)),
    async rename(name: string, options: { alias?: string | null } = {}) {
      const trimmed = name.trim()
      if (trimmed === "" || trimmed.length > 200)
        throw new HoldfastError("input_invalid", "A name has 1 to 200 characters.", { details: { fields: ["name"] } })
      if (typeof options.alias === "string") refuseBadAlias(options.alias)
      const row = await changeRow(engine, await idOf(), (current) => ({
        ...current,
        ...(options.alias !== undefined && { alias: options.alias }),
        detail: { ...current.detail, name: trimmed },
      }))
      if (!row) throw new HoldfastError("not_found")
      return infoOf(row)
    },
    disconnect: async () => deps.disconnect(await idOf()),
    async reconnect(options = {}) {
      const row = await handled.row()
      return await deps.attempts.begin(handled.owner ?? ownerOf(row), {
        ...options,
        connector: row.connector,
        reconnect: row.id,
      })
    },
    unsafe: Object.freeze({
      secret: async (slot?: string) =>
        (await tokens.live(await handled.row(), { ...(slot !== undefined && { slot }) })).secret,
    }),
  } satisfies Connection<Connector>)
}
