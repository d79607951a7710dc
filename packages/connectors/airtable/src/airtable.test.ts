import { pkceChallenge } from "@holdfast/emulator"
import { ada, bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createAirtableEmulator, emulatorApp, personalTokens } from "./emulator.js"
import { airtableWorld } from "./test-support.js"

const callback = "https://app.example.com/api/integrations/oauth/callback/airtable"
const basic = `Basic ${btoa(`${emulatorApp.clientId}:${emulatorApp.clientSecret}`)}`
const place = { base_id: "appFirst000000001", table: "Tasks" }
const [pat] = personalTokens

describe("leaving for Airtable (quirk 9)", () => {
  it("is with an S256 challenge and a long state", async () => {
    const { holdfast } = airtableWorld()
    const { step } = await holdfast.attempts.begin(ada, { connector: "airtable", browser: "b" })
    const asked = Object.fromEntries(new URL(step.kind === "redirect" ? step.url : "").searchParams)
    expect(asked).toMatchObject({ response_type: "code", redirect_uri: callback, code_challenge_method: "S256" })
    expect(asked.code_challenge).toMatch(/^[\w-]{43}$/)
    expect(asked.state?.length).toBeGreaterThanOrEqual(16)
    expect(asked.scope).toBe("data.records:read data.records:write schema.bases:read user.email:read")
  })

  it("is refused by the stand-in without a challenge, with a plain one, and with a short state", async () => {
    const emulator = createAirtableEmulator()
    const complete = {
      response_type: "code",
      client_id: emulatorApp.clientId,
      redirect_uri: callback,
      scope: "data.records:read",
      state: "a-state-that-is-long-enough",
      code_challenge: await pkceChallenge("v".repeat(43)),
      code_challenge_method: "S256",
    }
    const authorize = async (changes: Record<string, string | undefined>) => {
      const given = Object.entries({ ...complete, ...changes }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      )
      const answer = await emulator.fetch(`https://airtable.com/oauth2/v1/authorize?${new URLSearchParams(given)}`)
      const location = answer.headers.get("location")
      return location ? new URL(location).searchParams.get("error") : answer.status
    }
    expect(await authorize({})).toBe(200)
    expect(await authorize({ code_challenge: undefined, code_challenge_method: undefined })).toBe("invalid_request")
    expect(await authorize({ code_challenge_method: "plain" })).toBe("invalid_request")
    expect(await authorize({ state: "short" })).toBe("invalid_request")
    expect(await authorize({ state: undefined })).not.toBe(200)
  })
})

describe("the token call (quirk 9)", () => {
  it("has Basic authentication where the integration has a secret", async () => {
    const { connect, requests } = airtableWorld()
    await connect()
    const [exchange] = requests
    expect(exchange?.url).toBe("https://airtable.com/oauth2/v1/token")
    expect(exchange?.headers.get("authorization")).toBe(basic)
    expect(Object.fromEntries(new URLSearchParams(await exchange?.text()))).toEqual({
      grant_type: "authorization_code",
      code: expect.any(String),
      redirect_uri: callback,
      code_verifier: expect.any(String),
    })
  })

  it("has the client id alone where it has none", async () => {
    const { connect, requests, emulator } = airtableWorld({ app: { clientId: "public-integration" } })
    const connection = await connect()
    const [exchange] = requests
    expect(exchange?.headers.has("authorization")).toBe(false)
    expect(new URLSearchParams(await exchange?.text()).get("client_id")).toBe("public-integration")
    emulator.clock.advance(3_601_000)
    expect(await connection.run("list_bases")).toMatchObject({ bases: [{ name: "Plans" }] })
  })
})

describe("refreshing (quirk 9, quirk 40, pain 6)", () => {
  it("happens once for many callers, and ends the pair before", async () => {
    const { connect, emulator } = airtableWorld()
    const connection = await connect()
    const before = await connection.accessToken()
    emulator.clock.advance(3_590_000)
    await Promise.all(Array.from({ length: 20 }, () => connection.run("list_bases")))
    expect(emulator.counters.refreshes.mostForOne).toBeLessThan(2)
    emulator.clock.advance(20_000)
    await Promise.all(Array.from({ length: 20 }, () => connection.run("list_bases")))
    expect(emulator.counters.refreshes.mostForOne).toBe(1)
    expect(emulator.provider.oauth.inspectToken(before).is).not.toBe("live")
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("with a token that was used before is invalid_grant 400 at the stand-in", async () => {
    const emulator = createAirtableEmulator()
    const { main } = emulator.provider.oauth.issue({ scopes: ["data.records:read"] })
    const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: main.refreshToken ?? "" })
    const refresh = () =>
      emulator.fetch("https://airtable.com/oauth2/v1/token", {
        method: "POST",
        headers: { authorization: basic },
        body,
      })
    const renewed = await refresh()
    expect(await renewed.json()).toMatchObject({ expires_in: 3_600, refresh_expires_in: 5_184_000 })
    expect(emulator.provider.oauth.inspectToken(main.accessToken).is).toBe("revoked")
    const again = await refresh()
    expect(again.status).toBe(400)
    expect(await again.json()).toMatchObject({ error: "invalid_grant" })
  })

  it("is no longer possible after sixty days", async () => {
    const { connect, emulator } = airtableWorld()
    const connection = await connect()
    const { slots } = await connection.info()
    expect(slots.main).toMatchObject({ expiresAt: emulator.clock.now() + 3_600_000 })
    emulator.clock.advance(61 * 86_400_000)
    expect(await endOf(connection.run("list_bases"))).toMatchObject({ code: "reauth_required" })
    expect(await connection.info()).toMatchObject({ status: "needs_reauth" })
  })
})

