import { isHoldfastError } from "@holdfast/core"
import { type ConnectorWorld, connectorWorld } from "@holdfast/testing"
import {
  createMicrosoftEmulator,
  emulatorApp,
  type MicrosoftEmulator,
  type MicrosoftEmulatorOptions,
} from "./emulator.js"
import {
  type OutlookCalendarConnector,
  type OutlookConnector,
  outlook,
  outlookCalendar,
  type TeamsConnector,
  teams,
} from "./index.js"

type Product = OutlookConnector | OutlookCalendarConnector | TeamsConnector

/** A real Holdfast with the three products on one app, over the stand-in. */
export function microsoftWorld(
  seeds: MicrosoftEmulatorOptions = {},
  tenant?: string,
  change?: (answer: Response, request: Request) => Promise<Response>,
) {
  const app = { ...emulatorApp, ...(tenant !== undefined && { tenant }) }
  const reached: { world?: ConnectorWorld<Product, MicrosoftEmulator> } = {}
  const emulator = createMicrosoftEmulator({ send: (request) => receive(reached.world, request), ...seeds })
  const world = connectorWorld<Product, MicrosoftEmulator>({
    connectors: [outlook(app), outlookCalendar(app), teams(app)],
    emulator,
    ...(change && { fetch: async (request: Request) => change(await emulator.fetch(request.clone()), request) }),
  })
  reached.world = world
  return world
}

/** What comes to an address of this Holdfast, worked off. */
export async function receive(
  world: ConnectorWorld<Product, MicrosoftEmulator> | undefined,
  request: Request,
): Promise<Response> {
  const { url, method, headers } = request
  const [connector = "", key = ""] = new URL(url).pathname.split("/").slice(-2)
  const body = new Uint8Array(await request.arrayBuffer())
  const delivery = { method, url, headers, body, text: new TextDecoder().decode(body) }
  try {
    const received = await world?.holdfast.webhooks.receive(connector, decodeURIComponent(key), delivery)
    await received?.settled
    return received?.response ?? new Response(null, { status: 503 })
  } catch (error) {
    return Response.json({ error: isHoldfastError(error) ? error.code : "unexpected" }, { status: 401 })
  }
}
