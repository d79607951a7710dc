import { expect } from "vitest"
import { expectFailure, expectPage, type HandlerCase, jsonOf } from "./expect-answer.js"
import { ada, appOrigin, frontOrigin, mountUrl } from "./under-test.js"

const foreign = "https://evil.example"
const asAda = { "x-test-owner": JSON.stringify(ada), "content-type": "application/json" }
const preflight = {
  "access-control-request-method": "POST",
  "access-control-request-headers": "content-type,x-api-version",
}

export const securityCases: readonly HandlerCase[] = [
  {
    title: "refuses what a foreign page makes a browser send, and changes nothing (S2)",
    async run(given) {
      const id = await given.connect()
      const address = `${mountUrl}/connections/${id}`
      const send = (method: string, headers: Record<string, string>) =>
        given.send(new Request(address, { method, headers: { ...asAda, ...headers } }))
      await given.unchanged(async () => {
        await expectFailure(await send("DELETE", { origin: foreign, cookie: "session=s" }), "forbidden")
        await expectFailure(await send("DELETE", { origin: foreign }), "forbidden")
        await expectFailure(await send("DELETE", { origin: "null", cookie: "session=s" }), "forbidden")
        await expectFailure(await send("DELETE", { origin: `${appOrigin}.evil.example`, cookie: "s=s" }), "forbidden")
        await expectFailure(await send("DELETE", { cookie: "session=s" }), "forbidden")
        await expectFailure(await send("DELETE", { authorization: "Basic YTpi" }), "forbidden")
        await expectFailure(await send("GET", { origin: foreign, cookie: "session=s" }), "forbidden")
      })
      expect(given.errors.map(String).join()).toContain(`not one of origins (${appOrigin}, ${frontOrigin})`)
    },
  },
  {
    title: "takes calls of listed origins, of programs with a bearer token, and of programs without a browser (S2)",
    async run(given) {
      const id = await given.connect()
      const test = (headers: Record<string, string>) =>
        given.send(
          new Request(`${mountUrl}/connections/${id}/test`, { method: "POST", headers: { ...asAda, ...headers } }),
        )
      expect((await test({ origin: appOrigin, cookie: "session=s" })).status).toBe(200)
      expect((await test({ origin: frontOrigin, cookie: "session=s" })).status).toBe(200)
      expect((await test({ authorization: "Bearer t" })).status).toBe(200)
      expect((await test({ "x-api-key": "k" })).status).toBe(200)
    },
  },
  {
    title: "answers preflights of listed origins, and no others (S2)",
    async run(given) {
      const ask = (origin: string) =>
        given.send(new Request(`${mountUrl}/attempts`, { method: "OPTIONS", headers: { ...preflight, origin } }))
      const listed = await ask(frontOrigin)
      expect(listed.status).toBe(204)
      expect(listed.headers.get("access-control-allow-origin")).toBe(frontOrigin)
      expect(listed.headers.get("access-control-allow-credentials")).toBe("true")
      expect(listed.headers.get("access-control-allow-headers")).toContain("x-api-version")
      expect(listed.headers.get("vary")).toContain("Origin")
      const unlisted = await ask(foreign)
      await expectFailure(unlisted, "forbidden")
      for (const [name] of unlisted.headers) expect(name).not.toMatch(/^access-control-/)
    },
  },
  {
    title: "lets listed origins read answers, errors too, and no others",
    async run(given) {
      const read = (origin: string, path: string) =>
        given.send(new Request(mountUrl + path, { headers: { ...asAda, origin, cookie: "session=s" } }))
      for (const path of ["/connectors", "/connections/conn_nothing", "/nothing"]) {
        const answer = await read(frontOrigin, path)
        expect(answer.headers.get("access-control-allow-origin")).toBe(frontOrigin)
        expect(answer.headers.get("access-control-allow-credentials")).toBe("true")
        expect((await read(foreign, path)).headers.get("access-control-allow-origin")).toBeNull()
      }
    },
  },
  {
    title: "binds only browsers that will keep the cookie; the others start at the page that asks (X4)",
    async run(given) {
      const cookies = async (headers: Record<string, string>) => {
        const init = { method: "POST", headers: { ...asAda, ...headers }, body: '{"connector":"acme"}' }
        const begun = await given.send(new Request(`${mountUrl}/attempts`, init))
        expect(begun.status).toBe(201)
        return begun.headers.getSetCookie().length
      }
      const bearer = { authorization: "Bearer t" }
      expect(await cookies({ origin: appOrigin, "sec-fetch-site": "same-origin" })).toBe(1)
      expect(
        await cookies({ ...bearer, origin: appOrigin, "sec-fetch-site": "same-origin", cookie: "session=s" }),
      ).toBe(1)
      expect(await cookies({ origin: frontOrigin, "sec-fetch-site": "same-site", cookie: "session=s" })).toBe(1)
      expect(await cookies({ origin: appOrigin })).toBe(1)
      // A page of another site, one that sends no credentials, and programs.
      expect(await cookies({ origin: frontOrigin, "sec-fetch-site": "cross-site", cookie: "session=s" })).toBe(0)
      expect(await cookies({ ...bearer, origin: appOrigin, "sec-fetch-site": "same-origin" })).toBe(0)
      expect(await cookies({ ...bearer, origin: frontOrigin, "sec-fetch-site": "same-site" })).toBe(0)
      expect(await cookies(bearer)).toBe(0)
      expect(await cookies({ "x-api-key": "k" })).toBe(0)
    },
  },
  {
    title: "never lets an answer be stored, sniffed or traced back",
    async run(given) {
      for (const path of ["/connectors", "/connections", "/nothing"]) {
        const { headers } = await given.browser().call("GET", mountUrl + path)
        expect(headers.get("cache-control")).toBe("no-store")
        expect(headers.get("x-content-type-options")).toBe("nosniff")
        expect(headers.get("referrer-policy")).toBe("no-referrer")
      }
    },
  },
  {
    title: "answers unknown addresses with route_unknown and other methods with method_not_allowed",
    async run(given) {
      const browser = given.browser()
      await given.unchanged(async () => {
        for (const path of ["/nothing", "/connections/a/b/c", "/assets/constructor", "/connections//test"]) {
          await expectFailure(await browser.call("GET", mountUrl + path), "route_unknown")
        }
        const wrong = await browser.call("PUT", `${mountUrl}/connectors`, {})
        await expectFailure(wrong, "method_not_allowed")
        expect(wrong.headers.get("allow")).toBe("GET, HEAD")
        await expectFailure(await browser.call("GET", `${mountUrl}/execute`), "method_not_allowed")
        await expectFailure(await browser.call("PATCH", `${mountUrl}/connections/a`, {}), "method_not_allowed")
      })
    },
  },
  {
    title: "answers HEAD like GET, without a body",
    async run(given) {
      const answer = await given.browser().call("HEAD", `${mountUrl}/connectors`)
      expect(answer.status).toBe(200)
      expect(await answer.text()).toBe("")
    },
  },
  {
    title: "shows people a page where programs get JSON",
    async run(given) {
      const markup = await expectPage(await given.browser(null).visit(`${mountUrl}/connections`), 401)
      expect(markup).toContain("Sign in first.")
      await expectPage(await given.browser().visit(`${mountUrl}/nothing`), 404)
    },
  },
  {
    title: "never rejects, and keeps what the host throws to the operator",
    async run(given) {
      const headers = { "x-test-owner": "{ not json: our-session-secret" }
      const answer = await given.send(new Request(`${mountUrl}/connectors`, { headers }))
      await expectFailure(answer, "unexpected")
      expect(await answer.text()).not.toContain("session-secret")
      expect(given.errors).toHaveLength(1)
    },
  },
  {
    title: "refuses an owner without a tenant, rather than putting all such people into one (C9)",
    async run(given) {
      for (const owner of [{ tenantId: "" }, { tenantId: "  " }, { userId: "u" }, { tenantId: "t", userId: "" }]) {
        const headers = { "x-test-owner": JSON.stringify(owner) }
        await expectFailure(await given.send(new Request(`${mountUrl}/connectors`, { headers })), "config_invalid")
      }
    },
  },
  {
    title: "shows of an error's details only what a caller can act on",
    async run(given) {
      const id = await given.connect()
      const run = { operation: "get_note", parameters: { id: "n1" } }
      const answer = await given.browser().call("POST", `${mountUrl}/connections/${id}/run`, run)
      const { details = {} } = await jsonOf<{ details?: object }>(answer, 404)
      const shown = ["fields", "retryAfterMs", "connectUrl", "choices", "missingScopes", "providerCode", "redirectUri"]
      expect(shown).toEqual(expect.arrayContaining(Object.keys(details)))
      const many = await given.connect(ada, "key-of-u2")
      expect(many).not.toBe(id)
      const ambiguous = await given
        .browser()
        .call("POST", `${mountUrl}/execute`, { provider: "acme", operation: "get_me" })
      await expectFailure(ambiguous, "ambiguous_connection")
      expect(((await ambiguous.json()) as { details: { choices: string[] } }).details.choices).toHaveLength(2)
    },
  },
  {
    title: "says when to try again",
    async run(given) {
      const browser = given.browser()
      let last: Response | undefined
      for (let tries = 0; tries < 40 && last?.status !== 429; tries++) {
        last = await browser.call("POST", `${mountUrl}/attempts`, { connector: "acme" })
      }
      await expectFailure(last as Response, "too_many_attempts")
      expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0)
    },
  },
]
