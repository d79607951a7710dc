import type { AttemptView, BegunAttempt } from "@holdfast/core"
import { expect } from "vitest"
import { expectFailure, expectPage, expectSeeOther, type HandlerCase, jsonOf } from "./expect-answer.js"
import { ada, appOrigin, bob, eve, frontOrigin, type HandlerUnderTest, mountUrl } from "./under-test.js"

/** Begins over JSON, and leaves the browser at the provider's address. */
export async function beginAt(given: HandlerUnderTest, browser = given.browser(), asked: Record<string, unknown> = {}) {
  const begun = await jsonOf<BegunAttempt>(
    await browser.call("POST", `${mountUrl}/attempts`, { connector: "acme", ...asked }),
    201,
  )
  const started = await browser.visit(begun.url)
  expect(started.status).toBe(303)
  return { browser, begun, provider: String(started.headers.get("location")) }
}

const bearer = { authorization: "Bearer anything", "sec-fetch-site": "cross-site" }

/** Begins as a program would, that is not the browser of the person. */
async function beginAsProgram(given: HandlerUnderTest): Promise<BegunAttempt> {
  const answer = await given.send(
    new Request(`${mountUrl}/attempts`, {
      method: "POST",
      headers: { ...bearer, "content-type": "application/json", "x-test-owner": JSON.stringify(ada) },
      body: JSON.stringify({ connector: "acme" }),
    }),
  )
  expect(answer.headers.getSetCookie()).toEqual([])
  return jsonOf<BegunAttempt>(answer, 201)
}

