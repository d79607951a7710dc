import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from "kysely"
import type { Tables } from "./tables.js"

/** Builds SQL and never runs it. */
export function mysqlQueries(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (builder) => new MysqlIntrospector(builder),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  })
}
