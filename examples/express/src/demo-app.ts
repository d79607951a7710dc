/** The app of the demo, in a process of its own: the same one as `server.ts`, with loopback in place of the internet. */
import { fileURLToPath } from "node:url"
import { emulatorControl } from "@holdfast/emulator"
import { guardedFetch, nodeGuard } from "@holdfast/server/node"
import { sqliteStore } from "@holdfast/store-sql/sqlite"
import express from "express"
import { createApp } from "./app.js"
import type { DemoSettings } from "./demo/settings.js"
import { pageHeaders } from "./page-headers.js"

const settings: DemoSettings = JSON.parse(process.env.DEMO_SETTINGS ?? "{}")
const { port, reroute, options, clockOrigin, notes } = settings

// One time for the app and all emulators, which outlive it: a new process asks how far it has been pushed ahead.
const clock = emulatorControl(clockOrigin)
let aheadMs = (await clock.advance(0)) - Date.now()
const now = () => Date.now() + aheadMs

const allow = [...Object.values(reroute).map((origin) => new URL(origin).host), ...settings.allow]
const store = sqliteStore(process.env.DATABASE_FILE ?? ":memory:", { now })
const { app, holdfast } = createApp({
  links: [{ label: "What to type", url: "/notes.html" }],
  transports: options,
  store,
  reroute,
  guard: nodeGuard({ allow }),
  runtime: { fetch: guardedFetch({ allow }), clock: { now, monotonic: () => performance.now() } },
})

const demo = express().disable("x-powered-by")
// The app has one address, to which its cookies and origins belong: who came by another name of this machine goes there.
const home = new URL(process.env.APP_URL ?? "http://localhost:3000")
demo.get(/.*/, (request, response, next) => {
  if (request.headers.host === home.host) next()
  else response.redirect(home.origin + request.originalUrl)
})
demo.post("/demo/advance", express.json(), async (request, response) => {
  aheadMs = (await clock.advance(Number(request.body?.ms))) - Date.now()
  response.json({ now: now() })
})
demo.get("/demo/notes.json", (_request, response) => void response.json(notes))
// Before the app's own files, of which notes.js is one, and empty.
const notesFiles = ["/notes.html", "/notes.js", "/notes-page.js"]
demo.get(notesFiles, pageHeaders, express.static(fileURLToPath(new URL("../demo", import.meta.url))))
demo.use(app)

holdfast.scheduler.start()
// A thousand callers at once are more than the usual queue of connections.
const server = demo.listen({ port, host: "127.0.0.1", backlog: 4096 }, () => process.send?.("listening"))

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  server.close()
  server.closeIdleConnections()
  await holdfast.close()
  server.closeAllConnections()
  store.close()
  if (process.connected) process.disconnect()
}
process.on("SIGINT", stop)
process.on("SIGTERM", stop)
// Nothing is left behind when the demo itself is gone.
process.on("disconnect", stop)
