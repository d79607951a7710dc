// https://docs.stripe.com/api
import { type Account, apiKey, type Call, defineConnector, HoldfastError, isHoldfastError } from "@holdfast/core"
import { z } from "zod"
import { accountIdIn } from "./account-id.js"
import { balanceFigures } from "./balance.js"
import { causes } from "./causes.js"
import { apiVersion, connect } from "./connect.js"
import { errors } from "./errors.js"
import { webhooks } from "./events.js"
import { operations } from "./operations.js"

/** @see https://docs.stripe.com/api/accounts/object */
const account = z.looseObject({
  id: z.string().startsWith("acct_"),
  email: z.string().nullish(),
  /** `standard`, `express`, `custom`. */
  type: z.string().nullish(),
  business_profile: z.looseObject({ name: z.string().nullish() }).nullish(),
  settings: z.looseObject({ dashboard: z.looseObject({ display_name: z.string().nullish() }).nullish() }).nullish(),
})

/** What the token endpoint of Connect says beside the tokens. @see https://docs.stripe.com/connect/oauth-reference#post-token */
const linked = z.looseObject({ stripe_user_id: z.string().startsWith("acct_"), livemode: z.boolean() })

// https://docs.stripe.com/keys#obtain-api-keys
const secretKey = /^(?:sk|rk)_(test|live)_\w+$/
const mode = z.enum(["test", "live"])

/** What is typed, with the mode that the key says: no answer of the API that every key may ask for does. */
const keyForm = z
  .object({
    key: z
      .string()
      .trim()
      .min(1)
      .max(512)
      .refine((key) => !key.startsWith("pk_"), {
        error: "This is a publishable key (pk_…), which cannot read or charge anything. Paste the secret key (sk_…).",
        abort: true,
      })
      .refine((key) => secretKey.test(key), "A Stripe key begins with sk_test_, sk_live_, rk_test_ or rk_live_."),
  })
  .transform(({ key }): Record<string, string> => ({ key, mode: secretKey.exec(key)?.[1] ?? "" }))

const define = defineConnector({
  id: "stripe",
  vendor: "stripe",
  name: "Stripe",
  category: "payments",
  documentation: "https://docs.stripe.com/api",

  methods: [
    apiKey({
      fields: [
        {
          name: "key",
          label: "Secret or restricted API key",
          type: "password",
          help: "In the Stripe Dashboard under Developers, API keys. It begins with sk_ or rk_; test and live mode have different keys.",
          placeholder: "sk_live_… or rk_live_…",
        },
      ],
      input: keyForm,
    }),
    connect,
  ],

  app: {
    schema: z.object({
      clientId: z.string().startsWith("ca_"),
      clientSecret: z.string().regex(secretKey),
      webhookSecret: z.string().startsWith("whsec_").optional(),
    }),
    fields: [
      {
        name: "clientId",
        label: "Client ID",
        secret: false,
        help: "Settings, Connect, Onboarding options, OAuth: ca_…. Test and live mode have one each.",
      },
      {
        name: "clientSecret",
        label: "Platform secret key",
        secret: true,
        help: "The secret key (sk_…) of the platform, in the mode of the client ID.",
      },
      {
        name: "webhookSecret",
        label: "Webhook signing secret",
        secret: true,
        required: false,
        help: "Needed to receive events. whsec_…, of the endpoint that listens to connected accounts.",
      },
    ],
  },

  api: {
    baseUrl: "https://api.stripe.com",
    hosts: ["https://files.stripe.com"],
    headers: { "stripe-version": apiVersion },
    authorization: "Bearer: the key, or with Connect the platform's key and Stripe-Account: {accountId}",
  },
  errors,
  causes,

  async identify({ http }, { token, input, fingerprint }) {
    const link = linked.safeParse(token)
    if (link.success) {
      const { stripe_user_id, livemode } = link.data
      const headers = { "stripe-account": stripe_user_id }
      return accountOf(await http.get("/v1/account", { headers, output: account }), livemode ? "live" : "test")
    }
    const kind = mode.parse(input?.mode)
    try {
      return accountOf(await http.get("/v1/account", { output: account }), kind)
    } catch (error) {
      // A restricted key that may not read its own account. That it is good is said by what it is refused for.
      if (!isHoldfastError(error, "scope_missing") || fingerprint === undefined) throw error
      return { id: fingerprint, label: "Restricted key", kind, pinned: false }
    }
  },

  async check(call) {
    await readAccount(call)
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },

  operations,
  webhooks,
  statistics: balanceFigures,

  setup: {
    url: "https://dashboard.stripe.com/apikeys",
    steps: [
      "Sign in to the Stripe Dashboard of the account, and choose the mode: test mode (or a sandbox) to try things out, live mode for real payments. Each has its own keys and data.",
      "Open “Developers”, “API keys”. Reveal and copy the secret key, which begins with sk_test_ or sk_live_; the publishable key (pk_…) does not work.",
      "Better than the secret key: create a restricted key (rk_…) there that may read Charges and Balance, and write Customers and PaymentIntents.",
      "Choose “Connect with API Key” here, paste the key and save. Never share a key, or put one into source code; roll it in the Dashboard when it got out.",
      "To let other people link their own Stripe accounts instead: turn on Connect for your account, then under “Settings”, “Connect”, “Onboarding options”, “OAuth” enable OAuth, add {redirectUri} as a redirect URI and copy the client ID (ca_…).",
      "Save that client ID here, together with your own secret key of the same mode. People then choose “Connect with OAuth”.",
      "To receive events of linked accounts, add an endpoint under “Developers”, “Webhooks” that listens to events on connected accounts: {webhookUrl}. Choose the events you want and account.application.deauthorized, and save its signing secret (whsec_…) here.",
    ],
  },
})

/** Your platform at Stripe Connect. None of it is needed for API keys. */
export interface StripeOptions {
  /** `ca_…`. Default: `STRIPE_CLIENT_ID`. */
  readonly clientId?: string
  /** The platform's secret key. Default: `STRIPE_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** `whsec_…`, needed for events. Default: `STRIPE_WEBHOOK_SECRET`. */
  readonly webhookSecret?: string
}

export interface StripeConnector extends ReturnType<typeof define> {}

/**
 * Stripe, by an API key of the account (secret or restricted, test or live), or by Connect: people link their Standard accounts to your
 * platform, and calls are made with the platform's key on their behalf.
 *
 * @see https://docs.stripe.com/keys https://docs.stripe.com/connect/oauth-standard-accounts
 */
export const stripe: (options?: StripeOptions) => StripeConnector = (options) => define(options && { ...options })

function accountOf(found: z.infer<typeof account>, kind: z.infer<typeof mode>): Account {
  const { id, email, type, business_profile, settings } = found
  const label = settings?.dashboard?.display_name || business_profile?.name || email || id
  return {
    id: accountIdIn(kind, id),
    label,
    kind,
    ...(email && { email }),
    data: { accountId: id, ...(type && { type }) },
  }
}

/** Whether the credential works, by the one thing that every key and every link may ask or is told why not. */
async function readAccount({ http, app }: Call): Promise<void> {
  try {
    await http.get("/v1/account", { output: account })
  } catch (error) {
    if (isHoldfastError(error, "scope_missing")) return
    // With Connect a 401 is about the platform's key: nobody has to link their account again for that.
    if (app && isHoldfastError(error) && error.details.providerStatus === 401) {
      const { details } = error
      throw new HoldfastError("config_invalid", "Stripe refuses the platform's secret key. Save the current one.", {
        details,
      })
    }
    throw error
  }
}
