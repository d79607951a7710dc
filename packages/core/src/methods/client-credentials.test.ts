import { describe, expect, it } from "vitest"
import { clientCredentials } from "./client-credentials.js"
import type { ClientCredentialsOptions } from "./key-options.js"
import { type Answer, fetchFailure, now, stepOf, testContext } from "./test-context.js"

const ofApp: ClientCredentialsOptions = {
  tokenEndpoint: "https://acme.example/token",
  revocationEndpoint: "https://acme.example/revoke",
  scopes: ["read"],
  credentialsFrom: "app",
}
const ofForm: ClientCredentialsOptions = {
  ...ofApp,
  credentialsFrom: "form",
  grantType: "account_credentials",
  tokenParameters: { account_id: "{accountId}" },
  fields: [
    { name: "accountId", label: "Account ID", type: "text" },
    { name: "client_id", label: "Client ID", type: "text" },
    { name: "client_secret", label: "Client secret", type: "password" },
  ],
}
const typed = { accountId: "acc-1", client_id: "own-id", client_secret: "own-secret" }
const token = { access_token: "at-1", token_type: "bearer", expires_in: 3600, scope: "read" }

const begin = async (options: ClientCredentialsOptions, answers: Answer[], values: Record<string, string> = {}) => {
  const context = testContext<never>({ answers, ...(options.credentialsFrom === "form" && { app: null }) })
  return { next: await clientCredentials(options).begin(context, { from: "start", values }), seen: context.seen }
}

describe("the app's own credentials", () => {
  it("are traded for a token at once, without a person", async () => {
    const { next, seen } = await begin(ofApp, [{ json: token }])
    expect(next).toEqual({
      grant: {
        slots: {
          main: {
            secret: { accessToken: "at-1", tokenType: "bearer" },
            clock: { issuedAt: now, expiresAt: now + 3_600_000, rotation: "none" },
            granted: ["read"],
          },
        },
        evidence: { token: { token_type: "bearer", expires_in: 3600, scope: "read" }, input: {} },
      },
    })
    expect(seen[0]?.form).toEqual({ grant_type: "client_credentials", scope: "read" })
    expect(seen[0]?.headers.get("authorization")).toBe(`Basic ${btoa("client-1:canary-secret")}`)
  })

  it("are the developer's to mend when they are refused", async () => {
    const wrong: Answer = { status: 401, json: { error: "invalid_client" } }
    await expect(begin(ofApp, [wrong])).rejects.toMatchObject({ code: "config_invalid" })
    const context = testContext<never>({ answers: [{ status: 401, json: { error: "invalid_client" } }] })
    const outcome = await clientCredentials(ofApp).refresh?.(context, { accessToken: "at-1" }, "main")
    expect(outcome).toEqual({ is: "refused", by: "client", providerCode: "invalid_client" })
  })
})

describe("credentials that a person types", () => {
  it("are asked for and sealed with the connection", async () => {
    const method = clientCredentials(ofForm)
    expect(stepOf((await begin(ofForm, [])).next, "form").fields).toHaveLength(3)
    const { next, seen } = await begin(ofForm, [{ json: token }], typed)
    expect(seen[0]?.form).toEqual({ grant_type: "account_credentials", scope: "read", account_id: "acc-1" })
    expect(seen[0]?.headers.get("authorization")).toBe(`Basic ${btoa("own-id:own-secret")}`)
    const grant = "grant" in next ? next.grant : undefined
    expect(grant?.slots?.main?.secret).toEqual({ accessToken: "at-1", tokenType: "bearer", typed })
    expect(grant?.evidence.input).toEqual({ accountId: "acc-1", client_id: "own-id" })
    expect(JSON.stringify(grant?.evidence)).not.toMatch(/own-secret|at-1/)
    expect(method.needsApp).toBe(false)
    expect(method.secret.parse(grant?.slots?.main?.secret)).toEqual(grant?.slots?.main?.secret)
  })

  it("are asked for again when the provider refuses them", async () => {
    const { next } = await begin(ofForm, [{ status: 400, json: { error: "invalid_client" } }], typed)
    expect(stepOf(next, "form").error).toEqual({ code: "credential_invalid", field: "client_secret" })
  })

  it("bring the next token too; refused, they are the grant that has gone", async () => {
    const refresh = (answer: Answer) =>
      clientCredentials(ofForm).refresh?.(
        testContext<never>({ answers: [answer], app: null }),
        { accessToken: "at-0", typed },
        "main",
      )
    expect(await refresh({ json: { access_token: "at-2" } })).toEqual({
      is: "renewed",
      secret: { accessToken: "at-2", typed },
      clock: { issuedAt: now, expiresAt: "unknown", rotation: "none" },
    })
    expect(await refresh({ status: 401, json: { error: "invalid_client" } })).toEqual({
      is: "refused",
      by: "grant",
      providerCode: "invalid_client",
    })
    expect(await refresh({ status: 503 })).toEqual({ is: "unknown" })
    expect(await refresh(fetchFailure("ECONNREFUSED"))).toEqual({ is: "later" })
  })

  it("need their fields", () => {
    const { fields: _, ...without } = ofForm
    expect(() => clientCredentials(without)).toThrow(
      expect.objectContaining({ details: { fields: ["client_id", "client_secret"] } }),
    )
  })
})

