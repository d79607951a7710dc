import { describe, expect, it } from "vitest"
import { oauth2 } from "./oauth2.js"
import type { OAuth2Options } from "./oauth2-options.js"
import type { OAuth2State } from "./oauth2-settings.js"
import { standard } from "./test-acme.js"
import { testContext } from "./test-context.js"

describe("using the token", () => {
  it("puts it on a request as Bearer, or as the provider wants it (quirk 12)", async () => {
    const request = () => new Request("https://api.acme.example/")
    const context = testContext<OAuth2State>()
    const secret = { accessToken: "at-1" }
    const standardly = await oauth2(standard).authorize?.(context, request(), secret)
    expect(standardly?.headers.get("authorization")).toBe("Bearer at-1")
    const authorize: OAuth2Options["authorize"] = ({ headers }, token) => headers.set("x-shopify-access-token", token)
    const own = await oauth2({ ...standard, authorize }).authorize?.(context, request(), secret)
    expect([own?.headers.get("x-shopify-access-token"), own?.headers.has("authorization")]).toEqual(["at-1", false])
    expect(oauth2(standard).accessToken?.(secret)).toBe("at-1")
  })
})

describe("what can be said without running it", () => {
  it("has the standard's defaults", () => {
    const { policy, facts, kind, needsApp } = oauth2(standard)
    expect({ kind, needsApp }).toEqual({ kind: "oauth2", needsApp: true })
    expect(policy).toEqual({
      rotation: "reusable",
      reuse: "revokes-family",
      reconsent: "keeps",
      revokes: "token",
      refreshInvalidatesAccessToken: false,
      accessTokenSeconds: "unknown",
      expectsRefreshToken: true,
    })
    expect(facts).toEqual({
      authorizationEndpoint: "https://acme.example/authorize",
      tokenEndpoint: "https://acme.example/token",
      scopes: ["read", "write"],
      scopeSeparator: " ",
      pkce: "S256",
      clientAuthentication: "post",
      tokenRequestFormat: "form",
      hostIsChosen: false,
      startsWith: "redirect",
    })
    expect(oauth2({ ...standard, policy: { rotation: "none" } }).policy.expectsRefreshToken).toBe(false)
    expect(oauth2(standard).revoke).toBeUndefined()
  })

  it("cannot deny that a placeholder chooses the host", () => {
    const open = { ...standard, tokenEndpoint: "https://{site}/token", hostIsChosen: false }
    expect(() => oauth2(open)).toThrow(expect.objectContaining({ code: "config_invalid" }))
    expect(oauth2({ ...open, tokenEndpoint: "https://{shop}.myshopify.com/token" }).facts.hostIsChosen).toBe(false)
  })
})
