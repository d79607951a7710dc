import type { AuthorizationServer } from "./authorization/contract.js"
import type { EmulatedClient } from "./authorization/model.js"
import type { Emulator } from "./contract.js"
import type { PlannedFault } from "./fault.js"
import { json } from "./responses.js"

/** Where the control surface is, on every loopback server of an emulator. */
export const controlPrefix = "/__emulator/"

/** Which authorization server and grants an order is about. Default: all of them. */
export interface GrantSelection {
  server?: string
  grantId?: string
  accountId?: string
}

/**
 * Drives an emulator over HTTP, for tests and demos in another process. `./node` serves it; never mount it where anybody
 * but you can reach it.
 *
 * Orders are POSTed as JSON, which web pages of other origins cannot do unasked. {@link emulatorControl} is its client.
 */
export function controlHandler(emulator: Emulator): (request: Request) => Promise<Response> {
  return async (request) => {
    const name = new URL(request.url).pathname.slice(controlPrefix.length)
    try {
      if (request.method === "GET") return read(emulator, name)
      if (request.method !== "POST") return json({ error: "method_not_allowed" }, { status: 405 })
      if (!request.headers.get("content-type")?.startsWith("application/json")) {
        return json({ error: "content_type", message: "orders are JSON" }, { status: 415 })
      }
      return await order(emulator, name, await request.json())
    } catch (error) {
      return json(
        { error: "order_failed", message: error instanceof Error ? error.message : "unknown" },
        { status: 400 },
      )
    }
  }
}

function read(emulator: Emulator, name: string): Response {
  switch (name) {
    case "":
      return json({
        name: emulator.name,
        origins: emulator.origins,
        now: emulator.clock.now(),
        actions: Object.keys(emulator.actions),
      })
    case "counters":
      return json(emulator.counters)
    case "log":
      return json(emulator.log)
    case "faults":
      return json(emulator.faults.pending())
    case "grants":
      return json(
        Object.values(emulator.authorizationServers).flatMap((server) =>
          server
            .grants()
            .map(({ account, parameters: _, ...grant }) => ({ ...grant, server: server.id, accountId: account.id })),
        ),
      )
    default:
      return json({ error: "not_found" }, { status: 404 })
  }
}

async function order(emulator: Emulator, name: string, input: unknown): Promise<Response> {
  switch (name) {
    case "advance":
      emulator.clock.advance((input as { ms: number }).ms)
      return json({ now: emulator.clock.now() })
    case "faults":
      emulator.faults.next(input as PlannedFault)
      return json({ pending: emulator.faults.pending().length })
    case "faults/clear":
      emulator.faults.clear()
      return json({ pending: 0 })
    case "expire":
      return json({ expired: expire(emulator, input as GrantSelection & { tokens?: "access" | "refresh" }) })
    case "revoke":
      return json({ revoked: revoke(emulator, input as GrantSelection) })
    case "client": {
      const { server, client } = input as { server?: string; client: EmulatedClient }
      for (const selected of serversOf(emulator, server)) selected.registerClient(client)
      return json({})
    }
    case "reset":
      emulator.reset()
      return json({})
    default: {
      const action = name.startsWith("actions/") ? emulator.actions[name.slice("actions/".length)] : undefined
      if (!action) return json({ error: "not_found" }, { status: 404 })
      return json((await action(input)) ?? null)
    }
  }
}

function expire(emulator: Emulator, selection: GrantSelection & { tokens?: "access" | "refresh" }): number {
  let expired = 0
  for (const server of serversOf(emulator, selection.server)) {
    const expireIn = (grantId?: string) =>
      selection.tokens === "refresh" ? server.expireRefreshTokens(grantId) : server.expireAccessTokens(grantId)
    if (selection.accountId === undefined) expired += expireIn(selection.grantId)
    else
      for (const grant of server.grants()) if (grant.account.id === selection.accountId) expired += expireIn(grant.id)
  }
  return expired
}

function revoke(emulator: Emulator, { server: serverId, grantId, accountId }: GrantSelection): number {
  let revoked = 0
  for (const server of serversOf(emulator, serverId)) {
    for (const grant of server.grants()) {
      const selected =
        (grantId === undefined || grant.id === grantId) && (accountId === undefined || grant.account.id === accountId)
      if (selected && server.revokeGrant(grant.id)) revoked += 1
    }
  }
  return revoked
}

function serversOf(emulator: Emulator, id: string | undefined): AuthorizationServer[] {
  const servers = Object.values(emulator.authorizationServers)
  const selected = id === undefined ? servers : servers.filter((server) => server.id === id)
  if (id !== undefined && selected.length === 0) throw new TypeError(`there is no authorization server "${id}"`)
  return selected
}