describe("a token of client credentials", () => {
  it("spends nothing when it is renewed, and is revoked by itself", async () => {
    const method = clientCredentials(ofApp)
    expect(method.presents).toBeUndefined()
    expect(method.policy).toMatchObject({
      rotation: "none",
      expectsRefreshToken: false,
      refreshInvalidatesAccessToken: false,
    })
    const context = testContext<never>({ answers: [{ status: 200 }] })
    await method.revoke?.(context, { accessToken: "at-1" }, "main")
    expect(context.seen[0]).toMatchObject({ url: "https://acme.example/revoke", form: { token: "at-1" } })
    const { revocationEndpoint: _, ...lasting } = ofApp
    expect(clientCredentials(lasting).revoke).toBeUndefined()
  })

  it("can live as long as the documentation says, and ends the one before where it says so (pain 6)", async () => {
    const { next } = await begin({ ...ofApp, accessTokenSeconds: 14_400 }, [{ json: { access_token: "at-1" } }])
    expect("grant" in next && next.grant.slots?.main?.clock.expiresAt).toBe(now + 14_400_000)
    expect(
      clientCredentials({ ...ofApp, refreshInvalidatesAccessToken: true }).policy.refreshInvalidatesAccessToken,
    ).toBe(true)
  })
})

describe("a provider that departs from plain client credentials", () => {
  const options: ClientCredentialsOptions = {
    ...ofApp,
    tokenRequestHeaders: { "x-acme-version": "2" },
    errorCode: ({ body }) => (body as { code?: string }).code,
    grantErrors: ["grant_gone"],
    clientErrors: ["bad_app"],
    granted: ({ rights }) => String(rights).split("|"),
    expiresInSeconds: ({ ttl }) => Number(ttl),
    authorize: (request, value) => request.headers.set("x-acme-token", value),
    policy: { accessTokenSeconds: 60, revokes: "grant" },
  }
  const method = clientCredentials(options)

  it("says so in data: headers, scopes, expiry, where the token goes, how its tokens live", async () => {
    const { next, seen } = await begin(options, [{ json: { access_token: "at-1", ttl: "120", rights: "read|write" } }])
    if (!("grant" in next)) throw new Error("expected a grant")
    const { main } = next.grant.slots ?? {}
    expect([main?.granted, main?.clock.expiresAt]).toEqual([["read", "write"], now + 120_000])
    expect(seen[0]?.headers.get("x-acme-version")).toBe("2")
    expect(method.policy).toMatchObject({ accessTokenSeconds: 60, revokes: "grant", rotation: "none" })
    const request = await method.authorize?.(testContext<never>(), new Request("https://acme.example/"), {
      accessToken: "at-1",
    })
    expect([request?.headers.get("x-acme-token"), request?.headers.get("authorization")]).toEqual(["at-1", null])
  })

  it.each([
    ["grant_gone", "grant"],
    ["bad_app", "client"],
  ])("has codes of its own: %s is about the %s", async (code, by) => {
    const context = testContext<never>({ answers: [{ json: { code } }] })
    const outcome = await method.refresh?.(context, { accessToken: "at-1" }, "main")
    expect(outcome).toEqual({ is: "refused", by, providerCode: code })
  })
})
