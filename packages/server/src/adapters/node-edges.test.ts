import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { type AddressInfo, connect } from "node:net"
import type { Holdfast } from "@holdfast/core"
import { afterEach, describe, expect, test } from "vitest"
import { readBytes, readRawBytes } from "../body.js"
import type { Handler } from "../options.js"
import { serve } from "./serve.js"
import type { NodeRequest } from "./to-request.js"

const holdfast = { url: "https://app.example.com/api/integrations" } as Holdfast
const owner = () => null
let server: Server | undefined

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

/** Serves one handler behind node:http, with what middleware might have done first. */
async function listen(
  handler: Handler,
  before: (request: IncomingMessage, response: ServerResponse) => void | Promise<void> = () => {},
): Promise<number> {
  const listener = serve<NodeRequest, never>(holdfast as never, {
    owner,
    dialect: { path: "/api/integrations", createHandler: () => handler },
  })
  const started = createServer(async (request, response) => {
    await before(request, response)
    await listener(request, response)
  })
  server = started
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve))
  return (started.address() as AddressInfo).port
}

function post(port: number, body: string | Uint8Array, path = "/"): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    body: body as BodyInit,
    headers: { "content-type": "application/json" },
  })
}

/** What express.json does: takes the body in and keeps what it understood. */
async function parseJson(request: IncomingMessage): Promise<void> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  Object.assign(request, { body: JSON.parse(Buffer.concat(chunks).toString()) })
}

describe("a request from node:http", () => {
  test("has the configured origin, whatever Host and forwarded headers say (pains 19)", async () => {
    const port = await listen(async (request) => new Response(request.url))
    const answer = await fetch(`http://127.0.0.1:${port}/api/integrations/connectors?a=1`, {
      headers: { "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" },
    })
    expect(await answer.text()).toBe("https://app.example.com/api/integrations/connectors?a=1")
  })

  test("below a router's mount lies below holdfast.url, whatever a proxy cut off", async () => {
    const port = await listen(
      async (request) => new Response(request.url),
      (request) => void Object.assign(request, { baseUrl: "/integrations" }),
    )
    const answer = await fetch(`http://127.0.0.1:${port}/connectors`)
    expect(await answer.text()).toBe("https://app.example.com/api/integrations/connectors")
  })

  test.each(["@evil.example/x", "http://evil.example/x", "*", ".evil.example/"])(
    "with the target %s does not leave the origin",
    async (target) => {
      const port = await listen(async (request) => new Response(request.url))
      const text = await raw(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      expect(text).toMatch(/https:\/\/app\.example\.com\/\r\n|^HTTP\/1\.1 400/)
    },
  )

  test("arrives byte for byte", async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)
    const port = await listen(async (request) => new Response((await readRawBytes(request, 1_000_000)) as BodyInit))
    expect(new Uint8Array(await (await post(port, bytes)).arrayBuffer())).toEqual(bytes)
  })

  test("whose body a parser took is refused where raw bytes count, naming the fix (pains 25)", async () => {
    let thrown: unknown
    const handler: Handler = async (request) => {
      thrown = await readRawBytes(request, 1000).catch((error) => error)
      return new Response(null, { status: 204 })
    }
    await post(await listen(handler, parseJson), '{ "a": 1 }')
    expect(thrown).toMatchObject({ code: "config_invalid", message: expect.stringContaining("before express.json()") })
  })

  test("whose body a parser took can still be read where only the fields count", async () => {
    const port = await listen(async (request) => new Response((await readBytes(request, 1000)) as BodyInit), parseJson)
    expect(await (await post(port, '{ "a": 1 }')).text()).toBe('{"a":1}')
  })

  test("whose raw bytes were kept beside the parsed body has them (rawBody)", async () => {
    const port = await listen(
      async (request) => new Response((await readRawBytes(request, 1000)) as BodyInit),
      async (request) => {
        await parseJson(request)
        Object.assign(request, { rawBody: Buffer.from('{ "a": 1 }') })
      },
    )
    expect(await (await post(port, '{ "a": 1 }')).text()).toBe('{ "a": 1 }')
  })

  test("whose body is longer than the limit is refused before it is all read", async () => {
    let thrown: unknown
    const port = await listen(async (request) => {
      thrown = await readBytes(request, 1000).catch((error) => error)
      return new Response(null, { status: 413 })
    })
    const text = await raw(
      port,
      `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n${"x".repeat(2000)}\r\n`,
    )
    expect(text).toMatch(/^HTTP\/1\.1 413/)
    expect(text.toLowerCase()).toContain("connection: close")
    expect(thrown).toMatchObject({ code: "payload_too_large" })
  })

  test("aborts its signal when the client hangs up", async () => {
    let client: ReturnType<typeof httpRequest> | undefined
    const seen = new Promise((resolve) => {
      listen(
        (request) =>
          new Promise((answer) => {
            request.signal.addEventListener("abort", () => {
              resolve("aborted")
              answer(new Response("too late"))
            })
            client?.destroy()
          }),
      ).then((port) => {
        client = httpRequest({ port, host: "127.0.0.1", path: "/" })
        client.on("error", () => {})
        client.end()
      })
    })
    expect(await seen).toBe("aborted")
  })
})

describe("an answer to node:http", () => {
  test("keeps each cookie in a header of its own, beside those of middleware", async () => {
    const port = await listen(
      async () =>
        new Response("ok", {
          headers: [
            ["set-cookie", "a=1; Path=/"],
            ["set-cookie", "b=2"],
          ],
        }),
      (_request, response) => void response.setHeader("set-cookie", "session=s"),
    )
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    expect(answer.headers.getSetCookie()).toEqual(["session=s", "a=1; Path=/", "b=2"])
  })

  test("is produced no faster than the client takes it", async () => {
    let produced = 0
    const chunk = new Uint8Array(65_536)
    const port = await listen(
      async () =>
        new Response(
          new ReadableStream(
            {
              pull(controller) {
                produced++
                if (produced > 1000) controller.close()
                else controller.enqueue(chunk)
              },
            },
            { highWaterMark: 0 },
          ),
        ),
    )
    const socket = connect(port, "127.0.0.1")
    socket.pause()
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    let whilePaused = -1
    // Until nothing more goes into the buffers on the way.
    for (let looks = 0; looks < 100 && (produced === 0 || produced !== whilePaused); looks++) {
      whilePaused = produced
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(whilePaused).toBeGreaterThan(0)
    expect(whilePaused).toBeLessThan(500)
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(produced).toBeLessThan(whilePaused + 10)
  })

  test("cuts the connection when its body fails, rather than looking whole", async () => {
    const port = await listen(
      async () => new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("lost")) })),
    )
    await expect(fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())).rejects.toThrow()
  })
})

test("a method that the web has no Request for is answered 400", async () => {
  const port = await listen(async () => new Response("reached"))
  expect(await raw(port, "TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toMatch(/^HTTP\/1\.1 400/)
})

/** What comes back for bytes that no client would send. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
    let answer = ""
    socket.on("data", (chunk) => {
      answer += chunk
    })
    socket.on("error", () => {})
    socket.on("close", () => resolve(answer))
    socket.write(text)
  })
}
