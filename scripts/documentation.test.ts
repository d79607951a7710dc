import { expect, test } from "vitest"
import { codeBlocks, importsOf } from "./documentation.js"

const page = [
  "# Start",
  "```ts",
  "// server.ts",
  'import { toExpress } from "@holdfast/server/express"',
  "```",
  "```sh",
  'echo from "@holdfast/none"',
  "```",
  "```ts",
  "const a = 1",
  "```",
].join("\n")

test("TypeScript blocks are found with their place and name", () => {
  expect(codeBlocks("start.md", page).map(({ at, name }) => ({ at, name }))).toEqual([
    { at: "start.md:3", name: "server.ts" },
    { at: "start.md:10", name: undefined },
  ])
})

test("a block's imports of our packages are found", () => {
  expect(codeBlocks("start.md", page).map(importsOf)).toEqual([["@holdfast/server/express"], []])
})
