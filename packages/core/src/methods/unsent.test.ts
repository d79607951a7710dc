import { describe, expect, it } from "vitest"
import { HoldfastError } from "../errors.js"
import { fetchFailure } from "./test-context.js"
import { isProvablyUnsent } from "./unsent.js"

describe("what proves that nothing was sent (R5)", () => {
  it.each([
    ["a refused connection", fetchFailure("ECONNREFUSED", "connect")],
    ["a name that does not exist", fetchFailure("ENOTFOUND", "getaddrinfo")],
    ["a resolver that is away", fetchFailure("EAI_AGAIN", "getaddrinfo")],
    ["a connection that never stood", fetchFailure("UND_ERR_CONNECT_TIMEOUT")],
    ["a connect that timed out", fetchFailure("ETIMEDOUT", "connect")],
    ["no way to the host", fetchFailure("EHOSTUNREACH", "connect")],
    ["a certificate that has expired", fetchFailure("CERT_HAS_EXPIRED")],
    ["a certificate of another name", fetchFailure("ERR_TLS_CERT_ALTNAME_INVALID")],
    ["a certificate nobody knows", fetchFailure("DEPTH_ZERO_SELF_SIGNED_CERT")],
    ["a refusal of the guard", new HoldfastError("host_forbidden")],
    ["one of the guard inside fetch", new TypeError("fetch failed", { cause: new HoldfastError("host_forbidden") })],
    [
      "all addresses refusing",
      new TypeError("fetch failed", {
        cause: new AggregateError([fetchFailure("ECONNREFUSED"), fetchFailure("ENETUNREACH", "connect")]),
      }),
    ],
  ])("%s", (_, error) => {
    expect(isProvablyUnsent(error)).toBe(true)
  })

  it.each([
    ["a reset", fetchFailure("ECONNRESET", "read")],
    ["a socket that closed", fetchFailure("UND_ERR_SOCKET")],
    ["headers that never came", fetchFailure("UND_ERR_HEADERS_TIMEOUT")],
    ["a time-out while reading", fetchFailure("ETIMEDOUT", "read")],
    ["a way that was lost while reading", fetchFailure("EHOSTUNREACH", "read")],
    ["a broken pipe", fetchFailure("EPIPE", "write")],
    ["an abort", new DOMException("aborted", "AbortError")],
    ["an error without a code", new TypeError("fetch failed")],
    [
      "one address refusing, one resetting",
      new AggregateError([fetchFailure("ECONNREFUSED"), fetchFailure("ECONNRESET")]),
    ],
    ["several of nothing", new AggregateError([])],
    ["a text", "ECONNREFUSED"],
    ["nothing", undefined],
  ])("but not %s", (_, error) => {
    expect(isProvablyUnsent(error)).toBe(false)
  })

  it("ends on causes that go round in a circle, or branch for ever", () => {
    const round = new Error("round")
    round.cause = round
    expect(isProvablyUnsent(round)).toBe(false)
    const wide = new AggregateError([])
    wide.errors = Array.from({ length: 1_000 }, () => wide)
    expect(isProvablyUnsent(wide)).toBe(false)
  })
})
