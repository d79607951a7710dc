import { HoldfastError, type TokenAccess } from "@holdfast/core"
import { approve } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { ada } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createWordpressEmulator } from "./emulator.js"
import { siteAddress, siteTroubles } from "./site.js"
import { withAnswers, wordpressWorld } from "./test-support.js"

const site = "https://blog.example.com"
const editor = "second.editor"
const helpOf = (step: unknown) => (step as { fields?: { name: string; help?: string }[] }).fields?.[0]?.help

describe("the site that is typed", () => {
  it.each([
    ["https://blog.example.com", site],
    ["  https://blog.example.com/  ", site],
    ["blog.example.com", site],
    ["BLOG.example.com", site],
    ["https://blog.example.com:443/wp-admin/", site],
    ["https://blog.example.com/wp-login.php?redirect_to=x", site],
    ["https://example.com/blog/wp-admin/profile.php#application-passwords", "https://example.com/blog"],
    ["https://example.com:8443/blog/", "https://example.com:8443/blog"],
    ["http://127.0.0.1:8080/", "http://127.0.0.1:8080"],
    ["http://localhost:8080", "http://localhost:8080"],
  ])("%s is %s", (typed, address) => {
    expect(siteAddress(typed)).toBe(address)
  })

  it.each([
    ["http://blog.example.com", "not_https"],
    ["http://169.254.169.254", "not_https"],
    ["http://127.0.0.1.evil.example", "not_https"],
    ["ftp://blog.example.com", "not_an_address"],
    ["file:///etc/passwd", "not_an_address"],
    ["https://user:secret@blog.example.com", "not_an_address"],
    ["not a site", "not_an_address"],
    ["https://", "not_an_address"],
    ["wordpress.com", "wordpress_com"],
    ["https://someone.wordpress.com/blog", "wordpress_com"],
    ["https://Someone.WordPress.com", "wordpress_com"],
  ])("%s is refused: %s", (typed, reason) => {
    expect(() => siteAddress(typed)).toThrow(
      expect.objectContaining({ code: "input_invalid", details: { fields: ["site"], reason } }),
    )
  })

  it("at WordPress.com is told of OAuth, and nothing is sent (S22)", async () => {
    const { begin, requests } = wordpressWorld()
    for (const method of ["application_password", "authorize_application"]) {
      const values = { site: "someone.wordpress.com", username: editor, password: "x" }
      const { step, status } = await begin({ method, values })
      expect(status).toBe("pending")
      expect(step).toMatchObject({ kind: "form", error: { code: "input_invalid", field: "site" } })
      expect(helpOf(step)).toContain("OAuth")
    }
    expect(requests).toEqual([])
  })

  it("passes the guard before anything is sent, at every step (C18)", async () => {
    const asked: string[] = []
    let isAllowed = true
    const guard = async (host: string, port: number) => {
      asked.push(`${host}:${port}`)
      if (!isAllowed) throw new HoldfastError("host_forbidden")
    }
    const { typed, begin, requests, emulator } = wordpressWorld(undefined, { guard })
    const values = { site, username: editor, password: emulator.provider.createPassword(editor) }
    const connection = await typed(values)
    expect(asked).toEqual(requests.map(() => "blog.example.com:443"))
    isAllowed = false
    const before = requests.length
    await expect(connection.run("list_posts")).rejects.toMatchObject({ code: "host_forbidden" })
    const { step } = await begin({ method: "application_password", values })
    expect(step).toMatchObject({ kind: "form", error: { code: "host_forbidden" } })
    expect(requests).toHaveLength(before)
  })

  it("is followed to itself, with www. or without, and nowhere else", async () => {
    const emulator = createWordpressEmulator({ site: "https://www.example.com" })
    const to = (location: string, status = 301) => new Response(null, { status, headers: { location } })
    const follow = (location: (host: string) => string | undefined) => {
      const fetch = withAnswers(emulator, ({ url }) => {
        const { hostname, pathname } = new URL(url)
        const next = hostname === "www.example.com" ? undefined : location(hostname)
        return next === undefined ? undefined : to(next + pathname)
      })
      return wordpressWorld([emulator], { fetch })
    }
    const values = { username: editor, password: emulator.provider.createPassword(editor) }
    const home = follow(() => "https://www.example.com")
    const { account } = await (await home.typed({ ...values, site: "example.com" })).info()
    expect(account).toMatchObject({ id: "www.example.com:2", data: { site: "https://www.example.com" } })
    expect(
      home.requests.filter(({ headers }) => headers.has("authorization")).map(({ url }) => new URL(url).host),
    ).toEqual(["www.example.com"])
    for (const astray of [
      "https://evil.example",
      "http://www.example.com",
      "https://www.example.com:8443",
      "https://example.com",
    ]) {
      const { begin, requests } = follow(() => astray)
      const { step } = await begin({ method: "application_password", values: { ...values, site: "example.com" } })
      expect(helpOf(step), astray).toBe(siteTroubles.moved)
      expect(requests.every(({ headers }) => !headers.has("authorization"))).toBe(true)
    }
  })

  it.each([
    ["https://evil.example/wp-json/", "moved"],
    ["https://public-api.wordpress.com/wp/v2/sites/1/", "wordpress_com"],
  ] as const)("whose API is said to be at %s is refused", async (root, reason) => {
    const emulator = createWordpressEmulator()
    const fetch = withAnswers(emulator, ({ method }) =>
      method === "HEAD" ? new Response(null, { headers: { link: `<${root}>; rel="https://api.w.org/"` } }) : undefined,
    )
    const { begin } = wordpressWorld([emulator], { fetch })
    const { step } = await begin({ method: "authorize_application", values: { site } })
    expect(helpOf(step)).toBe(siteTroubles[reason])
  })

  it("is found without the header, with other permalinks, and in a folder", async () => {
    for (const permalinks of ["pretty", "plain", "index"] as const) {
      const emulator = createWordpressEmulator({ site: "https://example.com/blog", permalinks })
      const fetch = withAnswers(emulator, ({ method }) =>
        method === "HEAD" && permalinks !== "index" ? new Response(null, { status: 405 }) : undefined,
      )
      const { typed } = wordpressWorld([emulator], { fetch })
      const password = emulator.provider.createPassword(editor)
      const connection = await typed({ site: "https://example.com/blog", username: editor, password })
      expect((await connection.run("list_posts", { limit: 2 })).nextPage).toBe(2)
    }
  })

  it.each([
    ["a page", () => new Response("<html>Not here</html>", { status: 200 })],
    ["nothing", () => new Response(null, { status: 204 })],
    ["other JSON", () => Response.json({ namespaces: ["acme/v1"] })],
    ["an error", () => Response.json({ code: "rest_disabled" }, { status: 404 })],
  ])("that answers %s is no WordPress", async (_, answer) => {
    const { begin } = wordpressWorld(undefined, { fetch: async () => answer() })
    const { step } = await begin({ method: "authorize_application", values: { site } })
    expect(step).toMatchObject({ kind: "form", error: { code: "input_invalid", field: "site" } })
    expect(helpOf(step)).toBe(siteTroubles.not_wordpress)
  })

  it("that shows its API to nobody is believed when the password proves itself", async () => {
    const emulator = createWordpressEmulator()
    const fetch = withAnswers(emulator, ({ method, url, headers }) =>
      method === "GET" && !headers.has("authorization") && new URL(url).pathname.startsWith("/wp-json")
        ? Response.json({ code: "rest_not_logged_in" }, { status: 401 })
        : undefined,
    )
    const { typed, begin } = wordpressWorld([emulator], { fetch })
    const connection = await typed({ site, username: editor, password: emulator.provider.createPassword(editor) })
    expect((await connection.check()).ok).toBe(true)
    const { step } = await begin({ method: "authorize_application", values: { site } })
    expect(helpOf(step)).toBe(siteTroubles.application_passwords_off)
  })
})

