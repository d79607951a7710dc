import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { InputOf, ResultOf } from "./connection.js"
import { defineConnector } from "./define-connector.js"
import { operation } from "./operation.js"

const ping = operation({
  summary: "Ping",
  effect: "read",
  input: z.object({ loud: z.boolean() }),
  output: z.object({ pong: z.string() }),
  run: async () => ({ pong: "pong" }),
})

interface AcmeOptions {
  readonly clientId?: string | number
  readonly clientSecret?: string
  readonly version?: string
  readonly scopes?: readonly string[]
}

const acme = defineConnector(({ version = "v1", scopes = ["read"] }: AcmeOptions) => ({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "other",
  documentation: `https://acme.example/${version}`,
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
    ],
  },
  methods: [],
  errors: { codes: {} },
  identify: async ({ account }) => ({ id: account?.id ?? scopes.join(), label: "Acme" }),
  check: async () => [],
  operations: { ping },
  setup: { url: "https://acme.example", steps: [] },
}))

describe("a connector that is described by a function of its options", () => {
  it("has defaults where it is called without any", () => {
    const connector = acme()
    expect([connector.id, connector.documentation]).toEqual(["acme", "https://acme.example/v1"])
    expect(connector.options).toBeUndefined()
    expect(Object.isFrozen(connector)).toBe(true)
  })

  it("gives the app its fields alone, numbers as text, and never writes to the options", () => {
    const options = Object.freeze({ clientId: 12_345, clientSecret: "", version: "v2", scopes: ["write"] })
    const connector = acme(options)
    expect(connector.documentation).toBe("https://acme.example/v2")
    expect(connector.options).toEqual({ clientId: "12345" })
  })

  it("keeps the types of its id and operations", () => {
    const connector = acme()
    const id: "acme" = connector.id
    const given: InputOf<typeof connector, "ping"> = { loud: true }
    const answer: ResultOf<typeof connector, "ping"> = { pong: "pong" }
    // @ts-expect-error there is no such operation
    expect([id, given.loud, answer.pong, connector.operations.pong]).toEqual(["acme", true, "pong", undefined])
  })
})
