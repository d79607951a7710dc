import { createElement } from "react"
import { expectTypeOf, test } from "vitest"
import { type Connect, type ConnectionEvent, Integrations, useConnections, type useHoldfast } from "./react.js"

test("the component takes what the element takes, and says what its events carry", () => {
  createElement(Integrations, {
    url: "/api/integrations",
    strings: { search: "Suchen" },
    onConnected: ({ detail }) => expectTypeOf(detail).toEqualTypeOf<ConnectionEvent>(),
  })
  // @ts-expect-error no such theme
  createElement(Integrations, { url: "/", theme: "sepia" })
  // @ts-expect-error no such text
  createElement(Integrations, { url: "/", strings: { serch: "Suchen" } })
  // @ts-expect-error methods of the element are no properties of the component
  createElement(Integrations, { url: "/", requestUpdate() {} })
})

test("hooks take the client that tells of changes, and connect() answers how it ended", () => {
  expectTypeOf(useConnections).parameter(0).toEqualTypeOf<ReturnType<typeof useHoldfast>>()
  expectTypeOf<Awaited<ReturnType<Connect["connect"]>>["is"]>().toEqualTypeOf<"connected" | "cancelled" | "failed">()
})
