import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { type FoundConnector, factsOf, findConnectors } from "./connector-facts.js"
import { connectorIndex, connectorPage } from "./connector-page.js"
import { root } from "./workspace.js"

describe("facts of the connectors", () => {
  let found: FoundConnector[]
  beforeAll(async () => {
    found = await findConnectors()
  })

  it("finds at least one connector in every package, each id once", () => {
    const folder = join(root, "packages/connectors")
    const packages = readdirSync(folder).filter((name) => existsSync(join(folder, name, "package.json")))
    expect(new Set(found.map((one) => one.package)).size).toBe(packages.length)
    const ids = found.map(({ connector }) => connector.id)
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a.localeCompare(b)))
  })

  it("prints every fact of a method, null where it has none", () => {
    for (const { methods, package: name, api, operations } of found.map(factsOf)) {
      expect(name).toMatch(/^@holdfast\//)
      expect(operations.length).toBeGreaterThan(0)
      if (api)
        expect(api).toMatchObject({ baseUrl: expect.any(String), authorization: expect.any(String), headers: {} })
      for (const method of methods) {
        expect(Object.keys(method)).toEqual(
          expect.arrayContaining([
            "id",
            "kind",
            "authorizationEndpoint",
            "tokenEndpoint",
            "scopeSeparator",
            "pkce",
            "clientAuthentication",
            "tokenRequestFormat",
            "rotation",
            "accessTokenSeconds",
          ]),
        )
        if (method.kind === "oauth2") {
          expect(method.tokenEndpoint, method.id).toMatch(/^https:\/\//)
          expect(method.clientAuthentication, method.id).not.toBeNull()
          expect(method.pkce, method.id).not.toBeNull()
        }
      }
    }
  })

  it("prints what OAuth 1.0a, own addresses, limits, places and pages are, where a connector has them", () => {
    const factsBy = new Map(found.map((one) => [one.connector.id, factsOf(one)]))
    const signed = [...factsBy.values()]
      .flatMap(({ methods }) => methods)
      .filter(({ signatureMethod }) => signatureMethod)
    expect(signed.length).toBeGreaterThan(0)
    for (const { requestTokenEndpoint } of signed) expect(requestTokenEndpoint).toMatch(/^https:\/\//)
    for (const one of found) {
      const { api, id, methods, operations, targets, webhooks } = one.connector
      const facts = factsBy.get(id)
      const page = connectorPage(one)
      for (const { facts: said } of methods) {
        if (said.requestTokenEndpoint) expect(page).toContain(`request tokens from \`${said.requestTokenEndpoint}\``)
        if (said.signatureMethod) expect(page).toContain(said.signatureMethod)
      }
      expect(facts?.ownWebhooks !== undefined).toBe(webhooks?.own !== undefined)
      if (facts?.ownWebhooks) expect(page).toContain(facts.ownWebhooks)
      expect(page.includes("an address of its own")).toBe(webhooks?.own !== undefined)
      expect(facts?.targets).toBe(targets !== undefined)
      expect(page.includes("connection.targets()")).toBe(targets !== undefined)
      if (api?.rateLimit) expect(page).toContain(`\`${api.rateLimit.remaining}\``)
      expect(facts?.api?.rateLimit).toEqual(api?.rateLimit)
      const paged = Object.values(operations).filter(({ pages }) => pages !== undefined).length
      expect(page.split("`paginate` walks them")).toHaveLength(paged + 1)
      expect(facts?.paged).toHaveLength(paged)
    }
  })

  it("makes a page that names every method, operation, scope and event, and no hole is left unfilled", () => {
    for (const one of found) {
      const page = connectorPage(one)
      const { methods, operations, webhooks, app, id } = one.connector
      for (const method of methods) expect(page).toContain(`\`${method.id}\``)
      for (const [name, { scopes }] of Object.entries(operations)) {
        expect(page).toContain(`\`${name}\``)
        for (const scope of scopes.flatMap((scope) => scope.split("|"))) expect(page).toContain(`\`${scope}\``)
      }
      for (const name of Object.keys(webhooks?.events ?? {})) expect(page).toContain(`\`${name}\``)
      for (const { label } of app?.fields ?? []) expect(page).toContain(label)
      expect(page).not.toMatch(/\{(redirectUri|webhookUrl)\}|undefined/)
      expect(connectorIndex(found)).toContain(`(./${id}.md)`)
    }
  })
})