describe("the callback (quirk 9)", () => {
  it("may echo the challenge", async () => {
    const { connect } = airtableWorld()
    expect((await (await connect()).info()).account).toMatchObject({ id: "usrFirst000000001" })
  })
})

describe("consent given again (C7)", () => {
  it("ends the tokens before it, and the row goes on with the new ones", async () => {
    const { connect, emulator } = airtableWorld()
    const first = await connect()
    const { id } = await first.info()
    const again = await connect()
    expect((await again.info()).id).toBe(id)
    expect(await first.run("list_bases")).toMatchObject({ bases: [{ name: "Plans" }] })
    expect(emulator.provider.oauth.grants().filter(({ revokedAt }) => revokedAt === undefined)).toHaveLength(1)
  })
})

describe("personal access tokens", () => {
  it("are trimmed, sent as a bearer, and belong to their person", async () => {
    const { connect, requests } = airtableWorld()
    const connection = await connect({ method: "personal_token", values: { key: `  ${pat?.token}\n` } })
    expect((await connection.info()).account).toMatchObject({ id: "usrFirst000000001" })
    await connection.run("list_records", place)
    expect(new Set(requests.map(({ headers }) => headers.get("authorization")))).toEqual(
      new Set([`Bearer ${pat?.token}`]),
    )
  })

  it("do not end with time, and need another when they were deleted", async () => {
    const { connect, emulator } = airtableWorld()
    const connection = await connect({ owner: bob, method: "personal_token", values: { key: pat?.token ?? "" } })
    emulator.clock.advance(400 * 86_400_000)
    await connection.run("list_bases")
    emulator.provider.deleteToken(pat?.token ?? "")
    expect(await endOf(connection.run("list_bases"))).toMatchObject({ code: "reauth_required" })
  })

  it.each(["keyOld0000000000", "pat", "patNoDot", "pat with.blank"])(
    "that are none are refused before anything is sent: %s",
    async (key) => {
      const { holdfast, requests } = airtableWorld()
      const request = { connector: "airtable", method: "personal_token", browser: "b", values: { key } }
      const { step } = await holdfast.attempts.begin(ada, request)
      expect(step).toMatchObject({ kind: "form", error: { code: "input_invalid", field: "key" } })
      expect(requests).toEqual([])
    },
  )
})

describe("records", () => {
  it("are read page by page", async () => {
    const { connect } = airtableWorld()
    const connection = await connect()
    const first = await connection.run("list_records", { ...place, page_size: 1 })
    expect(first.records).toHaveLength(1)
    const offset = first.offset ?? ""
    const second = await connection.run("list_records", { ...place, page_size: 1, offset })
    expect(second.records[0]?.id).not.toBe(first.records[0]?.id)
    expect(second.offset).toBeUndefined()
  })

  it("are in a table whose name is a name and no path", async () => {
    const { connect, requests } = airtableWorld()
    const connection = await connect()
    const before = requests.length
    expect((await endOf(connection.run("list_records", { ...place, base_id: "../meta" }))).code).toBe("input_invalid")
    expect(requests).toHaveLength(before)
    await endOf(connection.run("list_records", { ...place, table: "a/../b?c" }))
    expect(requests.at(-1)?.url).toBe("https://api.airtable.com/v0/appFirst000000001/a%2F..%2Fb%3Fc/listRecords")
  })

  it("of a base that is asked too often may be asked again in thirty seconds", async () => {
    const { connect, emulator } = airtableWorld()
    const connection = await connect()
    const body = { error: { type: "RATE_LIMIT_REACHED", message: "Rate limit exceeded. Please try again later" } }
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 429, body } })
    await expect(connection.run("list_records", place)).rejects.toMatchObject({
      code: "rate_limited",
      details: { retryAfterMs: 30_000 },
    })
  })
})
