import { describe, expect, it } from "vitest"
import { type Acme, acme, connect, me, postToken, refreshOf } from "../test-support.js"
import type { RevocationOptions } from "./options.js"

const endpoint = "https://acme.example/oauth/revoke"
const revoking = (rules: Partial<RevocationOptions>) => acme({ revocation: { endpoint, ...rules } })

async function revoke(emulator: Acme, parameters: Record<string, string | undefined>, url = endpoint) {
  const all = { client_id: "app", client_secret: "app-secret", ...parameters }
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(all)) if (value !== undefined) body.set(name, value)
  const answer = await emulator.fetch(url, { method: "POST", body })
  return `${answer.status} ${await answer.text()}`.trim()
}

describe("the revocation endpoint (RFC 7009)", () => {
  it("takes an access token alone", async () => {
    const emulator = acme()
    const tokens = await connect(emulator)
    expect(await revoke(emulator, { token: tokens.access_token })).toBe("200")
    expect(await me(emulator, tokens.access_token)).toBe("revoked")
    expect((await postToken(emulator, refreshOf(tokens.refresh_token))).status).toBe(200)
    expect(emulator.counters.revocations).toBe(1)
  })

  it("takes a refresh token with its access tokens", async () => {
    const emulator = acme()
    const tokens = await connect(emulator)
    expect(await revoke(emulator, { token: tokens.refresh_token })).toBe("200")
    expect(await me(emulator, tokens.access_token)).toBe("revoked")
    expect(emulator.provider.oauth.grants()).toMatchObject([{ revokedBecause: "revoked_by_client" }])
  })

  it("takes the grant, or all of the account, where the provider does (C8)", async () => {
    for (const revokes of ["grant", "account"] as const) {
      const emulator = revoking({ revokes })
      const [first, second] = [await connect(emulator), await connect(emulator)]
      const someoneElse = await connect(emulator, {}, { account: "U2" })
      await revoke(emulator, { token: first.access_token })
      expect((await postToken(emulator, refreshOf(first.refresh_token))).status).toBe(400)
      expect(await me(emulator, second.access_token)).toBe(revokes === "account" ? "revoked" : "first@acme.example")
      expect(await me(emulator, someoneElse.access_token)).toBe("second@acme.example")
    }
  })

  it("answers 200 for unknown and dead tokens, and counts none of them", async () => {
    const emulator = acme()
    const { access_token } = await connect(emulator)
    expect(await revoke(emulator, { token: "made-up" })).toBe("200")
    await revoke(emulator, { token: access_token })
    expect(await revoke(emulator, { token: access_token })).toBe("200")
    expect(emulator.counters.revocations).toBe(1)
  })

  it("answers 400 for them where the provider does", async () => {
    expect(await revoke(revoking({ unknownToken: 400 }), { token: "made-up" })).toContain("400 {")
  })

  it("does not take another client's token", async () => {
    const emulator = acme()
    const { access_token } = await connect(emulator)
    const other = { client_id: "other", client_secret: "other-secret" }
    expect(await revoke(emulator, { token: access_token, ...other })).toBe("200")
    expect(await me(emulator, access_token)).toBe("first@acme.example")
  })

  it("wants the client to authenticate, unless the provider does not", async () => {
    const strict = acme()
    const { access_token } = await connect(strict)
    expect(await revoke(strict, { token: access_token, client_secret: "wrong" })).toContain("401")
    const lenient = revoking({ clientAuthentication: false, tokenInQuery: true })
    const tokens = await connect(lenient)
    const url = `${endpoint}?token=${tokens.access_token}`
    expect((await lenient.fetch(url, { method: "POST" })).status).toBe(200)
    expect(await me(lenient, tokens.access_token)).toBe("revoked")
  })

  it("wants a token, and a readable body", async () => {
    expect(await revoke(acme(), {})).toContain("400")
    const answer = await acme().fetch(endpoint, { method: "POST", body: "token" })
    expect(answer.status).toBe(400)
  })

  it("answers in the provider's shape", async () => {
    const emulator = revoking({ response: () => Response.json({ status: "success" }) })
    const { access_token } = await connect(emulator)
    expect(await revoke(emulator, { token: access_token })).toBe('200 {"status":"success"}')
  })
})
