import { describe, expect, it } from "vitest"
import { HoldfastError } from "../errors.js"
import { oauth2 } from "./oauth2.js"
import type { OAuth2Options } from "./oauth2-options.js"
import type { OAuth2State } from "./oauth2-settings.js"
import { standard, tokens } from "./test-acme.js"
import { connect, redirectUri, stepOf, testContext } from "./test-context.js"

async function leave(options: Partial<OAuth2Options>, attempt = {}, values: Record<string, string> = {}) {
  const context = testContext<OAuth2State>({ attempt, guard: async () => {} })
  const begun = await oauth2({ ...standard, ...options }).begin(context, { from: "start", values })
  return new URL(stepOf(begun, "redirect").url)
}

describe("leaving for the provider", () => {
  it("asks for a code with PKCE S256, our state and the redirect URI letter by letter", async () => {
    const context = testContext<OAuth2State>({ attempt: { redirectUri: "https://app.example/cb?tenant=a%20b" } })
    const begun = await oauth2(standard).begin(context, { from: "start", values: {} })
    const { url, returns } = stepOf(begun, "redirect")
    const { codeVerifier } = ("state" in begun && begun.state) || {}
    expect(codeVerifier).toMatch(/^[\w-]{43}$/)
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      response_type: "code",
      client_id: "client-1",
      scope: "read write",
      redirect_uri: "https://app.example/cb?tenant=a%20b",
      state: "state-1",
      code_challenge: await context.digest(codeVerifier ?? ""),
      code_challenge_method: "S256",
    })
    expect(url).toContain("scope=read%20write")
    expect(url).not.toContain(codeVerifier)
    expect(returns).toBe("query")
  })

  it("asks for the scopes that the caller names, written as the provider reads them", async () => {
    expect((await leave({ scopeSeparator: "," })).searchParams.get("scope")).toBe("read,write")
    expect((await leave({}, { scopes: ["admin"] })).searchParams.get("scope")).toBe("admin")
    expect((await leave({ scopes: [] })).searchParams.has("scope")).toBe(false)
  })

  it("asks for each slot's scopes in its own parameter (quirk 3)", async () => {
    const slots = {
      bot: { parameter: "scope", scopes: ["chat:write"] },
      user: { parameter: "user_scope", scopes: ["search:read"] },
    }
    const slack = { scopes: [], scopeSeparator: ",", slots }
    const { searchParams } = await leave(slack)
    expect([searchParams.get("scope"), searchParams.get("user_scope")]).toEqual(["chat:write", "search:read"])
    const named = await leave(slack, { scopes: ["search:read", "files:read"] })
    expect([named.searchParams.get("scope"), named.searchParams.get("user_scope")]).toEqual([
      "files:read",
      "search:read",
    ])
    expect(oauth2({ ...standard, ...slack }).slots).toEqual(["bot", "user"])
    expect(oauth2(standard).slots).toEqual(["main"])
    const { grant } = await connect(oauth2({ ...standard, ...slack }), { answers: [{ json: tokens }] })
    expect(Object.keys(grant.slots ?? {})).toEqual(["bot"])
  })

  it("asks for consent anew only where a refresh token must come (pain 9)", async () => {
    const google = { authorizationParameters: { access_type: "offline" }, consentParameters: { prompt: "consent" } }
    expect((await leave(google)).searchParams.has("prompt")).toBe(false)
    const again = await leave(google, { forceConsent: true })
    expect([again.searchParams.get("access_type"), again.searchParams.get("prompt")]).toEqual(["offline", "consent"])
  })

  it("lets no option take the place of state, redirect URI or challenge", async () => {
    const { searchParams } = await leave({
      authorizationParameters: { state: "x", redirect_uri: "https://evil.example", code_challenge: "x" },
    })
    expect(searchParams.get("state")).toBe("state-1")
    expect(searchParams.get("redirect_uri")).toBe(redirectUri)
    expect(searchParams.get("code_challenge")).not.toBe("x")
  })

  it("sends no challenge where the provider takes none, and says how the answer comes back", async () => {
    const context = testContext<OAuth2State>()
    const method = oauth2({ ...standard, pkce: "none", authorizationParameters: { response_mode: "form_post" } })
    const begun = await method.begin(context, { from: "start", values: {} })
    expect(stepOf(begun, "redirect").returns).toBe("form_post")
    expect(new URL(stepOf(begun, "redirect").url).searchParams.has("code_challenge")).toBe(false)
  })

  it("needs an app", async () => {
    const context = testContext<OAuth2State>({ app: null })
    await expect(oauth2(standard).begin(context, { from: "start", values: {} })).rejects.toMatchObject({
      code: "app_not_configured",
    })
  })
})

