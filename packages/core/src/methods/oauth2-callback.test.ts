import { describe, expect, it } from "vitest"
import { HoldfastError } from "../errors.js"
import { oauth2 } from "./oauth2.js"
import type { OAuth2Options } from "./oauth2-options.js"
import type { OAuth2State } from "./oauth2-settings.js"
import { standard, tokens } from "./test-acme.js"
import { callback, connect, redirectUri, stepOf, testContext } from "./test-context.js"

describe("a callback that is not believed", () => {
  const method = oauth2({ ...standard, issuer: "https://acme.example" })
  const state = { codeVerifier: "v", input: { shop: "acme" } }

  async function refused(
    parameters: Record<string, string>,
    options: Partial<OAuth2Options> = {},
    attempt: object = { state },
  ) {
    const context = testContext<OAuth2State>({ answers: [{ json: tokens }], attempt })
    const error: unknown = await oauth2({ ...standard, issuer: "https://acme.example", ...options })
      .advance(context, callback(parameters))
      .then(
        () => undefined,
        (reason: unknown) => reason,
      )
    expect(context.seen, "no code was traded").toEqual([])
    return error
  }

  it("has another state, another issuer, or comes before anybody was sent away", async () => {
    expect(await refused({ code: "c", state: "state-2" })).toMatchObject({ code: "state_mismatch" })
    expect(await refused({ code: "c", iss: "https://evil.example" })).toMatchObject({ code: "state_mismatch" })
    expect(await refused({ code: "c" }, { requiresIss: true })).toMatchObject({ code: "state_mismatch" })
    expect(await refused({ code: "c" }, {}, {})).toMatchObject({ code: "state_mismatch" })
  })

  it("names a parameter twice, or holds neither code nor error", async () => {
    const twice = { ...callback({ code: "c" }), url: `${callback({ code: "c" }).url}&code=d` }
    const context = testContext<OAuth2State>({ attempt: { state } })
    await expect(method.advance(context, twice)).rejects.toMatchObject({
      code: "response_invalid",
    })
    expect(context.seen).toEqual([])
    expect(await refused({})).toMatchObject({ code: "response_invalid" })
  })

  it.each([
    ["access_denied", "access_denied"],
    ["user_cancelled_login", "access_denied"],
    ["redirect_uri_mismatch", "redirect_uri_mismatch"],
    ["invalid_scope", "config_invalid"],
    ["unauthorized_client", "config_invalid"],
    ["server_error", "provider_unavailable"],
    ["interaction_required", "provider_rejected"],
  ])("says %s, which is %s", async (error, code) => {
    const details = { providerCode: error, ...(code === "redirect_uri_mismatch" && { redirectUri }) }
    expect(
      await refused({ error, error_description: "canary" }, { deniedErrors: ["user_cancelled_login"] }),
    ).toMatchObject({ code, details })
  })

  it("fails the connector's own proof, which goes first and sees what was typed and the raw URL", async () => {
    const seen: unknown[] = []
    const verifyCallback: OAuth2Options["verifyCallback"] = ({ attempt, app }, { url }) => {
      seen.push([attempt?.input, app?.fields.clientSecret, url])
      throw new HoldfastError("state_mismatch", "the signature does not fit")
    }
    expect(await refused({ error: "access_denied" }, { verifyCallback })).toMatchObject({
      message: "the signature does not fit",
    })
    expect(seen).toEqual([[{ shop: "acme" }, "canary-secret", expect.stringContaining("error=access_denied")]])
  })

  it("would send the code to a data centre that is not the provider's (quirk 13)", async () => {
    const zoho = oauth2({
      ...standard,
      tokenEndpoint: "{accountsServer}/oauth/v2/token",
      callbackValues(parameters) {
        const accountsServer = parameters["accounts-server"] ?? ""
        if (!["https://accounts.zoho.com", "https://accounts.zoho.eu"].includes(accountsServer))
          throw new HoldfastError("state_mismatch")
        return { accountsServer }
      },
    })
    const guard = async () => {}
    const eu = { code: "c", "accounts-server": "https://accounts.zoho.eu" }
    const { seen, grant } = await connect(zoho, { answers: [{ json: tokens }], callback: eu, guard })
    expect(seen[0]?.url).toBe("https://accounts.zoho.eu/oauth/v2/token")
    expect(grant.evidence.callback).toEqual({ "accounts-server": "https://accounts.zoho.eu" })
    const evil = { code: "c", "accounts-server": "https://evil.example" }
    await expect(connect(zoho, { callback: evil, guard })).rejects.toMatchObject({ code: "state_mismatch" })
  })

  it("is a form or a poll, which never pass for one (C5)", async () => {
    const context = testContext<OAuth2State>({ attempt: { state } })
    const next = await method.advance(context, { from: "form", values: { code: "c", state: "state-1" } })
    expect(stepOf(next, "redirect").url).not.toContain("code=c&")
    await expect(method.advance(context, { from: "poll" })).rejects.toMatchObject({ code: "input_invalid" })
    expect(context.seen).toEqual([])
  })
})
