// https://developer.zendesk.com/api-reference/
import { basic, defineConnector, type Field, oauth2 } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { webhooks } from "./events.js"
import { operations } from "./operations.js"

/** @see https://developer.zendesk.com/api-reference/ticketing/users/users/#show-self */
const me = z.looseObject({
  user: z.looseObject({
    id: z.number().int(),
    name: z.string(),
    email: z.string().nullish(),
    role: z.string().optional(),
  }),
})

/** Errors have a short code, or a title; sentences are neither. @see https://developer.zendesk.com/api-reference/introduction/requests/ */
const code = z.string().regex(/^\w+$/)
const refusal = z.union([
  z.looseObject({ error: code }).transform(({ error }) => error),
  z.looseObject({ error: z.looseObject({ title: code }) }).transform(({ error }) => error.title),
])
const nobody = z.looseObject({ user: z.looseObject({ id: z.null() }) })

/** `acme`, `acme.zendesk.com` or its address; the label alone is kept, and nothing else can become part of a host. */
const subdomain = z
  .string()
  .trim()
  .toLowerCase()
  .transform((typed) => typed.replace(/^https:\/\//, "").replace(/\/.*$/, ""))
  .pipe(
    z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.zendesk\.com)?$/, "It looks like acme.zendesk.com."),
  )
  .transform((host) => host.replace(/\.zendesk\.com$/, ""))

const subdomainField: Field = {
  name: "subdomain",
  label: "Zendesk address",
  type: "text",
  placeholder: "acme.zendesk.com",
  help: "Where you sign in to Zendesk. A host of your own leads to one that ends in .zendesk.com.",
}

/** Signs in with `{email}/token`. @see https://developer.zendesk.com/api-reference/introduction/security-and-auth/#api-token */
const email = z
  .string()
  .trim()
  .transform((typed) => typed.replace(/\/token$/, ""))
  .pipe(z.email())
  .transform((address) => `${address}/token`)

const scopes = ["users:read", "read", "write"]

