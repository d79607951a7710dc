import type { IncomingMessage, ServerResponse } from "node:http"
import { bodyTaken, markParsedBody } from "../body.js"

/** What node:http, Connect and Express hand over. `baseUrl` and `body` are there when a router and a body parser were. */
export type NodeRequest = IncomingMessage & { readonly baseUrl?: string; readonly body?: unknown }

/**
 * The request as the web knows it. Below a router's mount the path is relative to it, so that the address is right whatever
 * a proxy cut off or put in front; `signal` aborts when the client hangs up.
 */
export function toRequest(url: string, incoming: NodeRequest, outgoing: ServerResponse): Request {
  const method = incoming.method ?? "GET"
  const hasBody = method !== "GET" && method !== "HEAD"
  const { body, isParsed } = hasBody ? readableBody(incoming) : { body: null, isParsed: false }
  const init: RequestInit & { duplex: "half" } = {
    method,
    headers: toHeaders(incoming),
    body,
    signal: clientSignal(outgoing),
    duplex: "half",
  }
  const request = new Request(publicAddress(url, incoming), init)
  return isParsed ? markParsedBody(request) : request
}

function publicAddress(url: string, { baseUrl, url: target = "/" }: NodeRequest): string {
  // A request target may also be `*` or a whole URL; neither names a place of ours.
  const path = target.startsWith("/") ? target : "/"
  return baseUrl ? url.replace(/\/+$/, "") + path : new URL(url).origin + path
}

function toHeaders({ headers }: NodeRequest): Headers {
  const result = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2 has `:path` and the like among them.
    if (value === undefined || name.startsWith(":")) continue
    for (const one of Array.isArray(value) ? value : [value]) result.append(name, one)
  }
  return result
}

function clientSignal(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController()
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) controller.abort()
  })
  return controller.signal
}

/** The body: as it comes if nobody has read it, else the bytes that were kept, else what a parser understood. */
function readableBody(incoming: NodeRequest): { body: BodyInit; isParsed: boolean } {
  if (!incoming.readableDidRead) return { body: streamOf(incoming), isParsed: false }
  // `rawBody` is what serverless hosts and `verify` hooks of body parsers keep.
  const { body, rawBody } = incoming as { body?: unknown; rawBody?: unknown }
  const bytes = [rawBody, body].find((kept) => kept instanceof Uint8Array)
  if (bytes) return { body: bytes as Uint8Array<ArrayBuffer>, isParsed: false }
  if (typeof body === "string") return { body, isParsed: true }
  if (typeof body !== "object" || body === null) return { body: failingStream(), isParsed: true }
  const isForm = incoming.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")
  return { body: isForm ? new URLSearchParams(body as Record<string, string>) : JSON.stringify(body), isParsed: true }
}

function streamOf(incoming: NodeRequest): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      start(controller) {
        incoming.pause()
        incoming.on("data", (chunk: Uint8Array) => {
          controller.enqueue(chunk)
          incoming.pause()
        })
        incoming.once("end", () => controller.close())
        incoming.once("error", (error) => controller.error(error))
      },
      pull() {
        incoming.resume()
      },
      cancel() {
        // What is still to come is thrown away, or the client would wait for it to be taken.
        incoming.removeAllListeners("data").resume()
      },
    },
    { highWaterMark: 0 },
  )
}

function failingStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.error(bodyTaken()) })
}
