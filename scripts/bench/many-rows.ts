import { createVault, systemCipher } from "../../packages/core/src/index.js"
import { connectionColumns, toColumns } from "../../packages/store-sql/src/connection-table.js"
import { exampleRow } from "../../packages/testing/src/example-row.js"
import { keys, owner } from "./acme.js"
import { insertAll, type Raw, type Row } from "./raw.js"
import type { StoreName } from "./stores.js"

// Tables as large as an application of many years has, made by the database itself.

export interface ManyRows {
  readonly rows: number
  /** How many of them are due, spread over all pages of the table. */
  readonly due: number
  /** Those are due from here on, one after another, in milliseconds since the epoch; all others in a month. */
  readonly now: number
}

const month = 30 * 86_400_000
const secretBytes = 700

interface Dialect {
  readonly before: readonly string[]
  /** A table of `n` from 1 to so many. */
  numbers(count: number): string
  joined(text: string, n: string): string
  padded(n: string): string
}

const recursive = (count: number) =>
  `(with recursive n(n) as (select 1 union all select n + 1 from n where n < ${count}) select n from n) s`
const operator = (text: string, n: string) => `'${text}' || ${n}`

const dialects: Readonly<Record<StoreName, Dialect>> = {
  sqlite: { before: [], numbers: recursive, joined: operator, padded: (n) => `printf('%09d', ${n})` },
  postgres: {
    before: [],
    numbers: (count) => `generate_series(1, ${count}) n`,
    joined: operator,
    padded: (n) => `lpad((${n})::text, 9, '0')`,
  },
  mysql: {
    // Each server knows one of the two names.
    before: ["set session cte_max_recursion_depth = 100000000", "set session max_recursive_iterations = 100000000"],
    numbers: recursive,
    joined: (text, n) => `concat('${text}', ${n})`,
    padded: (n) => `lpad(${n}, 9, '0')`,
  },
}

const tenants = 20_000

/** Fills the empty table of connections. Their credentials are as long as real ones, and cannot be opened. */
export async function fillMany(raw: Raw, store: StoreName, { rows, due, now }: ManyRows): Promise<void> {
  const { before, numbers, joined, padded } = dialects[store]
  for (const sql of before) await raw.exec(sql).catch(() => {})
  const every = Math.floor(rows / due)
  const made: Readonly<Record<string, string>> = {
    id: joined("conn_", padded("n")),
    tenant_id: joined("tenant_", padded(`n % ${tenants}`)),
    account_key: joined("U", "n"),
    number: "n",
    due_at: `case when n % ${every} = 0 and n <= ${every * due} then ${now - rows} + n else ${now + month} + n end`,
  }
  const same = toColumns({ ...idleRow("conn", now), number: 0, version: 1 })
  const values = connectionColumns.map((column) => made[column] ?? literal(same[column]))
  await raw.exec(
    `insert into holdfast_connections (${connectionColumns.join(", ")}) select ${values.join(", ")} from ${numbers(rows)}`,
  )
}

/** Adds rows that are due before all others, whose tokens have ended and can be renewed. */
export async function addEnded(raw: Raw, count: number): Promise<void> {
  const vault = createVault({ keyring: keys, cipher: systemCipher() })
  const now = Date.now()
  const rows: Row[] = []
  for (let at = 0; at < count; at++) {
    const id = `conn_ended_${at}`
    const row = idleRow(id, now)
    const { main } = row.detail.slots
    const slots = { main: { ...main, clock: { ...main.clock, issuedAt: now - 3_600_000, expiresAt: now } } }
    // Unused since, but connected since: what makes the scheduler renew it.
    const detail = { ...row.detail, slots, createdAt: now }
    const ended = { ...row, tenantId: "ended", accountKey: id, keyId: vault.keyId, dueAt: 1, detail }
    const secret = { accessToken: "a".repeat(200), refreshToken: `r${at}`.padEnd(200, "r"), tokenType: "Bearer" }
    const sealed = { main: await vault.sealSlot(ended, "main", 1, secret) }
    const columns = toColumns({ ...ended, sealed, number: at + 1, version: 1 })
    rows.push(connectionColumns.map((column) => columns[column]))
  }
  await insertAll(raw, "holdfast_connections", connectionColumns, rows)
}

/** A connection of the test connector whose token lives for a month: there is nothing to do for it but to look again later. */
function idleRow(id: string, now: number) {
  const row = exampleRow(id, { ...owner, connector: "acme", method: "oauth", appId: "acme:acme-app" })
  const clock = { issuedAt: now, expiresAt: now + month, rotation: "single-use" } as const
  const main = { clock, granted: ["items:read"], status: "active", reason: null, providerCode: null } as const
  const slots = { main: { ...main, generation: 1, writtenBy: "bench", retryAt: null, failures: 0 } }
  return { ...row, sealed: { main: "x".repeat(secretBytes) }, detail: { ...row.detail, slots } }
}

function literal(value: unknown): string {
  if (value === null) return "null"
  return typeof value === "number" ? String(value) : `'${String(value).replaceAll("'", "''")}'`
}