describe("a password that is typed", () => {
  it("is the same with and without blanks (seed 000), and is stored without", async () => {
    const { typed, emulator } = wordpressWorld()
    const shown = emulator.provider.createPassword(editor)
    expect(shown).toMatch(/^(?:\w{4} ){5}\w{4}$/)
    for (const password of [shown, shown.replaceAll(" ", ""), ` ${shown.replaceAll(" ", "\u00a0")}\n`]) {
      const connection = await typed({ site, username: editor, password })
      expect(await connection.unsafe.secret()).toMatchObject({ password: shown.replaceAll(" ", "") })
    }
  })

  it("is checked before it is saved, and the form says what was wrong", async () => {
    const { begin, holdfast } = wordpressWorld()
    const { step, status } = await begin({
      method: "application_password",
      values: { site, username: editor, password: "aaaa bbbb cccc dddd eeee ffff" },
    })
    expect([status, step.kind]).toEqual(["pending", "form"])
    expect(step).toMatchObject({ error: { code: "credential_invalid" } })
    expect(await holdfast.for(ada).list()).toEqual([])
  })

  it("works with the e-mail address, and names no bearer token", async () => {
    const { typed, emulator } = wordpressWorld()
    const password = emulator.provider.createPassword(editor)
    const connection = await typed({ site, username: "editor@blog.example.com", password })
    expect((await connection.info()).account.id).toBe("blog.example.com:2")
    const { accessToken } = connection as Partial<TokenAccess>
    await expect(accessToken?.()).rejects.toMatchObject({ code: "operation_unknown" })
  })

  it("of a user who may less says so: scope_missing, and the connection stays well", async () => {
    const { typed, emulator } = wordpressWorld()
    const connection = await typed({ site, username: "reader", password: emulator.provider.createPassword("reader") })
    await expect(connection.run("create_post", { title: "No" })).rejects.toMatchObject({
      code: "scope_missing",
      details: { providerCode: "rest_cannot_create" },
    })
    await expect(connection.run("list_posts", { status: "draft" })).rejects.toMatchObject({ code: "input_invalid" })
    await expect(connection.run("list_comments", { status: "all" })).rejects.toMatchObject({ code: "scope_missing" })
    expect((await connection.info()).status).toBe("active")
  })

  it("that a server drops on the way is not called a missing permission", async () => {
    const { typed, emulator, begin } = wordpressWorld()
    const values = { site, username: editor, password: emulator.provider.createPassword(editor) }
    await typed(values)
    const body = { code: "rest_forbidden_context", message: "Sorry", data: { status: 401 } }
    emulator.faults.next({ on: "GET /wp/v2/users/me", fault: { kind: "status", status: 401, body } })
    const { step } = await begin({ method: "application_password", values })
    expect(step).toMatchObject({ error: { code: "credential_invalid" } })
  })

  it("is taken away when disconnecting: that one, and no other of the user", async () => {
    const { typed, emulator } = wordpressWorld()
    const { createPassword, passwords } = emulator.provider
    createPassword(editor, "The phone")
    const connection = await typed({ site, username: editor, password: createPassword(editor, "Ours") })
    expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
    expect(passwords(editor).map(({ name }) => name)).toEqual(["The phone"])
  })

  it("that is gone already is no trouble when disconnecting", async () => {
    const { typed, emulator } = wordpressWorld()
    const connection = await typed({ site, username: editor, password: emulator.provider.createPassword(editor) })
    emulator.provider.removePasswords()
    expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
  })
})

