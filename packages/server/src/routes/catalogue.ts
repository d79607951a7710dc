import { type ConnectionInfo, type Connector, type Holdfast, isHoldfastError, type Owner } from "@holdfast/core"
import { z } from "zod"
import type { Exchange } from "../exchange.js"
import type { Route } from "../router.js"
import { describeOperations } from "./describe-operations.js"

/** What can be connected, and what is. */
export const catalogueRoutes: readonly Route[] = [
  { method: "GET", path: "/connectors", scope: "read", answer: listConnectors },
]

const querySchema = z.object({ schemas: z.enum(["0", "1"]).optional() })

async function listConnectors({ holdfast, owner, query }: Exchange): Promise<Response> {
  const asker = await owner()
  const withSchemas = query(querySchema).schemas === "1"
  const connections = await allConnections(holdfast, asker)
  const connectors = await Promise.all(
    [...holdfast.connectors.values()].map((connector) =>
      describe(holdfast, asker, connector, connections, withSchemas),
    ),
  )
  // Whether a page shows what is for admins. What it may do there is asked again with every call (X8).
  return Response.json({ connectors, viewer: { admin: asker.admin === true } })
}

async function describe(
  holdfast: Holdfast,
  owner: Owner,
  connector: Connector,
  connections: readonly ConnectionInfo[],
  withSchemas: boolean,
) {
  const mine = connections.filter((connection) => connection.connector === connector.id)
  return {
    id: connector.id,
    vendor: connector.vendor,
    name: connector.name,
    category: connector.category,
    documentation: connector.documentation,
    // What each method asks for beforehand tells a page whether a popup can be opened at once (001: the shop's name first).
    methods: connector.methods.map(({ id, kind, label, needsApp, fields, facts }) => ({
      id,
      kind,
      label,
      needsApp,
      fields,
      startsWith: facts.startsWith,
    })),
    operations: describeOperations(connector, withSchemas),
    setup: await setupOf(holdfast, owner, connector),
    appConfigured: await isAppConfigured(holdfast, owner.tenantId, connector),
    connected: mine.length > 0,
    connections: mine.map(({ id, name, status, account }) => ({ id, name, status, account: account.label })),
  }
}

/** The guide, with the address to register filled in. What is done with the webhook address is for admins, who are told it. */
async function setupOf(holdfast: Holdfast, { tenantId }: Owner, { id, app, setup }: Connector) {
  if (!app) return setup
  const redirectUri = await holdfast.apps.redirectUri(tenantId, id)
  const steps = setup.steps.filter((step) => !step.includes("{webhookUrl}"))
  return { url: setup.url, steps: steps.map((step) => step.replaceAll("{redirectUri}", redirectUri)) }
}

/** Whether an app is there; true where none is needed. */
async function isAppConfigured(holdfast: Holdfast, tenantId: string, connector: Connector): Promise<boolean> {
  if (!connector.methods.some((method) => method.needsApp)) return true
  try {
    await holdfast.apps.resolve(tenantId, connector.id)
    return true
  } catch (error) {
    if (isHoldfastError(error, "app_not_configured")) return false
    throw error
  }
}

const pageSize = 1000

async function allConnections(holdfast: Holdfast, owner: Owner): Promise<ConnectionInfo[]> {
  const all: ConnectionInfo[] = []
  for (;;) {
    const after = all.at(-1)?.id
    const next = await holdfast.for(owner).list({ limit: pageSize, ...(after !== undefined && { after }) })
    all.push(...next)
    if (next.length < pageSize) return all
  }
}
