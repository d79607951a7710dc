import type { AddressInfo } from "node:net"
import { handlerSuite } from "@holdfast/testing"
import { serve as serveHono } from "@hono/node-server"
import express from "express"
import fastify from "fastify"
import { Hono } from "hono"
import { toExpress } from "./express.js"
import { toFastify } from "./fastify.js"
import { createHandler } from "./handler.js"
import { toHono } from "./hono.js"
import { toNextHandlers } from "./next.js"
import { toNodeHandler } from "./node.js"
import { listenOnLoopback, sendTo } from "./test-support.js"

handlerSuite({
  name: "createHandler",
  mount: ({ holdfast, ownerOf, options }) => ({
    send: createHandler(holdfast, { ...options, owner: (request) => ownerOf(request.headers.get("x-test-owner")) }),
  }),
})

handlerSuite({
  name: "toNodeHandler",
  mount: ({ holdfast, ownerOf, options }) =>
    listenOnLoopback(
      toNodeHandler(holdfast, { ...options, owner: (request) => ownerOf(request.headers["x-test-owner"]) }),
    ),
})

handlerSuite({
  name: "toExpress",
  mount: ({ holdfast, path, ownerOf, options }) => {
    const app = express()
    app.use(path, toExpress(holdfast, { ...options, owner: (request) => ownerOf(request.headers["x-test-owner"]) }))
    return listenOnLoopback(app)
  },
  mountBehindParser: ({ holdfast, path, ownerOf, options }) => {
    const app = express()
    app.use(express.json())
    app.use(path, toExpress(holdfast, { ...options, owner: (request) => ownerOf(request.headers["x-test-owner"]) }))
    return listenOnLoopback(app)
  },
})

handlerSuite({
  name: "toHono",
  mount: async ({ holdfast, path, ownerOf, options }) => {
    const app = new Hono()
    app.all(`${path}/*`, toHono(holdfast, { ...options, owner: (c) => ownerOf(c.req.raw.headers.get("x-test-owner")) }))
    const server = serveHono({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" })
    if (!server.listening) await new Promise((resolve) => server.once("listening", resolve))
    const { port } = server.address() as AddressInfo
    return { send: sendTo(port), close: () => new Promise((resolve) => server.close(() => resolve())) }
  },
})

handlerSuite({
  name: "toFastify",
  mount: async ({ holdfast, path, ownerOf, options }) => {
    const app = fastify()
    await app.register(
      toFastify(holdfast, { ...options, owner: (request) => ownerOf(request.raw.headers["x-test-owner"]) }),
      { prefix: path },
    )
    await app.listen({ port: 0, host: "127.0.0.1" })
    return { send: sendTo((app.server.address() as AddressInfo).port), close: () => app.close() }
  },
})

handlerSuite({
  name: "toNextHandlers",
  mount: ({ holdfast, ownerOf, options }) => {
    const handlers = toNextHandlers(holdfast, {
      ...options,
      owner: (request) => ownerOf(request.headers.get("x-test-owner")),
    })
    // As Next does: by method, and by the address at which it was reached itself.
    return {
      send: (request) => {
        const inside = new Request(request.url.replace("https://app.example.com", "http://localhost:3000"), request)
        return handlers[request.method as keyof typeof handlers](inside)
      },
    }
  },
})
