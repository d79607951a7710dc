import { describe, expect, it } from "vitest"
import { migrate } from "./migrate.js"

describe("holdfast migrate", () => {
  it.each([
    ["postgres://127.0.0.1/x", 'create table "own_connections"'],
    ["postgresql://127.0.0.1/x", 'collate "C"'],
    ["mysql://127.0.0.1/x", "create table `own_connections`"],
    ["mariadb://127.0.0.1/x", "varbinary(1020)"],
  ])("prints the SQL for %s, and connects to nothing", async (url, contains) => {
    const sql = await migrate({ url, print: true, tablePrefix: "own_" })
    expect(sql).toContain(contains)
    expect(sql).toMatch(/insert into .own_migrations. \(.version., .applied_at.\) values \(1, 0\);\n$/)
  })

  it("says what it takes, and never repeats a URL", async () => {
    for (const url of ["sqlite://canary", "canary", ""]) {
      const error = await migrate({ url }).catch((thrown: unknown) => thrown)
      expect(String(error)).toContain("--url takes postgres://")
      expect(String(error)).not.toContain("canary")
    }
  })

  it.each(["postgres", "mysql"])("fails where no %s answers, without the password", async (scheme) => {
    const error = await migrate({ url: `${scheme}://me:canary@127.0.0.1:1/x` }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: "store_unavailable" })
    expect(String(error)).not.toContain("canary")
  })
})
