import { HoldfastError } from "./errors.js"
import { createHeap } from "./heap.js"
import type {
  ConnectionQuery,
  ConnectionRow,
  ConnectionStore,
  DocumentStore,
  StoredDocument,
  TokenStore,
  UpdateResult,
} from "./store.js"
import { verifyBatch } from "./update-batch.js"

export interface MemoryStoreOptions {
  /** Milliseconds since the epoch, by which a document counts as expired when it is put again. Default: the wall clock. */
  readonly now?: () => number
}

/**
 * A store in this process's memory: for tests, simulations and trying out. Nothing survives the process.
 * Every call takes effect the moment it is made, so interleavings are the caller's alone.
 */
export function memoryStore(options: MemoryStoreOptions = {}): TokenStore {
  return Object.freeze({ connections: memoryConnections(), documents: memoryDocuments(options.now ?? Date.now) })
}

/** A row as it is kept: what it is found by, and all of it as text, so that nobody holds what is stored. */
interface Kept {
  readonly clear: Clear
  readonly text: string
}

function memoryConnections(): ConnectionStore {
  const rows = new Map<string, Kept>()
  // Whose id stands under each identity and alias, so that no write looks at all rows.
  const taken = new Map<string, string>()
  const numbers = new Map<string, number>()
  const due = dueIndex(rows)

  const isTaken = (row: Pick<Clear, "id">, name: string | undefined) => {
    const id = name === undefined ? undefined : taken.get(name)
    return id !== undefined && id !== row.id
  }
  const remove = (row: Clear) => {
    rows.delete(row.id)
    for (const name of namesOf(row)) taken.delete(name)
  }
  const write = (row: ConnectionRow) => {
    const before = rows.get(row.id)?.clear
    if (before) for (const name of namesOf(before)) taken.delete(name)
    const clear = clearOf(row)
    rows.set(row.id, { clear, text: JSON.stringify(row) })
    due.note(clear, before)
    for (const name of namesOf(clear)) taken.set(name, row.id)
  }

  const update = (row: ConnectionRow): UpdateResult => {
    if (rows.get(row.id)?.clear.version !== row.version) return "stale"
    if (isTaken(row, aliasOf(row))) return "alias_taken"
    if (isTaken(row, identityOf(row))) throw identityTaken(row.id)
    write({ ...row, version: row.version + 1 })
    return "updated"
  }

  return Object.freeze({
    async get(id) {
      const kept = rows.get(id)
      return kept && rowOf(kept)
    },

    async insert(row) {
      const there = rows.get(row.id) ?? rows.get(taken.get(identityOf(row)) ?? "")
      if (there) return { is: "exists", row: rowOf(there) }
      if (isTaken(row, aliasOf(row))) return { is: "alias_taken" }
      // Counted apart from the rows, so that a number never comes to mean another connection.
      const number = (numbers.get(row.tenantId) ?? 0) + 1
      numbers.set(row.tenantId, number)
      const inserted = copy({ ...row, number, version: 1 })
      write(inserted)
      return { is: "inserted", row: inserted }
    },

    update: async (row) => update(row),

    async updateMany(rows) {
      verifyBatch(rows)
      return rows.map(update)
    },

    async delete(id, version) {
      const row = rows.get(id)?.clear
      if (row && row.version !== version) return false
      if (row) remove(row)
      return true
    },

    async list(query) {
      const fits = matcher(query)
      const found = [...rows.values()].filter(({ clear }) => fits(clear))
      return sortedBy(found, ({ clear }) => clear.id)
        .slice(0, query.limit)
        .map(rowOf)
    },

    async claimDue(now, limit, hideMs) {
      return due.take(now, limit).map(({ clear, text }) => {
        const hidden = { clear: { ...clear, dueAt: now + hideMs }, text }
        rows.set(clear.id, hidden)
        due.note(hidden.clear, undefined)
        return rowOf(hidden)
      })
    },
  } satisfies ConnectionStore)
}

