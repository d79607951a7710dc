// https://dev.wix.com/docs/rest
import {
  type AuthMethod,
  type Call,
  type Context,
  clientCredentials,
  defineConnector,
  HoldfastError,
  hmac,
  type Input,
  isSameText,
  operation,
} from "@holdfast/core"
import { z } from "zod"
import { type OAuthAppOptions, oauthApp } from "./app.js"

/** @see https://dev.wix.com/docs/rest/app-management/app-instance/get-app-instance */
const instance = z.looseObject({
  instance: z.looseObject({ instanceId: z.string().min(1) }),
  site: z.looseObject({ siteDisplayName: z.string().nullish(), siteId: z.string().nullish() }).nullish(),
})

/** @see https://dev.wix.com/docs/rest/crm/members-contacts/contacts/contacts/contact-v4/introduction */
const contact = z.looseObject({ id: z.string() })
const contacts = z.looseObject({
  contacts: z.array(contact),
  pagingMetadata: z.looseObject({ hasNext: z.boolean() }).nullish(),
})

/** @see https://dev.wix.com/docs/rest/business-solutions/e-commerce/orders/search-orders */
const orders = z.looseObject({
  orders: z.array(z.looseObject({ id: z.string() })),
  metadata: z
    .looseObject({ hasNext: z.boolean().optional(), cursors: z.looseObject({ next: z.string().nullish() }).nullish() })
    .nullish(),
})

/** @see https://dev.wix.com/docs/rest/articles/getting-started/errors */
const refusal = z.looseObject({
  details: z.looseObject({ applicationError: z.looseObject({ code: z.string() }).optional() }).optional(),
})

/** @see https://dev.wix.com/docs/rest/app-management/oauth-2/create-access-token */
const tokens = clientCredentials({
  id: "install",
  label: "Install the app",
  tokenEndpoint: "https://www.wixapis.com/oauth2/token",
  clientAuthentication: "post",
  tokenRequestFormat: "json",
  tokenParameters: { instance_id: "{instanceId}" },
  credentialsFrom: "app",
  fields: [{ name: "instanceId", label: "Instance ID", type: "text" }],
  // No answer has a refresh token: the next token is asked for as the first was.
  accessTokenSeconds: 14_400,
  authorize: (request, token) => request.headers.set("authorization", token),
})

type Tokens = typeof tokens
type Secret = Tokens extends AuthMethod<infer Kept, never> ? Kept : never

const installer = "https://www.wix.com/app-installer"

/** The app is installed on Wix's page, which comes back with the instance, signed. Nobody can name another's. */
const install: AuthMethod<Secret, Record<string, never>> = {
  ...(tokens as unknown as AuthMethod<Secret, Record<string, never>>),
  fields: [],
  input: z.object({}),
  facts: { ...tokens.facts, authorizationEndpoint: installer, startsWith: "redirect" },

  // https://dev.wix.com/docs/build-apps/launch-your-app/app-distribution/install-your-app/about-the-external-install-flow
  async begin({ app, attempt }) {
    if (!app || !attempt) throw new HoldfastError("app_not_configured")
    const url = new URL(installer)
    url.searchParams.set("appId", app.clientId)
    url.searchParams.set("postInstallationUrl", attempt.callbackUrl)
    return { step: { kind: "redirect", url: url.href, returns: "query" }, state: {} }
  },

  async advance(context, input) {
    const instanceId = await signedInstanceId(context, input)
    const next = await tokens.advance(context as unknown as Context<never>, { from: "form", values: { instanceId } })
    if ("grant" in next) return next
    throw new HoldfastError("response_invalid")
  },
}

