import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from "node:http"
import type { AddressInfo } from "node:net"

/** A server on loopback, and a client for it that changes nothing of a request: no header of its own, no redirect followed. */
export async function listenOnLoopback(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return { send: sendTo((server.address() as AddressInfo).port), close: () => closeServer(server) }
}

/** Sends requests for any public origin to a port of this machine, as a proxy in front would. */
export function sendTo(port: number): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, search } = new URL(request.url)
    const body = new Uint8Array(await request.arrayBuffer())
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = Object.fromEntries(request.headers)
      const options = {
        host: "127.0.0.1",
        port,
        method: request.method,
        path: pathname + search,
        headers,
        agent: false,
      }
      // A GET that says it has no body is not what clients send.
      if (body.length > 0) headers["content-length"] = String(body.length)
      httpRequest(options, resolve).on("error", reject).end(body)
    })
    return toResponse(incoming)
  }
}

async function toResponse(incoming: IncomingMessage): Promise<Response> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const headers = new Headers()
  for (const [name, value = []] of Object.entries(incoming.headersDistinct)) {
    for (const one of value) headers.append(name, one)
  }
  const status = incoming.statusCode ?? 0
  return new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers })
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
