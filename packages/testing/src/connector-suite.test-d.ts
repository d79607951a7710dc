import { defineConnector, operation } from "@holdfast/core"
import { createEmulator, hmacSignature } from "@holdfast/emulator"
import { z } from "zod"
import { connectorSuite } from "./index.js"

const define = defineConnector({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "other",
  documentation: "https://acme.example/docs",
  methods: [],
  app: null,
  errors: { codes: {} },
  identify: async () => ({ id: "u1", label: "Ada" }),
  check: async () => [],
  operations: {
    send_message: operation({
      summary: "Send a message",
      effect: "write",
      input: z.object({ channel: z.string(), message: z.string() }),
      output: z.object({ ts: z.string() }),
      run: async (_call, { message }) => ({ ts: message }),
    }),
    list_channels: operation({
      summary: "List channels",
      effect: "read",
      input: z.object({ limit: z.number().default(100) }),
      output: z.array(z.string()),
      run: async (_call, { limit }) => [String(limit)],
    }),
  },
  setup: { url: "https://acme.example/apps", steps: ["Make an app."] },
})
interface AcmeConnector extends ReturnType<typeof define> {}
declare const acme: (options?: { clientId?: string }) => AcmeConnector
const emulator = () =>
  createEmulator({ name: "acme", origins: ["https://acme.example"], setup: () => ({ userId: "u1" }) })

/** What is right compiles, with the emulator's own provider in the callbacks. */
export function complete(): void {
  connectorSuite(acme, {
    emulator,
    app: { clientId: "a" },
    methods: { oauth: { account: ({ provider }) => ({ id: provider.userId }) } },
    operations: {
      send_message: {
        parameters: { channel: "c", message: "hello" },
        answer: { ts: "hello" },
        verify(answer, { provider }) {
          answer.ts satisfies string
          provider.userId satisfies string
        },
      },
      list_channels: {},
    },
    errors: [
      {
        when: "nobody is there",
        operation: "send_message",
        parameters: { channel: "x", message: "y" },
        code: "resource_not_found",
      },
      { when: "it is too much", operation: "list_channels", code: "rate_limited" },
    ],
    webhooks: {
      signature: () => hmacSignature({ secret: "s", headers: { "x-acme-signature": "{signature}" } }),
      deliveries: () => ({ message: { body: {} } }),
    },
    skip: { scope_missing: "Acme has no scopes" },
  })
}

export function incomplete(): void {
  const rest = { emulator, methods: {}, errors: [] }
  // @ts-expect-error an operation has no example
  connectorSuite(acme, { ...rest, operations: { list_channels: {} } })
  const operations = { list_channels: {}, send_message: { parameters: { channel: "c", message: "m" } } }
  connectorSuite(acme, { ...rest, operations })
  connectorSuite(acme, {
    ...rest,
    operations: {
      ...operations,
      // @ts-expect-error a required parameter is missing
      send_message: { parameters: { channel: "c" } },
    },
  })
  connectorSuite(acme, {
    ...rest,
    operations: {
      ...operations,
      // @ts-expect-error there is no such operation
      delete_channel: {},
    },
  })
  connectorSuite(acme, {
    ...rest,
    operations,
    // @ts-expect-error there is no such error code
    errors: [{ when: "it fails", operation: "list_channels", code: "whatever" }],
  })
}
