import { describe, expect, it } from "vitest"
import { failureOf } from "./call/classify.js"
import { holdsRandom } from "./looks-random.js"
import { shortCode } from "./methods/provider-code.js"

const tokens = [
  "x7PqLm29VbTzRk4WnYc81HsDfGjAe0QuIoB5Nv3M",
  "ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX",
  "eyJhbGciOiJkaXIifQ.Zm9vYmFyYmF6cXV4MTIzNDU2.aWRlbnRpdHk5ODc2NTQzMjE",
]
const codes = [
  "invalid_grant",
  "AADSTS700082",
  "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
  "MailboxNotEnabledForRESTAPI",
  "oauth2.refresh_token.expired",
  "urn:acme:errors:too-many-requests-2026",
  "https:",
]

describe("a provider's code", () => {
  it.each(codes)("%s is a code", (code) => {
    expect(holdsRandom(code)).toBe(false)
    expect(shortCode(code)).toBe(code)
  })

  it("is none where it is a token that was handed back", () => {
    const answer = { status: 400, headers: new Headers() }
    for (const token of tokens) {
      expect(shortCode(token)).toBeUndefined()
      const failure = failureOf({ codes: {}, read: () => token }, { ...answer, body: {} })
      expect(failure).toEqual({ meaning: "provider_rejected" })
    }
  })

  it("is shown whatever it looks like, where the connector knows it", () => {
    const code = "x7PqLm29VbTzRk4WnYc81HsDfGj"
    const table = { codes: { [code]: "rate_limited" }, read: () => code } as const
    expect(failureOf(table, { status: 400, headers: new Headers(), body: {} })).toEqual({
      meaning: "rate_limited",
      providerCode: code,
    })
  })
})
