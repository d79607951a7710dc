import { request as httpRequest } from "node:http"
import { afterEach, describe, expect, it } from "vitest"
import { approve } from "../approve.js"
import { systemClock } from "../clock.js"
import { emulatorControl } from "../control-client.js"
import { createEmulator } from "../emulator.js"
import { reroutedFetch, toLoopback } from "../reroute.js"
import { json, redirect } from "../responses.js"
import { acme, authorizationUrl, exchangeOf, refreshOf, type TokenBody } from "../test-support.js"
import { type Listening, type ListenOptions, listen } from "./listen.js"

const open: Listening[] = []
afterEach(async () => {
  for (const listening of open.splice(0)) await listening.close()
})

async function listening(emulator: Parameters<typeof listen>[0], options?: ListenOptions): Promise<Listening> {
  const opened = await listen(emulator, options)
  open.push(opened)
  return opened
}

function echo() {
  return createEmulator({
    name: "echo",
    origins: ["https://echo.example", "https://api.echo.example", "https://*.shop.example"],
    setup(kit) {
      const answer = async (call: import("../contract.js").Call) =>
        json({
          url: call.url.href,
          method: call.request.method,
          text: await call.text(),
          host: call.request.headers.get("host"),
        })
      kit.route(["GET", "POST"], "https://echo.example", "/echo/{id}", answer)
      kit.route("GET", "https://*.shop.example", "/echo", answer)
      kit.route("GET", "https://echo.example", "/hop", () => redirect("https://api.echo.example/landed?a=b"))
      kit.route("GET", "https://echo.example", "/leave", () => redirect("https://app.example/callback"))
      kit.route("GET", "https://echo.example", "/relative", () => redirect("/echo/7"))
      kit.route("GET", "https://echo.example", "/broken", () => {
        throw new Error("a mistake in a route")
      })
      kit.route("GET", "https://echo.example", "/cookies", () => {
        const headers = new Headers()
        headers.append("set-cookie", "a=1")
        headers.append("set-cookie", "b=2")
        return new Response(null, { status: 204, headers })
      })
    },
  })
}

