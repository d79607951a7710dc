// https://support.kartra.com/en/collections/19655232-developers
import { apiKey, type Context, defineConnector, HoldfastError, type Http, operation } from "@holdfast/core"
import { type ZodType, z } from "zod"
import { idText } from "./app.js"

/** @see https://support.kartra.com/en/articles/15369014-success-and-error-confirmation-messages */
const refusal = z.looseObject({
  status: z.string().regex(/^error$/i),
  type: z.union([z.string(), z.number()]).transform(String).optional(),
})
const actions = z.looseObject({ actions: z.array(z.record(z.string(), z.unknown())) })

/** @see https://support.kartra.com/en/articles/15369017-lead-retrieving-data */
const lead = z.looseObject({ id: idText, email: z.string() })

const { accessToken: _none, ...keys } = apiKey({
  fields: [
    { name: "key", label: "API key", type: "password", help: "In Kartra under My Integrations, API, My API." },
    { name: "password", label: "API password", type: "password" },
  ],
})

const define = defineConnector({
  id: "kartra",
  vendor: "kartra",
  name: "Kartra",
  category: "marketing",
  documentation: "https://support.kartra.com/en/collections/19655232-developers",
  // https://support.kartra.com/en/articles/15369011-activating-your-app
  app: {
    schema: z.object({ appId: z.string().min(1) }),
    identity: "appId",
    fields: [{ name: "appId", label: "App ID", secret: false, help: "In Kartra under My Integrations, API, My Apps." }],
  },

  methods: [
    // https://support.kartra.com/en/articles/15369013-connecting-to-the-api: all three stand in the form itself.
    { ...keys, needsApp: true, authorize: withCredentials },
  ],
  tokens: "none",

  api: { baseUrl: "https://app.kartra.com", authorization: "app_id, api_key and api_password in the form" },
  errors: {
    // With status 200, for the call or for one of its actions.
    read: ({ body }) => codeOf(body),
    codes: {
      202: "token_expired",
      203: "token_expired",
      233: "token_expired",
      204: "grant_ended",
      238: "config_invalid",
      239: "config_invalid",
      240: "config_invalid",
      242: "forbidden",
      262: "forbidden",
      206: "input_invalid",
      244: "input_invalid",
      209: "resource_not_found",
      212: "resource_not_found",
      214: "resource_not_found",
      231: "resource_not_found",
      234: "resource_not_found",
      243: "resource_not_found",
      245: "resource_not_found",
    },
  },
  causes: [
    {
      codes: ["238", "239", "240"],
      cause: "app_id_refused",
      actor: "developer",
      text: "Kartra does not take the App ID: the app is not there, or not active.",
      advice: "Compare the App ID with My Integrations, API, My Apps in Kartra, and activate the app there.",
      link: "https://support.kartra.com/en/articles/15369011-activating-your-app",
    },
    {
      codes: ["204"],
      cause: "account_inactive",
      actor: "end_user",
      text: "The Kartra account that the key belongs to is not active.",
      advice: "Have the account made active again in Kartra, and reconnect.",
      link: "https://support.kartra.com/en/articles/15369014-success-and-error-confirmation-messages",
    },
    {
      codes: ["242"],
      cause: "address_not_allowed",
      actor: "developer",
      text: "The Kartra app does not take calls from this server's address.",
      advice: "Add the address that your server calls from to the app in Kartra, or take the restriction off.",
      link: "https://support.kartra.com/en/articles/15369014-success-and-error-confirmation-messages",
    },
  ],

  // Nothing names whose key it is.
  async identify({ http }, { fingerprint = "" }) {
    await readLists(http)
    return { id: fingerprint, label: "Kartra API key", pinned: false }
  },

  async check({ http }) {
    await readLists(http)
    return []
  },

  operations: {
    // https://support.kartra.com/en/articles/15369017-lead-retrieving-data
    get_lead: operation({
      summary: "Read a lead",
      effect: "read",
      input: z.union([z.object({ email: z.email() }), z.object({ id: z.string().min(1) })]),
      output: lead,
      trace: ["id"],
      run: async ({ http }, get_lead) =>
        (await command(http, { get_lead }, z.looseObject({ lead_details: lead }), true)).lead_details,
    }),

    // https://support.kartra.com/en/articles/15369018-lead-searching-creating-editing
    create_lead: operation({
      summary: "Add a lead. In test mode Kartra turns the address into one at kartra.com",
      effect: "write",
      input: z.object({
        email: z.email(),
        first_name: z.string().optional(),
        last_name: z.string().optional(),
        phone: z.string().optional(),
      }),
      output: z.looseObject({ id: idText }),
      trace: ["id"],
      async run({ http }, given) {
        const answer = await command(http, { lead: given, actions: [{ cmd: "create_lead" }] }, actions)
        return created.parse(answer.actions[0]).create_lead.lead_details
      },
    }),

    // https://support.kartra.com/en/articles/15369019-action-assign-tag-to-a-lead
    assign_tag: operation({
      summary: "Give a lead a tag, which must exist",
      effect: "write",
      input: z.object({ email: z.email(), tag_name: z.string().min(1) }),
      output: z.object({ ok: z.literal(true) }),
      async run({ http }, { email, tag_name }) {
        await command(http, { lead: { email }, actions: [{ cmd: "assign_tag", tag_name }] }, actions)
        return { ok: true as const }
      },
    }),

    list_lists: operation({
      summary: "List the account's lists",
      effect: "read",
      input: z.object({}),
      output: z.object({ account_lists: z.array(z.string()) }),
      run: async ({ http }) => ({ account_lists: await readLists(http) }),
    }),
  },

  setup: {
    url: "https://app.kartra.com/integrations/api/apps",
    steps: [
      "Under My Integrations, API, My Apps create an app. It begins in test mode, in which Kartra sends no mail and replaces the addresses of new leads; ask for its activation.",
      "Save its App ID here.",
      "Whoever connects pastes API key and API password from My Integrations, API, My API.",
    ],
  },
})

