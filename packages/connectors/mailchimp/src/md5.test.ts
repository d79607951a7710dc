import { createHash } from "node:crypto"
import { expect, it } from "vitest"
import { md5 } from "./md5.js"

it.each([
  // https://www.rfc-editor.org/rfc/rfc1321#appendix-A.5
  ["", "d41d8cd98f00b204e9800998ecf8427e"],
  ["abc", "900150983cd24fb0d6963f7d28e17f72"],
  [
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "57edf4a22be3c955ac49da2e2107b67a",
  ],
])("is what the RFC says of %j", (text, expected) => {
  expect(md5(text)).toBe(expected)
})

it("is what Node computes, at every length around the blocks, and of letters of several bytes", () => {
  const texts = Array.from({ length: 200 }, (_, length) => "é~a".repeat(100).slice(0, length))
  for (const text of texts) expect(md5(text)).toBe(createHash("md5").update(text).digest("hex"))
})
