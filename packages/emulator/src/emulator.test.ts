import { describe, expect, it } from "vitest"
import { createEmulator } from "./emulator.js"
import { json, redirect } from "./responses.js"
import { digest } from "./signing.js"
import { acme, connect, me, postToken, refreshOf } from "./test-support.js"

describe("an emulator", () => {
  it("answers for its own origins and throws for others", async () => {
    const emulator = acme()
    expect(emulator.answers("https://one.tenant.example/x")).toBe(true)
    expect(emulator.answers("https://evil.example/x")).toBe(false)
    await expect(emulator.fetch("https://evil.example/x")).rejects.toThrow(
      "the acme emulator answers for https://acme.example, https://*.tenant.example, not for https://evil.example",
    )
    expect(emulator.log).toEqual([])
  })

  it("answers 404 on unknown paths and 405 with Allow on unknown methods", async () => {
    const emulator = acme()
    expect((await emulator.fetch("https://acme.example/nowhere")).status).toBe(404)
    const wrongMethod = await emulator.fetch("https://acme.example/me", { method: "DELETE" })
    expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "GET"])
  })

  it("lets the provider say how unknown paths look", async () => {
    const emulator = createEmulator({
      name: "always-200",
      origins: ["https://odd.example"],
      setup: (kit) => kit.notFound(() => json({ ok: false, error: "unknown_method" })),
    })
    const answer = await emulator.fetch("https://odd.example/api/x")
    expect([answer.status, await answer.json()]).toEqual([200, { ok: false, error: "unknown_method" }])
  })

  it("reads a body as often as it is asked, as JSON or as a form, by its content type", async () => {
    const emulator = createEmulator({
      name: "echo",
      origins: ["https://echo.example"],
      setup(kit) {
        kit.route("POST", "https://echo.example", "/", async (call) => {
          const form = await call.form()
          return json({
            text: await call.text(),
            json: await call.json(),
            form: form ? Object.fromEntries(form) : null,
          })
        })
      },
    })
    const post = async (body: string, type: string) => {
      const answer = await emulator.fetch("https://echo.example/", {
        method: "POST",
        body,
        headers: { "content-type": type },
      })
      return answer.json()
    }
    expect(await post("a=1", "application/x-www-form-urlencoded")).toEqual({ text: "a=1", form: { a: "1" } })
    expect(await post("[1]", "application/vnd.api+json; charset=utf-8")).toEqual({ text: "[1]", json: [1], form: null })
    expect(await post("[1", "application/json")).toEqual({ text: "[1", form: null })
  })

  it("never follows redirects, and rejects them when it is asked to", async () => {
    const emulator = createEmulator({
      name: "moved",
      origins: ["https://moved.example"],
      setup: (kit) => kit.route("GET", "https://moved.example", "/old", () => redirect("https://moved.example/new")),
    })
    expect((await emulator.fetch("https://moved.example/old")).status).toBe(302)
    await expect(emulator.fetch("https://moved.example/old", { redirect: "error" })).rejects.toThrow(TypeError)
  })

  it("draws the same ids in every run, and others after a reset", async () => {
    const [one, two] = [acme(), acme()]
    const first = await connect(one)
    expect(await connect(two)).toEqual(first)
    one.reset()
    expect((await connect(one)).access_token).not.toBe(first.access_token)
    expect(await me(one, first.access_token)).toBe("unknown")
  })

  it("forgets everything on reset but the time", async () => {
    const emulator = acme()
    await connect(emulator)
    emulator.faults.next({ on: "me", fault: { kind: "empty" } })
    emulator.clock.advance(5000)
    const now = emulator.clock.now()
    emulator.reset()
    expect(emulator.log).toEqual([])
    expect(emulator.counters).toMatchObject({ requests: 0, tokenCalls: {} })
    expect(emulator.faults.pending()).toEqual([])
    expect(emulator.provider.oauth.grants()).toEqual([])
    expect(emulator.clock.now()).toBe(now)
  })

  it("refuses two authorization servers of one name", () => {
    const options = { name: "twice", origins: ["https://acme.example"] }
    const server = { id: "oauth" } as Parameters<import("./contract.js").EmulatorKit["register"]>[0]
    expect(() =>
      createEmulator({
        ...options,
        setup(kit) {
          kit.register(server)
          kit.register(server)
        },
      }),
    ).toThrow(TypeError)
  })
})

describe("the log and the counters", () => {
  it("hold no secret, query or body", async () => {
    const emulator = acme()
    const tokens = await connect(emulator)
    await me(emulator, tokens.access_token)
    await postToken(emulator, refreshOf(tokens.refresh_token))
    await emulator.fetch(`https://acme.example/by-token/${tokens.access_token}?token=${tokens.access_token}`)
    const told = JSON.stringify([emulator.log, emulator.counters, emulator.provider.oauth.grants()])
    for (const secret of [tokens.access_token, tokens.refresh_token, "app-secret", "a-state"]) {
      expect(told).not.toContain(secret)
    }
    expect(emulator.log.at(-1)).toMatchObject({ path: "/by-token/…", route: null, status: 404 })
  })

  it("say which route, which grant type and which grant", async () => {
    const emulator = acme()
    const tokens = await connect(emulator)
    await me(emulator, tokens.access_token)
    const [grant] = emulator.provider.oauth.grants()
    expect(emulator.log.slice(-2)).toMatchObject([
      {
        method: "POST",
        path: "/oauth/token",
        route: "oauth.token",
        grantType: "authorization_code",
        grantId: grant?.id,
      },
      { method: "GET", origin: "https://acme.example", path: "/me", route: "me", status: 200, grantId: grant?.id },
    ])
  })

  it("count refreshes by the digest of the token that was shown", async () => {
    const emulator = acme()
    const { refresh_token: first = "" } = await connect(emulator)
    await postToken(emulator, refreshOf(first))
    expect(emulator.counters.refreshes).toEqual({
      shown: 1,
      issued: 1,
      byDigest: { [await digest(first)]: 1 },
      mostForOne: 1,
    })
    await postToken(emulator, refreshOf(first))
    expect(emulator.counters.refreshes).toMatchObject({ shown: 2, issued: 1, mostForOne: 2 })
    expect(emulator.counters.tokenCalls).toEqual({ authorization_code: 1, refresh_token: 2 })
    expect(emulator.counters.tokensIssued).toEqual({ authorization_code: 1, refresh_token: 1 })
  })
})
