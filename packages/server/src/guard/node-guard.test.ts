import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { isHoldfastError } from "@holdfast/core"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { guardedFetch, nodeGuard } from "./node-guard.js"

const outside = { address: "93.184.216.34", family: 4 }
const inside = { address: "127.0.0.1", family: 4 }

describe("nodeGuard", () => {
  test("lets hosts through whose every address is public", async () => {
    await expect(nodeGuard({ resolve: async () => [outside] })("shop.example", 443)).resolves.toBeUndefined()
  })

  test.each([
    ["a private address", [inside]],
    ["one private address among public ones", [outside, inside]],
    ["no address at all", []],
  ])("refuses a host with %s as host_forbidden", async (_, addresses) => {
    const guard = nodeGuard({ resolve: async () => addresses })
    await expect(guard("shop.example", 443)).rejects.toMatchObject({ code: "host_forbidden", status: 403 })
  })

  test.each(["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"])(
    "refuses the bare address %s",
    async (host) => {
      await expect(nodeGuard()(host, 80)).rejects.toMatchObject({ code: "host_forbidden" })
    },
  )

  test("allows a listed host and port, and no other port of it", async () => {
    const guard = nodeGuard({ allow: ["127.0.0.1:5006", "wiki.internal:443"], resolve: async () => [inside] })
    await expect(guard("127.0.0.1", 5006)).resolves.toBeUndefined()
    await expect(guard("WIKI.internal.", 443)).resolves.toBeUndefined()
    await expect(guard("127.0.0.1", 5007)).rejects.toMatchObject({ code: "host_forbidden" })
    await expect(guard("localhost", 5006)).rejects.toMatchObject({ code: "host_forbidden" })
  })

  test("a name that does not resolve is provider_unavailable", async () => {
    const guard = nodeGuard({ resolve: () => Promise.reject(new Error("ENOTFOUND")) })
    await expect(guard("gone.example", 443)).rejects.toMatchObject({
      code: "provider_unavailable",
      details: { reason: "unsent" },
    })
  })

  test.each(["127.0.0.1", "http://127.0.0.1:80", "host:port", ""])("refuses the allow entry %j at once", (entry) => {
    expect(() => nodeGuard({ allow: [entry] })).toThrow(expect.objectContaining({ code: "config_invalid" }))
  })
})

describe("guardedFetch", () => {
  let server: Server
  let port: number
  const seen: string[] = []

  beforeEach(async () => {
    seen.length = 0
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.headers.host}`)
      if (request.url === "/empty") response.writeHead(204).end()
      else if (request.url === "/elsewhere") response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()
      else request.pipe(response.writeHead(200, { "x-answer": "yes" }))
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    port = (server.address() as AddressInfo).port
  })
  afterEach(() => new Promise((resolve) => server.close(resolve)))

  test("connects to the address that was checked, under the name that was asked for", async () => {
    const fetch = guardedFetch({ allow: [`shop.example:${port}`], resolve: async () => [inside] })
    const answer = await fetch(new Request(`http://shop.example:${port}/`, { method: "POST", body: "as sent" }))
    expect(answer.status).toBe(200)
    expect(answer.headers.get("x-answer")).toBe("yes")
    expect(await answer.text()).toBe("as sent")
    expect(answer).toBeInstanceOf(Response)
    expect(seen).toEqual([`POST shop.example:${port}`])
  })

  test("a second DNS answer changes nothing: the guard's yes does not open what the name leads to now (rebinding)", async () => {
    const answers = [[outside], [inside]]
    const resolve = async () => answers.shift() ?? []
    await nodeGuard({ resolve })("shop.example", port)
    const refused = guardedFetch({ resolve })(new Request(`http://shop.example:${port}/`))
    await expect(refused).rejects.toSatisfy((error) => isHoldfastError(error, "host_forbidden"))
    expect(seen).toEqual([])
  })

  test("refuses bare private addresses, which are never looked up", async () => {
    const refused = guardedFetch()(new Request(`http://127.0.0.1:${port}/`))
    await expect(refused).rejects.toMatchObject({ code: "host_forbidden" })
    expect(seen).toEqual([])
  })

  test("carries over empty answers and unfollowed redirects", async () => {
    const fetch = guardedFetch({ allow: [`127.0.0.1:${port}`] })
    const empty = await fetch(new Request(`http://127.0.0.1:${port}/empty`))
    expect([empty.status, empty.body]).toEqual([204, null])
    const moved = await fetch(new Request(`http://127.0.0.1:${port}/elsewhere`, { redirect: "manual" }))
    expect([moved.status, moved.headers.get("location")]).toEqual([302, "http://127.0.0.1:1/"])
  })
})
