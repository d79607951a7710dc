import { integrationsPage } from "@holdfast/client/page"
import { HoldfastError, isHoldfastError } from "@holdfast/core"
import { toHono } from "@holdfast/server/hono"
import { Hono } from "hono"
import { holdfast } from "./integrations.js"
import { ownerOf, session } from "./session.js"

/** An app whose users connect their accounts, on a page that comes with it. */
export const app = new Hono()

const ui = { ...integrationsPage, signInUrl: "/sign-in" }
app.all("/api/integrations/*", toHono(holdfast, { owner: ownerOf, ui }))
app.get("/", (context) => context.redirect("/api/integrations/ui"))
app.route("/", session)

// Anywhere in the backend: the connection of whoever asks.
app.post("/hello", async (context) => {
  const owner = await ownerOf(context)
  if (!owner) throw new HoldfastError("unauthenticated")
  const workspace = await holdfast.for(owner).get("slack")
  return context.json(await workspace.run("send_message", { channel: "#general", message: "hello" }))
})

app.onError((error) => {
  if (!isHoldfastError(error)) throw error
  return Response.json({ error: error.code, message: error.publicText }, { status: error.status })
})
