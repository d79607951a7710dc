import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import type { MailServer, MailServers, Security } from "../servers.js"
import { createServerIdentity } from "./certificate.js"
import { serveImap } from "./imap-server.js"
import { serveSmtp } from "./smtp-server.js"
import { createWire } from "./wire.js"
import type { MailWorld } from "./world.js"

/** What a client needs to reach the stand-in, with both kinds of TLS. */
export interface Listening {
  /** The servers with TLS from the first byte. */
  readonly tls: MailServers
  readonly starttls: MailServers
  /** The connector's option: the only certificate that is trusted. */
  readonly ca: string
  /** Cuts every connection and stops listening. */
  close(): Promise<void>
}

const host = "127.0.0.1"

/** @param worldOf - what a new connection is about; may answer another world after a reset */
export async function listen(worldOf: () => MailWorld): Promise<Listening> {
  const identity = createServerIdentity()
  const sockets = new Set<Socket>()
  const servers: Server[] = []

  async function open(serve: typeof serveImap, security: Security): Promise<MailServer> {
    const take = (socket: Socket) => {
      // A client that goes in the middle of a line is nobody's trouble.
      socket.on("error", () => undefined)
      const wire = createWire(socket, identity)
      serve(wire, worldOf()).catch(() => socket.destroy())
    }
    const server = security === "tls" ? createTlsServer(identity, take) : createServer(take)
    server.on("connection", (socket) => {
      sockets.add(socket)
      socket.on("close", () => sockets.delete(socket)).on("error", () => undefined)
    })
    servers.push(server)
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(0, host, resolve)
    })
    return { host, port: (server.address() as AddressInfo).port, security }
  }

  return {
    tls: { imap: await open(serveImap, "tls"), smtp: await open(serveSmtp, "tls") },
    starttls: { imap: await open(serveImap, "starttls"), smtp: await open(serveSmtp, "starttls") },
    ca: identity.cert,
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}
