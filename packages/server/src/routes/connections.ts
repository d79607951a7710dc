import type { Connection } from "@holdfast/core"
import { z } from "zod"
import { begin, beginSchema, cookieFor } from "../begin.js"
import type { Exchange } from "../exchange.js"
import type { Route } from "../router.js"

/** What is connected, and what can be done with it. Another owner's id answers 404. */
export const connectionRoutes: readonly Route[] = [
  { method: "GET", path: "/connections", scope: "read", answer: list },
  { method: "GET", path: "/connections/{id}", scope: "read", answer: show },
  { method: "DELETE", path: "/connections/{id}", scope: "connect", answer: disconnect },
  { method: "GET", path: "/connections/{id}/statistics", scope: "read", answer: statistics },
  { method: "GET", path: "/connections/{id}/diagnosis", scope: "read", answer: diagnosis },
  { method: "POST", path: "/connections/{id}/test", scope: "run", answer: test },
  { method: "POST", path: "/connections/{id}/rename", scope: "connect", answer: rename },
  { method: "POST", path: "/connections/{id}/reconnect", scope: "connect", answer: reconnect },
  { method: "POST", path: "/connections/{id}/run", scope: "run", answer: run },
  { method: "GET", path: "/connections/{id}/targets", scope: "read", answer: targets },
  { method: "POST", path: "/execute", scope: "run", answer: execute },
]

const statuses = ["active", "degraded", "ambiguous", "needs_reauth", "disconnecting", "disabled"] as const
const filterSchema = z.object({
  connector: z.string().optional(),
  status: z.enum(statuses).optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
})

async function list(exchange: Exchange): Promise<Response> {
  const scope = exchange.holdfast.for(await exchange.owner())
  const { connector, status, after, limit } = exchange.query(filterSchema)
  const connections = await scope.list({
    ...(connector !== undefined && { connector }),
    ...(status !== undefined && { status }),
    ...(after !== undefined && { after }),
    ...(limit !== undefined && { limit }),
  })
  return Response.json({ connections })
}

async function show(exchange: Exchange): Promise<Response> {
  return Response.json(await (await handle(exchange)).info())
}

async function disconnect(exchange: Exchange): Promise<Response> {
  return Response.json(await (await handle(exchange)).disconnect())
}

async function statistics(exchange: Exchange): Promise<Response> {
  return Response.json(await (await handle(exchange)).statistics())
}

/** Nothing is sent to the provider: that is `test`, which a GET must not do. */
async function diagnosis(exchange: Exchange): Promise<Response> {
  return Response.json({ diagnoses: await (await handle(exchange)).diagnose() })
}

async function test(exchange: Exchange): Promise<Response> {
  return Response.json(await (await handle(exchange)).check())
}

const renameSchema = z.object({ name: z.string().trim().min(1).max(200), alias: z.string().max(200).nullish() })

async function rename(exchange: Exchange): Promise<Response> {
  const connection = await handle(exchange)
  const { name, alias } = await exchange.fields(renameSchema)
  return Response.json(await connection.rename(name, alias === undefined ? {} : { alias }))
}

async function reconnect(exchange: Exchange): Promise<Response> {
  const { id, connector, method } = await (await handle(exchange)).info()
  const asked = await exchange.fields(
    beginSchema.pick({ method: true, values: true, scopes: true, returnTo: true, redirectUri: true }),
  )
  // Through `attempts` and not the handle, so that this browser is bound like at the first time.
  const { attempt, browser } = await begin(exchange, { method, ...asked, connector, reconnect: id })
  return Response.json(attempt, { status: 201, headers: cookieFor(exchange, browser) })
}

const target = z.string().min(1).max(500).optional()
const runSchema = z.object({ operation: z.string().min(1).max(200), parameters: z.unknown().optional(), target })

async function run(exchange: Exchange): Promise<Response> {
  const connection = await handle(exchange)
  const { operation, parameters, target } = await exchange.fields(runSchema)
  const { signal } = exchange.request
  return result(await connection.run(operation, parameters, { signal, ...(target !== undefined && { target }) }))
}

/** Places to choose from. What the API needs to be called there is not for browsers. */
async function targets(exchange: Exchange): Promise<Response> {
  const targets = await (await handle(exchange)).targets()
  return Response.json({ targets: targets.map(({ id, label }) => ({ id, label })) })
}

const executeSchema = z.object({
  provider: z.string().min(1).max(100),
  operation: z.string().min(1).max(200),
  connectionId: z.string().min(1).max(200).optional(),
  parameters: z.unknown().optional(),
  target,
})

async function execute(exchange: Exchange): Promise<Response> {
  const scope = exchange.holdfast.for(await exchange.owner())
  const { connectionId, target, ...call } = await exchange.fields(executeSchema)
  const named = { ...(connectionId !== undefined && { connectionId }), ...(target !== undefined && { target }) }
  return result(await scope.execute({ ...call, ...named, signal: exchange.request.signal }))
}

/** An operation may answer nothing, which JSON has no word for. */
function result(value: unknown): Response {
  return Response.json({ result: value ?? null })
}

async function handle(exchange: Exchange): Promise<Connection> {
  return exchange.holdfast.for(await exchange.owner()).connection(exchange.param("id"))
}
