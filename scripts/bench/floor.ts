import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { openDatabase } from "../../packages/store-sql/src/sqlite-handle.js"
import { insertAll, openRaw, type Raw } from "./raw.js"
import type { Place, StoreName } from "./stores.js"

// The least that a sealed secret in a database can cost: one column found by its key, and one open, with nothing around them.

const key = randomBytes(32)
const algorithm = "aes-256-gcm"
const ivBytes = 12
const tagBytes = 16

const tables: Readonly<Record<StoreName, string>> = {
  sqlite: "create table floor (id text primary key not null, sealed blob not null)",
  postgres: 'create table floor (id text collate "C" primary key not null, sealed bytea not null)',
  mysql: "create table floor (id varbinary(255) primary key not null, sealed blob not null)",
}

/** A table of sealed values of `bytes`, by the same ids as the connections. What is in them is of no matter to the cost: one value serves all. */
export async function fillFloor(raw: Raw, store: StoreName, ids: Iterable<string>, bytes: number): Promise<void> {
  await raw.exec(tables[store])
  const iv = randomBytes(ivBytes)
  const gcm = createCipheriv(algorithm, key, iv)
  const sealed = Buffer.concat([iv, gcm.update(randomBytes(bytes)), gcm.final(), gcm.getAuthTag()])
  const rows = function* () {
    for (const id of ids) yield [id, sealed]
  }
  await insertAll(raw, "floor", ["id", "sealed"], rows())
}

/** What a read of the floor answers: at once where the driver does. */
type Read = (id: string) => Buffer | Promise<Buffer>

export interface Floor {
  /** On a session of its own. */
  readonly read: Read
  /** On any session of a pool, for many callers at once. */
  readonly readPooled: Read
  close(): Promise<void>
}

/** Reads such a table with the driver, the settings and the kind of statement that the store has. */
export async function openFloor({ store, url }: Pick<Place, "store" | "url">): Promise<Floor> {
  if (store === "sqlite") return openFile(url)
  const one = await openRaw({ store, url }, 1)
  const pool = await openRaw({ store, url })
  const session = await one.session()
  const read = async (on: Raw, id: string) => {
    const [row] = await on.run("select sealed from floor where id = ?", [id])
    return open(row?.[0] as Buffer)
  }
  return {
    read: (id) => read(session, id),
    readPooled: (id) => pool.use((on) => read(on, id)),
    async close() {
      await one.close()
      await pool.close()
    },
  }
}

function openFile(path: string): Floor {
  const database = openDatabase(path)
  const select = database.prepare("select sealed from floor where id = ?") as unknown as {
    raw(): void
    get(id: string): [Buffer]
  }
  select.raw()
  const read = (id: string) => open(select.get(id)[0])
  return { read, readPooled: read, close: async () => void database.close() }
}

function open(sealed: Buffer): Buffer {
  const gcm = createDecipheriv(algorithm, key, sealed.subarray(0, ivBytes))
  gcm.setAuthTag(sealed.subarray(-tagBytes))
  return Buffer.concat([gcm.update(sealed.subarray(ivBytes, -tagBytes)), gcm.final()])
}
