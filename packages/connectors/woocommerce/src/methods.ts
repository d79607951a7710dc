import {
  type AuthMethod,
  base64url,
  type Context,
  type Field,
  HoldfastError,
  type Input,
  lastingClock,
  lastingPolicy,
  type Next,
  parsedJson,
  signOAuth1,
  takeForm,
} from "@holdfast/core"
import { z } from "zod"

/** Keys of a shop, and the shop that they are for: they go nowhere else, whatever the account says. */
export interface WoocommerceSecret {
  readonly consumerKey: string
  readonly consumerSecret: string
  readonly site: string
}

const secret = z.object({ consumerKey: z.string().min(1), consumerSecret: z.string().min(1), site: z.url() })
const permissions = ["read", "write"] as const

const siteField: Field = {
  name: "site",
  label: "Shop URL",
  type: "text",
  placeholder: "https://yourshop.com",
  help: "The address of the shop's home page.",
}
const site = z
  .string()
  .trim()
  .min(1)
  .max(2_048)
  .refine((typed) => siteAddress(typed) !== undefined, "That is not the address of a shop.")
  .transform((typed) => siteAddress(typed) ?? typed)

/** What a person typed, as a shop's address: https unless http is written there, without what belongs to a page of it. */
function siteAddress(typed: string): string | undefined {
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return undefined
  return (url.origin + url.pathname).replace(/\/+$/, "")
}

const common = {
  needsApp: false,
  slots: ["main"],
  secret,
  /**
   * Basic over https. Without TLS the keys sign, in the query: shops read the header only where their server hands it on.
   * @see https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication-over-http
   */
  async authorize(context: Context, request: Request, held: WoocommerceSecret): Promise<Request> {
    const { origin, protocol } = new URL(request.url)
    if (origin !== new URL(held.site).origin)
      throw new HoldfastError("host_forbidden", "These keys are for another shop.")
    const { consumerKey, consumerSecret } = held
    if (protocol === "https:") {
      request.headers.set("authorization", `Basic ${btoa(`${consumerKey}:${consumerSecret}`)}`)
      return request
    }
    const credentials = { clientId: consumerKey, clientSecret: consumerSecret, placement: "query" } as const
    return await signOAuth1(request, { ...credentials, signatureMethod: "HMAC-SHA256" }, context)
  },
} as const

const typedFields: readonly Field[] = [
  siteField,
  { name: "consumerKey", label: "Consumer key", type: "text", placeholder: "ck_…", help: "It begins with ck_." },
  {
    name: "consumerSecret",
    label: "Consumer secret",
    type: "password",
    help: "It begins with cs_, and is shown once.",
  },
]
const text = z.string().trim().min(1).max(256)
const typedSchema = z.object({ site, consumerKey: text, consumerSecret: text })

/** Keys that a person made in the shop's settings. */
export const typedKeys: AuthMethod<WoocommerceSecret, never> = Object.freeze({
  ...common,
  id: "api_key",
  kind: "api_key",
  label: "Connect with REST API keys",
  fields: typedFields,
  input: typedSchema,
  policy: { ...lastingPolicy, madeByHand: true },
  facts: { hostIsChosen: true, startsWith: "form" } as const,
  begin: connectTyped,
  advance: connectTyped,
})

async function connectTyped(context: Context<never>, input: Input): Promise<Next<never, WoocommerceSecret>> {
  const form = { id: "api_key", title: "Connect WooCommerce", fields: typedFields, schema: typedSchema }
  const typed = takeForm(form, input, knownOf(context))
  if ("step" in typed) return typed
  const { site = "", consumerKey = "", consumerSecret = "" } = typed.values
  return grantOf(context, { site, consumerKey, consumerSecret })
}

interface AuthorizeState {
  readonly site: string
  /** What the shop names us by; nobody can guess it. */
  readonly userId: string
  /** What the shop's server posted, until the browser is back. */
  readonly posted?: WoocommerceSecret & { readonly granted: readonly string[] }
  /** Whether the browser is back, and said yes. */
  readonly returned?: true
}

// https://woocommerce.github.io/woocommerce-rest-api-docs/#rest-api-keys
const posted = z.object({
  user_id: z.union([z.string(), z.number()]).transform(String),
  consumer_key: z.string().min(1),
  consumer_secret: z.string().min(1),
  key_permissions: z.string(),
})

