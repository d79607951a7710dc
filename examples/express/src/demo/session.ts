import type { Browser, Page } from "./browser.js"
import type { Row } from "./provider.js"

/** What a connector is at `GET /connections`, as far as the demo reads it. */
export interface Connected {
  readonly id: string
  readonly connector: string
  readonly status: string
  readonly slots: Readonly<Record<string, { readonly expiresAt: number | "never" | "unknown" }>>
}

/** A person at the app's pages, for one connector. Everything goes over HTTP, by the same routes that the page uses. */
export interface Session {
  signIn(): Promise<void>
  /** Follows the link to connect to its end; answers the connection, and how many redirects and pages it took. */
  connect(): Promise<{ connected: Connected; redirects: number; pages: number }>
  read(id: string): Promise<Connected>
  /** Runs the row's operation; answers `ok`, or the status and the code of the error. */
  run(id: string): Promise<string>
  test(id: string): Promise<{ ok: boolean; parts: readonly { name: string; ok: boolean; code?: string }[] }>
  disconnect(id: string): Promise<string>
  /** Whether the connection is gone for this owner. */
  isGone(id: string): Promise<boolean>
  /** Lets time pass, for the app and the emulators; answers the time, milliseconds since the epoch. */
  advance(ms: number): Promise<number>
}

const maxPages = 10

export function createSession(browser: Browser, url: string, connector: string, row: Row): Session {
  const api = `${url}/api/integrations`

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await browser.call(method, path, body)
    if (answer.status < 300) return answer.body as T
    throw new Error(
      `${method} answered ${answer.status} ${(answer.body as { error?: string } | undefined)?.error ?? ""}`,
    )
  }

  async function answer(field: string): Promise<string | undefined> {
    const given = row.answers?.[field]
    return typeof given === "function" ? String(await given()) : given
  }

  const run = (id: string) =>
    browser.call("POST", `${api}/connections/${id}/run`, {
      operation: row.operation,
      parameters: row.parameters[row.operation],
    })

  const isEnd = (page: Page) => page.url.origin === new URL(url).origin && page.url.searchParams.has("status")

  return {
    async signIn() {
      const page = await browser.visit(`${url}/`)
      await browser.submit(page, async () => undefined)
    },
    async connect() {
      const query = new URLSearchParams({ ...(row.method && { method: row.method }), returnTo: "/" })
      let page = await browser.visit(`${api}/connect/${connector}?${query}`)
      let redirects = page.redirects
      let pages = 1
      for (; !isEnd(page); pages++) {
        if (pages > maxPages || page.status >= 400) throw new Error(`${page.url.pathname} answered ${page.status}`)
        page = await browser.submit(page, answer)
        redirects += page.redirects
      }
      const { status, error } = Object.fromEntries(page.url.searchParams)
      if (status !== "connected") throw new Error(`${status}: ${error}`)
      const path = `${api}/connections?connector=${connector}`
      const { connections } = await call<{ connections: readonly Connected[] }>("GET", path)
      const [connected, ...others] = connections
      if (!connected || others.length > 0) throw new Error(`${connections.length} connections, not one`)
      return { connected, redirects, pages }
    },
    read: (id) => call("GET", `${api}/connections/${id}`),
    async run(id) {
      const { status, body } = await run(id)
      return status === 200 ? "ok" : `${status} ${(body as { error?: string } | undefined)?.error ?? ""}`
    },
    test: (id) => call("POST", `${api}/connections/${id}/test`),
    async disconnect(id) {
      return (await call<{ revocation: string }>("DELETE", `${api}/connections/${id}`)).revocation
    },
    async isGone(id) {
      return (await browser.call("GET", `${api}/connections/${id}`)).status === 404
    },
    async advance(ms) {
      return (await call<{ now: number }>("POST", `${url}/demo/advance`, { ms })).now
    },
  }
}
