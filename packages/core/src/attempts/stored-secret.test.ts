import { describe, expect, it } from "vitest"
import { z } from "zod"
import { createHoldfast } from "../create-holdfast.js"
import { defineConnector } from "../define-connector.js"
import { keyring } from "../keyring.js"
import { memoryStore } from "../memory-store.js"
import type { AuthMethod } from "../method.js"
import { lastingClock, lastingPolicy } from "../methods/lasting.js"

interface Secret {
  readonly token: string
}

/** Mends what is stored where there is something, as Plaid's update mode does; else grants anew. */
function mendingMethod(seen: unknown[]): AuthMethod<Secret, never> {
  return {
    id: "link",
    kind: "link",
    label: "Link",
    needsApp: false,
    slots: ["main"],
    secret: z.object({ token: z.string() }),
    fields: [],
    input: z.record(z.string(), z.string()),
    policy: lastingPolicy,
    facts: { hostIsChosen: false, startsWith: "grant" },
    async begin(context) {
      const stored = await context.stored?.("main")
      seen.push(context.stored ? stored : "not reconnecting")
      if (stored) return { grant: { evidence: {} } }
      const slot = { secret: { token: `token-${seen.length}` }, clock: lastingClock(context.clock.now()) }
      return { grant: { slots: { main: slot }, evidence: {} } }
    },
    advance: () => Promise.reject(new Error("never asked")),
  }
}

function world() {
  const seen: unknown[] = []
  const acme = defineConnector({
    id: "acme",
    vendor: "acme",
    name: "Acme",
    category: "other",
    documentation: "https://acme.example/docs",
    methods: [mendingMethod(seen)],
    app: null,
    tokens: "none",
    api: { baseUrl: "https://acme.example", authorization: "Bearer" },
    errors: { codes: {} },
    identify: async () => ({ id: "a1", label: "Account" }),
    check: async () => [],
    operations: {},
    setup: { url: "https://acme.example", steps: ["None."] },
  })
  const store = memoryStore()
  const make = (key: string) =>
    createHoldfast({ url: "https://app.example.com", connectors: [acme()], store, keys: keyring(key), env: {} })
  return { seen, make }
}

const key = (id: string, letter: string) => `${id}:${letter.repeat(43)}`
const owner = { tenantId: "t1", userId: "u1" }

describe("a method that mends a grant (Plaid in the walk)", () => {
  it("is not told of a stored secret when connecting for the first time", async () => {
    const { seen, make } = world()
    await make(key("k1", "A")).for(owner).connect("acme", {})
    expect(seen).toEqual(["not reconnecting"])
  })

  it("gets the stored secret when reconnecting, and a grant without slots keeps it", async () => {
    const { seen, make } = world()
    const mine = make(key("k1", "A")).for(owner)
    const { connectionId = "" } = await mine.connect("acme", {})
    const connection = mine.connection(connectionId)
    const again = await connection.reconnect()
    expect(again).toMatchObject({ status: "connected", connectionId })
    expect(seen).toEqual(["not reconnecting", { token: "token-1" }])
    expect(await connection.unsafe.secret()).toEqual({ token: "token-1" })
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("gets nothing where the credential does not open, and grants anew", async () => {
    const { seen, make } = world()
    const { connectionId = "" } = await make(key("k1", "A")).for(owner).connect("acme", {})
    const afterLoss = make(key("k2", "E")).for(owner).connection(connectionId)
    await afterLoss.reconnect()
    expect(seen).toEqual(["not reconnecting", undefined])
    expect(await afterLoss.unsafe.secret()).toEqual({ token: "token-2" })
  })
})
