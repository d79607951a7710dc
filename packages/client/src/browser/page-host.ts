import { randomBytes } from "node:crypto"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { createHoldfast, type Holdfast, keyring, memoryStore, type Owner } from "@holdfast/core"
import { systemClock } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import type { IntegrationsPage } from "@holdfast/server"
import { type NodeRequest, toNodeHandler } from "@holdfast/server/node"
import { slack } from "@holdfast/slack"
import { createSlackEmulator, emulatorApp } from "@holdfast/slack/emulator"
import { stripe } from "@holdfast/stripe"
import type { BrowserContext } from "chromium-for-tests"
import { build } from "esbuild"

const people: Readonly<Record<string, Owner>> = {
  admin: { tenantId: "org", userId: "admin", admin: true },
  member: { tenantId: "org", userId: "member" },
}

/** An app on loopback with the integrations mounted, Slack's emulator behind it, and nothing configured. */
export interface PageHost {
  readonly url: string
  readonly holdfast: Holdfast
  /** What an admin copies from Slack's console. */
  readonly slackApp: typeof emulatorApp
  signIn(context: BrowserContext, name: "admin" | "member"): Promise<void>
  close(): Promise<void>
}

/** `pages`: what the app serves beside the mount, by path. */
export async function startPageHost({
  ui,
  pages = {},
}: {
  ui?: IntegrationsPage
  pages?: Readonly<Record<string, { readonly type: string; readonly text: string }>>
} = {}): Promise<PageHost> {
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const mount = `${url}/api/integrations`
  const redirectUris = [`${mount}/oauth/callback/slack`]
  const provider = await listen(createSlackEmulator({ redirectUris, clock: systemClock() }), { host: "localhost" })
  const holdfast: Holdfast = createHoldfast({
    url: mount,
    connectors: [slack(), stripe()],
    store: memoryStore(),
    keys: keyring(`test:${randomBytes(32).toString("base64url")}`),
    reroute: provider.reroute,
    env: {},
  }) as unknown as Holdfast
  const integrations = toNodeHandler(holdfast, { owner: ownerOf, ...(ui && { ui }) })

  const answer: typeof integrations = async (request, response) => {
    const page = pages[new URL(request.url ?? "/", url).pathname]
    if (!page) return await integrations(request, response)
    response.setHeader("content-type", page.type)
    response.setHeader("content-security-policy", policy)
    response.end(page.text)
  }

  return {
    url,
    holdfast,
    slackApp: emulatorApp,
    signIn: (context, name) => context.addCookies([{ name: "as", value: name, url }]),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await holdfast.close()
      await provider.close()
    },
  }
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:"

function ownerOf(request: NodeRequest | IncomingMessage): Owner | undefined {
  const name = /(?:^|; )as=(\w+)/.exec(String(request.headers.cookie ?? ""))?.[1] ?? ""
  return Object.hasOwn(people, name) ? people[name] : undefined
}

const source = fileURLToPath(new URL("..", import.meta.url))

/** A page of its own for a test: a script, bundled, and nothing else. `script` may import from `packages/client/src`. */
export async function scriptedPage(
  path: string,
  script: string,
  alias: Readonly<Record<string, string>> = {},
): Promise<Record<string, { type: string; text: string }>> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: source, loader: "tsx" },
    absWorkingDir: source,
    bundle: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    conditions: ["@holdfast/source"],
    alias: { ...alias },
    write: false,
    logLevel: "silent",
  })
  return {
    [path]: {
      type: "text/html; charset=utf-8",
      text: `<!doctype html><html lang="en"><title>Test</title><link rel="icon" href="data:,"><main></main><script type="module" src="${path}.js"></script></html>`,
    },
    [`${path}.js`]: { type: "text/javascript; charset=utf-8", text: outputFiles[0]?.text ?? "" },
  }
}
