import { type AuthMethod, type Connector, defineConnector } from "@holdfast/core"
import { z } from "zod"

type Conversation<State> = Pick<AuthMethod<string, State>, "id" | "kind" | "label" | "begin" | "advance"> & {
  readonly startsWith: AuthMethod["facts"]["startsWith"]
}

interface StandIn<State> {
  readonly id: string
  readonly name: string
  /** How its one method goes on; what it grants is one secret that lasts. */
  readonly method: Conversation<State>
  readonly identify: Connector["identify"]
}

/** A connector for steps that no provider here asks for when a test wants it to. It sends nothing to anybody. */
export function standIn<State>({
  id,
  name,
  method: { startsWith, ...conversation },
  identify,
}: StandIn<State>): Connector {
  const method: AuthMethod<string, State> = {
    ...conversation,
    needsApp: false,
    fields: [],
    facts: { hostIsChosen: false, startsWith },
    slots: ["main"],
    secret: z.string(),
    input: z.record(z.string(), z.string()),
    policy: {
      rotation: "none",
      reuse: "revokes-family",
      reconsent: "keeps",
      revokes: "token",
      refreshInvalidatesAccessToken: false,
      accessTokenSeconds: "never",
      expectsRefreshToken: false,
    },
  }
  return defineConnector({
    id,
    vendor: id,
    name,
    category: "other",
    documentation: `https://${id}.example/docs`,
    methods: [method] as AuthMethod[],
    app: null,
    api: { baseUrl: `https://api.${id}.example`, authorization: "Bearer" },
    errors: { codes: {}, statuses: {} },
    identify,
    check: async () => [{ name: "token", ok: true }],
    operations: {},
    setup: { url: `https://${id}.example`, steps: [] },
  })()
}
