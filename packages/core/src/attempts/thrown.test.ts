import { inspect } from "node:util"
import { expect, it } from "vitest"
import { ada, bench } from "../life/bench.js"
import type { AuthMethod } from "../method.js"
import { oauth2 } from "../methods/oauth2.js"

const secret = "pk7Qm2Vt9Xw4Zr8Lb1Nc6"
const method: AuthMethod = {
  ...(oauth2({
    authorizationEndpoint: "https://acme.example/authorize",
    tokenEndpoint: "https://acme.example/token",
    scopes: [],
  }) as unknown as AuthMethod),
  begin: () => Promise.reject(Object.assign(new TypeError(`no host in token=${secret}`), { request: { secret } })),
}

it("what a method throws by mistake is the log's, without its secrets, and never the cause of an error", async () => {
  const lines: unknown[] = []
  const line = (...given: unknown[]) => void lines.push(given)
  const { holdfast, time } = bench({
    connector: { methods: [method] },
    holdfast: { logger: { debug: line, info: line, warn: line, error: line } },
  })
  const begun = time.settle(holdfast.attempts.begin(ada, { connector: "acme", browser: "a browser" }))
  const error = await begun.catch((error: unknown) => error)
  expect(error).toMatchObject({ code: "provider_unavailable", details: { connector: "acme" } })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret)
  expect(inspect(lines, { depth: 9 })).toContain("connecting acme threw")
  expect(inspect(lines, { depth: 9 })).toContain("TypeError")
  expect(inspect(lines, { depth: 9 })).not.toContain(secret)
})
