import { type AttemptView, type ConnectionInfo, HoldfastError, type Owner } from "@holdfast/core"
import { z } from "zod"
import type { Exchange } from "../../exchange.js"
import type { Route } from "../../router.js"
import { factsOf } from "./facts.js"

/** What is connected at one connector, by numbers, as the pages have them. */
export const accountRoutes: readonly Route[] = [
  { method: "GET", path: "/{connector}/accounts", answer: list },
  { method: "POST", path: "/{connector}/disconnect", answer: disconnect },
]

async function list(exchange: Exchange): Promise<Response> {
  const connector = exchange.holdfast.connectorOf(exchange.param("connector")).id
  const found = await exchange.holdfast.for(await exchange.owner()).list({ connector, limit: 1_000 })
  return Response.json({ accounts: found.filter(({ status }) => status !== "disconnecting").map(accountOf) })
}

const reference = z.union([z.number().int().positive(), z.string().min(1).max(200)]).transform(String)
const named = z
  .object({ accountId: reference.optional(), storeId: reference.optional() })
  .transform(({ accountId, storeId }) => accountId ?? storeId ?? "")
  .refine((id) => id !== "", { path: ["accountId"] })

async function disconnect(exchange: Exchange): Promise<Response> {
  const connector = exchange.holdfast.connectorOf(exchange.param("connector")).id
  const connection = exchange.holdfast.for(await exchange.owner()).connection(await exchange.fields(named))
  const info = await connection.info()
  // A number is unique in the tenant, and this page shows only its own connector's.
  if (info.connector !== connector) throw new HoldfastError("not_found")
  const { revocation } = await connection.disconnect()
  return Response.json({ success: true, revocation })
}

/** What the page is told of an attempt that should have ended in a connection. @throws HoldfastError with why it did not */
export async function connectedBody(exchange: Exchange, owner: Owner, view: AttemptView) {
  if (view.status === "failed") throw new HoldfastError(view.error?.code ?? "unexpected")
  if (view.connectionId === undefined || view.status !== "connected") throw new HoldfastError("provider_unavailable")
  const info = await exchange.holdfast.for(owner).connection(view.connectionId).info()
  const account = accountOf(info)
  return { success: true, ...account, accountId: info.number, account, ...factsOf(info.connector).fields(info) }
}

function accountOf({ number, account, name, status }: ConnectionInfo) {
  return { id: number, email: account.email ?? account.label, name, status }
}
