import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { mysqlServer, postgresServer } from "../../packages/store-sql/fixtures/servers.js"
import type { HerdStore } from "./herd-process.js"

/** A database of the harness's own, ready for use. */
export interface HerdDatabase {
  /** Path of the file, or URL of the server. */
  readonly address: string
  drop(): Promise<void>
}

/** Makes one for a kind of store, or says why it cannot be had on this machine. */
export async function herdDatabase(kind: HerdStore): Promise<HerdDatabase | { readonly missing: string }> {
  if (kind === "sqlite") {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-herd-"))
    return { address: join(folder, "holdfast.db"), drop: async () => rmSync(folder, { recursive: true, force: true }) }
  }
  const server = kind === "postgres" ? await postgresServer() : await mysqlServer()
  if (server.missing !== undefined) return { missing: server.missing }
  const database = await server.create()
  const store = database.store()
  await store.ready()
  await store.close()
  return { address: database.url, drop: () => database.drop() }
}
