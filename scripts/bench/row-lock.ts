import { toLoopback } from "../../packages/emulator/src/index.js"
import { acmeApp } from "../../packages/testing/src/acme/acme-emulator.js"
import { openRaw, type Raw } from "./raw.js"
import type { Place, StoreName } from "./stores.js"

// What a herd costs at the least: a row that is locked while the one refresh is under way, one flight a process, and nothing that survives a crash.

const dialects: Readonly<Record<StoreName, { readonly table: string; readonly begin: string; readonly lock: string }>> =
  {
    sqlite: {
      table:
        "create table row_lock (id text primary key, access text not null, refresh text not null, ends_at integer not null)",
      begin: "begin immediate",
      lock: "",
    },
    postgres: {
      table:
        "create table row_lock (id text primary key, access text not null, refresh text not null, ends_at bigint not null)",
      begin: "begin",
      lock: " for update",
    },
    mysql: {
      table:
        "create table row_lock (id varchar(100) primary key, access text not null, refresh text not null, ends_at bigint not null)",
      begin: "start transaction",
      lock: " for update",
    },
  }

/** One row with one token. */
export async function makeRowLock(place: Place, tokens: { access: string; refresh: string }): Promise<void> {
  const pool = await openRaw(place, 1)
  const session = await pool.session()
  await session.exec(dialects[place.store].table)
  await session.run("insert into row_lock (id, access, refresh, ends_at) values (?, ?, ?, ?)", [
    "one",
    tokens.access,
    tokens.refresh,
    0,
  ])
  await pool.close()
}

/** Ends its token. */
export async function endRowLock(session: Raw): Promise<void> {
  await session.run("update row_lock set ends_at = ? where id = ?", [0, "one"])
}

/** Its callers in one process. Each reads the row; those who find the token ended share a flight, which takes the lock and looks again. */
export async function openRowLock(
  place: Pick<Place, "store" | "url">,
  sessions: number,
  reroute: Readonly<Record<string, string>>,
) {
  const pool = await openRaw(place, sessions)
  const { begin, lock } = dialects[place.store]
  const select = "select access, refresh, ends_at from row_lock where id = ?"
  let flight: Promise<string> | undefined

  const renew = () =>
    pool.use(async (session) => {
      await session.exec(begin)
      const [[access, refresh, endsAt] = []] = await session.run(select + lock, ["one"])
      if (Number(endsAt) > Date.now()) {
        await session.exec("commit")
        return String(access)
      }
      const { clientId: client_id, clientSecret: client_secret } = acmeApp
      const answer = await fetch(toLoopback("https://acme.example/oauth/token", reroute), {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "refresh_token",
          refresh_token: String(refresh),
          client_id,
          client_secret,
        }),
      })
      if (!answer.ok) throw new Error(`The provider answered ${answer.status} to the row lock.`)
      const tokens = (await answer.json()) as { access_token: string; refresh_token: string; expires_in: number }
      const end = Date.now() + tokens.expires_in * 1_000
      const values = [tokens.access_token, tokens.refresh_token, end, "one"]
      await session.run("update row_lock set access = ?, refresh = ?, ends_at = ? where id = ?", values)
      await session.exec("commit")
      return tokens.access_token
    })

  return {
    async accessToken(): Promise<string> {
      const [[access, , endsAt] = []] = await pool.use((session) => session.run(select, ["one"]))
      if (Number(endsAt) > Date.now()) return String(access)
      flight ??= renew().finally(() => {
        flight = undefined
      })
      return flight
    },
    close: () => pool.close(),
  }
}
