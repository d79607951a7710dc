import type { Connection } from "./connection.js"
import { createConnection, type HandleDependencies } from "./connection-handle.js"
import { infoOf } from "./connection-info.js"
import type { Connector } from "./connector.js"
import { HoldfastError } from "./errors.js"
import type { ById, ConnectorId, Holdfast, OwnerScope, ScopeOptions, SystemScope } from "./holdfast.js"
import { type Owner, owns, parseOwner } from "./owner.js"
import type { ConnectionQuery, ConnectionRow } from "./store.js"

export interface ScopesDependencies extends HandleDependencies {
  readonly connectorOf: (id: string) => Connector
}

const maxListed = 1_000

/** The two ways to connections: an owner's own, and every tenant's for jobs. */
export function createScopes<C extends Connector>(deps: ScopesDependencies): Pick<Holdfast<C>, "for" | "asSystem"> {
  const { store } = deps.engine

  function scopeFor(asked: Owner, { connectors }: ScopeOptions = {}): OwnerScope<C> {
    const owner = parseOwner(asked)
    const knows = (id: string) => connectors === undefined || connectors.includes(id)

    function connectorOf(name: string): Connector {
      const connector = deps.connectorOf(name)
      if (knows(connector.id)) return connector
      throw new HoldfastError("forbidden", `This caller may not use ${connector.name}.`, {
        details: { connector: connector.id },
      })
    }
    const visible = { tenantId: owner.tenantId, userId: owner.userId ?? null }

    async function lookUp(ref: string, connector: string | undefined): Promise<ConnectionRow> {
      const row = ref.startsWith("conn_")
        ? ((await store.connections.get(ref)) ?? (await byName(ref)))
        : await byName(ref)
      const foreign =
        !row ||
        row.status === "disconnecting" ||
        !owns(owner, row) ||
        !knows(row.connector) ||
        (connector !== undefined && row.connector !== deps.connectorOf(connector).id)
      if (foreign) throw new HoldfastError("not_found", `No connection ${JSON.stringify(ref)} of this owner.`)
      return row
    }

    async function byName(ref: string): Promise<ConnectionRow | undefined> {
      const wanted: Partial<ConnectionQuery> = /^\d{1,15}$/.test(ref) ? { number: Number(ref) } : { alias: ref }
      const [row] = await store.connections.list({ ...visible, ...wanted, limit: 1 })
      return row
    }

    async function only(id: string): Promise<ConnectionRow> {
      const connector = connectorOf(id)
      const rows = (await store.connections.list({ ...visible, connector: connector.id, limit: 50 })).filter(
        (row) => row.status !== "disconnecting",
      )
      const [row] = rows
      if (row && rows.length === 1) return row
      const details = { connector: connector.id, connectUrl: `${deps.url}/connect/${connector.id}` }
      if (!row)
        throw new HoldfastError(
          "not_found",
          `${connector.name} is not connected. Send the person to ${details.connectUrl}.`,
          { details },
        )
      const choices = rows.map((each) => each.detail.name)
      throw new HoldfastError(
        "ambiguous_connection",
        `${connector.name} is connected ${rows.length} times: ${choices.join(", ")}. Use connection(id or alias).`,
        {
          details: { ...details, choices },
        },
      )
    }

    const connectionOf = <Id extends ConnectorId<C>>(ref: string, connector?: Id) =>
      typed<C, Id>(createConnection(deps, { owner, ref, row: () => lookUp(ref, connector) }))

    const scope: OwnerScope<C> = {
      owner,
      async get(id) {
        const { id: ref } = await only(id)
        return connectionOf(ref, id)
      },
      async list(filter = {}) {
        const query = queryOf(deps, filter)
        const found: ConnectionRow[] = []
        for (let { after } = query; ; ) {
          const page = await store.connections.list({ ...visible, ...query, ...(after !== undefined && { after }) })
          found.push(...page.filter((row) => knows(row.connector)))
          after = page.at(-1)?.id
          // A page without a gap is the whole answer, unless connectors that are not known took room in it.
          if (page.length < query.limit || found.length >= query.limit) break
        }
        const shown = found.slice(0, query.limit)
        return shown.filter((row) => row.status !== "disconnecting").map((row) => infoOf(row))
      },
      connect: async (connector, options = {}) =>
        deps.attempts.begin(owner, { ...options, connector: connectorOf(connector).id }),
      connection: (ref, connector) => connectionOf(ref, connector),
      async execute({ provider, operation, connectionId, parameters, target, signal }) {
        const connector = connectorOf(provider)
        const ref = connectionId ?? (await only(provider)).id
        const connection: Connection = createConnection(deps, { owner, ref, row: () => lookUp(ref, connector.id) })
        return await connection.run(operation, parameters ?? {}, {
          ...(target !== undefined && { target }),
          ...(signal && { signal }),
        })
      },
    }
    return Object.freeze(scope)
  }

  const system: SystemScope<C> = Object.freeze({
    connection: <Id extends ConnectorId<C>>(id: string, connector?: Id) =>
      typed<C, Id>(
        createConnection(deps, {
          ref: id,
          async row() {
            const row = await store.connections.get(id)
            if (!row || (connector !== undefined && row.connector !== deps.connectorOf(connector).id))
              throw new HoldfastError("not_found", undefined, { details: { connectionId: id } })
            return row
          },
        }),
      ),
    async list(filter: Parameters<SystemScope<C>["list"]>[0] = {}) {
      const { tenantId } = filter
      return (
        await store.connections.list({ ...queryOf(deps, filter), ...(tenantId !== undefined && { tenantId }) })
      ).map((row) => infoOf(row))
    },
  })

  return { for: scopeFor, asSystem: () => system }
}

/** The handle is the same for all; which operations it has, the compiler learns from the connector's id. */
function typed<C extends Connector, Id extends ConnectorId<C>>(connection: Connection): Connection<ById<C, Id>> {
  return connection as unknown as Connection<ById<C, Id>>
}

function queryOf(
  deps: ScopesDependencies,
  filter: { connector?: string; status?: ConnectionQuery["status"]; after?: string; limit?: number },
): ConnectionQuery {
  const { connector, status, after, limit } = filter
  return {
    limit: Math.max(1, Math.min(Math.trunc(limit ?? 100), maxListed)),
    ...(connector !== undefined && { connector: deps.connectorOf(connector).id }),
    ...(status !== undefined && { status }),
    ...(after !== undefined && { after }),
  }
}
