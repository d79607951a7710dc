import { lookup } from "node:dns/promises"
import { createServer } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { expect, test } from "vitest"
import { takeViolations } from "./test-guard.js"

test("fetch to another machine is refused", async () => {
  await expect(fetch("https://example.com/")).rejects.toThrow("Tests may only reach 127.0.0.1, not example.com")
  expect(takeViolations()).toEqual(["network: example.com is not this machine"])
})

test("a socket to another machine is refused", () => {
  expect(() => connect(443, "192.0.2.1")).toThrow("not 192.0.2.1")
  expect(() => connect({ host: "example.com", port: 443 })).toThrow("not example.com")
  expect(takeViolations()).toHaveLength(2)
})

test("a name look-up is refused", async () => {
  await expect(lookup("example.com")).rejects.toThrow("not example.com")
  expect(takeViolations()).toHaveLength(1)
})

test.fails("a refusal that the code swallows still fails the test", async () => {
  await fetch("https://example.com/").catch(() => undefined)
})

test.fails("console output fails the test", () => {
  console.log("noise")
})

test("loopback is reached by fetch", async () => {
  const server = createServer((_request, response) => response.end("here"))
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/`)
  expect(await answer.text()).toBe("here")
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})
