import { describe, expect, it, vi } from "vitest"
import { clientError, isClientError, isPassing, toClientError } from "./client-error.js"
import { createClient } from "./index.js"

describe("errors of the client", () => {
  it("are errors with a code, also those of another copy of the package", async () => {
    vi.resetModules()
    const other = await import("./client-error.js")
    expect(other.clientError).not.toBe(clientError)
    const error = other.clientError("offline", "Away.")
    expect(error).toBeInstanceOf(Error)
    expect(isClientError(error)).toBe(true)
    expect(isClientError(error, "offline")).toBe(true)
    expect(isClientError(error, "not_found")).toBe(false)
    for (const none of [undefined, null, new Error("offline"), { code: "offline" }])
      expect(isClientError(none)).toBe(false)
  })

  it("say nothing of what a bug said", () => {
    const error = toClientError(new TypeError("secret is undefined"))
    expect(error).toMatchObject({ code: "unexpected", message: "Something went wrong. Try again." })
    expect(error.cause).toBeUndefined()
  })

  it("pass where the network, the backend or its patience was at its end", () => {
    const passing = [
      clientError("offline", ""),
      clientError("store_conflict", "", { status: 409 }),
      ...[429, 500, 503].map((status) => clientError("x", "", { status })),
    ]
    const lasting = [clientError("x", ""), ...[400, 401, 404, 409].map((status) => clientError("x", "", { status }))]
    expect(passing.map(isPassing)).toEqual([true, true, true, true, true])
    expect(lasting.map(isPassing)).toEqual([false, false, false, false, false])
  })
})

describe("createClient on a server", () => {
  it("asks nothing and touches no page", () => {
    expect(createClient({ url: "https://app.example.com/api/integrations/" }).url).toBe(
      "https://app.example.com/api/integrations",
    )
    expect(createClient({ url: "/api/integrations" }).url).toBe("/api/integrations")
  })
})
