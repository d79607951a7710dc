import { join } from "node:path"
import { mysqlServer, postgresServer } from "../../packages/store-sql/fixtures/servers.js"
import { mysqlStore } from "../../packages/store-sql/src/mysql.js"
import { postgresStore } from "../../packages/store-sql/src/postgres.js"
import { sqliteStore } from "../../packages/store-sql/src/sqlite.js"

const openers = {
  sqlite: (url: string) => sqliteStore(url),
  postgres: (connectionString: string, max: number) => postgresStore({ connectionString, max }),
  mysql: (uri: string, connectionLimit: number) => mysqlStore({ uri, connectionLimit }),
}

export type StoreName = keyof typeof openers

/** An empty database, its tables made. */
export interface Place {
  readonly store: StoreName
  /** Path of the file, or URL of the server. */
  readonly url: string
  drop(): Promise<void>
}

/** A database that nobody else has, on each kind of server that answers here, and in a file; why not, for those that do not. */
export async function findPlaces() {
  const servers = { postgres: await postgresServer(), mysql: await mysqlServer() }
  const missing = Object.values(servers).flatMap(({ missing: why }) => why ?? [])
  let files = 0

  async function create(store: StoreName, folder: string): Promise<Place | undefined> {
    if (store === "sqlite") {
      const url = join(folder, `bench-${files++}.db`)
      sqliteStore(url).close()
      return { store, url, drop: async () => {} }
    }
    if (servers[store].missing !== undefined) return undefined
    const { url, store: open, drop } = await servers[store].create()
    const migrating = open()
    await migrating.ready()
    await migrating.close()
    return { store, url, drop }
  }

  return { create, missing }
}

export type Places = Awaited<ReturnType<typeof findPlaces>>

/**
 * The store as an application opens it.
 * @param sessions of a server's pool, at most
 */
export function openStore({ store, url }: Pick<Place, "store" | "url">, sessions = 10) {
  return openers[store](url, sessions)
}

/** Gives `work` a database of its own, gone afterwards; undefined where there is none of this kind. */
export async function withPlace<Result>(
  places: Places,
  store: StoreName,
  folder: string,
  work: (place: Place) => Promise<Result>,
): Promise<Result | undefined> {
  const place = await places.create(store, folder)
  if (!place) return undefined
  try {
    return await work(place)
  } finally {
    await place.drop()
  }
}
