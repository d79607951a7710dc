import type { Connector } from "@holdfast/core"
import { it } from "vitest"
import type { ConnectorExamples, MethodExample, SuiteCase } from "./examples.js"
import type { ProviderEmulator } from "./provider-emulator.js"
import { inWorld, type World } from "./world.js"

/** What the parts of the suite share: the connector as facts, its examples, and how a test gets a world. */
export interface SuiteContext<E extends ProviderEmulator> {
  readonly connector: Connector
  readonly examples: ConnectorExamples<Connector, E>
  /** A test in a world of its own. */
  test(title: string, run: (world: World<E>) => Promise<void>): void
  /** A test that a connector may leave out for a reason, which then stands in its title. */
  testUnless(skip: SuiteCase, title: string, run: (world: World<E>) => Promise<void>): void
  /** The example of a method. Default: the connector's first method. */
  method(id?: string): { readonly id: string; readonly example: MethodExample<E> }
}

export function suiteContext<E extends ProviderEmulator>(
  factory: (options?: never) => Connector,
  connector: Connector,
  examples: ConnectorExamples<Connector, E>,
): SuiteContext<E> {
  const test: SuiteContext<E>["test"] = (title, run) => it(title, () => inWorld(factory, examples, run))
  return {
    connector,
    examples,
    test,
    testUnless(skip, title, run) {
      const reason = examples.skip?.[skip]
      if (reason === undefined) test(title, run)
      else it.skip(`${title} (skip: ${reason})`, () => {})
    },
    method(id = connector.methods[0]?.id ?? "") {
      const example = examples.methods[id]
      if (!example) throw new Error(`examples.methods has nothing for "${id}"`)
      return { id, example }
    },
  }
}
