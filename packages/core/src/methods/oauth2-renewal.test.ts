import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { OAuth2Options } from "./oauth2-options.js"
import { fresh, held, refresh } from "./test-acme.js"
import { type Answer, now } from "./test-context.js"

describe("answers that are no plain JSON object", () => {
  it.each<[string, Answer, Partial<OAuth2Options>]>([
    ["a form (quirk 4)", new Response(new URLSearchParams({ access_token: "at-2", scope: "repo,gist" })), {}],
    ["a form called text", { text: "access_token=at-2&expires=5183", headers: { "content-type": "text/plain" } }, {}],
    ["JSON called HTML", { text: JSON.stringify(fresh) }, {}],
    ["201", { status: 201, json: fresh }, {}],
    [
      "nested",
      { json: { code: 0, data: fresh } },
      { tokens: ({ data }) => ({ main: data as Record<string, unknown> }) },
    ],
    ["an unusual token_type", { json: { ...fresh, token_type: "Zoho-oauthtoken" } }, {}],
    ["no token_type", { json: { access_token: "at-2" } }, {}],
    ["a token of 4 096 characters (quirk 10)", { json: { ...fresh, access_token: "a".repeat(4_096) } }, {}],
  ])("%s", async (_, answer, options) => {
    const { outcome } = await refresh(answer, options)
    expect(outcome).toMatchObject({ is: "renewed", secret: { accessToken: expect.stringMatching(/^(at-2|a{4096})$/) } })
  })

  it("keeps the provider's spelling of the token type", async () => {
    const { outcome } = await refresh({ json: { ...fresh, token_type: "Zoho-oauthtoken" } })
    expect(outcome).toMatchObject({ secret: { tokenType: "Zoho-oauthtoken" } })
  })

  it("takes a page with an equals sign for no form", async () => {
    expect((await refresh({ text: "access_token=at-2" })).outcome.is).toBe("unknown")
  })
})

describe("what a renewal brings beside tokens", () => {
  it("a new API host, and the scopes that are left (quirks 13, 15)", async () => {
    const { outcome } = await refresh(
      { json: { ...fresh, scope: "read", instance_url: "https://na2.acme.example" } },
      { account: ({ instance_url }) => ({ data: { instanceUrl: String(instance_url) } }) },
    )
    expect(outcome).toMatchObject({ granted: ["read"], account: { data: { instanceUrl: "https://na2.acme.example" } } })
  })

  it("the tokens themselves, even if a connector trips over the rest", async () => {
    const trip = () => {
      throw new Error("at-2")
    }
    const { outcome, logged } = await refresh({ json: fresh }, { account: trip, granted: trip, expiresInSeconds: trip })
    expect(outcome).toEqual({
      is: "renewed",
      secret: { accessToken: "at-2", refreshToken: "rt-2", tokenType: "Bearer", replaced: true },
      clock: { issuedAt: now, expiresAt: "unknown", rotation: "single-use" },
    })
    expect(logged).toHaveLength(3)
    expect(logged.join()).not.toContain("at-2")
  })

  it("only the slot that was asked for (quirk 2)", async () => {
    const slack: Partial<OAuth2Options> = {
      slots: { bot: { parameter: "scope", scopes: [] }, user: { parameter: "user_scope", scopes: [] } },
      tokens: (body) => ({
        ...("access_token" in body && { bot: body }),
        user: body.authed_user as Record<string, unknown>,
      }),
    }
    const nested = { ...fresh, authed_user: { ...fresh, access_token: "user-at", refresh_token: "user-rt" } }
    expect((await refresh({ json: nested }, slack, { slot: "user" })).outcome).toMatchObject({
      secret: { accessToken: "user-at" },
    })
    expect((await refresh({ json: nested }, slack, { slot: "bot" })).outcome).toMatchObject({
      secret: { accessToken: "at-2" },
    })
    // Slack answers the refresh of a user token flat.
    expect((await refresh({ json: fresh }, slack, { slot: "user" })).outcome).toMatchObject({
      secret: { accessToken: "at-2" },
    })
  })
})

