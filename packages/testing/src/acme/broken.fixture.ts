import type { AuthMethod, Connector, Webhooks } from "@holdfast/core"
import { z } from "zod"
import type { ConnectorExamples } from "../connector/examples.js"
import { connectorSuite } from "../connector-suite.js"
import { type AcmeConnector, type AcmeOptions, acme } from "./acme-connector.js"
import type { AcmeEmulator } from "./acme-emulator.js"
import { acmeExamples } from "./acme-examples.js"

// Connectors with mistakes that authors make. Each must fail the tests that `connector-suite-proof.test.ts` names, and run in its own
// vitest, since failing is what is expected of it.

type Break = (connector: AcmeConnector) => Partial<Connector>

function broken(id: string, change: Break): void {
  const factory = (options?: AcmeOptions) => {
    const connector = acme(options)
    return { ...connector, id: id as "acme", ...(change(connector) as Partial<AcmeConnector>) }
  }
  // Trouble at the provider is the slow test, and breaks with none of these.
  const emulator: typeof acmeExamples.emulator = async (registration) => {
    const whole = await acmeExamples.emulator(registration)
    return Object.create(whole, { faults: { value: id === "confused" ? whole.faults : undefined } }) as AcmeEmulator
  }
  connectorSuite<AcmeConnector, AcmeOptions, AcmeEmulator>(factory, {
    ...(acmeExamples as ConnectorExamples<AcmeConnector, AcmeEmulator, AcmeOptions>),
    emulator,
  })
}

const webhooksOf = ({ webhooks }: AcmeConnector): Webhooks => {
  if (!webhooks) throw new Error("acme has webhooks")
  return webhooks
}
const methodsWith = ({ methods }: AcmeConnector, change: (method: AuthMethod) => Partial<AuthMethod>) =>
  methods.map((method) => ({ ...method, ...change(method) }))
const body = z.object({
  type: z.string(),
  id: z.string().optional(),
  user: z.string(),
  challenge: z.string().optional(),
})

broken("confused", (connector) => ({
  // The browser's word, or else an address that a person may change.
  identify: async (call, evidence) => {
    const account = await connector.identify(call, evidence)
    return { ...account, id: evidence.callback?.user ?? account.email ?? "" }
  },
  methods: methodsWith(connector, ({ facts }) => ({
    facts: { ...facts, revocationEndpoint: "http://acme.example/oauth/revoke" },
  })),
}))

broken("credulous", (connector) => ({
  check: async () => [
    { name: "token", ok: true },
    { name: "api", ok: true },
  ],
  operations: {
    ...connector.operations,
    get_item: { ...connector.operations.get_item, run: async () => ({ id: 1, title: "wrong" }) as never },
  },
  webhooks: {
    ...webhooksOf(connector),
    async verify(_context, { text }) {
      const { type, user } = body.parse(JSON.parse(text))
      return { is: "events", events: [{ name: type, accountId: user, payload: { user } }] }
    },
  },
}))

broken("careless", (connector) => ({
  errors: {
    read: connector.errors.read ?? (() => undefined),
    codes: { token_invalid: "token_expired" },
    statuses: { 404: "grant_ended" },
  },
  methods: methodsWith(connector, ({ revoke }) => (revoke ? { revoke: async () => {} } : {})),
  webhooks: {
    ...webhooksOf(connector),
    async verify(context, delivery) {
      const { type, challenge } = body.catch({ type: "", user: "" }).parse(JSON.parse(delivery.text || "{}"))
      // Echoes whatever it is asked to, before it looks at the signature.
      if (type === "challenge") return { is: "handshake", response: new Response(challenge) }
      const at = Number(delivery.headers.get("x-acme-timestamp"))
      const { verify } = webhooksOf(connector)
      if (!verify) throw new Error("acme proves deliveries to its app")
      return verify({ ...context, clock: { ...context.clock, now: () => at * 1_000 } }, delivery)
    },
    unsubscribe: async () => {},
  },
}))

broken("talkative", (connector) => ({
  methods: methodsWith(connector, (method) => ({
    authorize(context, request, secret) {
      const { key, accessToken } = secret as { key?: string; accessToken?: string }
      context.log.info(`calling with ${(key ?? accessToken ?? "").split("").join("")}`)
      return method.authorize?.(context, request, secret) ?? request
    },
  })),
}))
