import type { StoredDocument } from "@holdfast/core"
import { toInteger } from "./to-integer.js"

/** A row of the documents table, whatever the dialect. */
export interface DocumentTable {
  key: string
  value: string
  version: number
  expires_at: number | null
}

/** Its columns, in the order in which {@link documentOf} reads them. */
export const documentColumns = [
  "key",
  "value",
  "version",
  "expires_at",
] as const satisfies readonly (keyof DocumentTable)[]

/** The document that stands in these columns. */
export function documentOf(columns: readonly unknown[]): StoredDocument {
  const [key, value, version, expiresAt] = columns
  return {
    key: key as string,
    value: value as string,
    version: toInteger(version),
    expiresAt: expiresAt === null ? null : toInteger(expiresAt),
  }
}
