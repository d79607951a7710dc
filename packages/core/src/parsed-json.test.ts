import { expect, it } from "vitest"
import { parsedJson } from "./parsed-json.js"

it("reads JSON, null included, and answers undefined for any other text", () => {
  expect(parsedJson('{"event":"made"}')).toEqual({ event: "made" })
  expect(parsedJson("null")).toBeNull()
  for (const other of ["", "payload=%7B%7D", '{"event":', "undefined"]) expect(parsedJson(other)).toBeUndefined()
})
