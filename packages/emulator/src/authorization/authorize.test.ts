import { describe, expect, it } from "vitest"
import { approve } from "../approve.js"
import { acme, acmeAccounts, authorizationUrl, callbackUrl, connect } from "../test-support.js"

async function refusedWith(
  options: Parameters<typeof acme>[0],
  parameters: Record<string, string | undefined>,
): Promise<string> {
  const emulator = acme(options)
  const callback = await approve(emulator.fetch, await authorizationUrl(parameters))
  expect(callback.searchParams.get("code")).toBeNull()
  return `${callback.searchParams.get("error")}: ${emulator.log.at(-1)?.refusal}`
}

describe("the consent page", () => {
  it("shows the app, the scopes and the accounts, without script and under a policy that allows none", async () => {
    const shown = await acme().fetch(await authorizationUrl())
    const markup = await shown.text()
    expect(shown.headers.get("content-security-policy")).toContain("default-src 'none'")
    expect(shown.headers.get("cache-control")).toBe("no-store")
    expect(markup).not.toMatch(/<script|style=| on\w+=/)
    for (const text of ["The &#60;App&#62;", "<li>read</li>", "First user", "Second user", ">Allow<", ">Deny<"]) {
      expect(markup).toContain(text)
    }
  })

  it("escapes what the app sends", async () => {
    const markup = await (await acme().fetch(await authorizationUrl({ scope: '<b>"x"' }))).text()
    expect(markup).not.toContain("<b>")
  })

  it("sends the browser back with code, state and iss (RFC 9207)", async () => {
    const emulator = acme({ issuer: "https://acme.example" })
    const callback = await approve(emulator.fetch, await authorizationUrl())
    expect(callback.origin + callback.pathname).toBe(callbackUrl)
    expect(Object.fromEntries(callback.searchParams)).toEqual({
      code: expect.stringMatching(/^\w{40}$/),
      state: "a-state",
      iss: "https://acme.example",
    })
  })

  it("sends the browser back with access_denied when the person refuses", async () => {
    const callback = await approve(acme().fetch, await authorizationUrl(), { deny: true })
    expect(callback.searchParams.get("error")).toBe("access_denied")
    expect(callback.searchParams.get("state")).toBe("a-state")
    expect(callback.searchParams.get("code")).toBeNull()
  })

  it("lets the person pick the account", async () => {
    const emulator = acme()
    await connect(emulator, {}, { account: "U2" })
    expect(emulator.provider.oauth.grants()[0]?.account.id).toBe("U2")
    await expect(approve(emulator.fetch, await authorizationUrl(), { account: "U9" })).rejects.toThrow(
      "no such account",
    )
  })

  it("lets the person untick scopes where the provider does (quirk 6)", async () => {
    const partial = acme({ partialConsent: true })
    expect((await connect(partial, {}, { scopes: ["read"] })).scope).toBe("read")
    expect((await connect(partial)).scope).toBe("read write")
    const whole = acme()
    expect((await connect(whole, {}, { scopes: ["read"] })).scope).toBe("read write")
  })

  it("asks only the accounts that may consent here", async () => {
    const emulator = acme({ accountsFor: () => acmeAccounts.slice(1) })
    expect(await (await emulator.fetch(await authorizationUrl())).text()).not.toContain("First user")
    const nobody = acme({ accountsFor: () => [] })
    await expect(approve(nobody.fetch, await authorizationUrl())).rejects.toThrow("nobody here who could consent")
  })

  it("needs a decision", async () => {
    const answer = await acme().fetch(await authorizationUrl(), { method: "POST", body: new URLSearchParams() })
    expect(answer.status).toBe(400)
  })

  it("adds the provider's own callback parameters, which see the others", async () => {
    const emulator = acme({
      callbackParameters: async ({ outcome, grant, callback }) => ({
        outcome,
        account: grant?.account.id ?? "none",
        had: Object.keys(callback).join("+"),
      }),
    })
    const granted = await approve(emulator.fetch, await authorizationUrl())
    expect(Object.fromEntries(granted.searchParams)).toMatchObject({
      outcome: "granted",
      account: "U1",
      had: "code+state",
    })
    const denied = await approve(emulator.fetch, await authorizationUrl(), { deny: true })
    expect(Object.fromEntries(denied.searchParams)).toMatchObject({ outcome: "denied", account: "none" })
  })
})

