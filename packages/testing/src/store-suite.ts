import type { TokenStore } from "@holdfast/core"
import { afterEach, describe, it } from "vitest"
import { batchCases } from "./store-suite-batches.js"
import { connectionCases } from "./store-suite-connections.js"
import { documentCases } from "./store-suite-documents.js"
import { durabilityCases } from "./store-suite-durability.js"
import { queryCases } from "./store-suite-queries.js"
import { raceCases } from "./store-suite-races.js"

/** A store with nothing in it, made for one test. */
export interface StoreUnderTest {
  readonly store: TokenStore
  /** Another handle on the same data, as another process would have. Races then run over both. */
  readonly peer?: TokenStore
  /** Closes the store and opens it again on the same data. A store that keeps nothing says so in `skip`. */
  reopen?(): Promise<TokenStore>
  /** Called once, after the test. */
  close(): Promise<void> | void
}

export interface StoreSuiteOptions {
  readonly name: string
  create(): Promise<StoreUnderTest> | StoreUnderTest
  /** Sentences of the contract that this store does not hold, by title, and why. An unknown title fails. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[]
}

/** One sentence of the store's contract, and how it is tried. */
export interface StoreCase {
  readonly title: string
  run(given: StoreUnderTest): Promise<void>
}

/** Every sentence of the `TokenStore` contract. */
export const storeCases: readonly StoreCase[] = [
  ...connectionCases,
  ...queryCases,
  ...documentCases,
  ...batchCases,
  ...raceCases,
  ...durabilityCases,
]

/**
 * Registers vitest tests that hold a `TokenStore` to its contract: every driver's own test is this and its extras.
 * @example
 * storeSuite({ name: "memory", create: () => ({ store: memoryStore(), close() {} }) })
 */
export function storeSuite(options: StoreSuiteOptions): void {
  const reasons = new Map(options.skip?.map(({ test, reason }) => [test, reason]))
  for (const title of reasons.keys()) {
    if (!storeCases.some((one) => one.title === title)) throw new Error(`storeSuite has no test "${title}" to skip.`)
  }

  describe(`${options.name} is a TokenStore that`, () => {
    let given: StoreUnderTest | undefined
    afterEach(async () => {
      await given?.close()
      given = undefined
    })

    for (const { title, run } of storeCases) {
      const reason = reasons.get(title)
      if (reason !== undefined) {
        it.skip(`${title} (skip: ${reason})`, () => {})
        continue
      }
      it(title, async () => {
        given = await options.create()
        await run(given)
      })
    }
  })
}
