import { betterAuth } from "better-auth"
import { symmetricEncrypt } from "better-auth/crypto"
import { getMigrations } from "better-auth/db/migration"
import { insertAll, openRaw, type Raw } from "./raw.js"
import type { Place, StoreName } from "./stores.js"

// The library that people use today to keep users' tokens in their own database: better-auth, told to encrypt them.

const secret = "a secret of this bench, and of nothing else"

const quote: Readonly<Record<StoreName, string>> = { sqlite: '"', postgres: '"', mysql: "`" }

function authOn(driver: object) {
  // It takes what has a `db`, as libsql's database has, for a Kysely: it is shown the rest alone.
  const { prepare } = driver as { prepare?: (sql: string) => unknown }
  const database = prepare ? { aggregate: true, prepare: prepare.bind(driver), close() {} } : driver
  return betterAuth({
    database: database as never,
    secret,
    baseURL: "https://app.example",
    account: { encryptOAuthTokens: true },
    socialProviders: { slack: { clientId: "app", clientSecret: "secret" } },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
}

/** Its tables in the same database, with as many users of one account each, and tokens of the same size. */
export async function fillPeer(
  place: Pick<Place, "store" | "url">,
  raw: Raw,
  count: number,
  tokens: { access: string; refresh: string },
): Promise<void> {
  const pool = await openRaw(place, 2)
  try {
    const { runMigrations } = await getMigrations(authOn(pool.driver).options)
    await runMigrations()
  } finally {
    await pool.close()
  }
  const named = (name: string) => `${quote[place.store]}${name}${quote[place.store]}`
  const at = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace("T", " ")
  const now = at(Date.now())
  const end = at(Date.now() + 86_400_000)
  const access = await symmetricEncrypt({ key: secret, data: tokens.access })
  const refresh = await symmetricEncrypt({ key: secret, data: tokens.refresh })
  const users = function* () {
    for (let n = 0; n < count; n++) yield [userOf(n), `User ${n}`, `user${n}@app.example`, true, now, now]
  }
  const accounts = function* () {
    for (let n = 0; n < count; n++)
      yield [accountOf(n), `U${n}`, "slack", userOf(n), access, refresh, end, "channels:read", now, now]
  }
  // SQLite and MySQL have no booleans.
  const flat = function* (rows: Iterable<readonly unknown[]>) {
    for (const row of rows) yield place.store === "postgres" ? row : row.map((value) => (value === true ? 1 : value))
  }
  const columns = ["id", "accountId", "providerId", "userId", "accessToken", "refreshToken", "accessTokenExpiresAt"]
  const userColumns = ["id", "name", "email", "emailVerified", "createdAt", "updatedAt"]
  await insertAll(raw, named("user"), userColumns.map(named), flat(users()))
  await insertAll(raw, named("account"), [...columns, "scope", "createdAt", "updatedAt"].map(named), flat(accounts()))
}

/** Its `getAccessToken` on the server, for the n-th user. */
export async function openPeer(place: Pick<Place, "store" | "url">) {
  const pool = await openRaw(place)
  const auth = authOn(pool.driver)
  return {
    async read(n: number): Promise<string> {
      const { accessToken } = await auth.api.getAccessToken({ body: { accountId: accountOf(n), userId: userOf(n) } })
      return accessToken
    },
    close: () => pool.close(),
  }
}

const userOf = (n: number) => `user_${String(n).padStart(6, "0")}`
const accountOf = (n: number) => `account_${String(n).padStart(6, "0")}`
