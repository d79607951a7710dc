/** Type-checked only: adapters against the frameworks' own types (A6). */

import { createServer } from "node:http"
import type { Connector, Holdfast, Owner } from "@holdfast/core"
import express, { type Request as ExpressRequest } from "express"
import type {} from "express-session"
import fastify, { type FastifyRequest } from "fastify"
import { type Context, Hono } from "hono"
import { toExpress } from "./express.js"
import { toFastify } from "./fastify.js"
import { toHono } from "./hono.js"
import { toNextHandlers } from "./next.js"
import { toNodeHandler } from "./node.js"

declare module "express-session" {
  interface SessionData {
    user: { id: string }
    orgId: string
  }
}
declare module "fastify" {
  interface FastifyRequest {
    user?: { id: string; orgId: string }
  }
}

type Narrow = Connector<"slack"> | Connector<"google-sheets">
declare const holdfast: Holdfast<Narrow>

const app = express()
app.use(
  "/api/integrations",
  toExpress(holdfast, {
    owner: (req: ExpressRequest) =>
      req.session.user && { tenantId: req.session.orgId ?? "", userId: req.session.user.id },
  }),
)
// Without an annotation the request's type comes from where the middleware is used.
app.use(
  "/api/integrations",
  toExpress(holdfast, {
    owner: (req) => req.session.user && { tenantId: req.session.orgId ?? "", userId: req.session.user.id },
  }),
)
// @ts-expect-error a session that says nothing is null or undefined, not false
toExpress(holdfast, { owner: (req: ExpressRequest) => req.session.user !== undefined })

type Env = { Variables: { owner: Owner | undefined } }
const hono = new Hono<Env>()
hono.all("/api/integrations/*", toHono(holdfast, { owner: (c: Context<Env>) => c.get("owner") }))

const server = fastify()
server.register(
  toFastify(holdfast, { owner: (request: FastifyRequest) => request.user && { tenantId: request.user.orgId } }),
  { prefix: "/api/integrations" },
)

export const { GET, POST } = toNextHandlers(holdfast, {
  owner: async (request) => (request.headers.has("cookie") ? { tenantId: "t" } : null),
})

createServer(toNodeHandler(holdfast, { owner: (request) => ({ tenantId: String(request.headers["x-tenant"]) }) }))