function describe({ accessTokenSeconds, refreshTokenSeconds }: Lifetimes) {
  // Whoever does not ask gets tokens that do not end: https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/
  const lifetimes = {
    expires_in: String(accessTokenSeconds),
    refresh_token_expires_in: String(refreshTokenSeconds),
  }
  return defineConnector({
    id: "zendesk",
    vendor: "zendesk",
    name: "Zendesk",
    category: "support",
    documentation: "https://developer.zendesk.com/api-reference/",
    app: {
      schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
      fields: [
        {
          name: "clientId",
          label: "Identifier",
          secret: false,
          help: "Of the OAuth client. It works at one subdomain, unless Zendesk made it a global one.",
        },
        { name: "clientSecret", label: "Secret", secret: true, help: "Shown once, when the client is saved." },
      ],
    },

    methods: [
      oauth2({
        authorizationEndpoint: "https://{subdomain}.zendesk.com/oauth/authorizations/new",
        tokenEndpoint: "https://{subdomain}.zendesk.com/oauth/tokens",
        // A person chooses a subdomain, never whose host it is: the authorization server of each is Zendesk's own, so that no other one can
        // be given the code (RFC 9700 section 4.4).
        hostIsChosen: false,
        fields: [subdomainField],
        input: z.object({ subdomain }),
        scopes,
        alwaysScopes: ["users:read"],
        tokenRequestFormat: "json",
        tokenParameters: lifetimes,
        refreshParameters: lifetimes,
        // https://developer.zendesk.com/documentation/api-basics/authentication/revoking-oauth-token
        revokeRequest: ({ account }, { accessToken }) =>
          new Request(`https://${account?.data?.subdomain}.zendesk.com/api/v2/oauth/tokens/current.json`, {
            method: "DELETE",
            headers: { authorization: `Bearer ${accessToken}`, accept: "application/json" },
          }),
        revocationToken: "access_token",
        expiredErrors: ["invalid_token"],
        policy: { rotation: "single-use", refreshInvalidatesAccessToken: true, expectsRefreshToken: true },
      }),
      basic({
        id: "api_token",
        label: "Connect with an API token",
        fields: [
          subdomainField,
          { name: "username", label: "E-mail address", type: "text", help: "Of the person who is to act." },
          {
            name: "password",
            label: "API token",
            type: "password",
            help: "Admin Center, Apps and integrations, API tokens. Zendesk ends all of them on 30 April 2027.",
          },
        ],
        input: z.object({ subdomain, username: email, password: z.string().trim().min(1).max(512) }),
      }),
    ],

    api: {
      baseUrl: "https://{subdomain}.zendesk.com/api/v2",
      authorization: "Bearer, or Basic {email}/token:{token}",
      // https://developer.zendesk.com/api-reference/introduction/rate-limits/
      rateLimit: { remaining: "ratelimit-remaining", reset: "ratelimit-reset", resetIs: "seconds" },
    },
    errors: {
      // A log-in that is not valid is somebody without an id, with status 200.
      read: ({ status, body }) =>
        nobody.safeParse(body).success ? "anonymous_user" : status >= 400 ? refusal.safeParse(body).data : undefined,
      codes: {
        anonymous_user: "token_expired",
        invalid_token: "token_expired",
        Forbidden: "forbidden",
        RecordNotFound: "resource_not_found",
        InvalidEndpoint: "resource_not_found",
        RecordInvalid: "input_invalid",
        InvalidValue: "input_invalid",
      },
      statuses: { 401: "token_expired", 403: "forbidden", 404: "resource_not_found", 422: "input_invalid" },
    },
    causes,

    async identify({ http }, { input }) {
      const { user } = await http.get("/users/me.json", { output: me })
      const where = input?.subdomain ?? ""
      return {
        id: `${where}:${user.id}`,
        label: `${user.name} (${where})`,
        ...(user.email && { email: user.email }),
        ...(user.role && { kind: user.role }),
        data: { subdomain: where, userId: String(user.id) },
      }
    },

    async check({ http }) {
      await http.get("/users/me.json", { output: me })
      return [
        { name: "token", ok: true },
        { name: "api", ok: true },
      ]
    },

    operations,
    webhooks,

    setup: {
      url: "https://support.zendesk.com/hc/en-us/articles/4408845965210-Using-OAuth-authentication-with-your-application",
      steps: [
        "You need to be an administrator of a Zendesk account.",
        "In Admin Center open “Apps and integrations”, “APIs”, “OAuth Clients”, and choose “Add OAuth client”.",
        "Choose the client kind “Confidential”, and enter {redirectUri} under “Redirect URLs”.",
        "Save, copy Identifier and Secret at once, and save them here: the secret is shown only this time.",
        "The client works at this one Zendesk account. To connect people of others, ask Zendesk for a global OAuth client.",
        "Connect here, type the account's address, and allow. Events are made by the connection itself, if its person is an administrator.",
      ],
    },
  })
}

interface Lifetimes {
  readonly accessTokenSeconds: number
  readonly refreshTokenSeconds: number
}

/** A Zendesk OAuth client, and how long its tokens are asked to last. */
export interface ZendeskOptions extends Partial<Lifetimes> {
  /** The identifier. Default: `ZENDESK_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `ZENDESK_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** More than 300 and less than 172 800. Default: 86 400, a day. */
  readonly accessTokenSeconds?: number
  /** More than 604 800 and less than 7 776 000. Default: 5 184 000, sixty days. */
  readonly refreshTokenSeconds?: number
}

export interface ZendeskConnector extends ReturnType<ReturnType<typeof describe>> {}

/**
 * Tickets, their comments, and people of a Zendesk account.
 * @see https://developer.zendesk.com/api-reference/ticketing/introduction/
 */
export function zendesk(options: ZendeskOptions = {}): ZendeskConnector {
  const { accessTokenSeconds = 86_400, refreshTokenSeconds = 5_184_000, ...app } = options
  return describe({ accessTokenSeconds, refreshTokenSeconds })(app)
}