export const connectCases: readonly HandlerCase[] = [
  {
    title: "connects: begin, provider, callback, back to the page that was asked for",
    async run(given) {
      const { browser, begun, provider } = await beginAt(given, given.browser(), { returnTo: "/settings?tab=2" })
      expect([...browser.cookies.keys()]).toEqual([expect.stringMatching(/^__Host-holdfast-[\w-]{8}$/)])
      const back = expectSeeOther(await browser.visit(await given.approve(provider), { from: "cross-site" }))
      expect(back.origin + back.pathname).toBe(`${appOrigin}/settings`)
      expect(Object.fromEntries(back.searchParams)).toEqual({
        tab: "2",
        attempt: begun.id,
        connector: "acme",
        status: "connected",
      })
      const view = await jsonOf<AttemptView>(await browser.call("GET", `${mountUrl}/attempts/${begun.id}`))
      const { connections } = await jsonOf<{ connections: { id: string }[] }>(
        await browser.call("GET", `${mountUrl}/connections`),
      )
      expect(connections.map(({ id }) => id)).toEqual([view.connectionId])
    },
  },
  {
    title: "gives the browser one long-lived id for all attempts, and not another at the next (X12)",
    async run(given) {
      const browser = given.browser()
      const answer = await browser.call("POST", `${mountUrl}/attempts`, { connector: "acme" })
      const [cookie = ""] = answer.headers.getSetCookie()
      expect(cookie).toMatch(/^__Host-holdfast-[\w-]{8}=[\w-]{43}; /)
      for (const part of ["Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age="]) expect(cookie).toContain(part)
      const again = await browser.call("POST", `${mountUrl}/attempts`, { connector: "acme" })
      expect(again.headers.getSetCookie()).toEqual([])
    },
  },
  {
    title: "carries on both of two attempts that a browser without an id begins at once (X12)",
    async run(given) {
      const browser = given.browser()
      // Neither has heard of the other's answer, so each of them gives the browser an id.
      const begun = await Promise.all(
        [1, 2].map(async () =>
          jsonOf<BegunAttempt>(await browser.call("POST", `${mountUrl}/attempts`, { connector: "acme" }), 201),
        ),
      )
      expect(browser.cookies.size).toBe(2)
      for (const { id, url } of begun) {
        const started = await browser.visit(url)
        const back = await browser.visit(await given.approve(started.headers.get("location")), { from: "cross-site" })
        expect(expectSeeOther(back).href).toBe(`${mountUrl}/attempts/${id}/result`)
        const view = await jsonOf<AttemptView>(await browser.call("GET", `${mountUrl}/attempts/${id}`))
        expect(view.status).toBe("connected")
      }
      const later = await browser.call("POST", `${mountUrl}/attempts`, { connector: "acme" })
      expect(later.headers.getSetCookie()).toEqual([])
    },
  },
  {
    title: "without a page to return to, ends at a page that announces the attempt's id alone (X13)",
    async run(given) {
      const { browser, begun, provider } = await beginAt(given)
      const back = expectSeeOther(await browser.visit(await given.approve(provider), { from: "cross-site" }))
      expect(back.href).toBe(`${mountUrl}/attempts/${begun.id}/result`)
      const markup = await expectPage(await browser.visit(back.href))
      expect(markup).toContain("Acme is connected")
      expect(markup).toContain(`data-attempt="${begun.id}"`)
      const script = await given.send(new Request(`${mountUrl}/assets/done.js`))
      expect(script.headers.get("content-type")).toContain("text/javascript")
      expect(await script.text()).toContain("BroadcastChannel")
      await expectFailure(await given.browser(eve).call("GET", back.href), "not_found")
    },
  },
  {
    title: "returns to listed addresses on other origins, and refuses the rest (X11)",
    async run(given) {
      const { browser, provider } = await beginAt(given, given.browser(), { returnTo: `${frontOrigin}/done?tab=1` })
      const back = expectSeeOther(await browser.visit(await given.approve(provider), { from: "cross-site" }))
      expect(back.origin + back.pathname).toBe(`${frontOrigin}/done`)
      await given.unchanged(async () => {
        for (const returnTo of [`${frontOrigin}/other`, "https://evil.example", "//evil.example", "/\\evil.example"]) {
          const refused = await browser.call("POST", `${mountUrl}/attempts`, { connector: "acme", returnTo })
          await expectFailure(refused, "input_invalid")
        }
      })
    },
  },
  {
    title: "asks before a browser is bound to an attempt that a program began (X4)",
    async run(given) {
      const begun = await beginAsProgram(given)
      const person = given.browser(null)
      const markup = await expectPage(await person.visit(begun.url, { from: "cross-site" }))
      expect(markup).toContain("Acme")
      expect(markup).toContain("Person ada of acme-corp")
      // The same one at each click, also of a person who clicks twice before the first is answered. Bound to nothing yet.
      const ids = [...person.cookies]
      expect(ids).toHaveLength(1)
      expect((await person.submit(begun.url, {}, { origin: "https://evil.example" })).status).toBe(403)
      const unsaid = await given.send(new Request(begun.url, { method: "POST" }))
      await expectFailure(unsaid, "forbidden")
      expect(unsaid.headers.getSetCookie()).toEqual([])

      const [clicked, twice] = [
        expectSeeOther(await person.submit(begun.url, {})),
        expectSeeOther(await person.submit(begun.url, {})),
      ]
      expect(twice.href).toBe(clicked.href)
      expect([...person.cookies]).toEqual(ids)
      const started = await person.visit(clicked.href)
      const back = await person.visit(await given.approve(started.headers.get("location")), { from: "cross-site" })
      expect(expectSeeOther(back).href).toBe(`${mountUrl}/attempts/${begun.id}/result`)
    },
  },
  {
    title: "goes on without a click where the attempt's own owner is signed in, and hides it from all others (X4)",
    async run(given) {
      const begun = await beginAsProgram(given)
      for (const other of [bob, eve]) {
        const answer = await given.browser(other).call("GET", begun.url)
        await expectFailure(answer, "not_found")
        expect(answer.headers.getSetCookie()).toEqual([])
      }
      const mine = given.browser(ada)
      // An answer that gives an id binds nothing, since it may be lost; the id that comes back is bound.
      const again = expectSeeOther(await mine.visit(begun.url))
      expect(mine.cookies.size).toBe(1)
      const started = await mine.visit(again.href)
      expect(String(started.headers.get("location"))).toMatch(/^https:\/\/accounts\.acme\.example\/authorize\?/)
      // Bound now: whoever else has the link, also with a click, has nothing.
      await given.unchanged(async () => {
        const late = await given.browser(null).submit(begun.url, {})
        expect([400, 404]).toContain(late.status)
      })
    },
  },
  {
    title: "tells the program that began how it ended, and lets it do nothing once a browser is bound (X13)",
    async run(given) {
      const begun = await beginAsProgram(given)
      const person = given.browser(ada)
      const again = expectSeeOther(await person.visit(begun.url))
      const started = await person.visit(again.href)
      const program = (method: string, path = "", owner = ada) => {
        const headers = { ...bearer, "x-test-owner": JSON.stringify(owner) }
        return given.send(new Request(`${mountUrl}/attempts/${begun.id}${path}`, { method, headers }))
      }
      expect((await jsonOf<AttemptView>(await program("GET"))).status).toBe("pending")
      await expectFailure(await program("GET", "/start"), "state_mismatch")
      await expectFailure(await program("POST", "/poll"), "not_found")
      await expectFailure(await program("DELETE"), "not_found")
      await expectFailure(await program("GET", "", bob), "not_found")
      await person.visit(await given.approve(started.headers.get("location")), { from: "cross-site" })
      expect((await jsonOf<AttemptView>(await program("GET"))).status).toBe("connected")
    },
  },
  {
    title: "begins by a link of our own pages (X5)",
    async run(given) {
      const started = await given.browser().visit(`${mountUrl}/connect/acme?returnTo=/settings`)
      expect(started.status).toBe(303)
      expect(String(started.headers.get("location"))).toMatch(/^https:\/\/accounts\.acme\.example\/authorize\?/)
      expect(started.headers.getSetCookie()).toHaveLength(1)
      expect(started.headers.get("referrer-policy")).toBe("no-referrer")
    },
  },
  {
    title: "asks for a click when a page elsewhere led to the link (X5)",
    async run(given) {
      const browser = given.browser()
      const link = `${mountUrl}/connect/acme?returnTo=/settings`
      const markup = await expectPage(await browser.visit(link, { from: "cross-site" }))
      expect(markup).toContain("Person ada of acme-corp")
      expect(browser.cookies.size).toBe(0)
      const fields = { returnTo: "/settings" }
      const forged = await browser.submit(`${mountUrl}/connect/acme`, fields, { origin: "https://evil.example" })
      expect(forged.status).toBe(403)
      expect((await browser.submit(`${mountUrl}/connect/acme`, fields)).status).toBe(303)
    },
  },
  {
    title: "goes on without a click where a listed page led to the link, and binds the browser (X5)",
    async run(given) {
      const browser = given.browser()
      const headers = { referer: `${frontOrigin}/page` }
      const started = await browser.visit(`${mountUrl}/connect/acme`, { from: "cross-site", headers })
      expect(started.status).toBe(303)
      const callback = await given.approve(started.headers.get("location"))
      expect(expectSeeOther(await browser.visit(callback, { from: "cross-site" })).pathname).toMatch(/\/result$/)
    },
  },
  {
    title: "shows a form as a page that works without scripts, and says what was wrong",
    async run(given) {
      const browser = given.browser()
      // A secret in the address counts for nothing, even if it is right.
      const started = await browser.visit(`${mountUrl}/connect/acme?method=api_key&key=key-of-u2`)
      const address = expectSeeOther(started)
      const markup = await expectPage(await browser.visit(address.href))
      expect(markup).toContain('type="password"')
      const action = /action="([^"]+)"/.exec(markup)?.[1] ?? ""
      await given.unchanged(async () => {
        const again = await expectPage(await browser.submit(action, { key: "a-wrong-key" }))
        expect(again).toContain("did not accept this key")
        // A secret is typed anew: the page does not say it back.
        expect(again).not.toContain("a-wrong-key")
        expect(await expectPage(await browser.visit(address.href))).toContain("did not accept this key")
      })
      const next = expectSeeOther(await browser.submit(action, { key: "key-of-u2" }))
      const end = expectSeeOther(await browser.visit(next.href))
      expect(end.pathname).toMatch(/\/result$/)
    },
  },
  {
    title: "takes a form's answer as JSON, and a wrong key changes nothing",
    async run(given) {
      const browser = given.browser()
      const begun = await jsonOf<BegunAttempt>(
        await browser.call("POST", `${mountUrl}/attempts`, { connector: "acme", method: "api_key" }),
        201,
      )
      expect(begun.step).toMatchObject({ kind: "form", fields: [{ name: "key", type: "password" }] })
      const address = `${mountUrl}/attempts/${begun.id}`
      await given.unchanged(async () => {
        const again = await jsonOf<AttemptView>(await browser.call("POST", address, { values: { key: "wrong" } }))
        expect(again.step).toMatchObject({ kind: "form", error: { code: "credential_invalid", field: "key" } })
      })
      const done = await jsonOf<AttemptView>(await browser.call("POST", address, { values: { key: "key-of-u1" } }))
      expect(done.status).toBe("connected")
    },
  },
  {
    title: "shows a QR code at an address that may be loaded again, until it is scanned",
    async run(given) {
      const browser = given.browser()
      const address = expectSeeOther(await browser.visit(`${mountUrl}/connect/acme?method=qr`))
      const markup = await expectPage(await browser.visit(address.href))
      expect(markup).toContain('http-equiv="refresh"')
      expect(expectSeeOther(await browser.visit(address.href)).pathname).toMatch(/\/result$/)
    },
  },
  {
    title: "polls a QR code, as data and as a page",
    async run(given) {
      const browser = given.browser()
      const begin = { connector: "acme", method: "qr" }
      const begun = await jsonOf<BegunAttempt>(await browser.call("POST", `${mountUrl}/attempts`, begin), 201)
      expect(begun.step.kind).toBe("qr")
      const early = expectSeeOther(await browser.visit(`${mountUrl}/attempts/${begun.id}/result`))
      expect(early.href).toBe(begun.url)
      const page = await expectPage(await browser.visit(begun.url))
      expect(page).toContain("data:image/svg+xml,")
      expect(page).toContain('http-equiv="refresh"')
      const polled = await browser.call("POST", `${mountUrl}/attempts/${begun.id}/poll`)
      expect((await jsonOf<AttemptView>(polled)).status).toBe("connected")
    },
  },
  {
    title: "gives an attempt up, more than once",
    async run(given) {
      const { browser, begun, provider } = await beginAt(given)
      const callback = await given.approve(provider)
      await given.unchanged(async () => {
        for (let time = 0; time < 2; time++) {
          expect((await browser.call("DELETE", `${mountUrl}/attempts/${begun.id}`)).status).toBe(204)
        }
        await browser.visit(callback, { from: "cross-site" })
      })
    },
  },
  {
    title: "refuses to begin for nobody, an unknown connector, method or alias",
    async run(given) {
      await given.unchanged(async () => {
        const address = `${mountUrl}/attempts`
        const nobody = await given.browser(null).call("POST", address, { connector: "acme" })
        await expectFailure(nobody, "unauthenticated")
        expect(nobody.headers.getSetCookie()).toEqual([])
        const browser = given.browser()
        await expectFailure(await browser.call("POST", address, { connector: "nothing" }), "connector_unknown")
        await expectFailure(
          await browser.call("POST", address, { connector: "acme", method: "nothing" }),
          "input_invalid",
        )
        await expectFailure(
          await browser.call("POST", address, { connector: "acme", alias: "no blanks" }),
          "input_invalid",
        )
        await expectFailure(await browser.call("POST", address, {}), "input_invalid")
        await expectFailure(await browser.call("GET", `${mountUrl}/connect/nothing`), "connector_unknown")
        await expectFailure(await given.browser(null).call("GET", `${mountUrl}/connect/acme`), "unauthenticated")
        await expectFailure(await browser.call("GET", `${mountUrl}/attempts/att_nothing`), "not_found")
        await expectFailure(await browser.call("GET", `${mountUrl}/attempts/att_nothing/start`), "not_found")
      })
    },
  },
]
