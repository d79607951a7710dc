import type { ConnectorExamples } from "../connector/examples.js"
import type { AcmeConnector, AcmeOptions } from "./acme-connector.js"
import { type AcmeEmulator, acmeApp, acmeEmulator, acmeKey, acmeSignature } from "./acme-emulator.js"

const account = { id: "U1", label: "First user", email: "first@acme.example" }
const anotherKey = "acme_key_of_the_second_user"

export const acmeExamples: ConnectorExamples<AcmeConnector, AcmeEmulator, AcmeOptions> = {
  emulator: ({ redirectUri }) => acmeEmulator(redirectUri),
  app: acmeApp,
  methods: {
    oauth: { account, untick: ["items:write"] },
    api_key: {
      values: { key: acmeKey },
      account,
      refused: [{ values: { key: "acme_key_of_nobody" }, code: "credential_invalid" }],
      another: {
        values: ({ provider }) => {
          provider.keys.set(anotherKey, "U2")
          return { key: anotherKey }
        },
      },
      withdraw: ({ provider }) => void provider.keys.delete(acmeKey),
    },
  },
  operations: {
    get_item: { parameters: { itemId: "i1" }, answer: { id: "i1", title: "First" } },
    create_item: {
      parameters: { title: "Second" },
      answer: { title: "Second" },
      verify({ id }, { provider }) {
        if (!provider.items.has(id)) throw new Error("the item was not made")
      },
    },
  },
  errors: [
    {
      when: "the item does not exist",
      operation: "get_item",
      parameters: { itemId: "none" },
      code: "resource_not_found",
      providerCode: "no_such_item",
    },
  ],
  webhooks: {
    signature: () => acmeSignature,
    deliveries: () => ({
      item_created: { body: { type: "item_created", id: "d1", user: "U1" } },
      app_removed: { body: { type: "app_removed", id: "d2", user: "U1" } },
    }),
    handshakes: () => [
      { delivery: { body: { type: "challenge", user: "U1", challenge: "abc123" } }, answer: "abc123" },
    ],
    oracles: () => [{ body: { type: "challenge", user: "U1", challenge: '1767225600.{"type":"item_created"}' } }],
    ends: ["app_removed"],
    subscriptions: ({ provider }) => provider.hooks.size,
  },
}
