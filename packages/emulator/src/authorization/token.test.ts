import { describe, expect, it } from "vitest"
import { approve } from "../approve.js"
import { json } from "../responses.js"
import {
  acme,
  acmeAccounts,
  authorizationUrl,
  connect,
  exchangeOf,
  getCode,
  me,
  postToken,
  refreshOf,
  verifier,
} from "../test-support.js"
import { standardTokenBody } from "./token.js"

describe("trading a code", () => {
  it("answers as RFC 6749 5.1 says", async () => {
    const emulator = acme()
    const { status, body } = await postToken(emulator, exchangeOf(await getCode(emulator)))
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^\w{40}$/),
        token_type: "Bearer",
        expires_in: 3600,
        refresh_token: expect.stringMatching(/^\w{40}$/),
        scope: "read write",
      },
    ])
    expect(await me(emulator, body.access_token)).toBe("first@acme.example")
  })

  it("works once; the second time takes back the tokens it gave (RFC 6749 4.1.2)", async () => {
    const emulator = acme()
    const code = await getCode(emulator)
    const { body } = await postToken(emulator, exchangeOf(code))
    const again = await postToken(emulator, exchangeOf(code))
    expect([again.status, again.body.error, emulator.log.at(-1)?.refusal]).toEqual([400, "invalid_grant", "code_used"])
    expect(await me(emulator, body.access_token)).toBe("revoked")
    expect(emulator.provider.oauth.grants()).toMatchObject([{ revokedBecause: "code_reused" }])
  })

  it("gives one of two simultaneous exchanges nothing", async () => {
    const emulator = acme()
    const code = await getCode(emulator)
    const both = await Promise.all([postToken(emulator, exchangeOf(code)), postToken(emulator, exchangeOf(code))])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  it("does not spend the code of a wrong exchange", async () => {
    const emulator = acme()
    const code = await getCode(emulator)
    await postToken(emulator, { ...exchangeOf(code), code_verifier: `${verifier}x` })
    expect((await postToken(emulator, exchangeOf(code))).status).toBe(200)
  })

  it("is over when the code has expired on the virtual clock", async () => {
    const emulator = acme({ codeSeconds: 300 })
    const code = await getCode(emulator)
    emulator.clock.advance(300_000)
    expect((await postToken(emulator, exchangeOf(code))).body.error).toBe("invalid_grant")
    expect(emulator.log.at(-1)?.refusal).toBe("code_expired")
  })

  it.each<[string, Record<string, string | undefined>, string]>([
    ["an unknown code", { code: "made-up" }, "invalid_grant: code_unknown"],
    ["no code", { code: undefined }, "invalid_request: parameter_missing"],
    ["another redirect URI", { redirect_uri: "https://app.example/" }, "invalid_grant: redirect_uri_mismatch"],
    ["no redirect URI", { redirect_uri: undefined }, "invalid_request: parameter_missing"],
    ["another verifier", { code_verifier: "x".repeat(43) }, "invalid_grant: pkce_mismatch"],
    ["no verifier", { code_verifier: undefined }, "invalid_request: pkce_missing"],
    ["another client", { client_id: "other", client_secret: "other-secret" }, "invalid_grant: code_foreign"],
    ["no grant type", { grant_type: undefined }, "invalid_request: parameter_missing"],
    ["an unknown grant type", { grant_type: "password" }, "unsupported_grant_type: grant_type"],
    [
      "a grant type that is a property of every object",
      { grant_type: "constructor" },
      "unsupported_grant_type: grant_type",
    ],
  ])("refuses %s", async (_, parameters, expected) => {
    const emulator = acme()
    const { status, body } = await postToken(emulator, { ...exchangeOf(await getCode(emulator)), ...parameters })
    expect(`${body.error}: ${emulator.log.at(-1)?.refusal}`).toBe(expected)
    expect(status).toBe(400)
    expect(emulator.provider.oauth.grants()).toEqual([])
  })

  it("refuses a verifier that no challenge asked for (RFC 9700 4.8.2)", async () => {
    const emulator = acme({ pkce: "optional" })
    const bare = { code_challenge: undefined, code_challenge_method: undefined }
    const code = await getCode(emulator, bare)
    expect((await postToken(emulator, exchangeOf(code))).body.error).toBe("invalid_grant")
    const { code_verifier: _, ...plain } = exchangeOf(code)
    expect((await postToken(emulator, plain)).status).toBe(200)
  })

  it("compares the redirect URI only when it is sent, where the provider wants none", async () => {
    const emulator = acme({ redirectUriAtToken: "optional" })
    const exchange = { ...exchangeOf(await getCode(emulator)), redirect_uri: undefined }
    expect((await postToken(emulator, { ...exchange, redirect_uri: "https://evil.example/" })).status).toBe(400)
    expect((await postToken(emulator, exchange)).status).toBe(200)
  })

  it("kills the earlier grants of the account, where consenting again does (C7)", async () => {
    const emulator = acme({ reconsent: "kills" })
    const first = await connect(emulator)
    const someoneElse = await connect(emulator, {}, { account: "U2" })
    const second = await connect(emulator)
    expect(await me(emulator, first.access_token)).toBe("revoked")
    expect(await me(emulator, someoneElse.access_token)).toBe("second@acme.example")
    expect(await me(emulator, second.access_token)).toBe("first@acme.example")
  })

  it("binds codes and tokens to the origin of their tenant", async () => {
    const emulator = acme({
      authorizationEndpoint: "https://*.tenant.example/authorize",
      tokenEndpoint: "https://*.tenant.example/token",
      boundToOrigin: true,
    })
    const url = await authorizationUrl({}, "https://one.tenant.example/authorize")
    const callback = await approve(emulator.fetch, url)
    const exchange = exchangeOf(callback.searchParams.get("code") ?? "")
    const foreign = await postToken(emulator, exchange, { url: "https://two.tenant.example/token" })
    expect(foreign.body.error).toBe("invalid_grant")
    const { body } = await postToken(emulator, exchange, { url: "https://one.tenant.example/token" })
    const { oauth } = emulator.provider
    expect(oauth.inspectToken(body.access_token ?? "", "https://one.tenant.example").is).toBe("live")
    expect(oauth.inspectToken(body.access_token ?? "", "https://two.tenant.example").is).toBe("unknown")
    const refresh = (tenant: string) =>
      postToken(emulator, refreshOf(body.refresh_token), { url: `https://${tenant}.tenant.example/token` })
    expect((await refresh("two")).body.error).toBe("invalid_grant")
    expect((await refresh("one")).status).toBe(200)
  })
})

