import { createHoldfast, type Holdfast, keyring, memoryStore } from "@holdfast/core"
import { describe, expect, test } from "vitest"
import { createHandler } from "./handler.js"
import type { IntegrationsPage, MaybeOwner } from "./options.js"

const mount = "https://app.example.com/api/integrations"
const holdfast: Holdfast = createHoldfast({
  url: mount,
  connectors: [],
  store: memoryStore(),
  keys: keyring(`k1:${"A".repeat(43)}`),
  env: {},
})
const script = "document.title += '!'"

function serve(ui: IntegrationsPage | undefined, owner: MaybeOwner = { tenantId: "t" }) {
  const handler = createHandler(holdfast, { owner: () => owner, ...(ui && { ui }) })
  return (path: string, headers: Record<string, string> = {}) => handler(new Request(mount + path, { headers }))
}

const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }

describe("the page at /ui", () => {
  test("is the element, at the mount, under a policy that allows nothing inline and no frame", async () => {
    const answer = await serve({ script })("/ui", navigation)
    expect(answer.status).toBe(200)
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8")
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.headers.get("x-frame-options")).toBe("DENY")
    const policy = answer.headers.get("content-security-policy") ?? ""
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
      ]),
    )
    expect(policy).not.toContain("unsafe")
    const markup = await answer.text()
    expect(markup).toContain(`<holdfast-integrations url="${mount}"`)
    expect(markup).toContain(`<script src="${mount}/ui/page.js" type="module"></script>`)
    expect(markup).not.toMatch(/<style|style=| on\w+=|<script(?![^>]* src=)/)
  })

  test("has what the host says of it, and none of it as markup", async () => {
    const answer = await serve({
      script,
      title: "Ways <in>",
      lang: "de",
      theme: "dark",
      stylesheet: "/brand.css",
      links: [{ label: "Back & on", url: "/home?a=1&b=2" }],
      strings: { search: `Suche "hier"` },
    })("/ui")
    const markup = await answer.text()
    expect(markup).toContain('<h1 slot="heading">Ways &#60;in&#62;</h1>')
    expect(markup).toContain(`<html lang="de" data-theme="dark">`)
    expect(markup).toContain(`<link rel="stylesheet" href="/brand.css">`)
    expect(markup).toContain(`<a href="/home?a=1&#38;b=2">Back &#38; on</a>`)
    expect(markup).toContain('data-strings="{&#34;search&#34;:&#34;Suche \\&#34;hier\\&#34;&#34;}"')
  })

  test("sends its script as it was given, and not again while it is the same", async () => {
    const send = serve({ script })
    const first = await send("/ui/page.js")
    expect(first.headers.get("content-type")).toBe("text/javascript; charset=utf-8")
    expect(await first.text()).toBe(script)
    const etag = first.headers.get("etag") ?? ""
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await send("/ui/page.js", { "if-none-match": known })
      expect([again.status, await again.text()]).toEqual([304, ""])
    }
    const newer = await serve({ script: `${script};` })("/ui/page.js", { "if-none-match": etag })
    expect([newer.status, await newer.text()]).toEqual([200, `${script};`])
  })

  test("sends its style", async () => {
    const answer = await serve({ script })("/ui/page.css")
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/css; charset=utf-8"])
  })

  test("tells who is not signed in to sign in, or sends them there", async () => {
    const told = await serve({ script }, null)("/ui", navigation)
    expect(told.status).toBe(401)
    expect(await told.text()).toContain("Sign in first.")
    const sent = await serve({ script, signInUrl: "/login?next=/ui" }, null)("/ui", navigation)
    expect([sent.status, sent.headers.get("location")]).toEqual([303, "https://app.example.com/login?next=/ui"])
  })

  test.each(["/ui", "/ui/page.js", "/ui/page.css"])("without one, nothing is at %s", async (path) => {
    const answer = await serve(undefined)(path)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ error: "route_unknown" })
  })

  test.each(["https://elsewhere.example/brand.css", "//elsewhere.example/brand.css", "https://"])(
    "refuses the stylesheet %j at once: the page's own policy would keep it out",
    (stylesheet) => {
      expect(() => serve({ script, stylesheet })).toThrow(expect.objectContaining({ code: "config_invalid" }))
    },
  )
})
