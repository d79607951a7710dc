// https://plaid.com/docs/link/hosted-link/ and https://plaid.com/docs/link/update-mode/
import {
  type AuthMethod,
  type Context,
  type GrantPolicy,
  HoldfastError,
  isHoldfastError,
  lastingPolicy,
} from "@holdfast/core"
import { z } from "zod"
import { appHeaders, askPlaid, environmentOf } from "./app.js"

/** What is sealed: the Item's token, which does not expire. */
export interface PlaidSecret {
  readonly accessToken: string
}

/** Sealed between steps. `updates`: the Item that is there is being mended. */
export interface LinkState {
  readonly linkToken: string
  readonly updates: boolean
}

/** What Link asks the person for. */
export interface LinkOptions {
  /** What Link calls the app, 30 characters at most. Default: "Your app". */
  readonly clientName?: string
  /** Default: `["transactions"]`. @see https://plaid.com/docs/api/link/#link-token-create-request-products */
  readonly products?: readonly string[]
  /** Default: `["US"]`. */
  readonly countryCodes?: readonly string[]
  /** Default: "en". */
  readonly language?: string
}

const secret = z.object({ accessToken: z.string().min(1) })
const created = z.object({ link_token: z.string(), hosted_link_url: z.url(), expiration: z.string().optional() })
const session = z.looseObject({
  finished_at: z.string().nullish(),
  on_success: z.looseObject({ public_token: z.string() }).nullish(),
  results: z
    .looseObject({ item_add_results: z.array(z.looseObject({ public_token: z.string() })).nullish() })
    .nullish(),
  exit: z.looseObject({}).nullish(),
  on_exit: z.looseObject({}).nullish(),
})
const sessions = z.object({ link_sessions: z.array(session).nullish() })
const exchanged = z.object({ access_token: z.string(), item_id: z.string() })
const pollAfterMs = 2_000

// https://plaid.com/docs/api/items/#itempublic_tokenexchange: an access_token does not expire.
const policy: GrantPolicy = { ...lastingPolicy, accessTokenSeconds: "never" }

/** Hosted Link: Plaid's page, and a question to Plaid what came of it. Nothing that the browser brings back is believed. */
export function linkMethod(options: LinkOptions): AuthMethod<PlaidSecret, LinkState> {
  return {
    id: "link",
    kind: "plaid_link",
    label: "Connect a bank",
    needsApp: true,
    slots: ["main"],
    secret,
    fields: [],
    input: z.record(z.string(), z.string()),
    policy,
    facts: { hostIsChosen: false, startsWith: "redirect" },

    async begin(context) {
      const { attempt } = context
      if (!attempt) throw new HoldfastError("unexpected", "A conversation needs an attempt.")
      const stored = secret.safeParse(await context.stored?.("main")).data
      const { clientName = "Your app", products = ["transactions"], countryCodes = ["US"], language = "en" } = options
      const body = {
        client_name: clientName,
        language,
        country_codes: countryCodes,
        // Nothing by which somebody could be known: https://plaid.com/docs/api/link/#link-token-create-request-user-client-user-id
        user: { client_user_id: await context.digest(JSON.stringify(context.owner)) },
        hosted_link: { completion_redirect_uri: attempt.callbackUrl },
        ...(stored ? { access_token: stored.accessToken } : { products }),
      }
      const link = await askPlaid(context, "/link/token/create", body, created).catch((error: unknown) => {
        throw stored ? explained(error) : error
      })
      // Half an hour, as that of the page: https://plaid.com/docs/api/link/#link-token-create-request-hosted-link-url-lifetime-seconds
      const expiresAt = Date.parse(link.expiration ?? "")
      return {
        step: { kind: "redirect", url: link.hosted_link_url, returns: "poll" },
        state: { linkToken: link.link_token, updates: stored !== undefined },
        ...(Number.isFinite(expiresAt) && { expiresAt }),
      }
    },

    async advance(context) {
      const state = context.attempt?.state
      if (!state) throw new HoldfastError("attempt_expired")
      const wait = { step: { kind: "wait", message: "Waiting for the bank", pollAfterMs }, state } as const
      const found = await askPlaid(context, "/link/token/get", { link_token: state.linkToken }, sessions).catch(
        (error: unknown) => {
          // The person is at the bank's page meanwhile, and is asked about again.
          if (isHoldfastError(error, "provider_unavailable") || isHoldfastError(error, "rate_limited")) return undefined
          throw error
        },
      )
      // A person who gave up may have come back: any session that succeeded counts.
      const finished = (found?.link_sessions ?? []).filter(({ finished_at }) => Boolean(finished_at))
      const succeeded = finished.find(({ exit, on_exit }) => !exit && !on_exit)
      if (!succeeded) {
        if (finished.length === 0) return wait
        throw new HoldfastError("access_denied", "The person left Link before it was done.", {
          details: { connector: "plaid" },
        })
      }
      // The same token works again: https://plaid.com/docs/link/update-mode/
      if (state.updates) return { grant: { evidence: {} } }
      const publicToken = succeeded.results?.item_add_results?.[0]?.public_token ?? succeeded.on_success?.public_token
      if (publicToken === undefined) throw new HoldfastError("response_invalid", "Link ended without a public token.")
      const { access_token, item_id } = await askPlaid(
        context,
        "/item/public_token/exchange",
        { public_token: publicToken },
        exchanged,
      )
      const clock = { issuedAt: context.clock.now(), expiresAt: "never", rotation: "none" } as const
      return {
        grant: {
          slots: { main: { secret: { accessToken: access_token }, clock } },
          evidence: { token: { item_id }, input: { environment: environmentOf(context.app) } },
        },
      }
    },

    /** @see https://plaid.com/docs/api/items/#itemremove */
    async revoke(context, { accessToken }) {
      await askPlaid(context, "/item/remove", { access_token: accessToken }, z.unknown()).catch((error: unknown) => {
        if (!isGone(error)) throw error
      })
    },

    /** The token goes into the body, beside what the operation says; the app proves itself by headers. */
    async authorize({ app }: Context<LinkState>, request, { accessToken }) {
      const headers = new Headers(request.headers)
      for (const [name, value] of Object.entries(appHeaders(app))) headers.set(name, value)
      const said: unknown = request.method === "POST" ? await request.json() : undefined
      if (typeof said !== "object" || said === null) return new Request(request, { headers })
      const { method, signal, redirect, url } = request
      const body = JSON.stringify({ ...said, access_token: accessToken })
      return new Request(url, { method, headers, signal, redirect, body })
    },
  }
}

function isGone(error: unknown): boolean {
  const code = isHoldfastError(error) ? error.details.providerCode : undefined
  return code === "INVALID_ACCESS_TOKEN" || code === "ITEM_NOT_FOUND"
}

/** An Item whose person took the permission back may be mended, or not: only asking tells. */
function isBeyondMending(error: unknown): boolean {
  return isGone(error) || (isHoldfastError(error) && error.details.providerCode === "USER_PERMISSION_REVOKED")
}

function explained(error: unknown): unknown {
  if (!isBeyondMending(error)) return error
  return new HoldfastError(
    "resource_not_found",
    "Plaid has no such Item any more, or cannot mend it. Connect the bank anew.",
    {
      details: { connector: "plaid", reason: "item_gone" },
    },
  )
}
