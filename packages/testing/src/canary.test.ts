import { HoldfastError } from "@holdfast/core"
import { describe, expect, it } from "vitest"
import { createCanary } from "./canary.js"

function planted() {
  const canary = createCanary()
  return { canary, secret: canary.plant("token") }
}

describe("canary", () => {
  it("finds nothing where nothing was said", () => {
    const { canary } = planted()
    canary.look("log", "all is well")
    expect(canary.found()).toEqual([])
  })

  it("finds a secret in a text, an object, a nested error and a map", () => {
    const { canary, secret } = planted()
    const cause = Object.assign(new Error("refused"), { request: { headers: new Headers({ authorization: secret }) } })
    for (const [where, what] of Object.entries({
      text: `Bearer ${secret}`,
      object: { a: [{ b: secret }] },
      key: { [secret]: 1 },
      error: new HoldfastError("provider_rejected", "refused", { cause }),
      message: new Error(secret),
      map: new Map([["k", new Set([secret])]]),
      url: new URL(`https://example.com/?code=${secret}`),
      bytes: new TextEncoder().encode(`…${secret}…`),
      hidden: Object.defineProperty({}, "secret", { value: secret, enumerable: false }),
      symbol: { [Symbol("inner")]: secret },
    })) {
      canary.look(where, what)
      expect(
        canary.found().filter((sighting) => sighting.where === where),
        where,
      ).toEqual([{ where, secret: "token", as: "plain" }])
    }
  })

  it("finds it in other spellings, whatever stands around it", () => {
    const { canary, secret } = planted()
    for (const before of ["", "a", "ab"]) canary.look("base64", btoa(`${before}${secret}:after`))
    canary.look("base64url", btoa(`user:${secret}`).replaceAll("+", "-").replaceAll("/", "_"))
    canary.look("hex", Array.from(secret, (letter) => letter.charCodeAt(0).toString(16)).join(""))
    canary.look("backwards", [...secret].reverse().join(""))
    expect(canary.found().map(({ where, as }) => `${where}: ${as}`)).toEqual([
      "base64: base64",
      "base64: base64",
      "base64: base64",
      "base64url: base64",
      "hex: hex",
      "backwards: reversed",
    ])
    const spaced = createCanary()
    spaced.watch("pass word & more", "password")
    spaced.look("query", new URLSearchParams({ p: "pass word & more" }).toString())
    spaced.look("path", `/${encodeURIComponent("pass word & more")}`)
    expect(spaced.found().map(({ as }) => as)).toEqual(["percent-encoded", "percent-encoded"])
  })

  it("finds a secret beyond ASCII in bytes, whatever they are otherwise", () => {
    const canary = createCanary()
    canary.watch("geheim-é-暗号", "password")
    canary.look("file", new Uint8Array([0xff, 0, ...new TextEncoder().encode("…geheim-é-暗号"), 0xfe]))
    expect(canary.found()).toEqual([{ where: "file", secret: "password", as: "plain" }])
  })

  it("finds what was said before the secret was known", () => {
    const canary = createCanary()
    canary.look("event", { token: "xoxb-late-secret" })
    canary.watch("xoxb-late-secret", "bot token")
    expect(canary.found()).toEqual([{ where: "event", secret: "bot token", as: "plain" }])
  })

  it("captures log lines of every level, and responses with their headers", async () => {
    const { canary, secret } = planted()
    for (const level of ["debug", "info", "warn", "error"] as const) canary.logger[level]("line", { secret })
    await canary.lookAt("body", new Response(`{"token":"${secret}"}`))
    await canary.lookAt("header", new Response(null, { headers: { location: `/?token=${secret}` } }))
    expect(canary.found().map(({ where }) => where)).toEqual([
      "log (debug)",
      "log (info)",
      "log (warn)",
      "log (error)",
      "body",
      "header",
    ])
  })

  it("does not show the secret in its own report, and ends on values that hold themselves", () => {
    const { canary, secret } = planted()
    const loop: { self?: unknown; secret: string } = { secret }
    loop.self = loop
    canary.look("loop", loop)
    expect(JSON.stringify(canary.found())).not.toContain(secret)
    expect(canary.found()).toHaveLength(1)
  })

  it("refuses to watch for what would be found everywhere", () => {
    expect(() => createCanary().watch("12345")).toThrow(TypeError)
  })
})
