import { type AppView, HoldfastError } from "@holdfast/core"
import { z } from "zod"
import { stringValues } from "../body.js"
import type { Exchange } from "../exchange.js"
import type { Route } from "../router.js"

/** OAuth settings: the app registrations of a tenant, for its admins. Secrets are only ever written. */
export const appRoutes: readonly Route[] = [
  { method: "GET", path: "/apps", answer: listApps },
  { method: "GET", path: "/apps/{connector}", answer: showApp },
  { method: "PUT", path: "/apps/{connector}", answer: saveApp },
  { method: "DELETE", path: "/apps/{connector}", answer: removeApp },
]

async function listApps(exchange: Exchange): Promise<Response> {
  const apps = await exchange.holdfast.apps.list(await exchange.admin())
  return Response.json({ apps: apps.map((app) => withSetup(exchange, app)) })
}

async function showApp(exchange: Exchange): Promise<Response> {
  const apps = await exchange.holdfast.apps.list(await exchange.admin())
  const connector = exchange.param("connector").replaceAll("_", "-")
  const app = apps.find((candidate) => candidate.connector === connector)
  if (!app) throw new HoldfastError("connector_unknown", `There is no connector ${connector}, or it needs no app.`)
  return Response.json(withSetup(exchange, app))
}

const savedFor = z.enum(["connector", "vendor"]).optional()
const saveSchema = z.object({ fields: stringValues, for: savedFor })

async function saveApp(exchange: Exchange): Promise<Response> {
  const admin = await exchange.admin()
  const { fields, for: scope } = await exchange.fields(saveSchema)
  const options = scope === undefined ? {} : { for: scope }
  const app = await exchange.holdfast.apps.save(admin, exchange.param("connector"), fields, options)
  return Response.json(withSetup(exchange, app))
}

const removeSchema = z.object({ for: savedFor })

async function removeApp(exchange: Exchange): Promise<Response> {
  const admin = await exchange.admin()
  const { for: scope } = exchange.query(removeSchema)
  await exchange.holdfast.apps.remove(admin, exchange.param("connector"), scope === undefined ? {} : { for: scope })
  return new Response(null, { status: 204 })
}

/** The guide beside the form, with the addresses to register filled in. */
function withSetup({ holdfast }: Exchange, app: AppView) {
  const setup = holdfast.connectors.get(app.connector)?.setup
  const fill = (step: string) =>
    step.replaceAll("{redirectUri}", app.redirectUri).replaceAll("{webhookUrl}", app.webhookUrl ?? "")
  return { ...app, ...(setup && { setup: { url: setup.url, steps: setup.steps.map(fill) } }) }
}
