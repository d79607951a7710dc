import { integrationsPage } from "@holdfast/client/page"
import { HoldfastError, isHoldfastError } from "@holdfast/core"
import { toFastify } from "@holdfast/server/fastify"
import Fastify from "fastify"
import { holdfast } from "./integrations.js"
import { ownerOf, session } from "./session.js"

/** An app whose users connect their accounts, on a page that comes with it. */
export const app = Fastify()

const ui = { ...integrationsPage, signInUrl: "/sign-in" }
app.register(toFastify(holdfast, { owner: ownerOf, ui }), { prefix: "/api/integrations" })
app.get("/", (_request, reply) => reply.redirect("/api/integrations/ui"))
app.register(session)

// Anywhere in the backend: the connection of whoever asks.
app.post("/hello", async (request) => {
  const owner = ownerOf(request)
  if (!owner) throw new HoldfastError("unauthenticated")
  const workspace = await holdfast.for(owner).get("slack")
  return workspace.run("send_message", { channel: "#general", message: "hello" })
})

app.setErrorHandler((error, _request, reply) => {
  if (!isHoldfastError(error)) throw error
  return reply.status(error.status).send({ error: error.code, message: error.publicText })
})
