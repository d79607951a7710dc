import { z } from "zod"
import { type AuthMethod, defineConnector } from "../index.js"
import { field, lastingClock, lastingPolicy, post } from "./kit.test-d.js"

// No redirect that answers: Hosted Link is polled. Mending a broken item (update mode) keeps the token and brings no new one.
// https://plaid.com/docs/link/hosted-link/ https://plaid.com/docs/link/update-mode/

interface Secret {
  readonly accessToken: string
}
interface State {
  readonly linkToken: string
  readonly updates: boolean
}
const secret = z.object({ accessToken: z.string() })
const linkAnswer = z.object({ link_token: z.string(), hosted_link_url: z.string() })
const sessionAnswer = z.object({ public_token: z.string().optional(), finished: z.boolean() })
const exchangeAnswer = z.object({ access_token: z.string(), item_id: z.string() })

const link: AuthMethod<Secret, State> = {
  id: "link",
  kind: "plaid_link",
  label: "Connect a bank",
  needsApp: true,
  slots: ["main"],
  secret,
  fields: [],
  input: z.record(z.string(), z.string()),
  policy: lastingPolicy,
  facts: { hostIsChosen: false, startsWith: "redirect" },
  async begin(context) {
    const stored = secret.safeParse(await context.stored?.("main")).data
    const { link_token, hosted_link_url } = await post(
      context,
      "https://production.plaid.com/link/token/create",
      { secret: field(context.app, "clientSecret"), hosted_link: {}, access_token: stored?.accessToken },
      linkAnswer,
    )
    return {
      state: { linkToken: link_token, updates: stored !== undefined },
      step: { kind: "redirect", url: hosted_link_url, returns: "poll" },
    }
  },
  async advance(context) {
    const { linkToken = "", updates = false } = context.attempt?.state ?? {}
    const session = await post(
      context,
      "https://production.plaid.com/link/token/get",
      { link_token: linkToken },
      sessionAnswer,
    )
    if (!session.finished) return { step: { kind: "wait", message: "Waiting for the bank", pollAfterMs: 2_000 } }
    // What is stored stays: the same token works again.
    if (updates) return { grant: { evidence: {} } }
    const { access_token, item_id } = await post(
      context,
      "https://production.plaid.com/item/public_token/exchange",
      { public_token: session.public_token },
      exchangeAnswer,
    )
    return {
      grant: {
        slots: { main: { secret: { accessToken: access_token }, clock: lastingClock } },
        evidence: { token: { item_id } },
      },
    }
  },
  async revoke(context, { accessToken }) {
    await post(context, "https://production.plaid.com/item/remove", { access_token: accessToken }, z.unknown())
  },
  // The token goes into the body of each call, beside the app's own secret.
  async authorize({ app }, request, { accessToken }) {
    const body: object = await request.json()
    return new Request(request, {
      body: JSON.stringify({ ...body, access_token: accessToken, secret: field(app, "clientSecret") }),
    })
  },
}

const define = defineConnector({
  id: "plaid",
  vendor: "plaid",
  name: "Plaid",
  category: "finance",
  documentation: "https://plaid.com/docs/api/",
  methods: [link],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string() }),
    fields: [
      { name: "clientId", label: "client_id", secret: false },
      { name: "clientSecret", label: "secret", secret: true },
    ],
  },
  api: { baseUrl: "https://production.plaid.com", authorization: "access_token in the body" },
  errors: { codes: { ITEM_LOGIN_REQUIRED: "reauth_required", ITEM_NOT_FOUND: "grant_ended" } },
  async identify(_call, { token }) {
    const { item_id } = z.object({ item_id: z.string() }).parse(token)
    return { id: item_id, label: item_id }
  },
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://dashboard.plaid.com", steps: ["Copy the keys."] },
})
export interface PlaidConnector extends ReturnType<typeof define> {}
export const plaid: () => PlaidConnector = define
