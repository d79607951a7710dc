import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { createRpc, type DataCenters } from "./rpc.js"
import { loginMethods, qrMethods } from "./rpc-login.js"
import { messagingMethods } from "./rpc-messaging.js"
import { serveConnection } from "./serve-connection.js"
import { createServerKey } from "./server-key.js"
import type { World } from "./world.js"

/** What a client needs to reach the stand-in: the connector's `dataCenters` and `publicKeys` options. */
export interface Listening {
  readonly dataCenters: DataCenters
  readonly publicKeys: readonly string[]
  /** Cuts every connection and stops listening. */
  close(): Promise<void>
}

const host = "127.0.0.1"

/**
 * Starts a TCP server a data centre on loopback, all under one RSA key made for the occasion.
 *
 * @param worldOf - what a new connection is about; may answer another world after a reset
 */
export async function listen(worldOf: () => World, dataCenterIds: readonly number[]): Promise<Listening> {
  const serverKey = createServerKey()
  const dataCenters: Record<number, { host: string; port: number }> = {}
  const sockets = new Set<Socket>()
  const servers: Server[] = []
  for (const dcId of dataCenterIds) {
    const server = createServer((socket) => {
      sockets.add(socket.setNoDelay(true))
      socket.on("close", () => sockets.delete(socket))
      const world = worldOf()
      const rpc = createRpc(world, dataCenters, [...loginMethods, ...qrMethods, ...messagingMethods])
      serveConnection(socket, { dcId, world, serverKey, rpc })
    })
    servers.push(server)
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(0, host, resolve)
    })
    dataCenters[dcId] = { host, port: (server.address() as AddressInfo).port }
  }
  return {
    dataCenters,
    publicKeys: [serverKey.publicKeyPem],
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}
