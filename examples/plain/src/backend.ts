import { createServer, type Server } from "node:http"
import { toNodeHandler } from "@holdfast/server/node"
import { holdfast } from "./integrations.js"

/** The API: nobody has a session here. Who asks is said by a token that the site's own server mints for them. */
export function backend(): Server {
  return createServer(toNodeHandler(holdfast, { owner: () => null }))
}