describe("listen", () => {
  it("opens a loopback server for each public origin, behind which routes see public URLs", async () => {
    const { reroute } = await listening(echo(), { origins: ["https://one.shop.example"] })
    expect(Object.keys(reroute)).toEqual([
      "https://echo.example",
      "https://api.echo.example",
      "https://one.shop.example",
    ])
    expect(new Set(Object.values(reroute)).size).toBe(3)
    const answer = await fetch(`${reroute["https://echo.example"]}/echo/1?x=y`, { method: "POST", body: "héllo" })
    expect(await answer.json()).toEqual({
      url: "https://echo.example/echo/1?x=y",
      method: "POST",
      text: "héllo",
      host: null,
    })
    const shop = await reroutedFetch(reroute)("https://one.shop.example/echo")
    expect(await shop.json()).toMatchObject({ url: "https://one.shop.example/echo" })
  })

  it("turns redirects to its own origins to loopback, and leaves others", async () => {
    const { reroute } = await listening(echo())
    const location = async (path: string) => {
      const answer = await fetch(reroute["https://echo.example"] + path, { redirect: "manual" })
      return answer.headers.get("location")
    }
    expect(await location("/hop")).toBe(`${reroute["https://api.echo.example"]}/landed?a=b`)
    expect(await location("/leave")).toBe("https://app.example/callback")
    expect(await location("/relative")).toBe("/echo/7")
  })

  it("keeps several cookies apart", async () => {
    const { reroute } = await listening(echo())
    const answer = await fetch(`${reroute["https://echo.example"]}/cookies`)
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"])
  })

  it("refuses hosts that are not its own, so that no web page can reach it by a name of its own", async () => {
    const { reroute } = await listening(echo())
    const status = await new Promise((resolve, reject) => {
      const url = new URL(`${reroute["https://echo.example"]}/__emulator/log`)
      httpRequest(url, { headers: { host: "evil.example" } }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on("error", reject)
        .end()
    })
    expect(status).toBe(421)
  })

  it("says what went wrong in a route", async () => {
    const { reroute } = await listening(echo())
    const answer = await fetch(`${reroute["https://echo.example"]}/broken`)
    expect([answer.status, await answer.text()]).toEqual([500, "the emulator failed: a mistake in a route"])
  })

  it("refuses origins that are not the provider's, or none at all", async () => {
    await expect(listen(echo(), { origins: ["https://evil.example"] })).rejects.toThrow(TypeError)
    const patterns = createEmulator({ name: "p", origins: ["https://*.p.example"], setup: () => undefined })
    await expect(listen(patterns)).rejects.toThrow("name the origins of the p emulator")
  })

  it("frees what it opened when a port is taken", async () => {
    const taken = await listening(acme())
    const port = Number(new URL(taken.controlOrigin).port)
    await expect(listen(echo(), { port })).rejects.toMatchObject({ code: "EADDRINUSE" })
  })

  it("destroys the socket of a dropped connection, the work being done", async () => {
    const emulator = acme({ clients: [{ clientId: "app", redirectUris: ["https://app.example/callback"] }] })
    const { reroute } = await listening(emulator)
    const { main } = emulator.provider.oauth.issue({})
    emulator.faults.next({ on: "token.refresh", fault: { kind: "drop_after" } })
    const body = new URLSearchParams({
      client_id: "app",
      grant_type: "refresh_token",
      refresh_token: main.refreshToken ?? "",
    })
    const url = toLoopback("https://acme.example/oauth/token", reroute)
    await expect(fetch(url, { method: "POST", body })).rejects.toThrow("fetch failed")
    expect(emulator.counters.refreshes).toMatchObject({ shown: 1, issued: 1 })
  })

  it("lets a caller of a hanging route give up, and closes over those who do not", async () => {
    const emulator = acme()
    const opened = await listen(emulator)
    emulator.faults.next({ on: "me", fault: { kind: "hang" }, times: 2 })
    const url = toLoopback("https://acme.example/me", opened.reroute)
    const given = new AbortController()
    const impatient = fetch(url, { signal: given.signal }).catch((error: unknown) => error)
    await expect.poll(() => emulator.counters.faults).toBe(1)
    given.abort()
    expect(await impatient).toMatchObject({ name: "AbortError" })
    const patient = fetch(url).catch((error: unknown) => error)
    await expect.poll(() => emulator.counters.faults).toBe(2)
    await opened.close()
    expect(await patient).toBeInstanceOf(TypeError)
  })

  it("refuses a body beyond its limit", async () => {
    const { reroute } = await listening(echo())
    const url = `${reroute["https://echo.example"]}/echo/1`
    const outcome = await fetch(url, { method: "POST", body: new Uint8Array(17 * 1024 * 1024) }).then(
      (answer) => answer.status,
      () => "cut off",
    )
    expect([500, "cut off"]).toContain(outcome)
  })
})

describe("the control surface", () => {
  it("drives an emulator from outside: connect, expire, refresh, fault, revoke, reset", async () => {
    const emulator = acme({ accessTokenSeconds: 60 })
    const { reroute, controlOrigin } = await listening(emulator)
    const control = emulatorControl(controlOrigin)
    const send = reroutedFetch(reroute)
    const postForm = async (parameters: Record<string, string | undefined>) => {
      const body = new URLSearchParams({ client_id: "app", client_secret: "app-secret" })
      for (const [name, value] of Object.entries(parameters)) body.set(name, value ?? "")
      const answer = await send("https://acme.example/oauth/token", { method: "POST", body })
      return { status: answer.status, tokens: (await answer.json().catch(() => ({}))) as TokenBody }
    }
    const meStatus = async (token: string | undefined) =>
      (await send("https://acme.example/me", { headers: { authorization: `Bearer ${token}` } })).status

    const callback = await approve(send, await authorizationUrl())
    const { tokens } = await postForm(exchangeOf(callback.searchParams.get("code") ?? ""))
    expect(await meStatus(tokens.access_token)).toBe(200)
    expect(await control.expire({ accountId: "U1" })).toBe(1)
    expect(await meStatus(tokens.access_token)).toBe(401)

    await control.next({ on: "token.refresh", fault: { kind: "status", status: 503 } })
    expect((await postForm(refreshOf(tokens.refresh_token))).status).toBe(503)
    const second = await postForm(refreshOf(tokens.refresh_token))
    expect(second.status).toBe(200)
    expect((await control.counters()).refreshes).toMatchObject({ shown: 1, issued: 1, mostForOne: 1 })

    const before = emulator.clock.now()
    expect(await control.advance(60_000)).toBe(before + 60_000)
    expect(await meStatus(second.tokens.access_token)).toBe(401)

    const [grant] = await control.grants()
    expect(grant).toMatchObject({ server: "oauth", accountId: "U1", clientId: "app" })
    expect(await control.revoke({ grantId: grant?.id ?? "" })).toBe(1)
    expect((await postForm(refreshOf(second.tokens.refresh_token))).tokens.error).toBe("invalid_grant")
    expect((await control.log()).at(-1)).toMatchObject({ refusal: "refresh_token_revoked" })

    await control.reset()
    expect(await control.grants()).toEqual([])
  })

  it("registers clients, runs the emulator's actions, plans and clears faults, expires refresh tokens", async () => {
    const emulator = acme()
    const { controlOrigin } = await listening(emulator)
    const control = emulatorControl(controlOrigin)
    await control.registerClient({ clientId: "late", redirectUris: ["http://127.0.0.1:4000/callback"] }, "oauth")
    expect(emulator.provider.oauth.clients.map(({ clientId }) => clientId)).toContain("late")
    expect(await control.act("echo", { a: 1 })).toEqual({ a: 1 })
    await control.next({ on: "me", fault: { kind: "hang" } })
    await control.clearFaults()
    expect(emulator.faults.pending()).toEqual([])
    emulator.provider.oauth.issue({})
    expect(await control.expire({ tokens: "refresh" })).toBe(1)
  })

  it("refuses unknown orders, servers and actions, and orders that are not JSON", async () => {
    const { controlOrigin } = await listening(acme())
    const control = emulatorControl(controlOrigin)
    await expect(control.act("nothing")).rejects.toThrow("404")
    await expect(control.advance(-1)).rejects.toThrow("advances by 0 ms or more")
    await expect(control.revoke({ server: "nothing" })).rejects.toThrow('no authorization server "nothing"')
    const form = await fetch(`${controlOrigin}/__emulator/reset`, { method: "POST", body: "{}" })
    expect(form.status).toBe(415)
    expect((await fetch(`${controlOrigin}/__emulator/reset`, { method: "DELETE" })).status).toBe(405)
    expect((await fetch(`${controlOrigin}/__emulator/nothing`)).status).toBe(404)
    const about = await fetch(`${controlOrigin}/__emulator/`)
    expect(await about.json()).toMatchObject({ name: "acme", actions: ["echo"] })
  })

  it("is not part of the emulator itself", async () => {
    expect((await acme().fetch("https://acme.example/__emulator/log")).status).toBe(404)
  })

  it("runs on the machine's clock when asked to", async () => {
    const clock = systemClock()
    const emulator = createEmulator({ name: "now", origins: ["https://now.example"], clock, setup: () => undefined })
    const { controlOrigin } = await listening(emulator)
    const about = (await (await fetch(`${controlOrigin}/__emulator/`)).json()) as { now: number }
    expect(about.now).toBeLessThanOrEqual(clock.now())
  })
})
