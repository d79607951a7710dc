import { fileURLToPath } from "node:url"
import { integrationsPage } from "@holdfast/client/page"
import { createHoldfast, HoldfastError, type HoldfastOptions, isHoldfastError, keyring } from "@holdfast/core"
import { toExpress } from "@holdfast/server/express"
import { guardedFetch, nodeGuard } from "@holdfast/server/node"
import { sqliteStore } from "@holdfast/store-sql/sqlite"
import express, { type NextFunction, type Request, type Response } from "express"
import { z } from "zod"
import { connectors, type Transports } from "./connectors.js"
import { pageHeaders } from "./page-headers.js"
import { sessionStandIn } from "./session.js"

/** What the demo and the tests put in its place, to run against emulators. An app of yours needs none of it. */
export interface Development
  extends Partial<Pick<HoldfastOptions, "guard" | "reroute" | "runtime" | "store" | "logger">> {
  transports?: Transports
  links?: readonly { readonly label: string; readonly url: string }[]
}

/** An app whose users connect their accounts. Registrations come from the environment: `SLACK_CLIENT_ID`, … */
export function createApp({ transports, store, links = [], ...development }: Development = {}) {
  const holdfast = createHoldfast({
    url: `${process.env.APP_URL ?? "http://localhost:3000"}/api/integrations`,
    connectors: connectors(transports),
    store: store ?? sqliteStore(process.env.DATABASE_FILE ?? "holdfast.db"),
    keys: keyring(process.env.HOLDFAST_KEYS),
    guard: nodeGuard(),
    runtime: { fetch: guardedFetch() },
    ...development,
  })

  const app = express().disable("x-powered-by")
  const { ownerOf, routes } = sessionStandIn(process.env.SESSION_SECRET ?? crypto.randomUUID())

  // Where people connect their accounts: /api/integrations/ui. Before any body parser: webhooks are signed over the bytes as they were sent.
  const ui = {
    ...integrationsPage,
    signInUrl: "/sign-in.html",
    links: [
      { label: "Run an operation", url: "/operations.html" },
      ...links,
      { label: "Change person", url: "/sign-in.html" },
    ],
  }
  app.use("/api/integrations", toExpress(holdfast, { owner: ownerOf, ui }))

  app.use(pageHeaders, routes)
  app.use(express.static(fileURLToPath(new URL("../public", import.meta.url))))

  // What public/operations.js offers to run. It runs them by the native route, `POST /api/integrations/connections/{id}/run`.
  app.get("/api/operations/:connector", (request, response) => {
    const { operations } = holdfast.connectorOf(request.params.connector)
    const schemaOf = (input: z.ZodType) => z.toJSONSchema(input, { io: "input", unrepresentable: "any" })
    response.json(
      Object.entries(operations).map(([id, { summary, input }]) => ({ id, summary, parameters: schemaOf(input) })),
    )
  })

  // And from anywhere in the backend: the connection of whoever asks, its operations typed.
  app.post("/api/announcements", express.json(), async (request, response) => {
    const owner = ownerOf(request)
    if (!owner) throw new HoldfastError("unauthenticated")
    const workspace = await holdfast.for(owner).get("slack")
    response.json(await workspace.run("send_message", { channel: "#general", message: String(request.body?.message) }))
  })

  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (!isHoldfastError(error)) return next(error)
    response.status(error.status).json({ error: error.code, message: error.publicText })
  })

  return { app, holdfast }
}
