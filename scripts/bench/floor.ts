import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { openDatabase, type SqliteDatabase } from "../../packages/store-sql/src/sqlite-handle.js"

// The least that a sealed secret in SQLite can cost: one column found by its key, and one open, with nothing around them.

const key = randomBytes(32)
const algorithm = "aes-256-gcm"
const ivBytes = 12
const tagBytes = 16

interface Statement {
  get(...values: unknown[]): unknown
  run(...values: unknown[]): unknown
  raw(): Statement
}

/** A table of `count` sealed values of `bytes`. What is in them is of no matter to the cost: one value serves all. */
export function fillFloor(database: SqliteDatabase, count: number, idOf: (at: number) => string, bytes: number): void {
  database.exec("CREATE TABLE floor (id TEXT PRIMARY KEY NOT NULL, sealed BLOB NOT NULL)")
  const insert = database.prepare("INSERT INTO floor VALUES (?, ?)") as unknown as Statement
  const iv = randomBytes(ivBytes)
  const gcm = createCipheriv(algorithm, key, iv)
  const sealed = Buffer.concat([iv, gcm.update(randomBytes(bytes)), gcm.final(), gcm.getAuthTag()])
  database.exec("BEGIN")
  for (let at = 0; at < count; at++) insert.run(idOf(at), sealed)
  database.exec("COMMIT")
}

/** Reads such a table with the driver and the settings that the store has. */
export function openFloor(path: string) {
  const database = openDatabase(path)
  const select = (database.prepare("SELECT sealed FROM floor WHERE id = ?") as unknown as Statement).raw()
  return {
    read(id: string): Buffer {
      const [sealed] = select.get(id) as [Buffer]
      const gcm = createDecipheriv(algorithm, key, sealed.subarray(0, ivBytes))
      gcm.setAuthTag(sealed.subarray(-tagBytes))
      return Buffer.concat([gcm.update(sealed.subarray(ivBytes, -tagBytes)), gcm.final()])
    },
    close: () => void database.close(),
  }
}