describe("what must be known first", () => {
  const shopify: Partial<OAuth2Options> = {
    authorizationEndpoint: "https://{shop}.myshopify.com/admin/oauth/authorize",
    tokenEndpoint: "https://{shop}.myshopify.com/admin/oauth/access_token",
    fields: [{ name: "shop", label: "Shop", type: "text" }],
  }
  const method = oauth2({ ...standard, ...shopify })
  const guard = async () => {}

  it("is asked for in a form, and asked again with the field that is missing", async () => {
    const context = testContext<OAuth2State>({ guard })
    const form = stepOf(await method.begin(context, { from: "start", values: {} }), "form")
    expect(form).toEqual({ kind: "form", id: "oauth", title: "Connect with OAuth", fields: shopify.fields })
    const again = stepOf(await method.advance(context, { from: "form", values: { shop: "  " } }), "form")
    expect(again.error).toEqual({ code: "input_invalid", field: "shop" })
    const next = await method.advance(context, { from: "form", values: { shop: " acme " } })
    expect(new URL(stepOf(next, "redirect").url).host).toBe("acme.myshopify.com")
    expect("state" in next && next.state?.input).toEqual({ shop: "acme" })
  })

  it("is not asked for where the start brings it, or the account knows it", async () => {
    expect((await leave(shopify, {}, { shop: "acme" })).host).toBe("acme.myshopify.com")
    expect((await leave(shopify, { input: { shop: "acme" } })).host).toBe("acme.myshopify.com")
    const account = { id: "1", label: "Acme", data: { shop: "acme" } }
    const again = await method.begin(testContext<OAuth2State>({ guard, account }), { from: "start", values: {} })
    expect(stepOf(again, "redirect").url).toContain("//acme.myshopify.com/")
  })

  it("reaches the exchange and the evidence", async () => {
    const { seen, grant } = await connect(method, { typed: { shop: "acme" }, answers: [{ json: tokens }], guard })
    expect(seen[0]?.url).toBe("https://acme.myshopify.com/admin/oauth/access_token")
    expect(grant.evidence.input).toEqual({ shop: "acme" })
  })

  it.each(["evil.com/x", "evil.com#", "a.b", "a@b", "acme.evil.com:443", "", "..", "ac me", "ac\\me", "ａcme"])(
    "cannot be %j: no value changes the host (quirk 11)",
    async (shop) => {
      const context = testContext<OAuth2State>({ guard })
      const next = method.begin(context, { from: "start", values: { shop } })
      if (shop === "") return expect(stepOf(await next, "form")).toBeDefined()
      await expect(next).rejects.toMatchObject({ code: "input_invalid" })
    },
  )

  it("is refused without a guard, for the person chooses the host (C18)", async () => {
    const forbids = () => Promise.reject(new HoldfastError("host_forbidden"))
    const context = testContext<OAuth2State>({ guard: forbids })
    const next = method.begin(context, { from: "start", values: { shop: "acme" } })
    await expect(next).rejects.toMatchObject({ code: "host_forbidden" })
    expect(method.facts.hostIsChosen).toBe(true)
  })
})
