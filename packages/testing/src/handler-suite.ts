import { afterEach, describe, it } from "vitest"
import { appCases } from "./handler/app-cases.js"
import { bodyCases, parsedBodyCases } from "./handler/body-cases.js"
import { callbackCases } from "./handler/callback-cases.js"
import { connectCases } from "./handler/connect-cases.js"
import { connectionCases } from "./handler/connection-cases.js"
import type { HandlerCase } from "./handler/expect-answer.js"
import { securityCases } from "./handler/security-cases.js"
import { createUnderTest, type HandlerMount, type HandlerUnderTest, type MountedHandler } from "./handler/under-test.js"

export interface HandlerSuiteOptions {
  readonly name: string
  /** Mounts the handler in the framework, fresh for each test. */
  mount(mount: HandlerMount): Promise<MountedHandler> | MountedHandler
  /** The same behind the framework's JSON parser, where an app can have one in front. */
  mountBehindParser?(mount: HandlerMount): Promise<MountedHandler> | MountedHandler
  /** Sentences that cannot hold here, by title, and why. An unknown title fails. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[]
}

/** Every sentence of the handler's contract. */
const handlerCases: readonly HandlerCase[] = [
  ...connectCases,
  ...callbackCases,
  ...connectionCases,
  ...appCases,
  ...securityCases,
  ...bodyCases,
]

/**
 * Registers vitest tests that hold a mounted handler to its contract: a real Holdfast, a provider of the suite's own, and
 * requests as browsers, programs, providers and attackers send them. Every adapter's own test is this.
 *
 * @example
 * handlerSuite({
 *   name: "the bare handler",
 *   mount: ({ holdfast, ownerOf, options }) => ({
 *     send: createHandler(holdfast, { ...options, owner: (request) => ownerOf(request.headers.get("x-test-owner")) }),
 *   }),
 * })
 */
export function handlerSuite({ name, mount, mountBehindParser, skip = [] }: HandlerSuiteOptions): void {
  const reasons = new Map(skip.map(({ test, reason }) => [test, reason]))
  const known = [...handlerCases, ...parsedBodyCases].map(({ title }) => title)
  for (const title of reasons.keys()) {
    if (!known.includes(title)) throw new Error(`handlerSuite has no test "${title}" to skip.`)
  }
  register(name, handlerCases, mount, reasons)
  if (mountBehindParser) register(`${name}, behind a body parser,`, parsedBodyCases, mountBehindParser, reasons)
}

function register(
  name: string,
  cases: readonly HandlerCase[],
  mount: HandlerSuiteOptions["mount"],
  reasons: ReadonlyMap<string, string>,
): void {
  describe(name, () => {
    let given: HandlerUnderTest | undefined
    afterEach(async () => {
      const finished = given
      given = undefined
      await finished?.close()
    })
    for (const { title, run } of cases) {
      const reason = reasons.get(title)
      if (reason !== undefined) {
        it.skip(`${title} (skip: ${reason})`, () => {})
        continue
      }
      it(title, async () => {
        given = await createUnderTest(mount)
        await run(given)
      })
    }
  })
}
