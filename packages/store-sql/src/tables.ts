import { HoldfastError } from "@holdfast/core"
import type { ConnectionTable } from "./connection-table.js"
import type { DocumentTable } from "./document-table.js"

/** The tables of one store. */
export interface Tables {
  connections: ConnectionTable
  documents: DocumentTable
  /** The last number given in each tenant, kept when its row is deleted. */
  numbers: { tenant_id: string; last: number }
  migrations: { version: number; applied_at: number }
}

export type TableNames = { readonly [Name in keyof Tables]: Name }

/**
 * What the tables are really called. The query builder is told the plain names' types.
 * @throws TypeError for a prefix that is more than letters, digits and underscores
 */
export function tableNames(prefix: string): TableNames {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,30}$|^$/.test(prefix)) throw new TypeError("A table prefix is letters, digits and _.")
  const named = <Name extends keyof Tables>(name: Name) => `${prefix}${name}` as Name
  return {
    connections: named("connections"),
    documents: named("documents"),
    numbers: named("numbers"),
    migrations: named("migrations"),
  }
}

/**
 * The same for a prefix out of options, `holdfast_` by default.
 * @throws HoldfastError `config_invalid`
 */
export function namesFor(prefix = "holdfast_"): TableNames {
  try {
    return tableNames(prefix)
  } catch {
    throw new HoldfastError("config_invalid", "tablePrefix takes letters, digits and underscores only.")
  }
}
