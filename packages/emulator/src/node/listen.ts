import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Emulator } from "../contract.js"
import { controlHandler, controlPrefix } from "../control.js"
import { isConnectionLost } from "../fault-strike.js"
import type { Reroute } from "../reroute.js"
import { sendResponse, toPublicRequest } from "./message.js"

/** Where to listen. */
export interface ListenOptions {
  /** A loopback address. Default `"127.0.0.1"`. */
  host?: "127.0.0.1" | "::1" | "localhost"
  /** Port of the first origin; the others take the ports after it. Default 0: free ports. */
  port?: number
  /** Further public origins to open, for those that are declared as a pattern. */
  origins?: readonly string[]
}

/** An emulator that listens. */
export interface Listening {
  /** Loopback origin by public origin. */
  reroute: Reroute
  /** The loopback origin to give to `emulatorControl`. */
  controlOrigin: string
  /** Cuts all connections and frees the ports. */
  close(): Promise<void>
}

/**
 * Opens one loopback server for each public origin of an emulator. The emulator goes on seeing public URLs; redirects to
 * its own origins lead to loopback. The control surface is at `/__emulator/` of each.
 *
 * @throws TypeError for an origin that the emulator does not answer for.
 */
export async function listen(emulator: Emulator, options: ListenOptions = {}): Promise<Listening> {
  const origins = [
    ...new Set([...emulator.origins.filter((origin) => !origin.includes("*")), ...(options.origins ?? [])]),
  ]
  const foreign = origins.find((origin) => !emulator.answers(origin))
  if (foreign !== undefined) throw new TypeError(`the ${emulator.name} emulator does not answer for ${foreign}`)
  const [first] = origins
  if (first === undefined)
    throw new TypeError(`name the origins of the ${emulator.name} emulator that are to be opened`)

  const host = options.host ?? "127.0.0.1"
  const reroute: Record<string, string> = {}
  const closing = new AbortController()
  const servers: Server[] = []
  const close = async () => {
    closing.abort()
    await Promise.all(servers.map(stop))
  }
  try {
    for (const [index, origin] of origins.entries()) {
      const server = createServer((message, response) => {
        void answer({ emulator, origin, reroute, closing: closing.signal }, message, response)
      })
      servers.push(server)
      const port = await start(server, host, options.port ? options.port + index : 0)
      reroute[origin] = `http://${host.includes(":") ? `[${host}]` : host}:${port}`
    }
  } catch (error) {
    await close()
    throw error
  }
  return { reroute, controlOrigin: reroute[first] ?? "", close }
}

interface Answering {
  emulator: Emulator
  origin: string
  reroute: Reroute
  closing: AbortSignal
}

async function answer(
  { emulator, origin, reroute, closing }: Answering,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A page of another site that resolves its own name to loopback must reach neither provider nor control.
  if (`http://${message.headers.host}` !== reroute[origin]) {
    response.writeHead(421).end()
    return
  }
  const gone = new AbortController()
  response.on("close", () => gone.abort())
  try {
    const request = await toPublicRequest(message, origin, AbortSignal.any([gone.signal, closing]))
    const isControl = message.url?.startsWith(controlPrefix) ?? false
    const result = isControl ? await controlHandler(emulator)(request) : await emulator.fetch(request)
    await sendResponse(result, response, reroute)
  } catch (error) {
    if (isConnectionLost(error) || gone.signal.aborted || closing.aborted || response.headersSent) {
      message.socket.destroy()
      return
    }
    const reason = error instanceof Error ? error.message : "unknown"
    response.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end(`the emulator failed: ${reason}`)
  }
}

function start(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, () => {
      server.off("error", reject)
      const address = server.address()
      if (typeof address === "object" && address !== null) resolve(address.port)
      else reject(new TypeError("the server has no port"))
    })
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve()
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
