import {
  type ConnectionRow,
  type ConnectionStore,
  HoldfastError,
  type InsertResult,
  type UpdateResult,
  verifyBatch,
} from "@holdfast/core"
import { connectionColumns, fromColumns, toColumns } from "./connection-table.js"
import { identityTaken } from "./identity-taken.js"
import type { RunWork, Server } from "./server-store.js"

// Each further round needs another process to have taken and freed the same name meanwhile.
const roundsAtMost = 10

/** Connections behind a network: every write is one statement, or one short transaction where the dialect needs it. */
export function serverConnections(
  { client, connections, reading, listing, moves, classify }: Server,
  run: RunWork,
): ConnectionStore {
  const first = async (...[statement, values]: Parameters<typeof client.run>) =>
    (await client.run(statement, values)).rows[0]
  const found = (columns: readonly unknown[] | undefined) => columns && fromColumns(columns)
  const rowOf = (columns: readonly unknown[] | undefined) => columns && reading.toRow(columns)
  const read = async (id: string) => rowOf(await first(reading.statement, { id }))

  // A thousand callers of one moment cost one read: it is joined only before it is sent, so that nobody misses what was written by then.
  const unsent = new Map<string, Promise<readonly unknown[] | undefined>>()
  function readTogether(id: string) {
    const known = unsent.get(id)
    if (known) return known
    // Before anything that the read itself waits for.
    queueMicrotask(() => unsent.delete(id))
    const asked = run(() => first(reading.statement, { id }))
    unsent.set(id, asked)
    return asked
  }

  /** Answers undefined when a unique index refused it: then what is in the way is looked for anew. */
  async function unlessTaken<Result>(write: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await write()
    } catch (error) {
      if (classify(error).is === "duplicate") return undefined
      throw error
    }
  }

  async function insert(row: Omit<ConnectionRow, "number" | "version">): Promise<InsertResult | undefined> {
    const columns = toColumns({ ...row, number: 0, version: 1 })
    const there = (await read(row.id)) ?? found(await first(connections.byAccount, { ...columns }))
    if (there) return { is: "exists", row: there }
    if (row.alias !== null && (await first(connections.byAlias, { ...columns }))) return { is: "alias_taken" }
    const number = await unlessTaken(() => moves.insert(columns))
    if (number === undefined) return undefined
    // As others will read it: what JSON does not hold is gone.
    const written = { ...columns, number }
    return { is: "inserted", row: fromColumns(connectionColumns.map((column) => written[column])) }
  }

  async function update(row: ConnectionRow): Promise<UpdateResult | undefined> {
    const columns = { ...toColumns(row) }
    const result = await unlessTaken(() => client.run(connections.update, columns))
    if (result) return result.changed > 0 ? "updated" : "stale"
    const byAlias = row.alias === null ? undefined : await first(connections.byAlias, columns)
    if (byAlias && String(byAlias[0]) !== row.id) return "alias_taken"
    const byAccount = found(await first(connections.byAccount, columns))
    if (byAccount && byAccount.id !== row.id) throw identityTaken(row.id)
    return undefined
  }

  async function settled<Result>(attempt: () => Promise<Result | undefined>): Promise<Result> {
    for (let round = 0; round < roundsAtMost; round++) {
      const result = await run(attempt)
      if (result !== undefined) return result
    }
    throw new HoldfastError("store_unavailable", "Others took and freed the same name over and over.", {
      details: { reason: "contended" },
    })
  }

  return Object.freeze({
    get: async (id) => rowOf(await readTogether(id)),
    insert: (row) => settled(() => insert(row)),
    update: (row) => settled(() => update(row)),

    async updateMany(rows) {
      verifyBatch(rows)
      if (rows.length === 0) return []
      const inOrder = rows.map(toColumns).sort((one, other) => (one.id < other.id ? -1 : 1))
      const written = await run(() => unlessTaken(() => moves.updateMany(inOrder)))
      if (written) return rows.map(({ id }) => (written.has(id) ? "updated" : "stale"))
      // Nothing of it landed, since a name is taken: one by one they say whose.
      const results: UpdateResult[] = []
      for (const row of rows) results.push(await settled(() => update(row)))
      return results
    },

    delete: (id, version) =>
      run(async () => {
        const { changed } = await client.run(connections.delete, { id, version })
        return changed > 0 || (await read(id)) === undefined
      }),

    list: (query) => run(async () => (await client.run(listing(query), {})).rows.map(fromColumns)),
    claimDue: (now, limit, hideMs) => run(() => moves.claimDue(now, limit, now + hideMs)),
  } satisfies ConnectionStore)
}
