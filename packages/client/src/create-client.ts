import type { BegunAttempt, ConnectionInfo, Diagnosis } from "@holdfast/core"
import { createBackend } from "./backend.js"
import { createBearer } from "./bearer.js"
import { type Connects, connect } from "./connect.js"
import type { AppSettings, BeginOptions, Client, ClientOptions, ConnectResult } from "./contract.js"
import { createConversation } from "./conversation.js"
import { leftAttempts } from "./left-attempts.js"
import { resume } from "./resume.js"

const pageSize = 1_000

/**
 * A client of the handler at `url`, for whoever is signed in on this page. Asks nothing until it is used, and may be made on a server.
 *
 * @see README.md of this package
 */
export function createClient(options: ClientOptions): Client {
  const bearer = createBearer(options.token)
  const backend = createBackend(options.url, bearer)
  const left = leftAttempts(backend.url)
  const { ask, read } = backend
  let resuming: Promise<ConnectResult | undefined> | undefined

  const begin = async (connector: string, asked: BeginOptions = {}) =>
    createConversation(backend, await ask<BegunAttempt>("POST", "/attempts", { connector, ...asked }))
  const beginAgain = async (id: string, asked: BeginOptions = {}) =>
    createConversation(backend, await ask<BegunAttempt>("POST", `${connection(id)}/reconnect`, asked))
  const connects = (begin: Connects["begin"]): Connects => ({ url: backend.url, left, begin })

  return {
    url: backend.url,
    async authenticate(token) {
      const putBack = bearer.set(token)
      try {
        await ask("GET", "/connections?limit=1")
      } catch (error) {
        putBack()
        throw error
      }
    },
    connect: (connector, asked = {}) =>
      connect(
        connects((options) => begin(connector, options)),
        asked,
      ),
    reconnect: (id, asked = {}) =>
      connect(
        connects((options) => beginAgain(id, options)),
        asked,
      ),
    // Effects of a page may run twice; both are told.
    resume: (asked = {}) =>
      (resuming ??= resume(backend, left, asked.signal).finally(() => {
        resuming = undefined
      })),
    begin,
    beginAgain,
    catalogue: () => read("/connectors"),
    async connections({ connector } = {}) {
      const all: ConnectionInfo[] = []
      for (;;) {
        const query = new URLSearchParams({ limit: String(pageSize), ...(connector !== undefined && { connector }) })
        const after = all.at(-1)?.id
        if (after !== undefined) query.set("after", after)
        const { connections } = await read<{ connections: ConnectionInfo[] }>(`/connections?${query}`)
        all.push(...connections)
        if (connections.length < pageSize) return all
      }
    },
    test: (id) => ask("POST", `${connection(id)}/test`),
    rename: (id, name) => ask("POST", `${connection(id)}/rename`, { name }),
    disconnect: (id) => ask("DELETE", connection(id)),
    diagnose: async (id) => (await read<{ diagnoses: Diagnosis[] }>(`${connection(id)}/diagnosis`)).diagnoses,
    statistics: (id) => read(`${connection(id)}/statistics`),
    apps: {
      list: async () => (await read<{ apps: AppSettings[] }>("/apps")).apps,
      save: (connector, fields, asked) => ask("PUT", app(connector), { fields, ...asked }),
      remove: (connector, asked) => ask("DELETE", `${app(connector)}${asked?.for ? `?for=${asked.for}` : ""}`),
    },
  }
}

const connection = (id: string) => `/connections/${encodeURIComponent(id)}`
const app = (connector: string) => `/apps/${encodeURIComponent(connector)}`
