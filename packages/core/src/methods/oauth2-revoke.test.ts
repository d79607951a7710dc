import { describe, expect, it } from "vitest"
import { oauth2 } from "./oauth2.js"
import { type Answer, now, testContext } from "./test-context.js"

const method = oauth2({
  authorizationEndpoint: "https://acme.example/authorize",
  tokenEndpoint: "https://acme.example/token",
  scopes: [],
  errorCode: ({ body }) => (body as { error?: string }).error,
  expiredErrors: ["token_expired"],
  revokeRequest: (_context, { accessToken }) =>
    new Request("https://acme.example/revoke", { method: "POST", headers: { authorization: `Bearer ${accessToken}` } }),
  policy: { rotation: "single-use" },
})

const standard = oauth2({
  authorizationEndpoint: "https://acme.example/authorize",
  tokenEndpoint: "https://acme.example/token",
  revocationEndpoint: "https://acme.example/revoke",
  revocationToken: "access_token",
  scopes: [],
  policy: { rotation: "single-use" },
})

async function revoke(answers: readonly Answer[], secret: { accessToken: string; refreshToken?: string }) {
  const context = testContext<never>({ answers })
  const end = await method.revoke?.(context, secret, "main").then(
    () => "revoked",
    (error: { code: string }) => error.code,
  )
  return { end, seen: context.seen.map(({ url, headers }) => [new URL(url).pathname, headers.get("authorization")]) }
}

const tokens = { accessToken: "at-1", refreshToken: "rt-1" }
const expired = { json: { error: "token_expired" } }

describe("revoking where only a living access token is taken", () => {
  it("asks once while the access token lives", async () => {
    const { end, seen } = await revoke([{ json: {} }], tokens)
    expect(end).toBe("revoked")
    expect(seen).toEqual([["/revoke", "Bearer at-1"]])
  })

  it("spends the refresh token for a last access token when the stored one has ended", async () => {
    const answers = [expired, { json: { access_token: "at-2", refresh_token: "rt-2" } }, { json: {} }]
    const { end, seen } = await revoke(answers, tokens)
    expect(end).toBe("revoked")
    expect(seen).toEqual([
      ["/revoke", "Bearer at-1"],
      ["/token", null],
      ["/revoke", "Bearer at-2"],
    ])
  })

  it("is done when nothing is left that could end: no refresh token, or one that is gone", async () => {
    expect((await revoke([expired], { accessToken: "at-1" })).end).toBe("revoked")
    expect((await revoke([expired, { status: 400, json: { error: "invalid_grant" } }], tokens)).end).toBe("revoked")
  })

  it("is not done when the refresh token may still live, or the second revocation fails", async () => {
    expect((await revoke([expired, { status: 503, json: {} }], tokens)).end).toBe("provider_unavailable")
    const renewed = { json: { access_token: "at-2", refresh_token: "rt-2" } }
    expect((await revoke([expired, renewed, { status: 503, json: {} }], tokens)).end).toBe("provider_unavailable")
  })
})

describe("a revocation endpoint that takes access tokens alone", () => {
  const jwt = (exp: number) => `e30.${btoa(JSON.stringify({ exp })).replaceAll("=", "")}.signature`
  const sent = async (accessToken: string, answers: readonly Answer[]) => {
    const context = testContext<never>({ answers })
    await standard.revoke?.(context, { accessToken, refreshToken: "rt-1" }, "main")
    return context.seen.map(({ form }) => form)
  }

  it("is shown the access token while that lives", async () => {
    const forms = await sent(jwt(now / 1_000 + 1), [{}])
    expect(forms).toMatchObject([{ token: jwt(now / 1_000 + 1), token_type_hint: "access_token" }])
  })

  it("is shown a last one when the stored one says that it has ended", async () => {
    const forms = await sent(jwt(now / 1_000), [{ json: { access_token: "at-2", refresh_token: "rt-2" } }, {}])
    expect(forms).toMatchObject([{ grant_type: "refresh_token", refresh_token: "rt-1" }, { token: "at-2" }])
  })
})
