import { launch, withoutChromium } from "chromium-for-tests"
import { drivePage, type Example, startExample } from "example-driver"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

describe("the plain page, on another origin than the API", () => {
  let example: Example
  let site: string

  beforeAll(async () => {
    example = await startExample({ folder: new URL("..", import.meta.url), hasSite: true })
    site = example.site
  })

  afterAll(() => example?.close())

  const call = (path: string, authorization: string, origin: string) =>
    fetch(`${example.url}/api/integrations${path}`, { headers: { authorization, origin } })

  async function tokenOf(name: string): Promise<string> {
    const body = new URLSearchParams({ name })
    const answer = await fetch(`${site}/sign-in`, { method: "POST", body, redirect: "manual" })
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? ""
    return (await fetch(`${site}/token`, { headers: { cookie } })).text()
  }

  it("mints a token for who is signed in, and for nobody else", async () => {
    expect((await fetch(`${site}/token`)).status).toBe(401)
    const forged = { cookie: `session=member.${"A".repeat(43)}` }
    expect((await fetch(`${site}/token`, { headers: forged })).status).toBe(401)
    const answer = await call("/connections", `Bearer ${await tokenOf("member")}`, site)
    expect([answer.status, await answer.json()]).toEqual([200, { connections: [] }])
  })

  it("is served by an API that knows no session, takes no token from other pages, and lets no token be an admin's (X9)", async () => {
    const authorization = `Bearer ${await tokenOf("member")}`
    expect((await fetch(`${example.url}/api/integrations/connections`)).status).toBe(401)
    expect((await call("/connections", authorization, "https://elsewhere.example")).status).toBe(401)
    expect((await call("/apps", authorization, site)).status).toBe(403)
  })

  it.skipIf(withoutChromium)(
    withoutChromium ?? "lets a person sign in, connect Slack and disconnect it, by the token alone (X4, X9)",
    async () => {
      const browser = await launch()
      const { errors } = await drivePage(browser, site, "Continue").finally(() => browser.close())
      expect(errors).toEqual([])
      expect(example.slack.counters.revocations).toBe(1)
    },
    60_000,
  )
})