describe("what providers do differently", () => {
  it("names its own grant types, which give no refresh token (RFC 6749 4.4.3)", async () => {
    const emulator = acme({
      grantTypes: {
        account_credentials: ({ parameters }) => {
          const account = acmeAccounts.find(({ id }) => id === parameters.account_id)
          return account ? { account, scopes: ["read"] } : { error: "invalid_account", status: 403 }
        },
      },
    })
    const { body } = await postToken(emulator, { grant_type: "account_credentials", account_id: "U2" })
    expect(body).toMatchObject({ scope: "read", expires_in: 3600 })
    expect(body).not.toHaveProperty("refresh_token")
    expect(await me(emulator, body.access_token)).toBe("second@acme.example")
    const refused = await postToken(emulator, { grant_type: "account_credentials", account_id: "U9" })
    expect([refused.status, refused.body.error]).toEqual([403, "invalid_account"])
    expect(emulator.counters.tokensIssued).toEqual({ account_credentials: 1 })
  })

  it("has several tokens in one answer, each its own line (quirk 2)", async () => {
    const emulator = acme({
      slots: (grant) => [
        { id: "bot" },
        ...(grant.parameters.user_scope ? [{ id: "user", scopes: grant.parameters.user_scope.split(",") }] : []),
      ],
      tokenValue: ({ kind, slot, random }) => `${kind}-${slot}-${random}`,
      tokenResponse: ({ tokens }) => json({ ok: true, tokens }),
    })
    const code = await getCode(emulator, { user_scope: "search,me" })
    expect(code).toMatch(/^code-main-/)
    const { body } = (await postToken(emulator, exchangeOf(code))) as { body: { tokens?: unknown } }
    expect(body.tokens).toMatchObject([
      { slot: "bot", accessToken: expect.stringMatching(/^access-bot-/), scopes: ["read", "write"] },
      {
        slot: "user",
        refreshToken: expect.stringMatching(/^refresh-user-/),
        scopes: ["search", "me"],
        scope: "search me",
      },
    ])
    expect(emulator.provider.oauth.grants()).toMatchObject([{ slots: ["bot", "user"], live: { accessTokens: 2 } }])
  })

  it("decides lifetimes from the request (C12, quirk 12)", async () => {
    const emulator = acme({
      accessTokenSeconds: "never",
      refreshToken: "none",
      policy: ({ parameters }) =>
        parameters.expiring === "1"
          ? { accessTokenSeconds: 3600, refreshToken: { rotation: "single-use", maxDays: 90 } }
          : {},
    })
    const forever = await connect(emulator)
    expect(forever).not.toHaveProperty("expires_in")
    expect(forever).not.toHaveProperty("refresh_token")
    const expiring = await postToken(emulator, { ...exchangeOf(await getCode(emulator)), expiring: "1" })
    expect(expiring.body).toMatchObject({ expires_in: 3600, refresh_token: expect.any(String) })
  })

  it("answers in its own shape, errors with HTTP 200 among them (quirk 1)", async () => {
    const emulator = acme({
      tokenResponse: (answer) => json({ ok: true, ...standardTokenBody(answer), team: { id: answer.account.id } }),
      errorResponse: (refusal) =>
        json({ ok: false, error: refusal.reason === "code_used" ? "invalid_code" : refusal.reason }),
    })
    const code = await getCode(emulator)
    expect((await postToken(emulator, exchangeOf(code))).body).toMatchObject({ ok: true, team: { id: "U1" } })
    expect(await postToken(emulator, exchangeOf(code))).toEqual({
      status: 200,
      body: { ok: false, error: "invalid_code" },
    })
  })

  it("checks more than the standard does", async () => {
    const emulator = acme({
      checkToken: ({ call }) =>
        call.request.headers.has("acme-version") ? undefined : { error: "missing_version", status: 400 },
    })
    const code = await getCode(emulator)
    expect((await postToken(emulator, exchangeOf(code))).body.error).toBe("missing_version")
    expect((await postToken(emulator, exchangeOf(code), { headers: { "acme-version": "1" } })).status).toBe(200)
  })
})
