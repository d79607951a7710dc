import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import {
  base64url,
  type ConnectionInfo,
  createHoldfast,
  type Holdfast,
  keyring,
  memoryStore,
  type Owner,
} from "@holdfast/core"
import { virtualClock } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { toNodeHandler } from "@holdfast/server/node"
import { slack } from "@holdfast/slack"
import { createSlackEmulator, emulatorApp } from "@holdfast/slack/emulator"
import { stripe } from "@holdfast/stripe"
import { createStripeEmulator, defaultAccounts } from "@holdfast/stripe/emulator"
import { build } from "esbuild"
import { type BeaconState, beacon } from "./beacon.js"

/** A host application on loopback, with pages that connect, and stand-ins of Slack and Stripe as providers. */
export interface Host {
  /** Where the application and its handler are. */
  readonly origin: string
  readonly mount: string
  /** The same pages on another port: another origin of the same site, and listed. */
  readonly sibling: string
  /** The same pages on another site, where no cookie of the application goes along. */
  readonly foreign: string
  readonly holdfast: Holdfast
  readonly beacon: BeaconState
  readonly clock: ReturnType<typeof virtualClock>
  /** What Slack's pages say of their opener; undefined: nothing. */
  providerPolicy: string | undefined
  /** What all answers of the application say of their opener, its handler's as well. */
  appPolicy: string | undefined
  /** What is answered at such an address is done at once, and sent only then. */
  late: { readonly at: RegExp; readonly until: Promise<void> } | undefined
  /** How many answers were ready and came late. */
  withheld: number
  info(): Promise<readonly ConnectionInfo[]>
  /** Ids of what is connected. */
  connections(): Promise<readonly string[]>
  close(): Promise<void>
}

export const ada: Owner = { tenantId: "acme-corp", userId: "ada" }

/** A key that Stripe's stand-in takes. */
export const stripeKey = String(defaultAccounts[0]?.keys.test)

/** What distinguishes the pages: attributes that their script reads, what a sandbox lets them do, or markup of their own. */
const pages: Readonly<Record<string, { data?: string; sandbox?: string; markup?: string }>> = {
  "/settings": {},
  "/in-page": { data: `data-where="page"` },
  "/no-windows": { sandbox: "sandbox allow-scripts allow-same-origin allow-forms" },
  "/no-windows-link": {
    data: `data-link=""`,
    sandbox: "sandbox allow-scripts allow-same-origin allow-forms",
  },
  "/framed": {
    markup: `<!doctype html><html lang="en" data-ready=""><title>Framed</title><iframe src="/no-windows"></iframe></html>`,
  },
  "/by-token": { data: `data-mint="/mint"` },
}

let bundled: Promise<string> | undefined

/** Starts it all; the script of its pages is the same for all tests of a file. */
export async function startHost(): Promise<Host> {
  bundled ??= bundle()
  const script = await bundled
  const clock = virtualClock()
  const { servers, origins } = await openPorts()
  const [origin = "", sibling = "", foreign = ""] = origins
  const mount = `${origin}/api/integrations`
  const emulator = createSlackEmulator({ clock, redirectUris: [`${mount}/oauth/callback/slack`] })
  const keys = await listen(createStripeEmulator({ clock }))
  const consents = await listen({
    ...emulator,
    async fetch(request) {
      const answer = await emulator.fetch(request)
      if (host.providerPolicy !== undefined) answer.headers.set("cross-origin-opener-policy", host.providerPolicy)
      return answer
    },
  })
  const beaconState: BeaconState = { polledAt: [], isScanned: false }
  const store = memoryStore({ now: clock.now })
  const holdfast = createHoldfast({
    url: mount,
    connectors: [slack(emulatorApp), stripe(), beacon(beaconState)],
    store,
    keys: keyring(`k1:${base64url(new Uint8Array(32).fill(7))}`),
    env: {},
    returnUrls: [`${sibling}/in-page`],
    runtime: { clock: { now: clock.now, monotonic: clock.now } },
    reroute: { ...keys.reroute, ...consents.reroute },
  }) as unknown as Holdfast
  const handler = toNodeHandler(holdfast, {
    origins: [origin, sibling],
    owner: ({ headers }) => (/(^|; )session=ada(;|$)/.test(String(headers.cookie)) ? ada : null),
  })

  const answer: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? "/", origin)
    const here = `http://${request.headers.host}`
    if (host.appPolicy !== undefined) response.setHeader("cross-origin-opener-policy", host.appPolicy)
    if (host.late?.at.test(pathname))
      sendLate(response, host.late.until, () => {
        host.withheld++
      })
    if (here === origin && pathname.startsWith("/api/integrations/")) return void handler(request, response)
    if (pathname === "/page.js") return void response.setHeader("content-type", "text/javascript").end(script)
    if (pathname === "/mint") {
      return void holdfast.access.browserToken(ada, { origin: here }).then((token) => response.end(token))
    }
    if (pathname === "/favicon.ico") return void response.writeHead(204).end()
    const page = pages[pathname]
    if (!page) return void response.writeHead(404).end()
    const sources = `default-src 'none'; script-src 'self'; frame-src 'self'; connect-src 'self' ${origin}`
    response.setHeader("content-type", "text/html; charset=utf-8")
    response.setHeader("content-security-policy", [sources, page.sandbox].filter(Boolean).join("; "))
    // Whoever comes is signed in.
    response.setHeader("set-cookie", "session=ada; Path=/; HttpOnly; SameSite=Lax")
    response.end(page.markup ?? markup(mount, page.data))
  }
  for (const server of servers) server.on("request", answer)

  const host: Host = {
    origin,
    mount,
    sibling,
    foreign,
    holdfast,
    beacon: beaconState,
    clock,
    providerPolicy: undefined,
    appPolicy: undefined,
    late: undefined,
    withheld: 0,
    info: () => holdfast.for(ada).list(),
    connections: async () => (await host.info()).map(({ id }) => id),
    async close() {
      await Promise.all(servers.map(stop))
      await Promise.all([keys.close(), consents.close()])
      await holdfast.close()
    },
  }
  return host
}

function sendLate(response: ServerResponse, until: Promise<void>, withhold: () => void): void {
  const write = response.write.bind(response) as (...all: unknown[]) => boolean
  const end = response.end.bind(response) as (...all: unknown[]) => ServerResponse
  // The first write sends the head, and its cookies.
  response.write = ((...all: unknown[]) => {
    void until.then(() => write(...all))
    return true
  }) as ServerResponse["write"]
  response.end = ((...all: unknown[]) => {
    withhold()
    void until.then(() => end(...all))
    return response
  }) as ServerResponse["end"]
}

const markup = (mount: string, data = "") => `<!doctype html>
<html lang="en" data-mount="${mount}" ${data}>
<title>Settings</title>
<script type="module" src="/page.js"></script>
<button id="slack">Connect Slack</button>
<button id="stripe">Connect Stripe</button>
<button id="stop">Stop</button>
<ol id="told"></ol>
</html>
`

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page-under-test.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    conditions: ["@holdfast/source"],
    write: false,
  })
  return outputFiles[0]?.text ?? ""
}

async function openPorts(): Promise<{ servers: readonly Server[]; origins: readonly string[] }> {
  const hosts = ["localhost", "localhost", "127.0.0.1"]
  const servers = hosts.map(() => createServer())
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))))
  const origins = servers.map((server, index) => `http://${hosts[index]}:${(server.address() as AddressInfo).port}`)
  return { servers, origins }
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