const created = z.looseObject({ create_lead: z.looseObject({ lead_details: z.looseObject({ id: idText }) }) })

/** The developer's app at Kartra. */
export interface KartraOptions {
  /** Default: `KARTRA_APP_ID`. */
  readonly appId?: string
}

export interface KartraConnector extends ReturnType<typeof define> {}

/**
 * Kartra, by API key and password of an account and the id of your app.
 * @see https://support.kartra.com/en/articles/15369013-connecting-to-the-api
 */
export const kartra: (options?: KartraOptions) => KartraConnector = (options) => define(options && { ...options })

/** The form with the credentials added, which are nowhere else on the request. */
async function withCredentials(
  { app }: Context<never>,
  request: Request,
  { key, extra = {} }: KartraSecret,
): Promise<Request> {
  if (!app) throw new HoldfastError("app_not_configured")
  const form = new URLSearchParams(await request.text())
  form.set("app_id", app.fields.appId ?? "")
  form.set("api_key", key)
  form.set("api_password", extra.password ?? "")
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: form.toString(),
    redirect: "manual",
  })
}

type KartraSecret = { readonly key: string; readonly extra?: Readonly<Record<string, string>> }

/** The number of a refusal, wherever in the answer it is. */
function codeOf(body: unknown): string | undefined {
  const whole = refusal.safeParse(body).data
  if (whole) return whole.type ?? "error"
  const each = actions.safeParse(body).data?.actions.flatMap((one) => Object.values(one)) ?? []
  const failed = each.map((one) => refusal.safeParse(one).data).find((one) => one !== undefined)
  return failed && (failed.type ?? "error")
}

async function readLists(http: Http): Promise<string[]> {
  const body = { actions: [{ cmd: "retrieve_account_lists" }] }
  return (await command(http, body, z.looseObject({ account_lists: z.array(z.string()) }), true)).account_lists
}

/** One call: a form in PHP's brackets, `lead[email]`, `actions[0][cmd]`. */
async function command<Out>(http: Http, body: object, output: ZodType<Out>, idempotent = false): Promise<Out> {
  return await http.post("/api", { form: bracketed(body), idempotent, output })
}

function bracketed(value: object, within = ""): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, part]: [string, unknown]) => {
      const path = within === "" ? name : `${within}[${name}]`
      if (part === undefined) return {}
      return typeof part === "object" && part !== null ? bracketed(part, path) : { [path]: String(part) }
    }),
  )
}
