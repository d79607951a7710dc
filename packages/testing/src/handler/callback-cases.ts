import type { AttemptView } from "@holdfast/core"
import { expect } from "vitest"
import { beginAt } from "./connect-cases.js"
import { expectFailure, expectPage, expectSeeOther, type HandlerCase, jsonOf } from "./expect-answer.js"
import { ada, bob, type HandlerUnderTest, mountUrl } from "./under-test.js"

const callbackUrl = `${mountUrl}/oauth/callback/acme`
const elsewhere = { from: "cross-site" } as const

/** Both faces of a refused callback: JSON for scripts; for people a clean address first, and the page there. */
async function expectRefused(given: HandlerUnderTest, url: string, browser = given.browser()): Promise<void> {
  const code = "state_mismatch"
  await given.unchanged(async () => {
    await expectFailure(await browser.call("GET", url, undefined, { accept: "application/json" }), code)
    const clean = expectSeeOther(await browser.visit(url, elsewhere))
    expect(clean.href).toBe(`${mountUrl}/oauth/error/${code}`)
    expect(await expectPage(await browser.visit(clean.href), 400)).toContain("Start again.")
  })
}

/** As a provider's page that posts its answer: cross-site, so without our cookie. */
function postFromProvider(given: HandlerUnderTest, url: string): Promise<Response> {
  const { origin, pathname, searchParams } = new URL(url)
  const headers = { accept: "text/html", origin: "https://accounts.acme.example", "sec-fetch-mode": "navigate" }
  return given.send(new Request(origin + pathname, { method: "POST", body: searchParams, headers }))
}

