import type { Connector } from "@holdfast/core"
import { describe } from "vitest"
import { connectingSuite } from "./connector/connecting.js"
import type { ConnectorExamples } from "./connector/examples.js"
import { factsSuite } from "./connector/facts.js"
import { livingSuite } from "./connector/living.js"
import { operatingSuite } from "./connector/operating.js"
import type { ProviderEmulator } from "./connector/provider-emulator.js"
import { receivingSuite } from "./connector/receiving.js"
import { suiteContext } from "./connector/suite-context.js"

/**
 * Registers the tests that every connector package passes, over the connector and its emulator. Call it in a test file:
 *
 * ```ts
 * connectorSuite(acme, {
 *   emulator: () => acmeEmulator(),
 *   app: { clientId: "acme-app", clientSecret: "acme-secret" },
 *   methods: {
 *     oauth: { account: { id: "u1", label: "Ada" } },
 *     api_key: { values: { key: "k1" }, account: { id: "u1" }, refused: [{ values: { key: "wrong" }, code: "credential_invalid" }] },
 *   },
 *   operations: {
 *     get_item: { parameters: { id: "i1" }, answer: { id: "i1", title: "First" } },
 *   },
 *   errors: [{ when: "the item does not exist", operation: "get_item", parameters: { id: "none" }, code: "resource_not_found", providerCode: "no_such_item" }],
 *   webhooks: {
 *     signature: () => hmacSignature({ secret: "acme-signing-secret", headers: { "x-acme-signature": "{signature}" } }),
 *     deliveries: () => ({ item_created: { body: { type: "item.created", user: "u1" }, id: "d1" } }),
 *   },
 * })
 * ```
 *
 * The suite runs a real Holdfast in process with a memory store; the emulator answers its `fetch` and drives its clock.
 */
export function connectorSuite<C extends Connector, Options, E extends ProviderEmulator>(
  factory: (options?: Options) => C,
  examples: ConnectorExamples<C, E, Options>,
): void {
  const connector: Connector = factory(
    typeof examples.app === "function" ? undefined : (examples.app as Options | undefined),
  )
  // What is known of C is checked where the suite is called; inside, every connector is alike.
  const suite = suiteContext<E>(
    factory as (options?: never) => Connector,
    connector,
    examples as unknown as ConnectorExamples<Connector, E>,
  )
  describe(`connector ${connector.id}`, () => {
    factsSuite(connector)
    connectingSuite(suite)
    livingSuite(suite)
    operatingSuite(suite)
    receivingSuite(suite)
  })
}
