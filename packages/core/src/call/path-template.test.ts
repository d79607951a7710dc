import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { fillPath } from "./path-template.js"

describe("path templates (ruling X10)", () => {
  it("encodes each hole, so that a value stays one segment", () => {
    const path = fillPath("/spreadsheets/{id}/values/{range}:append", { id: "1/2?x#y", range: "Sheet1!A:D" })
    expect(path).toBe("/spreadsheets/1%2F2%3Fx%23y/values/Sheet1!A%3AD:append")
  })

  it.each(["", ".", ".."])("refuses %j in a hole", (value) => {
    expect(() => fillPath("/items/{id}", { id: value })).toThrow(expect.objectContaining({ code: "input_invalid" }))
  })

  it("names the holes that nothing was given for", () => {
    const fill = () => fillPath("/a/{one}/{two}", { one: "1" })
    expect(fill).toThrow(expect.objectContaining({ code: "input_invalid", details: { fields: ["two"] } }))
  })

  it.each(["/a/../b", "/a/%2e%2E/b", "/./b", "/a/.%2e", "/a\\..\\b", "/.\t./b", "/a#b"])(
    "refuses %j, glued together by hand",
    (path) => {
      expect(() => fillPath(path)).toThrow(expect.objectContaining({ code: "input_invalid" }))
    },
  )

  it("takes no value from a prototype, and no half character", () => {
    expect(() => fillPath("/{constructor}")).toThrow(expect.objectContaining({ code: "input_invalid" }))
    expect(() => fillPath("/{id}", { id: "\ud800" })).toThrow(expect.objectContaining({ code: "input_invalid" }))
    expect(() => fillPath("/{id}", { id: Number.NaN })).toThrow(expect.objectContaining({ code: "input_invalid" }))
  })

  it("whatever the values, the path has as many segments as the template, and each reads back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (one, two) => {
        let path: string
        try {
          path = fillPath("/v1/{one}/x/{two}", { one, two })
        } catch {
          return
        }
        const url = new URL(`https://api.acme.example${path}`)
        expect(url.host).toBe("api.acme.example")
        expect(url.search + url.hash).toBe("")
        expect(url.pathname.split("/").map(decodeURIComponent)).toEqual(["", "v1", one, "x", two])
      }),
      { numRuns: 500 },
    )
  })
})