type Authorize = AuthMethod<WoocommerceSecret, AuthorizeState>

/** The shop's own page makes the keys: its server posts them, and the browser comes back by itself. Only both together connect. */
export function authorizeShop(appName: string | undefined): Authorize {
  const schema = z.object({ site })
  const form = { id: "authorize", title: "Connect WooCommerce", fields: [siteField], schema }

  const begin: Authorize["begin"] = async (context, input) => {
    const typed = takeForm(form, input, knownOf(context))
    if ("step" in typed) return typed
    const { attempt } = context
    if (!attempt) throw new HoldfastError("unexpected", "A conversation needs an attempt.")
    if (!attempt.callbackUrl.startsWith("https://")) {
      throw new HoldfastError("config_invalid", "WooCommerce posts keys to https addresses alone; this one is not.")
    }
    const { site = "" } = typed.values
    await context.guard(new URL(site).hostname.replace(/^\[|\]$/g, ""), portOf(site))
    const userId = base64url(context.random(16))
    const url = new URL(`${site}/wc-auth/v1/authorize`)
    url.searchParams.set("app_name", appName ?? new URL(attempt.redirectUri).host)
    url.searchParams.set("scope", scopeOf(attempt.scopes ?? permissions))
    url.searchParams.set("user_id", userId)
    url.searchParams.set("return_url", attempt.callbackUrl)
    url.searchParams.set("callback_url", attempt.callbackUrl)
    return { step: { kind: "redirect", url: url.href, returns: "server_post" }, state: { site, userId } }
  }

  return Object.freeze({
    ...common,
    id: "authorize",
    kind: "api_key",
    label: "Connect with WooCommerce",
    fields: [siteField],
    input: schema,
    policy: lastingPolicy,
    facts: { hostIsChosen: true, startsWith: "redirect", scopes: permissions, scopeSeparator: "_" } as const,
    begin,
    async advance(context: Context<AuthorizeState>, input: Input) {
      const state = context.attempt?.state
      if (!state) return begin(context, input)
      return bothOf(context, input.from === "callback" ? heard(state, input) : state)
    },
  })
}

/** What is known after the shop's server or the browser has come. */
function heard(state: AuthorizeState, input: Extract<Input, { from: "callback" }>): AuthorizeState {
  if (input.method === "POST") {
    const came = posted.safeParse(parsedJson(input.body)).data
    if (!came) throw new HoldfastError("response_invalid", "The shop posted no keys.")
    if (came.user_id !== state.userId) throw new HoldfastError("state_mismatch", "The keys are for another attempt.")
    const { consumer_key: consumerKey, consumer_secret: consumerSecret } = came
    return {
      ...state,
      posted: { consumerKey, consumerSecret, site: state.site, granted: came.key_permissions.split("_") },
    }
  }
  const { searchParams } = new URL(input.url)
  if (!input.inBrowser || searchParams.get("user_id") !== state.userId)
    throw new HoldfastError("state_mismatch", "The browser came back from another attempt.")
  if (searchParams.get("success") !== "1") throw new HoldfastError("access_denied")
  return { ...state, returned: true }
}

function bothOf(context: Context, state: AuthorizeState): Next<AuthorizeState, WoocommerceSecret> {
  if (!state.posted || !state.returned) {
    return { state, step: { kind: "wait", message: "Waiting for the shop", pollAfterMs: 2_000 } }
  }
  const { granted, ...keys } = state.posted
  return grantOf(context, keys, granted)
}

function grantOf(
  { clock }: Pick<Context, "clock">,
  keys: WoocommerceSecret,
  granted?: readonly string[],
): Next<never, WoocommerceSecret> {
  const main = { secret: keys, clock: lastingClock(clock.now()), ...(granted && { granted }) }
  return { grant: { slots: { main }, evidence: { input: { site: keys.site } } } }
}

/** Reading is always asked for: it is how the shop says who it is. */
function scopeOf(scopes: readonly string[]): string {
  return scopes.includes("write") ? "read_write" : "read"
}

function knownOf({ account, attempt }: Pick<Context, "account" | "attempt">): Readonly<Record<string, string>> {
  return { ...account?.data, ...attempt?.input }
}

function portOf(address: string): number {
  const { port, protocol } = new URL(address)
  return Number(port) || (protocol === "http:" ? 80 : 443)
}
