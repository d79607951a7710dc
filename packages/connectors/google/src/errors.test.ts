import { describe, expect, it } from "vitest"
import { errors } from "./errors.js"

const meaningOf = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  const code = errors.read?.({ status, headers: new Headers(headers), body })
  return [code, code !== undefined && Object.hasOwn(errors.codes, code) ? errors.codes[code] : undefined]
}
const listed = (reason: string) => ({
  error: { code: 403, message: "x", errors: [{ domain: "global", reason, message: "x" }] },
})

describe("what Google's answers mean", () => {
  it("is told by the detail before the list before the status", () => {
    const details = [
      { "@type": "type.googleapis.com/google.rpc.Help", links: [] },
      { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT" },
    ]
    const { errors: list } = listed("insufficientPermissions").error
    const whole = { error: { code: 403, status: "PERMISSION_DENIED", errors: list, details } }
    expect(meaningOf(403, whole)).toEqual(["ACCESS_TOKEN_SCOPE_INSUFFICIENT", "scope_missing"])
    expect(meaningOf(403, { error: { ...whole.error, details: [] } })).toEqual([
      "insufficientPermissions",
      "scope_missing",
    ])
    expect(meaningOf(403, { error: { code: 403, status: "PERMISSION_DENIED" } })).toEqual([
      "PERMISSION_DENIED",
      "forbidden",
    ])
  })

  it("is a missing scope also where only the header says so", () => {
    const challenge = 'Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="x"'
    const body = { error: { code: 403, status: "PERMISSION_DENIED", message: "x" } }
    expect(meaningOf(403, body, { "www-authenticate": challenge })).toEqual(["insufficient_scope", "scope_missing"])
  })

  it("is a limit, not a ban, for every way of saying so with 403", () => {
    for (const reason of ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"])
      expect(meaningOf(403, listed(reason))).toEqual([reason, "rate_limited"])
  })

  it("is the developer's matter where the project lacks the API", () => {
    expect(meaningOf(403, listed("accessNotConfigured"))).toEqual(["accessNotConfigured", "config_invalid"])
  })

  it("leaves 401 to the status: an ended token, whatever its words", () => {
    for (const body of [listed("authError"), { error: "invalid_request" }, { error: { status: "UNAUTHENTICATED" } }])
      expect(meaningOf(401, body)[1]).toBeUndefined()
  })

  it("is nothing where there is nothing to read, and never of a success", () => {
    for (const body of [undefined, null, "<html>", 7, [], {}, { error: 7 }, { error: { details: "x", errors: [7] } }])
      expect(meaningOf(500, body)).toEqual([undefined, undefined])
    expect(meaningOf(200, listed("notFound"))).toEqual([undefined, undefined])
    expect(meaningOf(400, listed("constructor"))).toEqual(["constructor", undefined])
  })
})
