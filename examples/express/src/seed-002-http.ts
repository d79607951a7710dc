import { createHoldfast, type HoldfastOptions, keyring } from "@holdfast/core"
import { notion } from "@holdfast/notion"
import { alloy } from "@holdfast/server/alloy"
import { toExpress } from "@holdfast/server/express"
import { sqliteStore } from "@holdfast/store-sql/sqlite"
import express from "express"
import { sessionStandIn } from "./session.js"

/** Connections for other servers, which call `/connectors` with an API key, and come back with the code that a person brought them. */
export function createCredentialsApp({ store, ...development }: Partial<HoldfastOptions> = {}) {
  const holdfast = createHoldfast({
    url: `${process.env.APP_URL ?? "http://localhost:3000"}/api/integrations`,
    connectors: [notion()],
    store: store ?? sqliteStore(process.env.DATABASE_FILE ?? "holdfast.db"),
    keys: keyring(process.env.HOLDFAST_KEYS),
    redirectUris: [process.env.CALLBACK_URL ?? "http://localhost:3000/oauth/callback"],
    ...development,
  } satisfies HoldfastOptions)

  const app = express().disable("x-powered-by")
  const { ownerOf, routes } = sessionStandIn(process.env.SESSION_SECRET ?? crypto.randomUUID())
  app.use("/api/integrations", toExpress(holdfast, { owner: ownerOf, describeOwner: () => "The example" }))
  app.use("/connectors", toExpress(holdfast, { owner: ownerOf, dialect: alloy() }))
  app.use(routes)
  return { app, holdfast }
}
