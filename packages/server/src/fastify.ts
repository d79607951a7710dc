import type { ServerResponse } from "node:http"
import type { Connector, Holdfast } from "@holdfast/core"
import { adapt } from "./adapters/adapt.js"
import { type NodeRequest, toRequest } from "./adapters/to-request.js"
import type { AdapterOptions } from "./options.js"

/** The parts of Fastify that are used. */
export interface FastifyRequestLike {
  readonly raw: NodeRequest
}
export interface FastifyReplyLike {
  readonly raw: ServerResponse
  send(payload: unknown): unknown
}
export interface FastifyLike<Req> {
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    type: string,
    parser: (request: Req, payload: unknown, done: (error: null) => void) => void,
  ): unknown
  route(route: {
    method: string[]
    url: string
    handler: (request: Req, reply: FastifyReplyLike) => Promise<unknown>
  }): unknown
}

/**
 * A plugin for Fastify: `app.register(toFastify(holdfast, { owner }), { prefix: "/api/integrations" })`.
 * Below its prefix it switches Fastify's body parsers off, since webhooks are signed over the bytes as they were sent.
 */
export function toFastify<Req extends FastifyRequestLike = FastifyRequestLike, C extends Connector = Connector>(
  holdfast: Holdfast<C>,
  options: AdapterOptions<Req>,
): (app: FastifyLike<Req>) => Promise<void> {
  const adapted = adapt(holdfast, options)
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser("*", (_request, _payload, done) => done(null))
    app.route({
      method: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
      url: "/*",
      handler: async (request, reply) =>
        reply.send(await adapted.answer(toRequest(adapted.url, request.raw, reply.raw), request)),
    })
  }
}
