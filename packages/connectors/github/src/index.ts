// https://docs.github.com/en/rest
import { type AppOptions, type Call, defineConnector } from "@holdfast/core"
import { z } from "zod"
import { installationSchema } from "./app-api.js"
import { causes } from "./causes.js"
import { errors } from "./errors.js"
import { targetId, webhooks } from "./events.js"
import { appInstallation } from "./installation.js"
import { apiHeaders, appUser, oauthApp } from "./oauth.js"
import * as operations from "./operations.js"

/** @see https://docs.github.com/en/rest/users/users#get-the-authenticated-user */
const me = z.looseObject({ id: z.number(), login: z.string(), name: z.string().nullish(), email: z.string().nullish() })

const proved = z.looseObject({ installation: installationSchema })

const define = defineConnector({
  id: "github",
  vendor: "github",
  name: "GitHub",
  category: "development",
  documentation: "https://docs.github.com/en/rest",
  app: {
    schema: z.object({
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      slug: z.string().min(1).optional(),
      privateKey: z.string().min(1).optional(),
      webhookSecret: z.string().min(1).optional(),
    }),
    fields: [
      {
        name: "clientId",
        label: "Client ID",
        secret: false,
        help: "On the page of the app, under “General”. Not the App ID.",
      },
      { name: "clientSecret", label: "Client secret", secret: true },
      {
        name: "slug",
        label: "Name in the app's address",
        secret: false,
        required: false,
        help: "To install a GitHub App: github.com/apps/{name}.",
      },
      {
        name: "privateKey",
        label: "Private key",
        secret: true,
        required: false,
        help: "To install a GitHub App: the .pem file, as it was downloaded.",
      },
      {
        name: "webhookSecret",
        label: "Webhook secret",
        secret: true,
        required: false,
        help: "To receive events of a GitHub App.",
      },
    ],
  },

  methods: [oauthApp, appUser, appInstallation],

  api: { baseUrl: "https://api.github.com", headers: apiHeaders, authorization: "Bearer" },
  errors,
  causes,

  async identify(call, { token }) {
    const installed = proved.safeParse(token).data?.installation
    if (installed) {
      await repositories(call)
      const { id, account } = installed
      const login = account.login ?? account.slug
      return {
        id: targetId(account.id),
        label: login ?? `Account ${account.id}`,
        data: { installationId: String(id), ...(login && { login }), ...(account.type && { type: account.type }) },
      }
    }
    const { id, login, email } = await call.http.get("/user", { output: me })
    return { id: String(id), label: login, ...(email && { email }), data: { login } }
  },

  async check(call) {
    if (call.account?.data?.installationId !== undefined) await repositories(call)
    else await call.http.get("/user", { output: me })
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },

  operations,
  webhooks,

  setup: {
    url: "https://github.com/settings/apps",
    steps: [
      "Decide what to make: a GitHub App, which is installed on chosen repositories and can act by itself, or an OAuth App (github.com/settings/developers), which acts as the person on all that they reach.",
      "At github.com/settings/apps choose “New GitHub App”; give it a name and a homepage.",
      "Enter {redirectUri} as its Callback URL, and the same as its Setup URL; tick “Redirect on update”. Leave “Request user authorization (OAuth) during installation” unticked: it is asked for behind the installation anyway.",
      "Under “Webhook” enter {webhookUrl} and a secret of your own, or untick “Active”.",
      "Under “Repository permissions” choose what you need: Issues, Pull requests and Actions “Read and write”, Contents “Read-only”. Then subscribe to the events you want.",
      "Allow it to be installed on any account, and create it. Its name in the address (github.com/apps/…) is asked for here.",
      "Generate a client secret and a private key, and save both here with the client ID and the webhook secret.",
      "Connect here and choose the account and its repositories. Who is no owner of an organisation sends a request, and the connection goes on when an owner has approved it.",
    ],
  },
})

/** The registration of a GitHub App or an OAuth App. */
export interface GithubOptions extends AppOptions {
  /** Default: `GITHUB_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `GITHUB_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** The GitHub App's name in its address, to install it. Default: `GITHUB_SLUG`. */
  readonly slug?: string
  /** The GitHub App's private key as PEM, PKCS#1 or PKCS#8, to install it. Default: `GITHUB_PRIVATE_KEY`. */
  readonly privateKey?: string
  /** Needed for events. Default: `GITHUB_WEBHOOK_SECRET`. */
  readonly webhookSecret?: string
}

export interface GithubConnector extends ReturnType<typeof define> {}

/**
 * GitHub, in three ways: as a person through an OAuth App, as a person through a GitHub App, or as a GitHub App that is installed in an
 * organisation or on a person's account, whose tokens are made from its private key each hour.
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/differences-between-github-apps-and-oauth-apps
 */
export const github: (options?: GithubOptions) => GithubConnector = define

/** What every installation may ask. */
async function repositories({ http }: Call): Promise<void> {
  await http.get("/installation/repositories", {
    query: { per_page: 1 },
    output: z.looseObject({ total_count: z.number() }),
  })
}
