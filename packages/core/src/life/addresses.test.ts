import { describe, expect, it } from "vitest"
import type { HoldfastOptions } from "../holdfast-options.js"
import { ada, bench, url } from "./bench.js"

const browser = "a browser"

/** Where the mount is and where browsers come back to. */

describe("S20: the address of the mount", () => {
  it.each([
    "http://app.example.com/api",
    "http://localhost.example.com/api",
    "/api/integrations",
    "ftp://app.example.com/api",
    "https://app.example.com/api?tenant=1",
    "https://app.example.com/api#part",
    "https://somebody@app.example.com/api",
  ])("is refused at once where it is %s", (address) => {
    expect(() => bench({ holdfast: { url: address } })).toThrow(expect.objectContaining({ code: "config_invalid" }))
  })

  it.each([
    "https://app.example.com/api/",
    "http://localhost:3000/api",
    "http://127.0.0.1:3000/api",
    "http://[::1]:3000/api",
  ])("may be %s, and loses its last slash", (address) => {
    expect(bench({ holdfast: { url: address } }).holdfast.url).toBe(address.replace(/\/$/, ""))
  })
})

describe("X3: one redirect URI for all connectors", () => {
  const chosen = { method: { hostIsChosen: true } }

  it("is not that of a method whose host a person chooses", async () => {
    const { holdfast } = bench({ ...chosen, holdfast: { redirectUri: "shared" } })
    expect(await holdfast.apps.redirectUri("t1", "acme")).toBe(`${url}/oauth/callback/acme`)
  })

  it("is refused for such a method where the caller or the environment names it", async () => {
    const shared = `${url}/oauth/callback`
    const named: Partial<HoldfastOptions> = { redirectUris: [shared] }
    const { holdfast, make, time } = bench({ ...chosen, holdfast: named })
    const asked = holdfast.attempts.begin(ada, { connector: "acme", method: "oauth", browser, redirectUri: shared })
    await expect(time.settle(asked)).rejects.toMatchObject({ code: "redirect_uri_mismatch" })
    const configured = make({ env: { ACME_CLIENT_ID: "a", ACME_CLIENT_SECRET: "s", ACME_REDIRECT_URI: shared } })
    await expect(
      time.settle(configured.attempts.begin(ada, { connector: "acme", method: "oauth", browser })),
    ).rejects.toMatchObject({ code: "redirect_uri_mismatch" })
  })
})

describe("X14: an attempt in the store", () => {
  it("has its state neither in key nor in value, and is sealed as a whole", async () => {
    const { holdfast, store, time } = bench()
    const begun = await time.settle(holdfast.attempts.begin(ada, { connector: "acme", browser }))
    if (begun.step.kind !== "redirect") throw new Error("it leaves for the provider")
    const state = new URL(begun.step.url).searchParams.get("state") ?? ""
    expect(state).not.toBe("")

    const stored = await store.documents.list("attempt:", undefined, 10)
    expect(stored).toHaveLength(1)
    expect(JSON.stringify(stored)).not.toContain(state)
    expect(begun.id).not.toContain(state)
    // Sealed as a whole: five parts, the second empty, as compact JWE has them.
    expect(stored[0]?.value.split(".")).toMatchObject({ length: 5, 1: "" })
  })
})
