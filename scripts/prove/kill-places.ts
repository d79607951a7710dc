import { rmSync } from "node:fs"
import { join } from "node:path"
import { postgresServer, type TestDatabase, type TestServer } from "../../packages/store-sql/fixtures/servers.js"
import type { Place } from "./kill-place.js"
import type { Scene } from "./kill-plan.js"

/** Empty places, one a run, each gone when its run is over. */
export interface Places {
  /** Why scenes of a store cannot be played here. */
  readonly missing: string | undefined
  make(scene: Pick<Scene, "store" | "journal">): Promise<{ readonly place: Place; remove(): Promise<void> }>
}

/** Places in a folder, and in schemas of a server. */
export async function placesIn(folder: string): Promise<Places> {
  const server: TestServer = await postgresServer()
  let made = 0
  return {
    missing: server.missing,
    async make({ store, journal }) {
      const own = join(folder, String(made++))
      let database: TestDatabase | undefined
      if (store === "postgres") {
        database = await server.create()
        const setup = database.store()
        await setup.ready()
        await setup.close()
      }
      const path = database?.url ?? `${own}.db`
      return {
        place: { store, path, ...(journal && { journal: `${own}.journal` }) },
        async remove() {
          await database?.drop()
          for (const end of ["db", "db-wal", "db-shm", "journal"])
            rmSync(`${own}.${end}`, { recursive: true, force: true })
        },
      }
    },
  }
}
