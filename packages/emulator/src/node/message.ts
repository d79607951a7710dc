import type { IncomingMessage, ServerResponse } from "node:http"
import { toLoopback } from "../reroute.js"

const bodyLimitBytes = 16 * 1024 * 1024

/** The request as the provider would have seen it, at its public origin. */
export async function toPublicRequest(
  message: IncomingMessage,
  publicOrigin: string,
  signal: AbortSignal,
): Promise<Request> {
  const method = message.method ?? "GET"
  const headers = new Headers()
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    // The transfer is over once the body is read, and the host is the public one.
    if (name === "host" || name === "connection" || name === "transfer-encoding" || name === "content-length") continue
    for (const value of values ?? []) headers.append(name, value)
  }
  const body = await readBody(message)
  const hasBody = method !== "GET" && method !== "HEAD" && body.length > 0
  return new Request(publicOrigin + (message.url ?? "/"), {
    method,
    headers,
    signal,
    ...(hasBody ? { body } : {}),
  })
}

/** Sends an answer, with redirects to the provider's own public origins turned to loopback. */
export async function sendResponse(
  answer: Response,
  response: ServerResponse,
  reroute: Readonly<Record<string, string>>,
): Promise<void> {
  const body = new Uint8Array(await answer.arrayBuffer())
  response.statusCode = answer.status
  for (const [name, value] of answer.headers) {
    if (name === "set-cookie") continue
    response.setHeader(name, name === "location" && URL.canParse(value) ? toLoopback(value, reroute) : value)
  }
  const cookies = answer.headers.getSetCookie()
  if (cookies.length > 0) response.setHeader("set-cookie", cookies)
  response.end(body)
}

async function readBody(message: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bodyLimitBytes) throw new RangeError("the body is larger than 16 MiB")
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
