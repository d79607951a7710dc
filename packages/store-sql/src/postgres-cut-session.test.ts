import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { createServer, type Socket } from "node:net"
import { afterEach, expect, it } from "vitest"
import { postgresStore } from "./postgres.js"

/** @see https://www.postgresql.org/docs/current/protocol-message-formats.html */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}

const welcome = message("R", Buffer.alloc(4))
const ready = message("Z", Buffer.from("I"))
const cutOff = message("E", Buffer.from("SFATAL\0C57P01\0Mterminating connection\0\0"))

const sockets = new Set<Socket>()
const server = createServer((socket) => {
  sockets.add(socket.on("error", () => {}))
  // Ready, and cut off by an operator, in one go.
  socket.once("data", () => socket.end(Buffer.concat([welcome, ready, cutOff])))
})

afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

it("is not taken down by a session that is cut off in the moment it is ready", async () => {
  await once(server.listen(0, "127.0.0.1"), "listening")
  const { port } = server.address() as AddressInfo
  const store = postgresStore(`postgres://app@127.0.0.1:${port}/app`, { timeoutMs: 5_000 })
  // An error that nobody listens to would end the run.
  await expect(store.connections.get("conn_1")).rejects.toMatchObject({ code: "store_unavailable" })
  await store.close()
})
