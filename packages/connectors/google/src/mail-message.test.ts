import { describe, expect, it } from "vitest"
import { parseMail } from "./emulator.js"
import { type Address, addresses, composeMail } from "./mail-message.js"

const to: readonly Address[] = [{ name: "", email: "first@example.com" }]
const compose = (more: Partial<Parameters<typeof composeMail>[0]>) =>
  composeMail({ to, subject: "Subject", text: "Text", ...more }, "boundary")

describe("a mail", () => {
  it("is plain where it can be", () => {
    expect(compose({})).toBe(
      'To: first@example.com\r\nSubject: Subject\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset="UTF-8"\r\n' +
        "Content-Transfer-Encoding: base64\r\n\r\nVGV4dA==",
    )
  })

  it("holds text before html, so that readers take the richest that they know", () => {
    const { mimeType, parts } = parseMail(compose({ html: "<b>Rich</b>" }))
    expect(mimeType).toBe("multipart/alternative")
    expect(parts.map((part) => [part.mimeType, part.text])).toEqual([
      ["text/plain", "Text"],
      ["text/html", "<b>Rich</b>"],
    ])
  })

  it("keeps every line short and plain ASCII, whatever is in it", () => {
    const source = compose({
      to: Array.from({ length: 40 }, (_, index) => ({ name: `Ünser ${index}`, email: `person-${index}@example.com` })),
      subject: "Ä👋".repeat(120),
      text: "ß".repeat(5_000),
    })
    for (const line of source.split("\r\n")) expect(line.length, line).toBeLessThan(200)
    expect(source).toMatch(/^[\r\n\x20-\x7e]*$/)
    const { headers, text } = parseMail(source)
    expect(headers.get("subject")).toBe("Ä👋".repeat(120))
    expect(headers.get("to")).toContain("Ünser 39 <person-39@example.com>")
    expect(text).toBe("ß".repeat(5_000))
  })

  it("does not let a subject pass for an encoded word", () => {
    expect(parseMail(compose({ subject: "=?UTF-8?B?eA==?=" })).headers.get("subject")).toBe("=?UTF-8?B?eA==?=")
  })

  it("quotes names, so that what is in them stays in them", () => {
    const named = addresses.parse(['Doe, "J" <j@example.com>', '"Plain" <p@example.com>'])
    expect(parseMail(compose({ to: named })).written.get("to")).toBe(
      '"Doe, \\"J\\"" <j@example.com>, "Plain" <p@example.com>',
    )
  })
})

describe("an address", () => {
  it("is one address or a list of them", () => {
    expect(addresses.parse("first@example.com")).toEqual([{ name: "", email: "first@example.com" }])
    expect(addresses.parse(["A <a@example.com>"])).toEqual([{ name: "A", email: "a@example.com" }])
  })

  it("is refused where it is none, or several in one", () => {
    const wrong = [
      "",
      "x",
      "a@b@c",
      "a@example.com,b@example.com",
      "a@example.com b@example.com",
      "A <a@example.com",
      "a@example.com>",
      "<>",
      "ä@example.com",
    ]
    for (const text of wrong) expect(addresses.safeParse(text).success, text).toBe(false)
  })
})
