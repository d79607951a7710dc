import type { DocumentStore } from "@holdfast/core"
import { endOf } from "./document-statements.js"
import { documentOf } from "./document-table.js"
import type { RunWork, Server } from "./server-store.js"

/** Documents behind a network. */
export function serverDocuments({ client, documents, moves }: Server, now: () => number, run: RunWork): DocumentStore {
  const found = (columns: readonly unknown[] | undefined) => columns && documentOf(columns)

  return Object.freeze({
    get: (key) => run(async () => found((await client.run(documents.get, { key })).rows[0])),

    put: ({ key, value, expiresAt }, expected) =>
      run(async () => {
        const values = { key, value, expires_at: expiresAt, expected, now: now() }
        if (expected === 0) return moves.putNew(values)
        return (await client.run(documents.putOver, values)).changed > 0 ? expected + 1 : undefined
      }),

    take: (key) => run(async () => found(await moves.take(key))),

    delete: (key) =>
      run(async () => {
        await client.run(documents.delete, { key })
      }),

    list: (prefix, after, limit) =>
      run(async () => {
        const one = after === undefined ? documents.list : documents.listAfter
        return (await client.run(one, { prefix, end: endOf(prefix), after, limit })).rows.map(documentOf)
      }),

    sweep: (time, limit) => run(() => moves.sweep(time, limit)),
  } satisfies DocumentStore)
}
