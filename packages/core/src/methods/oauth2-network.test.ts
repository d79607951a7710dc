import { createServer, type RequestListener, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { systemRuntime } from "../runtime.js"
import { oauth2 } from "./oauth2.js"
import type { OAuth2State } from "./oauth2-settings.js"
import { testContext } from "./test-context.js"

// The same outcomes over real sockets: what fetch reports is the runtime's to decide, not ours.

const servers: Server[] = []
let requests = 0

async function serve(answer: RequestListener): Promise<string> {
  requests = 0
  const server = createServer((request, response) => {
    requests += 1
    request.resume().on("end", () => answer(request, response))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map(stop))
})

async function refreshAt(origin: string, signal?: AbortSignal) {
  const method = oauth2({ authorizationEndpoint: `${origin}/authorize`, tokenEndpoint: `${origin}/token`, scopes: [] })
  const fetch = (request: Request) => systemRuntime().fetch(new Request(request, signal ? { signal } : {}))
  const secret = { accessToken: "at-1", refreshToken: "rt-1" }
  return await method.refresh?.(testContext<OAuth2State>({ fetch }), secret, "main")
}

describe("a refresh over a real socket (R5)", () => {
  it("is later where nobody listens", async () => {
    const origin = await serve(() => {})
    await Promise.all(servers.splice(0).map(stop))
    expect(await refreshAt(origin)).toEqual({ is: "later" })
  })

  it("is later where the handshake fails, before anything is said", async () => {
    const origin = await serve(() => {})
    expect(await refreshAt(origin.replace("http:", "https:"))).toEqual({ is: "later" })
    expect(requests).toBe(0)
  })

  it("is unknown when the connection is reset after the request", async () => {
    const origin = await serve((request) => request.socket.resetAndDestroy())
    expect(await refreshAt(origin)).toEqual({ is: "unknown" })
    expect(requests, "nothing is sent again by itself").toBe(1)
  })

  it("is unknown when the answer breaks off", async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" })
      response.write('{"access_token":"at-2"', () => response.destroy())
    })
    expect(await refreshAt(origin)).toEqual({ is: "unknown" })
  })

  it("is unknown when it is given up while the provider works", async () => {
    const giveUp = new AbortController()
    const origin = await serve(() => giveUp.abort())
    expect(await refreshAt(origin, giveUp.signal)).toEqual({ is: "unknown" })
  })

  it("follows no redirect: the refresh token goes to the token endpoint and nowhere else", async () => {
    const origin = await serve((request, response) => {
      if (request.url !== "/token") return void response.end('{"access_token":"at-2"}')
      response.writeHead(307, { location: "/elsewhere" }).end()
    })
    expect(await refreshAt(origin)).toEqual({ is: "unknown" })
    expect(requests).toBe(1)
  })

  it("is renewed by an answer that comes in pieces", async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" })
      response.write('{"access_token":"a')
      setImmediate(() => response.end('t-2"}'))
    })
    expect(await refreshAt(origin)).toMatchObject({
      is: "renewed",
      secret: { accessToken: "at-2", refreshToken: "rt-1" },
    })
  })

  it("is not sent without TLS to any other machine", async () => {
    expect(await refreshAt("http://acme.example")).toEqual({ is: "later" })
  })
})
