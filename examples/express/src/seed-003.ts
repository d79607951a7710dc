import { createHoldfast, type HoldfastOptions, keyring } from "@holdfast/core"
import { atom } from "@holdfast/server/atom"
import { toExpress } from "@holdfast/server/express"
import { guardedFetch, nodeGuard } from "@holdfast/server/node"
import { sqliteStore } from "@holdfast/store-sql/sqlite"
import express from "express"
import type { Development } from "./app.js"
import { connectors } from "./connectors.js"
import { sessionStandIn } from "./session.js"

/** An app whose page posts a code to `/{provider}/callback`. Each app registration comes from the environment: `ASANA_CLIENT_ID`, … */
export function createAtomApp({ transports, store, ...development }: Development = {}) {
  const holdfast = createHoldfast({
    url: `${process.env.APP_URL ?? "http://localhost:3000"}/api/integrations`,
    connectors: connectors(transports),
    store: store ?? sqliteStore(process.env.DATABASE_FILE ?? "holdfast.db"),
    keys: keyring(process.env.HOLDFAST_KEYS),
    guard: nodeGuard(),
    runtime: { fetch: guardedFetch() },
    ...development,
  } satisfies HoldfastOptions)

  const app = express().disable("x-powered-by")
  const { ownerOf, routes } = sessionStandIn(process.env.SESSION_SECRET ?? crypto.randomUUID())
  // Below the native routes' own path, so before them.
  app.use("/api/integrations/atom", toExpress(holdfast, { owner: ownerOf, dialect: atom({ page: "/integrations" }) }))
  app.use("/api/integrations", toExpress(holdfast, { owner: ownerOf }))
  app.get("/integrations", (_request, response) => {
    response.type("html").send("<!doctype html><title>Integrations</title>")
  })
  app.use(routes)
  return { app, holdfast }
}