describe("a password that the site makes (quirk 33)", () => {
  it("is asked for with our state inside the addresses, and comes to nothing without it", async () => {
    const { leave, comeBack, emulator, holdfast } = wordpressWorld()
    const url = await leave(site)
    const state = new URL(url.searchParams.get("success_url") ?? "").searchParams.get("state")
    expect(state).toMatch(/^[\w-]{43}$/)
    expect(url.pathname).toBe("/wp-admin/authorize-application.php")
    expect(url.searchParams.get("app_name")).toBe("app.example.com")
    expect(url.searchParams.get("app_id")).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect((await leave(site)).searchParams.get("app_id")).toBe(url.searchParams.get("app_id"))
    const callback = await approve(emulator.fetch, url)
    expect(callback.searchParams.get("password")).toMatch(/^(?:\w{4} ){5}\w{4}$/)
    const stateless = new URL(callback)
    stateless.searchParams.delete("state")
    await expect(comeBack(stateless)).rejects.toMatchObject({ code: "state_mismatch" })
    expect(await comeBack(callback)).toMatchObject({ status: "connected" })
    expect(await holdfast.for(ada).list()).toHaveLength(1)
  })

  it("asks for the site where it was not given, until it is one", async () => {
    const { begin, holdfast, emulator, comeBack } = wordpressWorld()
    const { id, step } = await begin({ method: "authorize_application" })
    expect(step).toMatchObject({ kind: "form", fields: [{ name: "site" }] })
    expect(step).not.toHaveProperty("error")
    const visitor = { browser: "a-browser", owner: ada }
    const wrong = await holdfast.attempts.submit(id, visitor, { site: "someone.wordpress.com" })
    expect(helpOf(wrong.step)).toBe(siteTroubles.wordpress_com)
    const { step: next } = await holdfast.attempts.submit(id, visitor, { site: "blog.example.com/wp-admin" })
    if (next.kind !== "redirect") throw new Error(`the step is ${next.kind}`)
    expect(await comeBack(await approve(emulator.fetch, next.url))).toMatchObject({ status: "connected" })
  })

  it("for another site than the one that was started with is refused, and nothing is sent anywhere", async () => {
    const { leave, comeBack, emulator, holdfast, requests } = wordpressWorld()
    for (const other of [
      "https://evil.example",
      "https://blog.example.com.evil.example",
      `${site}/other`,
      "",
      "blog.example.com",
    ]) {
      const callback = await approve(emulator.fetch, await leave(site))
      const before = requests.length
      callback.searchParams.set("site_url", other)
      const { status, error } = await comeBack(callback)
      expect([status, error?.code, error?.reason], other).toEqual(["failed", "state_mismatch", "other_site"])
      expect(requests).toHaveLength(before)
    }
    expect(await holdfast.for(ada).list()).toEqual([])
  })

  it("is for where WordPress says that it is, though readers come elsewhere", async () => {
    const emulator = createWordpressEmulator({ siteUrl: `${site}/core` })
    const connection = await wordpressWorld([emulator]).approved(site)
    expect((await connection.info()).account).toMatchObject({ id: "blog.example.com:1", data: { site } })
  })

  it("is asked for only at the site's own page", async () => {
    const emulator = createWordpressEmulator()
    const index = (authorization: unknown) => async (request: Request) =>
      new URL(request.url).pathname === "/wp-json/"
        ? Response.json({ namespaces: ["wp/v2"], home: site, url: site, authentication: authorization })
        : await emulator.fetch(request)
    const at = (authorization: string) => ({ "application-passwords": { endpoints: { authorization } } })
    for (const [authentication, reason] of [
      [at("https://evil.example/wp-admin/authorize-application.php"), "other_address"],
      [at("http://blog.example.com/wp-admin/authorize-application.php"), "other_address"],
      [at("not an address"), "application_passwords_off"],
      [[], "application_passwords_off"],
    ] as const) {
      const { begin } = wordpressWorld([emulator], { fetch: withAnswers(emulator, index(authentication)) })
      const { step } = await begin({ method: "authorize_application", values: { site } })
      expect(helpOf(step), reason).toBe(siteTroubles[reason])
    }
  })

  it("is not made where the feature is off, or where the person says no", async () => {
    const off = wordpressWorld([createWordpressEmulator({ applicationPasswords: false })])
    const { step } = await off.begin({ method: "authorize_application", values: { site } })
    expect(helpOf(step)).toBe(siteTroubles.application_passwords_off)
    const { leave, comeBack, emulator } = wordpressWorld()
    const view = await comeBack(await approve(emulator.fetch, await leave(site), { deny: true }))
    expect(view).toMatchObject({ status: "failed", error: { code: "access_denied" } })
    expect(emulator.provider.passwords("first.admin")).toEqual([])
  })

  it("replaces the one before, which is taken away", async () => {
    const { approved, emulator } = wordpressWorld()
    const first = await (await approved(site)).info()
    const again = await approved(site, {}, { reconnect: first.id })
    expect(emulator.provider.passwords("first.admin")).toHaveLength(1)
    expect((await again.check()).ok).toBe(true)
  })

  it("is in no log line, whatever happens to it (X15)", async () => {
    const { leave, comeBack, emulator, lines, approved } = wordpressWorld()
    const callback = await approve(emulator.fetch, await leave(site))
    const password = callback.searchParams.get("password") ?? ""
    callback.searchParams.set("site_url", "https://evil.example")
    await comeBack(callback)
    const held = (await (await approved(site)).unsafe.secret()) as { password: string }
    expect(lines.length).toBeGreaterThan(0)
    for (const secret of [password, password.replaceAll(" ", ""), held.password]) {
      expect(lines.join("\n")).not.toContain(secret)
    }
  })
})