describe("the refresh token after a refresh (pain 2, C12, R18)", () => {
  it("stays where the answer has none (quirks 5, 19)", async () => {
    const { outcome, method } = await refresh({ json: { access_token: "at-2", expires_in: 3600 } })
    expect(outcome).toEqual({
      is: "renewed",
      secret: { accessToken: "at-2", refreshToken: "rt-1", tokenType: "Bearer" },
      clock: { issuedAt: now, expiresAt: now + 3_600_000, rotation: "reusable" },
    })
    expect(method.presents?.(held, "main")).toBeUndefined()
  })

  it("is missed where it is single-use", async () => {
    const { outcome, method } = await refresh(
      { json: { access_token: "at-2" } },
      { policy: { rotation: "single-use" } },
    )
    expect(outcome).toMatchObject({
      secret: { refreshToken: "rt-1" },
      clock: { rotation: "single-use" },
      refreshTokenMissing: true,
    })
    expect(method.presents?.(held, "main")).toBe("rt-1")
  })

  it("shows itself to be replaced where nothing was declared, and is single-use from then on", async () => {
    const { outcome, method } = await refresh({ json: fresh })
    if (outcome.is !== "renewed") throw new Error("expected a renewal")
    expect(outcome.clock.rotation).toBe("single-use")
    expect(method.presents?.(outcome.secret, "main")).toBe("rt-2")
    const again = await refresh({ json: { access_token: "at-3" } }, {}, { secret: outcome.secret })
    expect(again.outcome).toMatchObject({
      refreshTokenMissing: true,
      clock: { rotation: "single-use" },
      secret: { replaced: true },
    })
  })

  it("is not taken for spent where the documentation says that it is not (quirk 7)", async () => {
    const { outcome, method } = await refresh({ json: fresh }, { policy: { rotation: "reusable" } })
    expect(outcome).toMatchObject({ secret: { refreshToken: "rt-2" }, clock: { rotation: "reusable" } })
    expect(outcome.is === "renewed" && method.presents?.(outcome.secret, "main")).toBeUndefined()
  })

  it("absent keeps, present replaces, whatever the shape of the answer", async () => {
    const token = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,40}$/)
    const absent = fc.constantFrom<object>({}, { refresh_token: null }, { refresh_token: "" }, { refresh_token: false })
    const shape = fc.record({
      access_token: token,
      refresh: fc.oneof(
        absent,
        token.map((refresh_token) => ({ refresh_token })),
      ),
      others: fc.dictionary(
        fc.constantFrom("expires_in", "expires_at", "scope", "token_type", "id_token", "extra"),
        fc.jsonValue(),
      ),
      encoding: fc.constantFrom("json", "form"),
    })
    const kept = fc.record({ accessToken: token, refreshToken: token })
    const rotation = fc.constantFrom(undefined, "single-use" as const, "reusable" as const)
    await fc.assert(
      fc.asyncProperty(
        shape,
        kept,
        rotation,
        async ({ access_token, refresh: came, others, encoding }, secret, declared) => {
          const body = { ...others, access_token, ...came }
          const answer = encoding === "json" ? { json: body } : new Response(formOf(body))
          const options = declared === undefined ? {} : { policy: { rotation: declared } }
          const { outcome, method } = await refresh(answer, options, { secret })
          if (outcome.is !== "renewed") throw new Error(`expected a renewal, not ${outcome.is}`)

          const next = "refresh_token" in came && came.refresh_token ? came.refresh_token : undefined
          expect(outcome.secret.accessToken).toBe(access_token)
          expect(outcome.secret.refreshToken).toBe(next ?? secret.refreshToken)
          expect(method.secret.parse(JSON.parse(JSON.stringify(outcome.secret)))).toEqual(outcome.secret)
          expect(outcome.refreshTokenMissing === true).toBe(declared === "single-use" && next === undefined)
          const isSpent =
            declared === "single-use" || (declared === undefined && next !== undefined && next !== secret.refreshToken)
          expect(outcome.clock.rotation).toBe(isSpent ? "single-use" : "reusable")
          expect(method.presents?.(outcome.secret, "main")).toBe(isSpent ? outcome.secret.refreshToken : undefined)
          expect(outcome.clock.expiresAt).not.toBe("never")
        },
      ),
      { numRuns: 200 },
    )
  })
})

// Only what a form can say: texts.
function formOf(body: object): URLSearchParams {
  return new URLSearchParams(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  )
}
