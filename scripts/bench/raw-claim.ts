import type { RawPool, Row } from "./raw.js"

// What anybody would write on Postgres to work off what is due: claim some rows, passing over those that others are claiming, and write each back.

const moving = ["due_at", "generation", "lease", "intents", "sealed", "spares", "detail"] as const
const columns = ["id", "version", ...moving].join(", ")

const claim = `with due as (
    select id as due_id from holdfast_connections where due_at <= ? order by due_at, id limit ? for update skip locked
  ) update holdfast_connections set due_at = ? from due where id = due_id returning ${columns}`

const writeBack = `update holdfast_connections set version = version + 1, ${moving.map((name) => `${name} = ?`).join(", ")}
  where id = ? and version = ?`

const writeAllBack = `update holdfast_connections c set version = c.version + 1, ${moving.map((name) => `${name} = w.${name}`).join(", ")}
  from unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
    w (id, version, ${moving.join(", ")}) where c.id = w.id and c.version = w.version`

/** A row as claimed: its id, its version, and what moves, `due_at` first. */
export type Claimed = Row

export async function claimRaw(
  pool: RawPool,
  now: number,
  limit: number,
  hiddenUntil: number,
): Promise<readonly Claimed[]> {
  return pool.use((session) => session.run(claim, [now, limit, hiddenUntil]))
}

/** Each by a statement of its own, so many at a time: what can be done where each row waits for an answer of its own. */
export async function writeEach(
  pool: RawPool,
  rows: readonly Claimed[],
  atOnce: number,
  work: (row: Claimed) => readonly unknown[] | Promise<readonly unknown[]>,
): Promise<void> {
  const queue = rows.values()
  const worker = async () => {
    for (const row of queue) {
      const [id, version] = row
      const values = await work(row)
      await pool.use((session) => session.run(writeBack, [...values, id, version]))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** All in one statement. */
export async function writeAll(pool: RawPool, rows: readonly Claimed[], dueAt: number): Promise<void> {
  const column = (at: number) => rows.map((row) => row[at])
  const values = [column(0), column(1), rows.map(() => dueAt), ...[3, 4, 5, 6, 7, 8].map(column)]
  await pool.use((session) => session.run(writeAllBack, values))
}