describe("two sites", () => {
  const other = "https://other.example.net"

  it("never see each other's passwords, not even when somebody reconnects with the wrong one (X6)", async () => {
    const [mine, theirs] = [createWordpressEmulator(), createWordpressEmulator({ site: other })]
    const { typed, approved, leave, comeBack, begin, requests } = wordpressWorld([mine, theirs])
    const first = await (await approved(site)).info()
    const before = requests.length
    const view = await comeBack(await approve(theirs.fetch, await leave(other, { reconnect: first.id })))
    expect(view.error?.code).toBe("account_mismatch")
    // What was made for nothing is taken away, where it was made.
    expect(theirs.provider.passwords("first.admin")).toEqual([])
    const password = theirs.provider.createPassword(editor)
    const values = { site: other, username: editor, password }
    const { error } = await begin({ method: "application_password", reconnect: first.id, values }).catch((error) => ({
      error,
    }))
    expect(error).toMatchObject({ code: "account_mismatch" })
    // But not what a person made by hand.
    expect(theirs.provider.passwords(editor)).toHaveLength(1)
    const hosts = (wanted: boolean) =>
      new Set(
        requests
          .slice(before)
          .filter(({ headers }) => headers.has("authorization") === wanted)
          .map(({ url }) => new URL(url).host),
      )
    expect(hosts(true)).toEqual(new Set(["other.example.net"]))
    expect((await (await typed(values)).info()).id).not.toBe(first.id)
  })

  it("a stored password goes to its own site alone, whatever the account says", async () => {
    const { typed, emulator, store } = wordpressWorld()
    const connection = await typed({ site, username: editor, password: emulator.provider.createPassword(editor) })
    const { id } = await connection.info()
    const row = await store.connections.get(id)
    if (!row) throw new Error("no row")
    const data = { ...row.detail.account.data, site: other, restRoot: `${other}/wp-json/` }
    await store.connections.update({ ...row, detail: { ...row.detail, account: { ...row.detail.account, data } } })
    await expect(connection.run("list_posts")).rejects.toMatchObject({ code: "host_forbidden" })
  })
})

