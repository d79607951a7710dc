import { describe, expect, it } from "vitest"
import { oauth2 } from "./oauth2.js"
import type { OAuth2State } from "./oauth2-settings.js"
import { jwt, standard, tokens } from "./test-acme.js"
import { type Answer, callback, connect, fetchFailure, now, redirectUri, testContext } from "./test-context.js"

describe("coming back", () => {
  it("trades the code once, with verifier and redirect URI, and grants what came", async () => {
    const { grant, seen, url } = await connect(oauth2(standard), { answers: [{ json: tokens }] })
    expect(grant.slots).toEqual({
      main: {
        secret: { accessToken: "at-1", refreshToken: "rt-1", tokenType: "Bearer" },
        clock: { issuedAt: now, expiresAt: now + 3_600_000, rotation: "reusable" },
        granted: ["read", "write"],
      },
    })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.form).toEqual({
      grant_type: "authorization_code",
      code: "code-1",
      redirect_uri: redirectUri,
      code_verifier: expect.any(String),
      client_id: "client-1",
      client_secret: "canary-secret",
    })
    expect(await testContext().digest(seen[0]?.form.code_verifier ?? "")).toBe(url.searchParams.get("code_challenge"))
  })

  it("grants the slots that came and no others (quirk 2)", async () => {
    const slack = oauth2({
      ...standard,
      slots: { bot: { parameter: "scope", scopes: [] }, user: { parameter: "user_scope", scopes: [] } },
      tokens: (body) => ({ bot: body, user: body.authed_user as Record<string, unknown> }),
      policy: { rotation: "single-use", accessTokenSeconds: "never", expectsRefreshToken: false },
    })
    const userOnly = { ok: true, authed_user: { id: "U1", access_token: "xoxp-1", scope: "search:read,users:read" } }
    const { grant } = await connect(slack, { answers: [{ json: userOnly }] })
    expect(grant.slots).toEqual({
      user: {
        secret: { accessToken: "xoxp-1" },
        clock: { issuedAt: now, expiresAt: "never", rotation: "none" },
        granted: ["search:read", "users:read"],
      },
    })
    const both = {
      ...userOnly,
      ...tokens,
      authed_user: { ...userOnly.authed_user, refresh_token: "rt-u", expires_in: 43_200 },
    }
    const { grant: rotating } = await connect(slack, { answers: [{ json: both }] })
    expect(rotating.slots).toMatchObject({
      bot: { secret: { refreshToken: "rt-1" }, clock: { expiresAt: now + 3_600_000, rotation: "single-use" } },
      user: { secret: { refreshToken: "rt-u" }, clock: { expiresAt: now + 43_200_000, rotation: "single-use" } },
    })
    expect(rotating.evidence.token).toMatchObject({ authed_user: { id: "U1" } })
    expect(JSON.stringify(rotating.evidence)).not.toMatch(/xoxp-1|rt-1|rt-u|at-1/)
  })

  it("leaves the absence of a refresh token for core to see, which may keep the stored one (R10, quirk 5)", async () => {
    const method = oauth2(standard)
    const { grant } = await connect(method, { answers: [{ json: { ...tokens, refresh_token: undefined } }] })
    const secret = grant.slots?.main?.secret
    expect(secret).toEqual({ accessToken: "at-1", tokenType: "Bearer" })
    expect(secret && method.renewable?.(secret)).toBe(false)
    expect(grant.slots?.main?.clock.rotation).toBe("reusable")
    const stored = { accessToken: "at-0", refreshToken: "rt-0" }
    expect(secret && method.inherit?.(secret, stored)).toEqual({
      accessToken: "at-1",
      tokenType: "Bearer",
      refreshToken: "rt-0",
    })
    expect(method.inherit?.({ accessToken: "at-1", refreshToken: "rt-1" }, stored).refreshToken).toBe("rt-1")
  })

  it("keeps what the callback and the answer say, without code, state or any secret (quirks 14, 29)", async () => {
    const claims = { aud: "client-1", sub: "person-1", iss: "https://acme.example" }
    const body = {
      ...tokens,
      id_token: jwt(claims),
      team: { id: "T1", bot_token: "xoxb-1" },
      note: "for at-1",
      x_refresh_token_expires_in: 60,
    }
    const { grant } = await connect(oauth2(standard), {
      answers: [{ json: body }],
      callback: { code: "code-1", realmId: "9130", guild_id: "G1" },
    })
    expect(grant.evidence).toEqual({
      callback: { realmId: "9130", guild_id: "G1" },
      token: {
        token_type: "Bearer",
        expires_in: 3600,
        scope: "read write",
        team: { id: "T1" },
        x_refresh_token_expires_in: 60,
        id_token_claims: claims,
      },
      input: {},
    })
  })

  it("says what a JWT access token says, since some name the account only there (quirk 16)", async () => {
    const access_token = jwt({ authentication_event_id: "e-1" })
    const { grant } = await connect(oauth2(standard), { answers: [{ json: { ...tokens, access_token } }] })
    expect(grant.evidence.token).toMatchObject({ access_token_claims: { authentication_event_id: "e-1" } })
    expect(JSON.stringify(grant.evidence)).not.toContain(access_token)
  })

  it("takes no id token that is for another app or from another issuer", async () => {
    const withIssuer = oauth2({ ...standard, issuer: "https://acme.example" })
    for (const claims of [
      { aud: "client-2", iss: "https://acme.example" },
      { aud: "client-1", iss: "https://evil.example" },
    ]) {
      const answers = [{ json: { ...tokens, id_token: jwt(claims) } }]
      await expect(connect(withIssuer, { answers })).rejects.toMatchObject({ code: "response_invalid" })
    }
    const foreign = { ...tokens, id_token: jwt({ aud: "client-2", sub: "person-2" }) }
    const { grant } = await connect(oauth2(standard), { answers: [{ json: foreign }] })
    expect(grant.evidence.token).not.toHaveProperty("id_token_claims")
  })

  it("knows the issuer of an account that has its own", async () => {
    const own = oauth2({
      ...standard,
      issuer: "https://{org}.acme.example/oauth2",
      fields: [{ name: "org", label: "Organisation", type: "text" }],
      hostIsChosen: false,
    })
    const iss = "https://one.acme.example/oauth2"
    const answers = [{ json: { ...tokens, id_token: jwt({ aud: "client-1", iss, sub: "person-1" }) } }]
    const { grant } = await connect(own, { answers, typed: { org: "one" }, callback: { code: "code-1", iss } })
    expect(grant.evidence.token).toMatchObject({ id_token_claims: { sub: "person-1" } })
    const foreign = connect(own, { typed: { org: "two" }, callback: { code: "code-1", iss } })
    await expect(foreign).rejects.toMatchObject({ code: "state_mismatch" })
  })

  it("reads a posted callback's form, and not its query (C17)", async () => {
    const method = oauth2(standard)
    const context = testContext<OAuth2State>({
      answers: [{ json: tokens }],
      attempt: { state: { codeVerifier: "v", input: {} } },
    })
    const headers = new Headers({ "content-type": "application/x-www-form-urlencoded" })
    const posted = { ...callback({ code: "of-the-query" }), method: "POST", headers, body: "code=posted&state=state-1" }
    await method.advance(context, posted)
    expect(context.seen[0]?.form).toMatchObject({ code: "posted", code_verifier: "v" })
  })
})

