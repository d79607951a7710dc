import { describe, expect, it } from "vitest"
import { oauth2 } from "./oauth2.js"
import type { OAuth2Options } from "./oauth2-options.js"
import type { OAuth2State } from "./oauth2-settings.js"
import { type Answer, fetchFailure, testContext } from "./test-context.js"

const revocable: OAuth2Options = {
  authorizationEndpoint: "https://acme.example/authorize",
  tokenEndpoint: "https://acme.example/token",
  revocationEndpoint: "https://acme.example/revoke",
  scopes: [],
}

async function revoke(answer: Answer, options: Partial<OAuth2Options> = {}, secret: object = { refreshToken: "rt-1" }) {
  const context = testContext<OAuth2State>({ answers: [answer] })
  const done = oauth2({ ...revocable, ...options }).revoke?.(context, { accessToken: "at-1", ...secret }, "main")
  return {
    error: await done?.then(
      () => undefined,
      (reason: unknown) => reason,
    ),
    seen: context.seen,
  }
}

describe("revoking (RFC 7009)", () => {
  it("ends the grant by its refresh token, else by its access token", async () => {
    const { seen } = await revoke({ status: 200 })
    expect(seen[0]?.form).toEqual({
      token: "rt-1",
      token_type_hint: "refresh_token",
      client_id: "client-1",
      client_secret: "canary-secret",
    })
    const { seen: alone } = await revoke({ status: 200 }, {}, {})
    expect(alone[0]?.form).toMatchObject({ token: "at-1", token_type_hint: "access_token" })
  })

  it.each<[string, Answer]>([
    ["200", { status: 200 }],
    ["204", new Response(null, { status: 204 })],
    ["200 with a body", { json: { ok: true } }],
    ["a token that is gone already", { status: 400, json: { error: "invalid_token" } }],
  ])("is done after %s", async (_, answer) => {
    expect((await revoke(answer)).error).toBeUndefined()
  })

  it.each<[string, Answer, object]>([
    ["a lost answer", fetchFailure("ECONNRESET"), { code: "provider_unavailable" }],
    ["a failing backend", { status: 503 }, { code: "provider_unavailable", details: { providerStatus: 503 } }],
    [
      "a failing backend that says it is gone",
      { status: 500, json: { error: "invalid_token" } },
      { code: "provider_unavailable" },
    ],
    ["too many requests", { status: 429 }, { code: "provider_unavailable" }],
    ["a wrong secret", { status: 401, json: { error: "invalid_client" } }, { code: "config_invalid" }],
    [
      "another error",
      { status: 400, json: { error: "unsupported_token_type" } },
      { code: "provider_rejected", details: { providerCode: "unsupported_token_type" } },
    ],
    ["a page", { status: 404, text: "<html>" }, { code: "provider_rejected" }],
    ["a redirect", { status: 302, headers: { location: "/login" } }, { code: "provider_rejected" }],
  ])("is not done after %s", async (_, answer, expected) => {
    const { error } = await revoke(answer)
    expect(error).toMatchObject(expected)
    expect(String(error)).not.toMatch(/rt-1|canary/)
  })

  it("may have a shape of the provider's own, where 200 can hold an error (quirks 1, 27)", async () => {
    const own: Partial<OAuth2Options> = {
      revokeRequest: (context, { accessToken }) =>
        new Request("https://acme.example/deauthorize", {
          method: "POST",
          body: `${context.app?.clientId} ${accessToken}`,
        }),
      errorCode: ({ body }) => ((body as { ok?: boolean } | undefined)?.ok === false ? "not_authed" : undefined),
    }
    const { seen, error } = await revoke({ json: { ok: true } }, own)
    expect([seen[0]?.url, seen[0]?.body, error]).toEqual([
      "https://acme.example/deauthorize",
      "client-1 at-1",
      undefined,
    ])
    expect((await revoke({ json: { ok: false } }, own)).error).toMatchObject({
      details: { providerCode: "not_authed" },
    })
  })
})
