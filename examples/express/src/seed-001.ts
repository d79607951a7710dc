import { fileURLToPath } from "node:url"
import { createHoldfast, type HoldfastOptions, keyring } from "@holdfast/core"
import { channels } from "@holdfast/server/channels"
import { toExpress } from "@holdfast/server/express"
import { guardedFetch, nodeGuard } from "@holdfast/server/node"
import { sqliteStore } from "@holdfast/store-sql/sqlite"
import express from "express"
import type { Development } from "./app.js"
import { connectors } from "./connectors.js"
import { sessionStandIn } from "./session.js"

/** Where the front end is, if it is not a page of the app itself. */
interface FrontEnd {
  /** Its page that people come back to, on an origin of its own. Default: `/integrations`, here. */
  readonly page?: string
}

/** An app whose page is handed a code by each provider, and posts it: the routes that such front ends call, below `/api/v1/channels`. */
export function createChannelsApp({ transports, store, page, ...development }: Development & FrontEnd = {}) {
  const url = process.env.APP_URL ?? "http://localhost:3000"
  const holdfast = createHoldfast({
    url: `${url}/api/integrations`,
    connectors: connectors(transports),
    store: store ?? sqliteStore(process.env.DATABASE_FILE ?? "holdfast.db"),
    keys: keyring(process.env.HOLDFAST_KEYS),
    guard: nodeGuard(),
    runtime: { fetch: guardedFetch() },
    ...(page !== undefined && { returnUrls: [page] }),
    ...development,
  } satisfies HoldfastOptions)

  const app = express().disable("x-powered-by")
  const { ownerOf, routes } = sessionStandIn(process.env.SESSION_SECRET ?? crypto.randomUUID())
  // Its pages call with the cookies of this app, and no other origin's may.
  const origins = [url, ...(page === undefined ? [] : [new URL(page).origin])]
  const dialect = channels({ page: page ?? "/integrations" })
  app.use("/api/integrations", toExpress(holdfast, { owner: ownerOf }))
  app.use("/api/v1/channels", toExpress(holdfast, { owner: ownerOf, dialect, origins }))
  app.use(routes, express.static(fileURLToPath(new URL("../public", import.meta.url))))
  app.get("/integrations", (_request, response) => {
    response.type("html").send("<!doctype html><title>Integrations</title>")
  })
  return { app, holdfast }
}
