import type { TokenStore } from "@holdfast/core"
import type { Canary } from "../canary.js"

/** Shows the canary every row and document on its way into the store: what is secret has to be sealed by then. */
export function watchingStore(store: TokenStore, canary: Canary): TokenStore {
  const { connections, documents } = store
  return {
    connections: {
      ...connections,
      insert(row) {
        canary.look("row", row)
        return connections.insert(row)
      },
      update(row) {
        canary.look("row", row)
        return connections.update(row)
      },
      updateMany(rows) {
        canary.look("row", rows)
        return connections.updateMany(rows)
      },
    },
    documents: {
      ...documents,
      put(document, expectedVersion) {
        canary.look("document", document)
        return documents.put(document, expectedVersion)
      },
    },
  }
}
