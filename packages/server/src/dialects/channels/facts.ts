import type { ConnectionInfo } from "@holdfast/core"

/** What the pages of a channel read and send, where it is not what most of them do. */
export interface ChannelFacts {
  /** Where the provider sends people back to, below the channel. */
  readonly arrivesAt: "callback" | "connect"
  /**
   * `page`: the page is handed a `code` that it posts. `callback`: connected when the provider sends them back, and the page is told so.
   */
  readonly connectsAt: "page" | "callback"
  /** The query parameter in which the page looks for its code. */
  readonly codeParameter: string
  /** Whether the page wants, and posts back, a `state`. */
  readonly hasState: boolean
  /** What the page's address says beside the code. */
  readonly granted: Readonly<Record<string, string>>
  /** Parameters of the provider's answer that the page wants to see again. */
  readonly echoes: readonly string[]
  readonly connected: Readonly<Record<string, string>>
  /** What the page's address says when it came to nothing. */
  failed(why: { readonly code: string; readonly reason?: string }): Readonly<Record<string, string>>
  /** What the answer of `connect` says beside what all of them do. */
  fields(info: ConnectionInfo): Readonly<Record<string, string | undefined>>
}

const common: ChannelFacts = {
  arrivesAt: "callback",
  connectsAt: "page",
  codeParameter: "code",
  hasState: false,
  granted: {},
  echoes: [],
  connected: {},
  failed: ({ code }) => ({ error: code }),
  fields: () => ({}),
}

/** Keyed by connector id: the seed's tables and snippets, as data. */
const table: Readonly<Record<string, Partial<ChannelFacts>>> = {
  paypal: {
    arrivesAt: "connect",
    connectsAt: "callback",
    connected: { paypal: "success" },
    failed: () => ({ paypal: "error" }),
    fields: ({ account }) => ({ merchantId: account.id }),
  },
  shopify: {
    hasState: true,
    granted: { verified: "true" },
    echoes: ["shop"],
    failed: ({ code, reason }) => ({ error: reason === "invalid_hmac" ? reason : code }),
    fields: ({ account }) => ({ shopName: account.label, shop: account.data?.domain }),
  },
  stripe: {
    hasState: true,
    fields: ({ account, slots }) => ({
      stripeAccountId: account.data?.accountId,
      accountType: account.data?.type,
      scope: Object.values(slots)[0]?.scopes?.join(" "),
    }),
  },
  zoom: {
    codeParameter: "zoom_code",
    failed: ({ code }) => ({ error: code === "response_invalid" ? "missing_code" : code }),
  },
}

/** How the pages of a connector expect it; connectors that no seed names are as most are. */
export function factsOf(connector: string): ChannelFacts {
  return { ...common, ...(Object.hasOwn(table, connector) ? table[connector] : undefined) }
}
