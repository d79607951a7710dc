import type { BegunAttempt, ConnectionInfo } from "@holdfast/core"
import { expect } from "vitest"
import { expectFailure, expectSeeOther, type HandlerCase, jsonOf } from "./expect-answer.js"
import { ada, bob, eve, mountUrl } from "./under-test.js"

/** Every route that names a connection, with a body that would do. */
const routesOfOne = [
  ["GET", ""],
  ["GET", "/statistics"],
  ["GET", "/diagnosis"],
  ["POST", "/test"],
  ["POST", "/rename", { name: "Mine" }],
  ["POST", "/reconnect", {}],
  ["POST", "/run", { operation: "get_me" }],
  ["GET", "/targets"],
  ["DELETE", ""],
] as const

const otherRoutes = [
  ["GET", "/connectors"],
  ["GET", "/connections"],
  ["POST", "/execute", { provider: "acme", operation: "get_me" }],
  ["POST", "/attempts", { connector: "acme" }],
  ["GET", "/apps"],
  ["GET", "/apps/acme"],
  ["PUT", "/apps/acme", { fields: {} }],
  ["DELETE", "/apps/acme"],
] as const

export const connectionCases: readonly HandlerCase[] = [
  {
    title: "lists what can be connected, and what is",
    async run(given) {
      const id = await given.connect()
      type Catalogue = { connectors: Record<string, unknown>[] }
      const { connectors } = await jsonOf<Catalogue>(await given.browser().call("GET", `${mountUrl}/connectors`))
      expect(connectors).toHaveLength(1)
      expect(connectors[0]).toMatchObject({
        id: "acme",
        name: "Acme",
        category: "other",
        appConfigured: true,
        connected: true,
        connections: [{ id, status: "active", account: "Account u1" }],
        setup: { steps: [`Register ${mountUrl}/oauth/callback/acme.`] },
      })
      expect(connectors[0]?.methods).toContainEqual(
        expect.objectContaining({
          id: "api_key",
          startsWith: "form",
          fields: [expect.objectContaining({ name: "key" })],
        }),
      )
      const others = await jsonOf<Catalogue>(await given.browser(eve).call("GET", `${mountUrl}/connectors`))
      expect(others.connectors[0]).toMatchObject({ connected: false, connections: [] })
    },
  },
  {
    title: "shows, tests, renames and runs a connection, by id, number and alias",
    async run(given) {
      const id = await given.connect()
      const browser = given.browser()
      const at = (path: string) => `${mountUrl}/connections/${path}`
      const info = await jsonOf<ConnectionInfo>(await browser.call("GET", at(id)))
      expect(info).toMatchObject({ id, connector: "acme", method: "api_key", status: "active", account: { id: "u1" } })
      expect(await jsonOf(await browser.call("POST", at(`${id}/test`)))).toMatchObject({ ok: true, status: "active" })
      const renamed = await browser.call("POST", at(`${id}/rename`), { name: "Work", alias: "work" })
      expect(await jsonOf(renamed)).toMatchObject({ name: "Work", alias: "work" })
      for (const ref of [id, "work", String(info.number)]) {
        const answer = await browser.call("POST", at(`${ref}/run`), { operation: "get_me", parameters: {} })
        expect(await jsonOf(answer)).toEqual({ result: { id: "u1", label: "Account u1" } })
      }
      expect(await jsonOf(await browser.call("GET", at(`${id}/statistics`)))).toMatchObject({
        provider: [{ label: "Notes", value: 7 }],
        usage: expect.objectContaining({ calls: expect.any(Number) }),
      })
    },
  },
  {
    title: "tells what can be done, with schemas of the parameters where they are asked for",
    async run(given) {
      type Catalogue = { connectors: { operations: Record<string, unknown>[] }[] }
      const of = async (query: string) => {
        const { connectors } = await jsonOf<Catalogue>(
          await given.browser().call("GET", `${mountUrl}/connectors${query}`),
        )
        return connectors[0]?.operations.find(({ name }) => name === "get_note")
      }
      const described = { name: "get_note", summary: "A note", effect: "read", scopes: [] }
      expect(await of("")).toEqual(described)
      expect(await of("?schemas=1")).toEqual({
        ...described,
        input: expect.objectContaining({ type: "object", properties: { id: { type: "string" } }, required: ["id"] }),
      })
    },
  },
  {
    title: "runs an operation at a target, and lists targets without what reaches them",
    async run(given) {
      const id = await given.connect()
      const at = `${mountUrl}/connections/${id}`
      const browser = given.browser()
      expect(await jsonOf(await browser.call("GET", `${at}/targets`))).toEqual({
        targets: [{ id: "site-1", label: "First site" }],
      })
      const run = (target: unknown) => browser.call("POST", `${at}/run`, { operation: "get_me", target })
      expect(await jsonOf(await run("site-1"))).toEqual({ result: { id: "u1", label: "Account u1 at one" } })
      const call = { provider: "acme", operation: "get_me", target: "site-1" }
      expect(await jsonOf(await browser.call("POST", `${mountUrl}/execute`, call))).toEqual({
        result: { id: "u1", label: "Account u1 at one" },
      })
      const refused = await run("site-2")
      expect(await refused.clone().json()).toMatchObject({ details: { choices: ["site-1"] } })
      await expectFailure(refused, "resource_not_found")
      await expectFailure(await run({ id: "site-1", data: { site: "two" } }), "input_invalid")
    },
  },
  {
    title: "executes an operation named by strings",
    async run(given) {
      const connectionId = await given.connect()
      const call = { provider: "acme", operation: "get_me", connectionId }
      expect(await jsonOf(await given.browser().call("POST", `${mountUrl}/execute`, call))).toEqual({
        result: { id: "u1", label: "Account u1" },
      })
    },
  },
  {
    title: "says what went wrong with an operation",
    async run(given) {
      const id = await given.connect()
      const run = (body: unknown) => given.browser().call("POST", `${mountUrl}/connections/${id}/run`, body)
      await given.unchanged(async () => {
        await expectFailure(await run({ operation: "nothing" }), "operation_unknown")
        await expectFailure(await run({ operation: "get_note", parameters: { id: 7 } }), "input_invalid")
        await expectFailure(await run({ operation: "get_note", parameters: { id: "n1" } }), "resource_not_found")
        await expectFailure(await run({}), "input_invalid")
      })
    },
  },
  {
    title: "diagnoses a connection: nothing where it is well, else what the provider said, without asking it again",
    async run(given) {
      const id = await given.connect()
      const at = `${mountUrl}/connections/${id}`
      const browser = given.browser()
      expect(await jsonOf(await browser.call("GET", `${at}/diagnosis`))).toEqual({ diagnoses: [] })
      await browser.call("POST", `${at}/run`, { operation: "get_note", parameters: { id: "n1" } })
      const sent = given.emulator.log.length
      expect(await jsonOf(await browser.call("GET", `${at}/diagnosis`))).toEqual({
        diagnoses: [
          expect.objectContaining({
            cause: "resource_not_found",
            actor: "developer",
            severity: "notice",
            operation: "get_note",
            text: expect.stringMatching(/\.$/),
            advice: expect.stringMatching(/\.$/),
          }),
        ],
      })
      expect(given.emulator.log).toHaveLength(sent)
    },
  },
  {
    title: "reconnects in this browser, keeping the id and the account",
    async run(given) {
      const id = await given.connect()
      const browser = given.browser()
      const address = `${mountUrl}/connections/${id}/reconnect`
      const begin = async (account: string) => {
        const asked = { method: "oauth", returnTo: "/settings" }
        const begun = await jsonOf<BegunAttempt>(await browser.call("POST", address, asked), 201)
        const started = await browser.visit(begun.url)
        return await given.approve(started.headers.get("location"), { account })
      }
      await given.unchanged(async () => {
        const back = expectSeeOther(await browser.visit(await begin("u2"), { from: "cross-site" }))
        expect(back.searchParams.get("error")).toBe("account_mismatch")
      })
      const back = expectSeeOther(await browser.visit(await begin("u1"), { from: "cross-site" }))
      expect(back.searchParams.get("status")).toBe("connected")
      const [only, ...rest] = await given.holdfast.for(ada).list()
      expect([only?.id, only?.method, rest]).toEqual([id, "oauth", []])
    },
  },
  {
    title: "reconnects by the link that events carry, and no other account and no other owner by it",
    async run(given) {
      const id = await given.connect()
      const link = `${mountUrl}/connect/acme?method=oauth&reconnect=${id}&returnTo=/settings`
      const follow = async (account: string) => {
        const browser = given.browser()
        const started = await browser.visit(link)
        const callback = await given.approve(started.headers.get("location"), { account })
        return expectSeeOther(await browser.visit(callback, { from: "cross-site" }))
      }
      await given.unchanged(async () => {
        expect((await follow("u2")).searchParams.get("error")).toBe("account_mismatch")
        await expectFailure(await given.browser(eve).call("GET", link), "not_found")
      })
      expect((await follow("u1")).searchParams.get("status")).toBe("connected")
      const [only, ...rest] = await given.holdfast.for(ada).list()
      expect([only?.id, rest]).toEqual([id, []])
    },
  },
  {
    title: "disconnects, and knows nothing of it afterwards",
    async run(given) {
      const id = await given.connect()
      const browser = given.browser()
      const report = await jsonOf(await browser.call("DELETE", `${mountUrl}/connections/${id}`))
      expect(report).toEqual({ revocation: "unsupported" })
      expect(await jsonOf(await browser.call("GET", `${mountUrl}/connections`))).toEqual({ connections: [] })
      const run = await browser.call("POST", `${mountUrl}/connections/${id}/run`, { operation: "get_me" })
      await expectFailure(run, "not_found")
      await expectFailure(await browser.call("GET", `${mountUrl}/connections/${id}`), "not_found")
    },
  },
  {
    title: "pages and filters the list, and refuses filters that are none",
    async run(given) {
      const first = await given.connect(ada, "key-of-u1")
      const second = await given.connect(ada, "key-of-u2")
      const list = (query: string) => given.browser().call("GET", `${mountUrl}/connections?${query}`)
      type Listed = { connections: ConnectionInfo[] }
      const one = (await jsonOf<Listed>(await list("limit=1"))).connections
      const two = (await jsonOf<Listed>(await list(`limit=1&after=${one[0]?.id}`))).connections
      expect([...one, ...two].map(({ id }) => id)).toEqual([first, second].sort())
      expect((await jsonOf<Listed>(await list("status=needs_reauth"))).connections).toEqual([])
      for (const query of ["limit=0", "limit=many", "status=fine"])
        await expectFailure(await list(query), "input_invalid")
    },
  },
  {
    title: "answers another owner's id with not_found on every route, and changes nothing (X1)",
    async run(given) {
      const id = await given.connect()
      await given.unchanged(async () => {
        for (const stranger of [bob, eve]) {
          for (const [method, path, body] of routesOfOne) {
            const answer = await given.browser(stranger).call(method, `${mountUrl}/connections/${id}${path}`, body)
            await expectFailure(answer, "not_found")
          }
          const call = { provider: "acme", operation: "get_me", connectionId: id }
          await expectFailure(await given.browser(stranger).call("POST", `${mountUrl}/execute`, call), "not_found")
          const { connections } = await jsonOf<{ connections: [] }>(
            await given.browser(stranger).call("GET", `${mountUrl}/connections`),
          )
          expect(connections).toEqual([])
        }
      })
    },
  },
  {
    title: "answers nobody with unauthenticated on every route, and changes nothing",
    async run(given) {
      const id = await given.connect()
      await given.unchanged(async () => {
        for (const [method, path, body] of routesOfOne) {
          const answer = await given.browser(null).call(method, `${mountUrl}/connections/${id}${path}`, body)
          await expectFailure(answer, "unauthenticated")
        }
        for (const [method, path, body] of otherRoutes) {
          await expectFailure(await given.browser(null).call(method, mountUrl + path, body), "unauthenticated")
        }
      })
    },
  },
]