describe("requests that never reach the app again (RFC 6749 4.1.2.1)", () => {
  it.each([
    ["an unknown client", { client_id: "nobody" }],
    ["a missing client", { client_id: undefined }],
    ["a redirect URI with another path", { redirect_uri: `${callbackUrl}/more` }],
    ["a redirect URI with another case", { redirect_uri: "https://APP.example/callback" }],
    ["a redirect URI with a query added", { redirect_uri: `${callbackUrl}?x=1` }],
    ["another client's redirect URI", { redirect_uri: "https://other.example/callback" }],
  ])("%s", async (_, parameters) => {
    const shown = await acme().fetch(await authorizationUrl(parameters))
    expect(shown.status).toBe(400)
    expect(shown.headers.get("location")).toBeNull()
  })

  it("a repeated parameter", async () => {
    const url = await authorizationUrl()
    url.searchParams.append("client_id", "other")
    expect((await acme().fetch(url)).status).toBe(400)
  })

  it("but the only registered redirect URI may be left out", async () => {
    const callback = await approve(acme().fetch, await authorizationUrl({ redirect_uri: undefined }))
    expect(callback.href).toContain(`${callbackUrl}?code=`)
  })
})

describe("requests that are refused at the app", () => {
  it.each<[string, Parameters<typeof acme>[0], Record<string, string | undefined>, string]>([
    ["no response_type", {}, { response_type: undefined }, "invalid_request: parameter_missing"],
    ["another response_type", {}, { response_type: "token" }, "unsupported_response_type: response_type"],
    [
      "no challenge",
      {},
      { code_challenge: undefined, code_challenge_method: undefined },
      "invalid_request: pkce_missing",
    ],
    ["a plain challenge", {}, { code_challenge_method: "plain" }, "invalid_request: pkce_method"],
    ["a challenge without method", {}, { code_challenge_method: undefined }, "invalid_request: pkce_method"],
    ["a short challenge", {}, { code_challenge: "short" }, "invalid_request: malformed"],
    [
      "no state where it is needed (quirk 9)",
      { stateRequired: true },
      { state: undefined },
      "invalid_request: state_missing",
    ],
    ["an unknown scope", { scopes: ["read"] }, {}, "invalid_scope: scope_unknown"],
    ["no scope", { scopes: ["read"] }, { scope: undefined }, "invalid_scope: scope_missing"],
    ["blanks where commas go (quirk 3)", { scopeSeparator: "," }, {}, "invalid_scope: scope_unknown"],
    [
      "an unknown parameter",
      { extraParameters: ["audience"] },
      { audiance: "x" },
      "invalid_request: parameter_unknown",
    ],
    ["the provider's own check", { checkAuthorize: () => ({ error: "invalid_team" }) }, {}, "invalid_team: custom"],
  ])("%s", async (_, options, parameters, expected) => {
    expect(await refusedWith(options, parameters)).toBe(expected)
  })

  it("takes what the provider takes: no PKCE, no response_type, default scopes, commas, extra parameters", async () => {
    const emulator = acme({
      pkce: "none",
      responseTypeRequired: false,
      scopes: ["read", "write"],
      defaultScopes: ["read"],
      scopeSeparator: ",",
      extraParameters: ["audience"],
    })
    const bare = { response_type: undefined, code_challenge: undefined, code_challenge_method: undefined }
    for (const scope of ["read,write", undefined]) {
      const callback = await approve(emulator.fetch, await authorizationUrl({ ...bare, scope, audience: "api" }))
      expect(callback.searchParams.get("code")).not.toBeNull()
    }
  })
})
