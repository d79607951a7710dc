import { once } from "node:events"
import { createServer, type Server } from "node:net"

/** A port of loopback that nobody else gets until it is released, right before it is listened at. */
export interface HeldPort {
  readonly port: number
  release(): Promise<void>
}

/** Holds a port: the wanted one, one of the nine after it, or any. */
export async function holdPort(wanted: number): Promise<HeldPort> {
  for (let port = wanted; port !== 0 && port < wanted + 10; port++) {
    const held = await hold(port)
    if (held) return held
  }
  return (await hold(0)) ?? Promise.reject(new Error("no port is free"))
}

async function hold(port: number): Promise<HeldPort | undefined> {
  const server = createServer()
  try {
    const listening = once(server, "listening")
    server.listen(port, "127.0.0.1")
    await listening
  } catch {
    return undefined
  }
  return { port: portOf(server), release: () => new Promise((resolve) => server.close(() => resolve())) }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}