/** Which rows are due, soonest first, at a cost of what is due and not of what is there. */
function dueIndex(rows: ReadonlyMap<string, Kept>) {
  interface Entry {
    readonly at: number
    readonly id: string
  }
  const emptied = () => createHeap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.id < b.id))
  let heap = emptied()
  const push = ({ id, dueAt }: Clear) => {
    if (dueAt !== null) heap.push({ at: dueAt, id })
  }

  return {
    /** A row was written. Its entry from before stays, and is passed over when its time comes. */
    note(row: Clear, before: Clear | undefined): void {
      if (row.dueAt === before?.dueAt) return
      push(row)
      if (heap.size <= rows.size * 2 + 100) return
      heap = emptied()
      for (const { clear } of rows.values()) push(clear)
    },
    /** Rows due at `now`; each is the caller's to write and note again. */
    take(now: number, limit: number): Kept[] {
      const taken = new Map<string, Kept>()
      for (let first = heap.peek(); first && first.at <= now && taken.size < limit; first = heap.peek()) {
        heap.pop()
        const kept = rows.get(first.id)
        if (kept?.clear.dueAt === first.at) taken.set(first.id, kept)
      }
      return [...taken.values()]
    },
  }
}

function memoryDocuments(now: () => number): DocumentStore {
  const documents = new Map<string, StoredDocument>()
  const expiredBefore = (time: number) => (document: StoredDocument) =>
    document.expiresAt !== null && document.expiresAt < time

  return Object.freeze({
    async get(key) {
      return copy(documents.get(key))
    },

    async put(document, expectedVersion) {
      const there = documents.get(document.key)
      const isAbsent = there === undefined || expiredBefore(now())(there)
      if (there?.version !== expectedVersion && !(isAbsent && expectedVersion === 0)) return undefined
      // Above an expired one's, so that who still holds that version cannot write over this.
      const version = (there?.version ?? 0) + 1
      documents.set(document.key, copy({ ...document, version }))
      return version
    },

    async take(key) {
      const document = documents.get(key)
      documents.delete(key)
      return document
    },

    async delete(key) {
      documents.delete(key)
    },

    async list(prefix, after, limit) {
      const found = [...documents.values()].filter(
        ({ key }) => key.startsWith(prefix) && (after === undefined || key > after),
      )
      return sortedBy(found, (document) => document.key)
        .slice(0, limit)
        .map(copy)
    },

    async sweep(time, limit) {
      const expired = [...documents.values()].filter(expiredBefore(time)).slice(0, limit)
      for (const { key } of expired) documents.delete(key)
      return expired.length
    },
  } satisfies DocumentStore)
}

// Through JSON, as every other store does, so that nothing passes here that would be lost there.
function copy<Value>(value: Value): Value {
  return value === undefined ? value : JSON.parse(JSON.stringify(value))
}

const clearColumns = [
  "id",
  "tenantId",
  "userId",
  "connector",
  "appId",
  "accountKey",
  "alias",
  "number",
  "keyId",
  "status",
  "dueAt",
  "version",
] as const

type Clear = Pick<ConnectionRow, (typeof clearColumns)[number]>

function clearOf(row: ConnectionRow): Clear {
  return Object.fromEntries(clearColumns.map((column) => [column, row[column]])) as unknown as Clear
}

function rowOf({ clear, text }: Kept): ConnectionRow {
  return { ...(JSON.parse(text) as ConnectionRow), dueAt: clear.dueAt }
}

type Named = Pick<Clear, "tenantId" | "userId" | "connector" | "appId" | "accountKey" | "alias">

function identityOf(row: Named): string {
  return JSON.stringify(["account", row.tenantId, row.userId, row.connector, row.appId, row.accountKey])
}

function aliasOf({ tenantId, alias }: Named): string | undefined {
  return alias === null ? undefined : JSON.stringify(["alias", tenantId, alias])
}

function namesOf(row: Named): string[] {
  const alias = aliasOf(row)
  return alias === undefined ? [identityOf(row)] : [identityOf(row), alias]
}

function identityTaken(connectionId: string): HoldfastError {
  const message = "Another connection of this owner is for the same account and app."
  return new HoldfastError("store_conflict", message, { details: { connectionId, reason: "identity_taken" } })
}

const equalColumns = ["tenantId", "connector", "accountKey", "appId", "alias", "number", "keyId", "status"] as const

function matcher(query: ConnectionQuery): (row: Clear) => boolean {
  const { userId, after } = query
  return (row) =>
    equalColumns.every((column) => query[column] === undefined || row[column] === query[column]) &&
    (userId === undefined || row.userId === null || row.userId === userId) &&
    (after === undefined || row.id > after)
}

function sortedBy<Value>(values: Value[], text: (value: Value) => string): Value[] {
  return values.sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0))
}
