import { approve } from "@holdfast/emulator"
import { launch, withoutChromium } from "chromium-for-tests"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { drivePage } from "./drive-page.js"
import { type Example, type ExampleOptions, startExample } from "./start-example.js"
import { createVisitor, type Visitor } from "./visitor.js"

const native = "/api/integrations"

/** Registers the tests that an example passes: it is started as its README says, and driven over HTTP and, on its page, in Chromium. */
export function exampleSuite(name: string, options: ExampleOptions): void {
  describe(name, () => {
    let example: Example

    beforeAll(async () => {
      example = await startExample(options)
    }, 300_000)

    afterAll(() => example?.close())

    async function signedIn(person: "admin" | "member"): Promise<Visitor> {
      const visitor = createVisitor(example.url)
      const answer = await visitor.send("/sign-in", { method: "POST", form: { name: person } })
      expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"])
      return visitor
    }

    it("leads who is not signed in to its login, and answers programs with 401", async () => {
      const stranger = createVisitor(example.url)
      const page = await stranger.send("/")
      const to = page.headers.get("location") ?? ""
      expect(new URL(to, example.url).origin).toBe(example.url)
      const login = await stranger.send(to)
      expect(new URL(login.headers.get("location") ?? "", example.url).href).toBe(`${example.url}/sign-in`)
      expect((await stranger.send(`${native}/connections`)).status).toBe(401)
      expect((await stranger.send("/hello", { method: "POST" })).status).toBe(401)
    })

    it("takes no session that it has not signed", async () => {
      const headers = { cookie: `session=admin.${"A".repeat(43)}` }
      expect((await fetch(`${example.url}${native}/connections`, { headers })).status).toBe(401)
    })

    it("connects Slack, calls it from its backend, and disconnects it", async () => {
      const visitor = await signedIn("member")
      const begun = await visitor.send(`${native}/connect/slack?returnTo=/`)
      const arrived = await visitor.send(await approve(fetch, begun.headers.get("location") ?? ""))
      const back = new URL(arrived.headers.get("location") ?? "", example.url)
      expect([back.origin, back.pathname, back.searchParams.get("status")]).toEqual([example.url, "/", "connected"])

      const said = await visitor.send("/hello", { method: "POST" })
      expect([said.status, await said.json()]).toEqual([200, expect.objectContaining({ ts: expect.any(String) })])

      const { connections } = await (await visitor.send(`${native}/connections`)).json()
      expect(connections).toMatchObject([{ connector: "slack", status: "active" }])
      const gone = await visitor.send(`${native}/connections/${connections[0].id}`, { method: "DELETE" })
      expect(await gone.json()).toMatchObject({ revocation: "revoked" })
      expect(example.slack.counters.revocations).toBeGreaterThan(0)
      expect((await visitor.send("/hello", { method: "POST" })).status).toBe(404)
    })

    it.skipIf(withoutChromium)(
      withoutChromium ?? "lets a person sign in on its page, connect Slack there and disconnect it",
      async () => {
        const before = example.slack.counters.revocations
        const browser = await launch()
        const { errors } = await drivePage(browser, example.url).finally(() => browser.close())
        expect(errors).toEqual([])
        expect(example.slack.counters.revocations - before).toBe(1)
      },
      60_000,
    )

    it("shows app registrations to its admin alone", async () => {
      expect((await (await signedIn("admin")).send(`${native}/apps`)).status).toBe(200)
      expect((await (await signedIn("member")).send(`${native}/apps`)).status).toBe(403)
    })
  })
}
