import {
  type AuthMethod,
  type Context,
  defineConnector,
  type GrantPolicy,
  HoldfastError,
  type Input,
  operation,
} from "@holdfast/core"
import { z } from "zod"
import { acmeOrigins } from "./acme-emulator.js"
import { verifyAcme } from "./acme-webhook.js"

const lasting: GrantPolicy = {
  rotation: "none",
  reuse: "revokes-family",
  reconsent: "keeps",
  revokes: "token",
  refreshInvalidatesAccessToken: false,
  accessTokenSeconds: "never",
  expectsRefreshToken: false,
}
const clock = (context: Context) => ({ issuedAt: context.clock.now(), expiresAt: "never", rotation: "none" }) as const
const bearer = (_context: Context, request: Request, secret: string) => {
  request.headers.set("authorization", `Bearer ${secret}`)
  return request
}
const common = {
  slots: ["main"],
  secret: z.string(),
  policy: lasting,
  input: z.record(z.string(), z.string()),
  accessToken: (secret: string) => secret,
  authorize: bearer,
}

/** An authorization code flow whose answer comes back in any of the ways that providers have. */
function codeMethod(id: string, returns: "query" | "form_post" | "fragment"): AuthMethod<string, string> {
  return {
    ...common,
    id,
    kind: "oauth2",
    label: "Connect with OAuth",
    needsApp: true,
    fields: [],
    facts: { hostIsChosen: false, startsWith: "redirect" },
    async begin({ app, attempt }) {
      const url = new URL(`${acmeOrigins.accounts}/authorize`)
      url.searchParams.set("response_type", "code")
      url.searchParams.set("client_id", app?.clientId ?? "")
      url.searchParams.set("redirect_uri", attempt?.redirectUri ?? "")
      url.searchParams.set("state", attempt?.stateParameter ?? "")
      return { step: { kind: "redirect", url: url.href, returns }, state: "sent" }
    },
    async advance(context, input) {
      const answer = answerOf(input)
      if (answer.get("error"))
        throw new HoldfastError("access_denied", undefined, { details: { providerCode: answer.get("error") ?? "" } })
      const { app, attempt } = context
      const response = await context.fetch(
        new Request(`${acmeOrigins.accounts}/token`, {
          method: "POST",
          body: new URLSearchParams({
            grant_type: "authorization_code",
            code: answer.get("code") ?? "",
            redirect_uri: attempt?.redirectUri ?? "",
            client_id: app?.clientId ?? "",
            client_secret: app?.fields.clientSecret ?? "",
          }),
        }),
      )
      const body = z.object({ access_token: z.string() }).safeParse(await response.json())
      if (!body.success) throw new HoldfastError("provider_rejected")
      return { grant: { slots: { main: { secret: body.data.access_token, clock: clock(context) } }, evidence: {} } }
    },
  }
}

/** What the provider said, wherever it said it. */
function answerOf(input: Input): URLSearchParams {
  if (input.from !== "callback") throw new HoldfastError("input_invalid")
  // What the host's browser carries for the host is no business of a connector's.
  if (input.headers.has("cookie") || input.headers.has("authorization")) throw new HoldfastError("config_invalid")
  return input.method === "POST" ? new URLSearchParams(input.body) : new URL(input.url).searchParams
}

const keyField = { name: "key", label: "API key", type: "password", help: "Under Settings, API." } as const

const apiKey: AuthMethod<string, never> = {
  ...common,
  id: "api_key",
  kind: "api_key",
  label: "Connect with API Key",
  needsApp: false,
  fields: [keyField],
  facts: { hostIsChosen: false, startsWith: "form" },
  begin: async (context, input) => takeKey(context, input),
  advance: async (context, input) => takeKey(context, input),
}

async function takeKey(context: Context, input: Input) {
  const key = "values" in input ? input.values.key : undefined
  if (!key) return { step: { kind: "form", id: "key", title: "Acme", fields: [keyField] } } as const
  const request = new Request(`${acmeOrigins.api}/me`, { headers: { authorization: `Bearer ${key}` } })
  const { ok } = await context.fetch(request)
  if (!ok) throw new HoldfastError("credential_invalid", undefined, { details: { fields: ["key"] } })
  return { grant: { slots: { main: { secret: key, clock: clock(context) } }, evidence: {} } }
}

