import { z } from "zod"
import { type AuthMethod, defineConnector, lastingClock, lastingPolicy, signOAuth1 } from "../index.js"
import { query, unverified, values } from "./kit.test-d.js"

// The keys come by a POST of the shop's server, without a cookie; the browser comes back by itself. Only both together connect.
// https://woocommerce.github.io/woocommerce-rest-api-docs/#rest-api-keys

const secret = z.object({ consumerKey: z.string(), consumerSecret: z.string() })
type Secret = z.infer<typeof secret>
interface State {
  readonly site: string
  /** What the server posted, kept until the browser is back. */
  readonly posted?: Secret
}
const posted = z.object({ consumer_key: z.string(), consumer_secret: z.string(), user_id: z.string() })

const keys: AuthMethod<Secret, State> = {
  id: "authorize",
  kind: "oauth1",
  label: "Connect with WooCommerce",
  needsApp: false,
  slots: ["main"],
  secret,
  fields: [{ name: "site", label: "Shop", type: "url" }],
  input: z.object({ site: z.url() }),
  policy: lastingPolicy,
  facts: { hostIsChosen: true, startsWith: "redirect" },
  async begin({ attempt }, input) {
    const { site = "" } = values(input) ?? {}
    const url = new URL("/wc-auth/v1/authorize", site)
    url.searchParams.set("user_id", attempt?.id ?? "")
    url.searchParams.set("callback_url", attempt?.callbackUrl ?? "")
    url.searchParams.set("return_url", attempt?.callbackUrl ?? "")
    return { state: { site }, step: { kind: "redirect", url: url.href, returns: "server_post" } }
  },
  async advance({ attempt, clock }, input) {
    const state = attempt?.state ?? unverified("no state")
    const wait = { kind: "wait", message: "Waiting for the shop", pollAfterMs: 2_000 } as const
    if (input.from === "callback" && input.method === "POST") {
      const { consumer_key, consumer_secret, user_id } = posted.parse(JSON.parse(input.body))
      if (user_id !== attempt?.id) unverified("another attempt")
      return { state: { ...state, posted: { consumerKey: consumer_key, consumerSecret: consumer_secret } }, step: wait }
    }
    const back = input.from === "poll" || (input.from === "callback" && input.inBrowser && query(input).success === "1")
    if (!back || !state.posted) return { state, step: wait }
    return {
      grant: {
        slots: { main: { secret: state.posted, clock: lastingClock(clock.now()) } },
        evidence: { input: { site: state.site } },
      },
    }
  },
  // Shops without TLS take the keys only as an OAuth 1.0a signature, in the query.
  authorize(context, request, { consumerKey, consumerSecret }) {
    if (new URL(request.url).protocol === "http:") {
      const keys = { clientId: consumerKey, clientSecret: consumerSecret, signatureMethod: "HMAC-SHA256" } as const
      return signOAuth1(request, { ...keys, placement: "query" }, context)
    }
    request.headers.set("authorization", `Basic ${btoa(`${consumerKey}:${consumerSecret}`)}`)
    return request
  },
}

const define = defineConnector({
  id: "woocommerce",
  vendor: "woocommerce",
  name: "WooCommerce",
  category: "commerce",
  documentation: "https://woocommerce.github.io/woocommerce-rest-api-docs/",
  methods: [keys],
  app: null,
  tokens: "none",
  api: {
    baseUrl: "{site}/wp-json/wc/v3",
    authorization: "Basic, or OAuth 1.0a over http",
    hostIsChosen: true,
    plainHttp: "signed",
  },
  errors: { codes: { woocommerce_rest_cannot_view: "scope_missing" } },
  async identify(_call, { input }) {
    const { host } = new URL(input?.site ?? "")
    return { id: host, label: host, data: { site: input?.site ?? "" } }
  },
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://woocommerce.com/document/woocommerce-rest-api/", steps: ["Nothing to register."] },
})
export interface WoocommerceConnector extends ReturnType<typeof define> {}
export const woocommerce: () => WoocommerceConnector = define
