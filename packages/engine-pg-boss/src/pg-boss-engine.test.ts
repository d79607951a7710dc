import { engineSuite } from "@holdfast/testing"
import { afterAll, beforeAll, it } from "vitest"
import { bossSchema, missingPostgres, postgresUrl } from "./postgres.fixture.js"

const missing = await missingPostgres()

if (missing === undefined) {
  const { create, drop, queue } = bossSchema()
  beforeAll(create)
  afterAll(drop)
  engineSuite({ name: "pgBossEngine", server: postgresUrl, create: queue })
} else it.skip(`pgBossEngine is an engine that goes on whatever happens (skip: ${missing})`, () => {})