describe("an exchange that brings nothing", () => {
  it.each<[string, Answer, object]>([
    [
      "a wrong secret",
      { status: 401, json: { error: "invalid_client" } },
      { code: "config_invalid", details: { providerCode: "invalid_client" } },
    ],
    ["a code that was used", { status: 400, json: { error: "invalid_grant" } }, { code: "provider_rejected" }],
    [
      "another redirect URI",
      { status: 400, json: { error: "redirect_uri_mismatch" } },
      { code: "redirect_uri_mismatch", details: { redirectUri } },
    ],
    [
      "an error as 200 (quirk 4)",
      { json: { error: "bad_verification_code" } },
      { code: "provider_rejected", details: { providerCode: "bad_verification_code" } },
    ],
    [
      "too many requests",
      { status: 429, headers: { "retry-after": "3" } },
      { code: "rate_limited", details: { retryAfterMs: 3_000 } },
    ],
    ["a refused connection", fetchFailure("ECONNREFUSED"), { code: "provider_unavailable" }],
    ["a reset", fetchFailure("ECONNRESET"), { code: "provider_unavailable" }],
    [
      "a failing backend",
      { status: 502, text: "<html>" },
      { code: "provider_unavailable", details: { providerStatus: 502 } },
    ],
    ["a page", { text: "<html>" }, { code: "response_invalid" }],
  ])("%s", async (_, answer, expected) => {
    const failed = await connect(oauth2(standard), { answers: [answer] }).catch((error: unknown) => error)
    expect(failed).toMatchObject(expected)
    expect(failed).not.toHaveProperty("cause")
    expect(JSON.stringify(failed) + String(failed)).not.toMatch(/code-1|canary/)
  })
})