/** The provider's server posts the key without a cookie, and the browser comes back by itself: only both together connect. */
const serverPost: AuthMethod<string, { key?: string }> = {
  ...common,
  id: "server_post",
  kind: "keys",
  label: "Connect with keys",
  needsApp: false,
  fields: [],
  facts: { hostIsChosen: false, startsWith: "redirect" },
  async begin({ attempt }) {
    const url = `${acmeOrigins.accounts}/keys?callback=${encodeURIComponent(attempt?.callbackUrl ?? "")}`
    return { step: { kind: "redirect", url, returns: "server_post" }, state: {} }
  },
  async advance(context, input) {
    const wait = { kind: "wait", message: "Waiting for Acme", pollAfterMs: 2_000 } as const
    if (input.from === "callback" && input.method === "POST" && !input.inBrowser) {
      return { step: wait, state: z.object({ key: z.string() }).parse(JSON.parse(input.body)) }
    }
    const key = context.attempt?.state?.key
    if (key === undefined) return { step: wait, state: {} }
    return { grant: { slots: { main: { secret: key, clock: clock(context) } }, evidence: {} } }
  },
}

/** A code to scan; the second look finds it scanned. */
const qr: AuthMethod<string, { looks: number }> = {
  ...common,
  id: "qr",
  kind: "qr",
  label: "Scan a code",
  needsApp: false,
  fields: [],
  facts: { hostIsChosen: false, startsWith: "qr" },
  begin: async (context) => ({ step: qrStep(context), state: { looks: 0 } }),
  async advance(context) {
    const looks = (context.attempt?.state?.looks ?? 0) + 1
    if (looks < 2) return { step: qrStep(context), state: { looks } }
    return { grant: { slots: { main: { secret: "key-of-u1", clock: clock(context) } }, evidence: {} } }
  },
}

function qrStep(context: Context) {
  return { kind: "qr", data: "acme://login", expiresAt: context.clock.now() + 60_000, pollAfterMs: 1_000 } as const
}

const me = z.object({ id: z.string(), label: z.string() })

/** A provider of the suite's own, with one method for each way in which an answer can come back. */
export const acme = defineConnector({
  id: "acme",
  vendor: "acme",
  name: "Acme",
  category: "other",
  documentation: "https://acme.example/docs",
  methods: [
    codeMethod("oauth", "query"),
    codeMethod("posted", "form_post"),
    codeMethod("fragment", "fragment"),
    apiKey,
    serverPost,
    qr,
  ] as AuthMethod[],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string(), signingSecret: z.string() }),
    fields: [
      { name: "clientId", label: "Client id", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
      { name: "signingSecret", label: "Signing secret", secret: true },
    ],
  },
  api: { baseUrl: acmeOrigins.api, authorization: "Bearer" },
  errors: { codes: {}, statuses: { 401: "reauth_required", 404: "resource_not_found" } },
  identify: async (call) => await call.http.get("/me", { output: me }),
  check: async (call) => {
    await call.http.get("/me")
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },
  targets: async () => [{ id: "site-1", label: "First site", data: { site: "one" } }],
  operations: {
    get_me: operation({
      summary: "Who am I",
      effect: "read",
      input: z.object({}),
      output: me,
      async run({ http, account, target }) {
        const { id, label } = await http.get("/me", { output: me })
        return { id, label: target ? `${label} at ${account?.data?.site}` : label }
      },
    }),
    get_note: operation({
      summary: "A note",
      effect: "read",
      input: z.object({ id: z.string() }),
      output: z.unknown(),
      run: (call, { id }) => call.http.get("/notes/{id}", { path: { id } }),
    }),
  },
  statistics: async () => [{ label: "Notes", value: 7 }],
  webhooks: {
    scheme: "HMAC-SHA256 of the body, hex, X-Acme-Signature",
    verify: (context, delivery) => verifyAcme(context.app.fields.signingSecret ?? "", delivery),
    events: { note_created: { summary: "A note was written", payload: z.object({ note: z.string() }) } },
  },
  setup: { url: "https://acme.example/apps", steps: ["Register {redirectUri}.", "Send deliveries to {webhookUrl}."] },
})
