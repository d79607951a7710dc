import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { channels } from "../channels.js"
import { ada, createTarget, crossSite, foreign, front, navigation, origin, type Target } from "./target.js"

let target: Target
beforeEach(() => {
  target = createTarget()
})
afterEach(async () => {
  await target.close()
  expect(target.canary.found()).toEqual([])
})

/** Spellings that some browser takes for another origin, for a script, or for an address that was not listed. */
const elsewhere = [
  "//evil.example",
  "///evil.example",
  "////evil.example",
  "/\\evil.example",
  "\\/evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/\r/evil.example",
  "\t//evil.example",
  " //evil.example",
  "\u00a0//evil.example",
  "/settings\\..\\..\\evil.example",
  "/settings\u0000",
  "/settings\r\nset-cookie: a=b",
  "https:evil.example",
  "https:/evil.example",
  "https://evil.example",
  "HTTPS://evil.example",
  "https://app.example.com@evil.example/",
  "https://app.example.com%40evil.example/",
  "https://app.example.com.evil.example/",
  "https://app.example.com:8443/settings",
  "http://app.example.com/settings",
  "https://sub.app.example.com/",
  "ftp://app.example.com/",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "blob:https://app.example.com/x",
  "settings",
  "?tab=1",
  "#tab",
  "",
  `${front}/done`,
  `${front}/done?tab=2`,
  `${front}/done?tab=1&more=1`,
  `${front}/done?tab=1#x`,
  `${front}/done/?tab=1`,
  `${front}/other/../done?tab=1`,
  `${front.toUpperCase()}/done?tab=1`,
  ` ${front}/done?tab=1`,
]

/** Spellings that look odd and stay where they are. */
const here = [
  "/",
  "/settings?next=https://evil.example#top",
  "/%2f%2fevil.example",
  "/%5cevil.example",
  "/@evil.example",
  "/..//evil.example",
  "/.//evil.example",
  "/;@evil.example/",
  "/ü/settings",
]

describe("where a browser is sent at the end is a path here or a listed address, verbatim (X11)", () => {
  it.each(elsewhere.map((spelling) => [JSON.stringify(spelling), spelling]))("refuses %s", async (_, returnTo) => {
    const before = await target.state()
    const begun = await target.call("POST", "/attempts", { as: ada, body: { connector: "slack", returnTo } })
    expect(begun.status).toBe(400)
    expect(await begun.json()).toMatchObject({ error: "input_invalid", details: { fields: ["returnTo"] } })
    const link = `/connect/slack?${new URLSearchParams({ returnTo })}`
    expect((await target.send("GET", link, { as: ada, headers: navigation })).status).toBe(400)
    const posted = { as: ada, headers: { ...navigation, origin }, body: { returnTo } }
    expect((await target.send("POST", "/connect/slack", posted)).status).toBe(400)
    expect(await target.state()).toEqual(before)
    const id = await target.connect()
    const again = await target.call("POST", `/connections/${id}/reconnect`, { as: ada, body: { returnTo } })
    expect(again.status).toBe(400)
  })

  it.each([...here, `${front}/done?tab=1`])("takes %s, and leads nowhere else", async (returnTo) => {
    const { provider, browser } = await target.begin({ returnTo })
    const callback = await target.approve(provider)
    const back = await target.send("GET", callback, { as: ada, browser, headers: crossSite })
    expect(back.status).toBe(303)
    const location = new URL(String(back.headers.get("location")))
    expect(location.origin).toBe(new URL(returnTo, origin).origin)
    expect([origin, front]).toContain(location.origin)
    expect(location.searchParams.get("status")).toBe("connected")
    expect(String(back.headers.get("location"))).not.toMatch(/[?&](code|state)=/)
  })

  it("the page that asks before it begins hands on what the link said as data, and it is checked all the same", async () => {
    const nasty = '"><form action="https://evil.example"><script>'
    const link = `/connect/slack?${new URLSearchParams({ returnTo: foreign, name: nasty, "<b>": "1" })}`
    const asked = await target.send("GET", link, { as: ada, headers: crossSite })
    const markup = await asked.text()
    expect(markup).not.toContain("<script>")
    expect([...markup.matchAll(/<form [^>]*action="([^"]*)"/g)].map(([, action]) => action)).toEqual([
      `${origin}/api/integrations/connect/slack`,
    ])
    const click = { as: ada, headers: { ...navigation, origin }, body: { returnTo: foreign, name: nasty } }
    expect((await target.send("POST", "/connect/slack", click)).status).toBe(400)
  })
})

describe("a redirect URI is an entry of the list, verbatim (X11)", () => {
  const listed = `${front}/oauth/callback`
  const spellings = [
    `${listed}/`,
    `${listed}?a=b`,
    `${listed}#f`,
    `${front}/oauth/./callback`,
    `${front}/x/../oauth/callback`,
    `${front}/OAuth/callback`,
    `${front}:443/oauth/callback`,
    listed.replace("https", "http"),
    "https://front.example.org@evil.example/oauth/callback",
    `${foreign}/oauth/callback`,
    "//front.example.org/oauth/callback",
    "/oauth/callback",
    `${origin}/api/integrations/oauth/callback/slack`,
    "",
  ]
  it.each(spellings)("refuses %s", async (redirectUri) => {
    const before = await target.state()
    const begun = await target.call("POST", "/attempts", { as: ada, body: { connector: "slack", redirectUri } })
    expect(begun.status).toBe(400)
    expect(await begun.json()).toMatchObject({ error: "redirect_uri_mismatch" })
    expect(await target.state()).toEqual(before)
  })

  it("sends the listed one to the provider as it is, and by a link none can be named at all", async () => {
    const { provider } = await target.begin({ redirectUri: listed })
    expect(new URL(provider).searchParams.get("redirect_uri")).toBe(listed)
    const link = `/connect/slack?${new URLSearchParams({ redirectUri: foreign, redirect_uri: foreign })}`
    const left = await target.send("GET", link, { as: ada, headers: navigation })
    const sent = new URL(String(left.headers.get("location"))).searchParams.get("redirect_uri")
    expect(sent).toBe(`${origin}/api/integrations/oauth/callback/slack`)
  })
})

describe("the page of a dialect is a path here or a listed address (S16)", () => {
  const made = (page: string) => () =>
    channels({ page }).createHandler(target.holdfast, { owner: () => ada, origins: [origin, front] })

  it.each([foreign, "//evil.example", "/\\evil.example", `${front}/done`, "javascript:alert(1)", "/\t/evil.example"])(
    "refuses %s when it is made",
    (page) => {
      expect(made(page)).toThrow(expect.objectContaining({ code: "config_invalid" }))
    },
  )

  it.each(["/integrations", `${front}/done?tab=1`])("takes %s", (page) => {
    expect(made(page)).not.toThrow()
  })
})
