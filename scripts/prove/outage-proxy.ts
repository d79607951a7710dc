import { connect, createServer, type Socket } from "node:net"

/** When a connection is cut: the write has not reached the server, or it has, and its answer has not come back. */
export type Cut = "before" | "after"

/** A way to a database that can be cut at the very write one means. */
export interface Way {
  readonly port: number
  /** Cuts the connection that sends these bytes. Once for each call. */
  cutAt(marker: string, when: Cut): void
  /** How many were cut so. */
  readonly cuts: number
  /** Refuses everybody and cuts all that stand, as a server that is gone. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

const loopback = "127.0.0.1"

/** Passes bytes on to a port, of this machine unless another is named. */
export async function openProxy(upstream: number, host = loopback): Promise<Way> {
  const marks = new Map<string, Cut>()
  const sockets = new Set<Socket>()
  let cuts = 0
  let port = 0

  const server = createServer((client) => {
    const behind = connect(upstream, host)
    let seen = Buffer.alloc(0)
    let isCondemned = false
    const cut = () => {
      client.destroy()
      behind.destroy()
    }
    for (const socket of [client, behind]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on("error", cut)
      socket.on("close", () => {
        sockets.delete(socket)
        cut()
      })
    }
    client.on("data", (bytes) => {
      // A marker may come in two pieces.
      seen = Buffer.concat([seen, bytes]).subarray(-65_536)
      const [marker, when] = [...marks].find(([text]) => seen.includes(text)) ?? []
      if (marker !== undefined) {
        marks.delete(marker)
        cuts += 1
        if (when === "before") return cut()
        isCondemned = true
      }
      behind.write(bytes)
    })
    behind.on("data", (bytes) => {
      // The first answer says that it was done; nobody hears it.
      if (isCondemned) cut()
      else client.write(bytes)
    })
  })

  const up = () =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject)
      server.listen(port, loopback, () => {
        const address = server.address()
        if (typeof address === "object" && address !== null) port = address.port
        server.off("error", reject)
        resolve()
      })
    })
  const down = () =>
    new Promise<void>((resolve) => {
      if (!server.listening) return resolve()
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  await up()
  return {
    get port() {
      return port
    },
    get cuts() {
      return cuts
    },
    cutAt: (marker, when) => void marks.set(marker, when),
    down,
    up,
    close: down,
  }
}
