import { describe, expect, it } from "vitest"
import { requestedScopes } from "./oauth2-scopes.js"

describe("scopes to ask for", () => {
  const options = { scopes: ["openid", "files.read"], alwaysScopes: ["openid"] }

  it("are the method's own where the caller names none", () => {
    expect(requestedScopes(options, " ", undefined)).toEqual({ scope: "openid files.read" })
  })

  it("are the caller's instead, beside those without which nobody is identified", () => {
    expect(requestedScopes(options, " ", ["files.write"])).toEqual({ scope: "openid files.write" })
    expect(requestedScopes(options, " ", ["files.write", "openid"])).toEqual({ scope: "openid files.write" })
    expect(requestedScopes({ scopes: ["openid"] }, ",", ["files.write"])).toEqual({ scope: "files.write" })
  })
})
