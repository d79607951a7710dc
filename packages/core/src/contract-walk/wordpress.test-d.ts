import { z } from "zod"
import { type AuthMethod, type BasicSecret, defineConnector } from "../index.js"
import { lastingClock, lastingPolicy, query, unverified, values } from "./kit.test-d.js"

// The address to leave for is discovered on a host that a person typed; no state comes back but our own; the password arrives in the
// callback's query; there is no app.

const site = z.object({ site: z.url() })
const discovery = z.object({
  authentication: z.object({
    "application-passwords": z.object({ endpoints: z.object({ authorization: z.url() }) }),
  }),
})

const authorize: AuthMethod<BasicSecret, { readonly site: string }> = {
  id: "authorize_application",
  kind: "basic",
  label: "Connect with WordPress",
  needsApp: false,
  slots: ["main"],
  secret: z.object({ username: z.string(), password: z.string() }),
  fields: [{ name: "site", label: "Site", type: "url" }],
  input: site,
  policy: lastingPolicy,
  facts: { hostIsChosen: true, startsWith: "redirect" },
  async begin(context, input) {
    const typed = new URL(site.parse(values(input)).site)
    await context.guard(typed.hostname, Number(typed.port || 443))
    const answer = await context.fetch(new Request(new URL("/wp-json/", typed)))
    const found = new URL(
      discovery.parse(await answer.json()).authentication["application-passwords"].endpoints.authorization,
    )
    if (found.origin !== typed.origin) unverified("another origin")
    found.searchParams.set("success_url", context.attempt?.callbackUrl ?? "")
    return { state: { site: typed.origin }, step: { kind: "redirect", url: found.href, returns: "query" } }
  },
  async advance({ attempt, clock }, input) {
    if (input.from !== "callback") return unverified("not a callback")
    const { site_url = "", user_login = "", password = "" } = query(input)
    if (new URL(site_url).origin !== attempt?.state?.site) unverified("another site")
    return {
      grant: {
        slots: {
          main: { secret: { username: user_login, password }, clock: { ...lastingClock, issuedAt: clock.now() } },
        },
        evidence: { input: { site: site_url } },
      },
    }
  },
  authorize(_context, request, { username, password }) {
    request.headers.set("authorization", `Basic ${btoa(`${username}:${password}`)}`)
    return request
  },
}

const define = defineConnector({
  id: "wordpress",
  vendor: "wordpress",
  name: "WordPress",
  category: "websites",
  documentation: "https://developer.wordpress.org/rest-api/",
  methods: [authorize],
  app: null,
  tokens: "none",
  api: { baseUrl: "{site}/wp-json/wp/v2", authorization: "Basic {username}:{password}", hostIsChosen: true },
  errors: { codes: { rest_post_invalid_id: "resource_not_found", rest_forbidden: "scope_missing" } },
  locate: ({ input }) => site.parse(input),
  async identify(call, { input }) {
    const me = await call.http.get("/users/me", { output: z.object({ id: z.number(), name: z.string() }) })
    const { host } = new URL(site.parse(input).site)
    return { id: `${host}:${me.id}`, label: `${me.name} at ${host}`, data: site.parse(input) }
  },
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://wordpress.org/documentation/", steps: ["Nothing to register."] },
})
export interface WordpressConnector extends ReturnType<typeof define> {}
export const wordpress: () => WordpressConnector = define
