// https://plaid.com/docs/api/
import { type AuthMethod, defineConnector } from "@holdfast/core"
import { z } from "zod"
import { type Environment, plaidApp } from "./app.js"
import { causes } from "./causes.js"
import { errors } from "./errors.js"
import { plaidWebhooks } from "./events.js"
import { type LinkOptions, linkMethod } from "./link.js"
import { item, operations } from "./operations.js"

export type { Environment } from "./app.js"
export type { LinkOptions, PlaidSecret } from "./link.js"

/** The keys of a team at Plaid, and what Link asks for. */
export interface PlaidOptions extends LinkOptions {
  /** Default: `PLAID_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `PLAID_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** Default: `PLAID_ENVIRONMENT`, or production. */
  readonly environment?: Environment
}

const define = defineConnector((options: PlaidOptions) => ({
  id: "plaid",
  vendor: "plaid",
  name: "Plaid",
  category: "finance",
  documentation: "https://plaid.com/docs/api/",
  methods: [linkMethod(options) as unknown as AuthMethod],
  app: plaidApp,
  // The token is of no use without the app's secret, and is no bearer token.
  tokens: "none",
  api: {
    baseUrl: "https://{environment}.plaid.com",
    authorization: "PLAID-CLIENT-ID and PLAID-SECRET of the app; access_token in the body",
  },
  errors,
  causes,

  // An Item is one login at one bank. Linking the same bank again makes another one.
  async identify({ http }, { token }) {
    const { item_id } = z.object({ item_id: z.string().min(1) }).parse(token)
    const { item: found } = await http.post("/item/get", {
      json: {},
      idempotent: true,
      output: z.looseObject({ item: item() }),
    })
    const { institution_id, institution_name } = found
    return {
      id: item_id,
      label: institution_name ?? institution_id ?? item_id,
      ...(institution_id && { data: { institutionId: institution_id } }),
    }
  },

  async check({ http }) {
    const { item: found } = await http.post("/item/get", {
      json: {},
      idempotent: true,
      output: z.looseObject({ item: item() }),
    })
    const bank = { name: "bank", slot: "main" }
    if (!found.error) return [{ ...bank, ok: true }]
    const { error_code } = found.error
    const code = error_code === "ITEM_LOGIN_REQUIRED" ? ("reauth_required" as const) : ("provider_rejected" as const)
    return [{ ...bank, ok: false, code, detail: error_code }]
  },

  operations,
  webhooks: plaidWebhooks(),

  setup: {
    url: "https://dashboard.plaid.com/developers/keys",
    steps: [
      "Log in to Plaid's dashboard, or make a team there. The sandbox is free; production needs Plaid's approval.",
      "Under “Developers”, “Keys” copy client_id and the secret of the environment that you use into the settings here.",
      "Leave the environment empty for production, or enter sandbox.",
      "Neither Hosted Link nor the address to which it returns, {redirectUri}, has to be enabled or listed.",
      "Webhooks need nothing: each connection enters {webhookUrl} by itself.",
    ],
  },
}))

export interface PlaidConnector extends ReturnType<typeof define> {}

/**
 * Bank accounts through Plaid's Hosted Link. One connection for each Item, that is each login at a bank; when the bank wants the person again,
 * reconnecting mends the same Item and keeps its token.
 * @see https://plaid.com/docs/link/hosted-link/
 */
export const plaid: (options?: PlaidOptions) => PlaidConnector = define
