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

function memoryConnections(): ConnectionStore {
  const rows = new Map<string, ConnectionRow>()
  // Whose id stands under each identity and alias, so that no write looks at all rows.
  const taken = new Map<string, string>()
  const numbers = new Map<string, number>()
  const due = dueIndex(rows)

  const isTaken = (row: Clear, name: string | undefined) => {
    const id = name === undefined ? undefined : taken.get(name)
    return id !== undefined && id !== row.id
  }
  const remove = (row: ConnectionRow) => {
    rows.delete(row.id)
    for (const name of namesOf(row)) taken.delete(name)
  }
  const write = (row: ConnectionRow) => {
    const before = rows.get(row.id)
    if (before) for (const name of namesOf(before)) taken.delete(name)
    rows.set(row.id, row)
    due.note(row, before)
    for (const name of namesOf(row)) taken.set(name, row.id)
  }

  const update = (row: ConnectionRow): UpdateResult => {
    if (rows.get(row.id)?.version !== row.version) return "stale"
    if (isTaken(row, aliasOf(row))) return "alias_taken"
    if (isTaken(row, identityOf(row))) throw identityTaken(row.id)
    write(copy({ ...row, version: row.version + 1 }))
    return "updated"
  }

  return Object.freeze({
    async get(id) {
      return copy(rows.get(id))
    },

    async insert(row) {
      const there = rows.get(row.id) ?? rows.get(taken.get(identityOf(row)) ?? "")
      if (there) return { is: "exists", row: copy(there) }
      if (isTaken(row, aliasOf(row))) return { is: "alias_taken" }
      // Counted apart from the rows, so that a number never comes to mean another connection.
      const number = (numbers.get(row.tenantId) ?? 0) + 1
      numbers.set(row.tenantId, number)
      const inserted = copy({ ...row, number, version: 1 })
      write(inserted)
      return { is: "inserted", row: copy(inserted) }
    },

    update: async (row) => update(row),

    async updateMany(rows) {
      verifyBatch(rows)
      return rows.map(update)
    },

    async delete(id, version) {
      const row = rows.get(id)
      if (row && row.version !== version) return false
      if (row) remove(row)
      return true
    },

    async list(query) {
      return sortedBy([...rows.values()].filter(matcher(query)), (row) => row.id)
        .slice(0, query.limit)
        .map(copy)
    },

    async claimDue(now, limit, hideMs) {
      const claimed = due.take(now, limit).map((row) => ({ ...row, dueAt: now + hideMs }))
      for (const row of claimed) {
        rows.set(row.id, row)
        due.note(row, undefined)
      }
      return claimed.map(copy)
    },
  } satisfies ConnectionStore)
}

/** Which rows are due, soonest first, at a cost of what is due and not of what is there. */
function dueIndex(rows: ReadonlyMap<string, ConnectionRow>) {
  interface Entry {
    readonly at: number
    readonly id: string
  }
  const emptied = () => createHeap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.id < b.id))
  const entriesOf = ({ id, dueAt }: ConnectionRow): Entry[] => (dueAt === null ? [] : [{ at: dueAt, id }])
  let heap = emptied()

  return {
    /** A row was written. Its entry from before stays, and is passed over when its time comes. */
    note(row: ConnectionRow, before: ConnectionRow | undefined): void {
      if (row.dueAt === before?.dueAt) return
      for (const entry of entriesOf(row)) heap.push(entry)
      if (heap.size <= rows.size * 2 + 100) return
      heap = emptied()
      for (const one of rows.values()) for (const entry of entriesOf(one)) heap.push(entry)
    },
    /** Rows due at `now`; each is the caller's to note again. */
    take(now: number, limit: number): ConnectionRow[] {
      const taken = new Map<string, ConnectionRow>()
      for (let first = heap.peek(); first && first.at <= now && taken.size < limit; first = heap.peek()) {
        heap.pop()
        const row = rows.get(first.id)
        if (row?.dueAt === first.at) taken.set(row.id, row)
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

type Clear = Omit<ConnectionRow, "number" | "version">

function identityOf(row: Clear): string {
  return JSON.stringify(["account", row.tenantId, row.userId, row.connector, row.appId, row.accountKey])
}

function aliasOf({ tenantId, alias }: Clear): string | undefined {
  return alias === null ? undefined : JSON.stringify(["alias", tenantId, alias])
}

function namesOf(row: Clear): string[] {
  const alias = aliasOf(row)
  return alias === undefined ? [identityOf(row)] : [identityOf(row), alias]
}

function identityTaken(connectionId: string): HoldfastError {
  const message = "Another connection of this owner is for the same account and app."
  return new HoldfastError("store_conflict", message, { details: { connectionId, reason: "identity_taken" } })
}

const equalColumns = ["tenantId", "connector", "accountKey", "appId", "alias", "number", "keyId", "status"] as const

function matcher(query: ConnectionQuery): (row: ConnectionRow) => boolean {
  const { userId, after } = query
  return (row) =>
    equalColumns.every((column) => query[column] === undefined || row[column] === query[column]) &&
    (userId === undefined || row.userId === null || row.userId === userId) &&
    (after === undefined || row.id > after)
}

function sortedBy<Value>(values: Value[], text: (value: Value) => string): Value[] {
  return values.sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0))
}