describe("posts and comments", () => {
  it("come page by page, and are written as drafts unless told", async () => {
    const { approved, emulator } = wordpressWorld()
    const connection = await approved(site)
    const pages = [1, 2].map((page) => connection.run("list_posts", { status: "any", limit: 3, page }))
    const [first, last] = await Promise.all(pages)
    expect([first?.nextPage, first?.total, last?.nextPage]).toEqual([2, 4, undefined])
    const titles = [first, last].flatMap((page) => page?.posts.map(({ title }) => title?.rendered))
    expect(titles).toEqual(["Not ready", "Third post", "Second post", "Hello world!"])
    const written = await connection.run("create_post", { title: "News", content: "<p>…</p>", status: "publish" })
    expect(written).toMatchObject({ status: "publish", author: 1, link: `${site}/${written.slug}/` })
    const { posts } = await connection.run("list_posts", { search: "news" })
    expect(posts.map(({ id }) => id)).toEqual([written.id])
    const { comments } = await connection.run("list_comments", { postId: 1, status: "all" })
    expect(comments.map(({ status }) => status)).toEqual(["hold", "approved"])
    expect(emulator.provider.site.posts).toHaveLength(5)
  })

  it("are not written twice when an answer is lost", async () => {
    const { approved, emulator } = wordpressWorld()
    const connection = await approved(site)
    emulator.faults.next({ on: "POST /wp/v2/posts", fault: { kind: "drop_after" } })
    await expect(connection.run("create_post", { title: "Once" })).rejects.toMatchObject({
      code: "provider_unavailable",
    })
    expect(emulator.provider.site.posts.filter(({ title }) => title === "Once")).toHaveLength(1)
  })
})

describe("a site on this machine", () => {
  it("is connected over plain http where the guard lets it, both ways, over real sockets", async () => {
    const port = 41_897
    const local = `http://127.0.0.1:${port}`
    const emulator = createWordpressEmulator({ site: local, environment: "local" })
    const { close } = await listen(emulator, { port })
    try {
      const guard = async (host: string, asked: number) => {
        if (host !== "127.0.0.1" || asked !== port) throw new HoldfastError("host_forbidden")
      }
      const { typed, approved } = wordpressWorld([emulator], { guard, fetch: globalThis.fetch })
      const password = emulator.provider.createPassword(editor)
      const connection = await typed({ site: local, username: editor, password })
      expect((await connection.info()).account.id).toBe(`127.0.0.1:${port}:2`)
      expect((await (await approved(local)).check()).ok).toBe(true)
      expect(await connection.disconnect()).toEqual({ revocation: "revoked" })
    } finally {
      await close()
    }
  })
})
