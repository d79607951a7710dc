// https://mailchimp.com/developer/marketing/api/
import { type AppOptions, apiKey, type Choice, defineConnector, type ErrorTable, oauth2 } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { webhooks } from "./events.js"
import { operations, root, statistics } from "./operations.js"

/** A data centre is a label below api.mailchimp.com: nothing else can become part of a host. */
const dataCenter = z.string().regex(/^[a-z]{2,6}\d{1,4}$/)

/** @see https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/ */
const metadata = z
  .looseObject({ dc: dataCenter, api_endpoint: z.string(), accountname: z.string().nullish() })
  .refine(({ dc, api_endpoint }) => api_endpoint === `https://${dc}.api.mailchimp.com`)

const metadataUrl = "https://login.mailchimp.com/oauth2/metadata"

/** Which host has the account is asked with the token; there is one, so that nobody is asked. */
const whichDataCenter: Choice = {
  id: "data_center",
  title: "Data centre",
  field: { name: "dc", label: "Data centre" },
  async options({ get }) {
    const { dc, accountname } = await get(metadataUrl, { output: metadata })
    return [{ value: dc, label: accountname ?? dc }]
  },
}

// https://mailchimp.com/developer/marketing/guides/quick-start/#generate-your-api-key
const apiKeyPattern = /^[\w.]{16,256}-([a-z]{2,6}\d{1,4})$/
const keyForm = z
  .object({
    key: z
      .string()
      .trim()
      .regex(apiKeyPattern, "A Mailchimp key ends in its data centre: …-us21. Copy the whole of it."),
  })
  .transform(({ key }): Record<string, string> => ({ key, dc: apiKeyPattern.exec(key)?.[1] ?? "" }))

/** Problem documents: titles are of the glossary, details are sentences. */
const problem = z.looseObject({ title: z.string().max(80) })
const oauthProblem = z.looseObject({ error: z.string().regex(/^\w+$/) })

/** @see https://mailchimp.com/developer/marketing/docs/errors/ */
const errors: ErrorTable = {
  read({ status, body }) {
    if (status < 400) return undefined
    const title = problem.safeParse(body).data?.title.trim().toLowerCase().replace(/\W+/g, "_")
    return title ?? oauthProblem.safeParse(body).data?.error
  },
  codes: {
    api_key_invalid: "token_expired",
    api_key_missing: "token_expired",
    // Whoever connects again is found where the account is now.
    wrong_datacenter: "reauth_required",
    user_disabled: "forbidden",
    forbidden: "forbidden",
    resource_not_found: "resource_not_found",
    invalid_resource: "input_invalid",
    invalid_action: "input_invalid",
    member_exists: "input_invalid",
    member_in_compliance_state: "input_invalid",
    forgotten_email_not_subscribed: "input_invalid",
    json_parse_error: "input_invalid",
    too_many_requests: "rate_limited",
    internal_server_error: "provider_unavailable",
  },
  statuses: { 401: "token_expired", 403: "forbidden", 404: "resource_not_found" },
}

const define = defineConnector({
  id: "mailchimp",
  vendor: "mailchimp",
  name: "Mailchimp",
  category: "marketing",
  documentation: "https://mailchimp.com/developer/marketing/api/",
  app: {
    schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
    ],
  },

  methods: [
    oauth2({
      authorizationEndpoint: "https://login.mailchimp.com/oauth2/authorize",
      tokenEndpoint: "https://login.mailchimp.com/oauth2/token",
      // There are no scopes: an app may do what the account may.
      scopes: [],
      pkce: "none",
      granted: () => undefined,
      // Tokens last until they are revoked, and say so with `expires_in: 0`.
      expiresInSeconds: () => "never",
      choose: whichDataCenter,
      authorize(request, token) {
        const scheme = request.url === metadataUrl ? "OAuth" : "Bearer"
        request.headers.set("authorization", `${scheme} ${token}`)
      },
      policy: { rotation: "none", accessTokenSeconds: "never" },
    }),
    apiKey({
      fields: [
        {
          name: "key",
          label: "API key",
          type: "password",
          help: "In Mailchimp under Profile, Extras, API keys. It ends in the data centre of the account.",
          placeholder: "…-us21",
        },
      ],
      input: keyForm,
      // https://mailchimp.com/developer/marketing/docs/fundamentals/#connecting-to-the-api
      authorize: (request, { key }) => request.headers.set("authorization", `Basic ${btoa(`holdfast:${key}`)}`),
    }),
  ],

  api: { baseUrl: "https://{dc}.api.mailchimp.com/3.0", authorization: "Bearer, or Basic {any}:{key}" },
  errors,
  causes,

  // Tokens and keys are the account's, whoever made them: https://mailchimp.com/developer/release-notes/scheduled/
  async identify({ http }, { input }) {
    const { account_id, account_name, email } = await http.get("/", { output: root })
    return {
      id: account_id,
      label: account_name,
      ...(email && { email }),
      data: { dc: dataCenter.parse(input?.dc) },
    }
  },

  async check({ http }) {
    await http.get("/ping", { output: z.looseObject({ health_status: z.string() }) })
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },

  operations,
  webhooks,
  statistics,
  shared: "tenant",

  setup: {
    url: "https://admin.mailchimp.com/account/oauth2/",
    steps: [
      "Sign in to Mailchimp, and open “Profile”, “Extras”, “Registered apps”.",
      "Choose “Register An App”, and enter {redirectUri} as its redirect URI. On your own machine use 127.0.0.1: Mailchimp takes no localhost.",
      "Copy Client ID and Client Secret, and save them here.",
      "Connect here. Whoever allows it needs to be a manager of the Mailchimp account, at least.",
      "To connect your own account alone no app is needed: under “Profile”, “Extras”, “API keys” create a key, and paste the whole of it, with the data centre at its end (-us21).",
    ],
  },
})

/** A registered app at Mailchimp. API keys need none. */
export interface MailchimpOptions extends AppOptions {
  /** Default: `MAILCHIMP_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `MAILCHIMP_CLIENT_SECRET`. */
  readonly clientSecret?: string
}

export interface MailchimpConnector extends ReturnType<typeof define> {}

/**
 * Audiences, members and campaigns of a Mailchimp account, and what happens in its audiences.
 * @see https://mailchimp.com/developer/marketing/docs/fundamentals/
 */
export const mailchimp: (options?: MailchimpOptions) => MailchimpConnector = define
