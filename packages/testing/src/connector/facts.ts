import type { Connector } from "@holdfast/core"
import { describe, expect, it } from "vitest"

const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const snake = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/

/** What can be seen of a connector without running it: names, endpoints, and that every fact a page shows is there. */
export function factsSuite(connector: Connector): void {
  describe("facts", () => {
    it("has a kebab-case id and vendor, and snake_case names for what can be called", () => {
      expect(connector.id).toMatch(kebab)
      expect(connector.vendor).toMatch(kebab)
      for (const { id } of connector.methods) expect(id).toMatch(snake)
      for (const name of Object.keys(connector.operations)) expect(name).toMatch(snake)
      for (const name of Object.keys(connector.webhooks?.events ?? {})) expect(name).toMatch(snake)
      for (const { name } of connector.app?.fields ?? []) expect(name, "app field").toMatch(/^[a-z][a-zA-Z0-9]*$/)
    })

    it("tells each method, slot and app field apart", () => {
      expect(connector.methods.length).toBeGreaterThan(0)
      expectDistinct(connector.methods.map(({ id }) => id))
      for (const method of connector.methods) {
        expect(method.slots.length, `slots of ${method.id}`).toBeGreaterThan(0)
        expectDistinct(method.slots)
        expectDistinct(method.fields.map(({ name }) => name))
      }
      expectDistinct((connector.app?.fields ?? []).map(({ name }) => name))
    })

    it("names https endpoints only", () => {
      for (const { url, where } of endpointsOf(connector)) {
        expect(url, where).toMatch(/^(https:\/\/|\{\w+\})/)
        expect(url, where).not.toMatch(/[?#]|\s/)
      }
    })

    it("describes itself: name, documentation, set-up guide, labels and summaries", () => {
      expect(connector.name).not.toBe("")
      expect(connector.documentation).toMatch(/^https:\/\//)
      expect(connector.setup.url).toMatch(/^https:\/\//)
      expect(connector.setup.steps.length).toBeGreaterThan(0)
      for (const { id, label } of connector.methods) expect(label, id).not.toBe("")
      for (const [name, { summary, effect, scopes }] of Object.entries(connector.operations)) {
        expect(summary, name).not.toBe("")
        expect(["read", "write", "destroy"], name).toContain(effect)
        expectDistinct(scopes)
      }
    })

    it("describes its app: what identifies it, and each field of the schema", () => {
      const needsApp = connector.methods.some((method) => method.needsApp)
      expect(connector.app !== null, "app is null exactly where no method needs one").toBe(needsApp)
      if (!connector.app) return
      const names = connector.app.fields.map(({ name }) => name)
      expect(names).toContain(connector.app.identity ?? "clientId")
      expect(names.toSorted()).toEqual(Object.keys(connector.app.schema.shape).toSorted())
      for (const field of connector.app.fields) {
        expect(field.label, field.name).not.toBe("")
        if (/secret|key|password/i.test(field.name) && !/public/i.test(field.name)) {
          expect(field.secret, `${field.name} is sealed and never shown`).toBe(true)
        }
      }
    })

    it("is called over HTTP or brings its own client, and says how an account is told apart", () => {
      expect(connector.api !== undefined || connector.client !== undefined).toBe(true)
      if (connector.api) expect(connector.api.authorization).not.toBe("")
      else expect(connector.tokens, "a provider that is not HTTP has no bearer tokens").toBe("none")
    })

    it("uses slots that a method fills, and traces no more than short fields", () => {
      const slots = new Set(connector.methods.flatMap((method) => [...method.slots]))
      for (const [name, { uses, trace = [] }] of Object.entries(connector.operations)) {
        if (uses !== undefined) expect(slots, name).toContain(uses)
        for (const field of trace) expect(field, name).not.toMatch(/token|secret|password|key|body|text|message/i)
      }
    })

    it("says of each method how its grants live", () => {
      for (const { id, policy, facts, ...method } of connector.methods) {
        if (policy.rotation === "single-use")
          expect(method.presents, `${id} presents what it spends`).toBeTypeOf("function")
        if (policy.expectsRefreshToken) expect(method.refresh, `${id} refreshes`).toBeTypeOf("function")
        if (facts.tokenEndpoint !== undefined) expect(method.needsApp || method.fields.length > 0, id).toBe(true)
        if (method.kind === "oauth1" && facts.requestTokenEndpoint !== undefined)
          expect(facts.signatureMethod, id).toBeDefined()
        if (facts.startsWith === "redirect" && method.kind === "oauth2")
          expect(facts.authorizationEndpoint, id).toBeDefined()
      }
    })
  })
}

function expectDistinct(names: readonly string[]): void {
  expect([...new Set(names)]).toEqual([...names])
}

const endpointNames = [
  "requestTokenEndpoint",
  "authorizationEndpoint",
  "tokenEndpoint",
  "refreshEndpoint",
  "revocationEndpoint",
] as const

function endpointsOf({ api, methods }: Connector): { url: string; where: string }[] {
  const found = [api?.baseUrl, ...(api?.hosts ?? [])].map((url) => ({ url, where: "api" }))
  for (const { id, facts } of methods) {
    for (const name of endpointNames) {
      found.push({ url: facts[name], where: `${id} ${name}` })
    }
  }
  return found.filter((one): one is { url: string; where: string } => one.url !== undefined)
}