const define = defineConnector({
  id: "wix",
  vendor: "wix",
  name: "Wix",
  category: "websites",
  documentation: "https://dev.wix.com/docs/rest",
  app: oauthApp("The App ID, in the app's dashboard under Develop, OAuth. The app secret stands beside it."),

  methods: [install],

  api: { baseUrl: "https://www.wixapis.com", authorization: "Authorization: {token}" },
  errors: {
    read: ({ status, body }) =>
      status >= 400 ? refusal.safeParse(body).data?.details?.applicationError?.code : undefined,
    codes: { CONTACT_NOT_FOUND: "resource_not_found", INVALID_ARGUMENT: "input_invalid" },
    statuses: { 400: "input_invalid", 403: "forbidden" },
  },
  causes: [
    {
      codes: ["PERMISSION_DENIED"],
      cause: "permission_not_requested",
      actor: "developer",
      text: "The Wix app was not given the permission that this call needs.",
      advice: "Add it to the app under Develop, Permissions; sites that have the app must then accept it.",
      link: "https://dev.wix.com/docs/rest/articles/get-started/troubleshooting",
    },
  ],

  // An instance keeps its id, even when the app is removed and installed again.
  async identify(call) {
    const found = await readInstance(call)
    const { instanceId } = found.instance
    const { siteDisplayName, siteId } = found.site ?? {}
    return {
      id: instanceId,
      label: siteDisplayName || `Site of instance ${instanceId}`,
      data: { instanceId, ...(siteId && { siteId }) },
    }
  },

  async check(call) {
    await readInstance(call)
    return []
  },

  operations: {
    // https://dev.wix.com/docs/rest/crm/members-contacts/contacts/contacts/contact-v4/list-contacts
    list_contacts: operation({
      summary: "List contacts",
      effect: "read",
      input: z.object({
        limit: z.number().int().min(1).max(1000).default(50),
        offset: z.number().int().min(0).default(0),
      }),
      output: contacts,
      pages: {
        items: (answer) => answer.contacts,
        next: ({ pagingMetadata }, { limit, offset }) =>
          pagingMetadata?.hasNext ? { offset: offset + limit } : undefined,
      },
      run: ({ http }, { limit, offset }) =>
        http.get("/contacts/v4/contacts", {
          query: { "paging.limit": limit, "paging.offset": offset },
          output: contacts,
        }),
    }),

    // https://dev.wix.com/docs/rest/crm/members-contacts/contacts/contacts/contact-v4/create-contact
    create_contact: operation({
      summary: "Add a contact",
      effect: "write",
      input: z.object({
        email: z.email(),
        first_name: z.string().optional(),
        last_name: z.string().optional(),
        phone: z.string().optional(),
      }),
      output: contact,
      trace: ["id"],
      run: async ({ http }, { email, first_name, last_name, phone }) => {
        const info = {
          name: { first: first_name, last: last_name },
          emails: { items: [{ email, primary: true }] },
          ...(phone && { phones: { items: [{ phone, primary: true }] } }),
        }
        return (await http.post("/contacts/v4/contacts", { json: { info }, output: z.looseObject({ contact }) }))
          .contact
      },
    }),

    // https://dev.wix.com/docs/rest/business-solutions/e-commerce/orders/search-orders
    search_orders: operation({
      summary: "Find orders, the newest first",
      effect: "read",
      input: z.object({
        filter: z.record(z.string(), z.unknown()).optional(),
        limit: z.number().int().min(1).max(100).default(50),
        cursor: z.string().optional().describe("metadata.cursors.next of the page before"),
      }),
      output: orders,
      pages: {
        items: (answer) => answer.orders,
        next: ({ metadata }) => (metadata?.cursors?.next ? { cursor: metadata.cursors.next } : undefined),
      },
      // A cursor holds filter and order, which may not stand beside it.
      run: ({ http }, { filter, limit, cursor }) =>
        http.post("/ecom/v1/orders/search", {
          json: {
            search: {
              cursorPaging: { limit, ...(cursor && { cursor }) },
              ...(!cursor && { sort: [{ fieldName: "createdDate", order: "DESC" }], ...(filter && { filter }) }),
            },
          },
          idempotent: true,
          output: orders,
        }),
    }),
  },

  setup: {
    url: "https://manage.wix.com/account/custom-apps",
    steps: [
      "Create an app, and under Develop, Permissions add reading and managing of contacts, and reading of orders.",
      "Release it: on the App Market, or unlisted.",
      "Under Develop, OAuth copy App ID and app secret, and save them here. People come back to {redirectUri} after installing.",
    ],
  },
})

export interface WixConnector extends ReturnType<typeof define> {}

/**
 * Wix: people install your app on a site, and tokens of that instance are asked for with the app's secret.
 * @see https://dev.wix.com/docs/build-apps/develop-your-app/access/authentication/about-oauth
 */
export const wix: (options?: OAuthAppOptions) => WixConnector = define

/**
 * The instance that was installed, out of `signature.data`, which the app's secret signs. The bare `instanceId` beside it proves nothing.
 * @see https://dev.wix.com/docs/build-apps/develop-your-app/access/app-instances/parse-the-app-instance-query-parameter
 */
async function signedInstanceId({ app, attempt }: Context<Record<string, never>>, input: Input): Promise<string> {
  if (!app || input.from !== "callback") throw new HoldfastError("input_invalid")
  const { searchParams } = new URL(input.url)
  const [signature = "", data = ""] = (searchParams.get("signedInstance") ?? "").split(".")
  const signed = await hmac("SHA-256", app.fields.clientSecret ?? "", [data], "base64")
  const isOurs = isSameText(searchParams.get("state") ?? "", attempt?.stateParameter ?? "")
  if (!isOurs || data === "" || !isSameText(urlSafe(signed), urlSafe(signature)))
    throw new HoldfastError("state_mismatch", "The instance that came back is not signed with the app's secret.")
  const parsed = z
    .looseObject({ instanceId: z.string().min(1) })
    .safeParse(JSON.parse(atob(data.replaceAll("-", "+").replaceAll("_", "/"))))
  if (parsed.success) return parsed.data.instanceId
  throw new HoldfastError("response_invalid")
}

function urlSafe(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

async function readInstance({ http }: Call): Promise<z.infer<typeof instance>> {
  return await http.get("/apps/v1/instance", { output: instance })
}
