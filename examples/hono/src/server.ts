import { serve } from "@hono/node-server"
import { app } from "./app.js"
import { holdfast } from "./integrations.js"

const server = serve({ fetch: app.fetch, hostname: "localhost", port: Number(process.env.PORT ?? 3000) }, () => {
  console.log(`Open ${process.env.APP_URL ?? "http://localhost:3000"}`)
})
holdfast.scheduler.start()

process.once("SIGTERM", () => {
  server.close()
  void holdfast.close()
})
