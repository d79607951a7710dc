import { describe, expect, it, vi } from "vitest"
import type { Fault } from "./fault.js"
import { isConnectionLost } from "./fault-strike.js"
import { acme, connect, exchangeOf, getCode, me, postToken, refreshOf, type TokenBody } from "./test-support.js"

async function refreshing(fault: Fault) {
  const emulator = acme()
  const tokens = await connect(emulator)
  emulator.faults.next({ on: "token.refresh", fault })
  const send = (refreshToken = tokens.refresh_token) =>
    emulator.fetch("https://acme.example/oauth/token", {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: refreshToken ?? "",
        client_id: "app",
        client_secret: "app-secret",
      }),
    })
  const rotated = () => emulator.counters.refreshes.issued === 1
  return { emulator, tokens, send, rotated }
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe("connection faults", () => {
  it("drop_after loses the answer of a rotation that happened (R5)", async () => {
    const { send, rotated, emulator } = await refreshing({ kind: "drop_after" })
    const error = await rejection(send())
    expect(isConnectionLost(error)).toBe(true)
    expect(error).toMatchObject({ name: "TypeError", cause: { code: "ECONNRESET" } })
    expect(rotated()).toBe(true)
    expect(emulator.log.at(-1)).toMatchObject({ status: null, fault: "drop_after" })
    expect(emulator.counters.faults).toBe(1)
  })

  it("drop_before and unreachable leave the refresh token unspent", async () => {
    for (const kind of ["drop_before", "unreachable"] as const) {
      const { send, rotated } = await refreshing({ kind })
      expect(await rejection(send())).toMatchObject({
        cause: { code: kind === "unreachable" ? "ECONNREFUSED" : "ECONNRESET" },
      })
      expect(rotated()).toBe(false)
      expect((await send()).status).toBe(200)
    }
  })

  it("hang never answers, until the caller gives up", async () => {
    const emulator = acme()
    emulator.faults.next({ on: "me", fault: { kind: "hang" } })
    const stop = new AbortController()
    const waiting = emulator.fetch("https://acme.example/me", { signal: stop.signal })
    stop.abort(new Error("gave up"))
    await expect(waiting).rejects.toThrow("gave up")
  })

  it("hang after the work has rotated", async () => {
    const { emulator, tokens } = await refreshing({ kind: "hang", when: "after" })
    const stop = new AbortController()
    const waiting = rejection(postToken(emulator, refreshOf(tokens.refresh_token), { signal: stop.signal }))
    await expect.poll(() => emulator.counters.refreshes.issued).toBe(1)
    stop.abort()
    expect(await waiting).toMatchObject({ name: "AbortError" })
  })

  it("delay waits on the emulator's clock, before or after the work", async () => {
    for (const when of ["before", "after"] as const) {
      const { emulator, send, rotated } = await refreshing({ kind: "delay", ms: 30_000, when })
      const sleep = vi.spyOn(emulator.clock, "sleep")
      const waiting = send()
      await expect.poll(() => sleep.mock.calls.map(([ms]) => ms)).toEqual([30_000])
      expect(rotated()).toBe(when === "after")
      emulator.clock.advance(30_000)
      expect((await waiting).status).toBe(200)
      expect(rotated()).toBe(true)
    }
  })
})

describe("answer faults", () => {
  it("status answers without doing the work: 429 with Retry-After", async () => {
    const { send, rotated } = await refreshing({
      kind: "status",
      status: 429,
      retryAfterSeconds: 7,
      body: { error: "slow" },
    })
    const answer = await send()
    expect([answer.status, answer.headers.get("retry-after"), await answer.json()]).toEqual([
      429,
      "7",
      { error: "slow" },
    ])
    expect(rotated()).toBe(false)
  })

  it("status can also come after the work: a 502 in front of a rotation (R5)", async () => {
    const { send, rotated } = await refreshing({ kind: "status", status: 502, when: "after" })
    expect((await send()).status).toBe(502)
    expect(rotated()).toBe(true)
  })

  it("html is a proxy's page over a rotation", async () => {
    const { send, rotated } = await refreshing({ kind: "html", status: 200 })
    const answer = await send()
    expect(answer.headers.get("content-type")).toContain("text/html")
    expect(await answer.text()).toContain("<html>")
    expect(rotated()).toBe(true)
  })

  it("truncated JSON does not parse", async () => {
    const { send, rotated } = await refreshing({ kind: "truncated" })
    const answer = await send()
    expect(answer.status).toBe(200)
    await expect(answer.json()).rejects.toThrow(SyntaxError)
    expect(rotated()).toBe(true)
  })

  it("empty is a 204", async () => {
    const { send } = await refreshing({ kind: "empty" })
    const answer = await send()
    expect([answer.status, await answer.text()]).toEqual([204, ""])
  })
})

describe("token answer faults", () => {
  async function answerWith(fault: Omit<Extract<Fault, { kind: "token_answer" }>, "kind">) {
    const { send, emulator } = await refreshing({ kind: "token_answer", ...fault })
    return { body: (await (await send()).json()) as TokenBody, emulator }
  }

  it("leave expires_in out, or make it a string or another number", async () => {
    expect((await answerWith({ expiresIn: "absent" })).body).not.toHaveProperty("expires_in")
    expect((await answerWith({ expiresIn: "string" })).body.expires_in).toBe("3600")
    expect((await answerWith({ expiresIn: 0 })).body.expires_in).toBe(0)
  })

  it("strip the new refresh token, though the old one is spent (R18)", async () => {
    const { send, emulator } = await refreshing({ kind: "token_answer", refreshToken: "absent" })
    expect(await (await send()).json()).not.toHaveProperty("refresh_token")
    expect(emulator.provider.oauth.grants()[0]?.live.refreshTokens).toBe(1)
    expect((await send()).status).toBe(400)
  })

  it("grant a part of the scopes", async () => {
    const emulator = acme()
    const code = await getCode(emulator)
    emulator.faults.next({ on: "oauth.token.code", fault: { kind: "token_answer", scopes: ["read"] } })
    const { body } = await postToken(emulator, exchangeOf(code))
    expect(body.scope).toBe("read")
    expect(emulator.provider.oauth.inspectToken(body.access_token ?? "")).toMatchObject({ scopes: ["read"] })
  })
})

describe("planning", () => {
  it("strikes so often, after so many, and by name only", async () => {
    const emulator = acme()
    emulator.faults.next({ on: "me", fault: { kind: "status", status: 503 }, skip: 1, times: 2 })
    const statuses: number[] = []
    for (let call = 0; call < 4; call += 1) statuses.push((await emulator.fetch("https://acme.example/me")).status)
    expect(statuses).toEqual([401, 503, 503, 401])
    expect(emulator.faults.pending()).toEqual([])
  })

  it("strikes every request until it is cleared", async () => {
    const emulator = acme()
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 500 }, times: "always" })
    expect((await emulator.fetch("https://acme.example/me")).status).toBe(500)
    expect((await emulator.fetch("https://acme.example/nowhere")).status).toBe(500)
    expect(emulator.faults.pending()).toMatchObject([{ on: "*", times: "always" }])
    emulator.faults.clear()
    expect(await me(emulator, "x")).toBe("unknown")
  })

  it("refuses a fault that never strikes", () => {
    expect(() => acme().faults.next({ on: "me", fault: { kind: "empty" }, times: 0 })).toThrow(RangeError)
  })
})