function hiddenFields(markup: string): Record<string, string> {
  return Object.fromEntries(
    [...markup.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  )
}

export const callbackCases: readonly HandlerCase[] = [
  {
    title: "answers the second callback like the first, and exchanges the code once (pains 15)",
    async run(given) {
      const { browser, provider } = await beginAt(given)
      const callback = await given.approve(provider)
      const first = await browser.visit(callback, elsewhere)
      const second = await browser.visit(callback, elsewhere)
      expect(second.headers.get("location")).toBe(first.headers.get("location"))
      expect(given.emulator.counters.tokensIssued).toEqual({ authorization_code: 1 })
    },
  },
  {
    title: "refuses a callback in another browser, and one whose cookie is missing (X4, R24)",
    async run(given) {
      const { browser, provider } = await beginAt(given)
      const callback = await given.approve(provider)
      await expectRefused(given, callback, given.browser(ada))
      await expectRefused(given, callback, given.browser(null))
      const other = given.browser(ada)
      await other.call("POST", `${mountUrl}/attempts`, { connector: "acme" })
      await expectRefused(given, callback, other)
      // Refusing strangers cost the attempt nothing, and its result is not repeated for them either.
      expectSeeOther(await browser.visit(callback, elsewhere))
      await expectRefused(given, callback, other)
    },
  },
  {
    title: "refuses a callback where another person is signed in (X4)",
    async run(given) {
      const { browser, provider } = await beginAt(given)
      const callback = await given.approve(provider)
      await given.unchanged(async () => {
        const headers = { "x-test-owner": JSON.stringify(bob) }
        const other = given.browser(bob)
        for (const [name, value] of browser.cookies) (other.cookies as Map<string, string>).set(name, value)
        const answer = await other.call("GET", callback, undefined, { ...headers, accept: "application/json" })
        await expectFailure(answer, "state_mismatch")
      })
    },
  },
  {
    title: "refuses a state that is wrong, missing, or there twice",
    async run(given) {
      const { browser, provider } = await beginAt(given)
      const callback = new URL(await given.approve(provider))
      const state = String(callback.searchParams.get("state"))
      await expectRefused(given, `${callbackUrl}?code=c&state=wrong`, browser)
      await expectRefused(given, `${callbackUrl}?code=c`, browser)
      await expectRefused(given, `${callbackUrl}?code=c&state=${state}&state=other`, browser)
      await expectRefused(given, `${mountUrl}/oauth/callback/other?code=c&state=${state}`, browser)
      expectSeeOther(await browser.visit(callback.href, elsewhere))
    },
  },
  {
    title: "refuses a callback after ten minutes as attempt_expired",
    async run(given) {
      const { browser, provider } = await beginAt(given)
      const callback = await given.approve(provider)
      given.emulator.clock.advance(10 * 60_000 + 1)
      await given.unchanged(async () => {
        const answer = await browser.call("GET", callback, undefined, { accept: "application/json" })
        await expectFailure(answer, "attempt_expired")
        expect(expectSeeOther(await browser.visit(callback, elsewhere)).pathname).toMatch(
          /\/oauth\/error\/attempt_expired$/,
        )
      })
      expect(given.emulator.counters.tokensIssued).toEqual({})
    },
  },
  {
    title: "brings a refused consent back to the page that was asked for, as access_denied",
    async run(given) {
      const { browser, provider } = await beginAt(given, given.browser(), { returnTo: "/settings" })
      await given.unchanged(async () => {
        const back = expectSeeOther(await browser.visit(await given.approve(provider, { deny: true }), elsewhere))
        expect(back.pathname).toBe("/settings")
        expect(back.searchParams.get("status")).toBe("failed")
        expect(back.searchParams.get("error")).toBe("access_denied")
      })
    },
  },
  {
    title: "has a code that the provider does not know refused, and says so at the end",
    async run(given) {
      const { browser, begun, provider } = await beginAt(given)
      const callback = new URL(await given.approve(provider))
      callback.searchParams.set("code", "made-up")
      await given.unchanged(async () => {
        const back = expectSeeOther(await browser.visit(callback.href, elsewhere))
        expect(back.href).toBe(`${mountUrl}/attempts/${begun.id}/result`)
        expect(await expectPage(await browser.visit(back.href))).toContain("The provider refused the request.")
      })
    },
  },
  {
    title: "has a provider's posted form sent again by its own page, so that the cookie comes along (X12, pains 14)",
    async run(given) {
      const { browser, provider } = await beginAt(given, given.browser(), { method: "posted" })
      const callback = await given.approve(provider)
      const markup = await expectPage(await postFromProvider(given, callback))
      expect(markup).toContain("/assets/resubmit.js")
      const fields = hiddenFields(markup)
      expect(Object.keys(fields).sort()).toEqual(["code", "state"])
      expectSeeOther(await browser.submit(callbackUrl, fields))
      expect(await given.holdfast.for(ada).list()).toHaveLength(1)
    },
  },
  {
    title: "has it sent again once only: without a cookie it is then refused",
    async run(given) {
      const { provider } = await beginAt(given, given.browser(), { method: "posted" })
      const fields = hiddenFields(await (await postFromProvider(given, await given.approve(provider))).text())
      await given.unchanged(async () => {
        const stranger = await given.browser(null).submit(callbackUrl, fields)
        expect(expectSeeOther(stranger).pathname).toMatch(/\/oauth\/error\/state_mismatch$/)
      })
    },
  },
  {
    title: "has a provider's words escaped in the page that sends them again",
    async run(given) {
      const nasty = '"><script>alert(1)</script>'
      const markup = await expectPage(
        await postFromProvider(given, `${callbackUrl}?error=${encodeURIComponent(nasty)}`),
      )
      expect(markup).not.toContain("<script>")
    },
  },
  {
    title: "reads an answer in the fragment through a static page (C17)",
    async run(given) {
      const { browser, provider } = await beginAt(given, given.browser(), { method: "fragment" })
      const answer = new URL(await given.approve(provider))
      const markup = await expectPage(await browser.visit(callbackUrl, elsewhere))
      expect(markup).toContain("/assets/fragment.js")
      // What the page's script posts.
      expectSeeOther(await browser.submit(callbackUrl, Object.fromEntries(answer.searchParams)))
      expect(await given.holdfast.for(ada).list()).toHaveLength(1)
    },
  },
  {
    title: "takes keys that a provider's server posts, and connects only when the browser is back (server_post)",
    async run(given) {
      const { browser, begun, provider } = await beginAt(given, given.browser(), { method: "server_post" })
      const callback = String(new URL(provider).searchParams.get("callback"))
      await given.unchanged(async () => {
        const headers = { "content-type": "application/json" }
        const body = JSON.stringify({ key: "key-of-u1" })
        const posted = await given.send(new Request(callback, { method: "POST", headers, body }))
        expect(await jsonOf(posted)).toEqual({ ok: true })
        const stranger = await given.browser(null).visit(`${callback}&success=1`, elsewhere)
        expect(expectSeeOther(stranger).pathname).toMatch(/\/oauth\/error\//)
      })
      expectSeeOther(await browser.visit(`${callback}&success=1`, elsewhere))
      const view = await jsonOf<AttemptView>(await browser.call("GET", `${mountUrl}/attempts/${begun.id}`))
      expect(view.status).toBe("connected")
    },
  },
  {
    title: "refuses a server's post to an attempt that waits for none",
    async run(given) {
      const { provider } = await beginAt(given)
      const state = new URL(provider).searchParams.get("state")
      await given.unchanged(async () => {
        const headers = { "content-type": "application/json" }
        const request = new Request(`${callbackUrl}?state=${state}`, { method: "POST", headers, body: '{"key":"k"}' })
        await expectFailure(await given.send(request), "state_mismatch")
      })
    },
  },
  {
    title: "does nothing on HEAD, by which scanners and previews look at links",
    async run(given) {
      const { browser, provider } = await beginAt(given)
      const callback = await given.approve(provider)
      await given.unchanged(async () => {
        const answer = await browser.call("HEAD", callback)
        expect(answer.status).toBe(405)
        expect(answer.headers.get("allow")).toContain("GET")
      })
      expectSeeOther(await browser.visit(callback, elsewhere))
    },
  },
]
