import { backend } from "./backend.js"
import { holdfast } from "./integrations.js"
import { pages, siteUrl } from "./pages.js"

// Two servers, as an API and a site elsewhere are.
const [api, site] = [backend(), pages()]
api.listen(Number(process.env.PORT ?? 3000), "localhost")
site.listen(Number(process.env.SITE_PORT ?? 3001), "localhost", () => console.log(`Open ${siteUrl}`))
holdfast.scheduler.start()

process.once("SIGTERM", () => {
  for (const server of [api, site]) server.close().closeAllConnections()
  void holdfast.close()
})
