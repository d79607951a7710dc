import { once } from "node:events"
import { connect, createServer, type Server, type Socket } from "node:net"

/** An address on loopback that leads to a server. */
export interface BreakableAddress {
  readonly url: string
  /** Ends every connection, and takes none from now on. */
  break(): Promise<void>
  mend(): Promise<void>
}

/** @param server URL of the server, with its port. */
export async function breakableAddress(server: string): Promise<BreakableAddress> {
  const target = new URL(server)
  const sockets = new Set<Socket>()
  let listener: Server | undefined

  async function listen(port: number): Promise<number> {
    listener = createServer((near) => {
      const far = connect(Number(target.port), target.hostname)
      join(near, far)
      join(far, near)
    }).listen(port, "127.0.0.1")
    await once(listener, "listening")
    return (listener.address() as { port: number }).port
  }

  function join(one: Socket, other: Socket): void {
    sockets.add(one)
    one.pipe(other)
    one.on("error", () => {})
    one.on("close", () => {
      sockets.delete(one)
      other.destroy()
    })
  }

  const port = await listen(0)
  const url = new URL(server)
  url.hostname = "127.0.0.1"
  url.port = String(port)
  return {
    url: url.href,
    async break() {
      if (!listener?.listening) return
      const closed = once(listener, "close")
      listener.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async mend() {
      await listen(port)
    },
  }
}
