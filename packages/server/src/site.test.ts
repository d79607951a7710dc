import { createHoldfast, type Holdfast, keyring, memoryStore } from "@holdfast/core"
import { describe, expect, test } from "vitest"
import { createHandler } from "./handler.js"
import type { HandlerOptions } from "./options.js"

function holdfastAt(url: string): Holdfast {
  return createHoldfast({ url, connectors: [], store: memoryStore(), keys: keyring(`k1:${"A".repeat(43)}`), env: {} })
}

const owner: HandlerOptions["owner"] = () => ({ tenantId: "t" })

describe("createHandler", () => {
  test.each(["https://app.example.com/", "app.example.com", "*", "https://app.example.com/path", ""])(
    "refuses %j among origins at once: it would silently match nothing",
    (origin) => {
      const make = () => createHandler(holdfastAt("https://app.example.com"), { owner, origins: [origin] })
      expect(make).toThrow(expect.objectContaining({ code: "config_invalid" }))
    },
  )

  test.each([
    ["https://app.example.com/api/integrations", "https://internal:8080/api/integrations/connectors", 200],
    ["https://app.example.com/api/integrations/", "https://x/api/integrations/connectors/", 200],
    ["https://app.example.com", "https://x/connectors", 200],
    ["https://app.example.com/api", "https://x/connectors", 404],
    ["https://app.example.com/api", "https://x/apiconnectors", 404],
    ["https://app.example.com/api", "https://x/api", 404],
    ["https://app.example.com/api", "https://x/api/connections/%E0%A4%A", 404],
  ])("mounted at %s answers %s with %i", async (url, address, status) => {
    expect((await createHandler(holdfastAt(url), { owner })(new Request(address))).status).toBe(status)
  })

  test("trusts the origin of its own url where none are listed", async () => {
    const handler = createHandler(holdfastAt("https://app.example.com/api"), { owner })
    const post = (origin: string) =>
      handler(new Request("https://app.example.com/api/attempts", { method: "POST", headers: { origin } }))
    expect((await post("https://app.example.com")).status).toBe(400)
    expect((await post("https://other.example.com")).status).toBe(403)
  })

  test("never rejects, even when onError throws", async () => {
    const handler = createHandler(holdfastAt("https://app.example.com"), {
      owner: () => Promise.reject(new Error("session store is down")),
      onError() {
        throw new Error("logger is down")
      },
    })
    const answer = await handler(new Request("https://app.example.com/connectors"))
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { error: "unexpected", message: "Something went wrong. Try again." },
    ])
  })
})
