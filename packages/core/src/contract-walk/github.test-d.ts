import { z } from "zod"
import { type AuthMethod, type Context, defineConnector, oauth2, type TokenSet } from "../index.js"
import { field, post, query, unverified, values } from "./kit.test-d.js"

// An OAuth app, and a GitHub App whose secret lives in the registration: installation tokens are minted by the hour with a JWT that
// its private key signs, nothing is spent, and `installation_id` is the browser's word until the person's own token proves it. An
// owner's approval may take days. https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/about-the-setup-url

const oauthApp = oauth2({
  authorizationEndpoint: "https://github.com/login/oauth/authorize",
  tokenEndpoint: "https://github.com/login/oauth/access_token",
  scopes: ["repo"],
  tokenRequestHeaders: { accept: "application/json" },
  errorCode: ({ body }) => z.object({ error: z.string() }).safeParse(body).data?.error,
  policy: { rotation: "none", accessTokenSeconds: "never", expectsRefreshToken: false },
})

interface Installation {
  readonly installationId: string
  readonly accessToken: string
}
type Secret = Installation | TokenSet
interface State {
  readonly pending?: true
}
declare const appJwt: (privateKey: string, clientId: string, now: number) => Promise<string>
declare const exchange: (context: Context<State>, code: string) => Promise<TokenSet>
declare const installationsOf: (context: Context<State>, user: TokenSet) => Promise<readonly string[]>
const minted = z.object({ token: z.string(), expires_at: z.iso.datetime() })

async function mint(context: Context<State>, installationId: string) {
  const jwt = await appJwt(field(context.app, "privateKey"), field(context.app, "clientId"), context.clock.now())
  const url = `https://api.github.com/app/installations/${installationId}/access_tokens`
  const { token, expires_at } = await post(context, url, { jwt }, minted)
  return {
    secret: { installationId, accessToken: token },
    clock: { issuedAt: context.clock.now(), expiresAt: Date.parse(expires_at), rotation: "none" },
  } as const
}

const installation: AuthMethod<Secret, State> = {
  id: "app_installation",
  kind: "github_app",
  label: "Install the GitHub App",
  needsApp: true,
  slots: ["installation", "user"],
  secret: z.union([
    z.object({ installationId: z.string(), accessToken: z.string() }),
    z.object({ accessToken: z.string(), refreshToken: z.string().optional() }) as z.ZodType<TokenSet>,
  ]),
  fields: [],
  input: z.record(z.string(), z.string()),
  policy: {
    rotation: "single-use",
    reuse: "revokes-family",
    reconsent: "keeps",
    revokes: "token",
    refreshInvalidatesAccessToken: true,
    accessTokenSeconds: 3_600,
    expectsRefreshToken: false,
  },
  facts: { hostIsChosen: false, startsWith: "redirect" },
  async begin({ app, attempt }) {
    const url = `https://github.com/apps/${field(app, "slug")}/installations/new?state=${attempt?.stateParameter}`
    return { state: {}, step: { kind: "redirect", url, returns: "query" } }
  },
  async advance(context, input) {
    const came = input.from === "callback" ? query(input) : values(input)
    if (came?.setup_action === "request") {
      // An owner of the organisation has to approve: the attempt lives for days, and a later callback or poll ends it.
      return {
        state: { pending: true },
        step: { kind: "wait", message: "Waiting for approval", pollAfterMs: 60_000 },
        expiresAt: context.clock.now() + 14 * 86_400_000,
      }
    }
    const { code = "", installation_id = "" } = came ?? {}
    const user = await exchange(context, code)
    const own = await installationsOf(context, user)
    if (!own.includes(installation_id)) unverified("not an installation of this person")
    return {
      grant: {
        slots: {
          installation: await mint(context, installation_id),
          user: {
            secret: user,
            clock: { issuedAt: context.clock.now(), expiresAt: "unknown", rotation: "single-use" },
          },
        },
        evidence: { callback: { installation_id } },
      },
    }
  },
  presents: (secret, slot) => (slot === "user" && "refreshToken" in secret ? secret.refreshToken : undefined),
  async refresh(context, secret, slot) {
    if (slot === "installation" && "installationId" in secret) {
      return { is: "renewed", ...(await mint(context, secret.installationId)) }
    }
    return { is: "refused", by: "grant", providerCode: "bad_refresh_token" }
  },
  accessToken: ({ accessToken }) => accessToken,
  authorize(_context, request, { accessToken }) {
    request.headers.set("authorization", `Bearer ${accessToken}`)
    return request
  },
}

const define = defineConnector({
  id: "github",
  vendor: "github",
  name: "GitHub",
  category: "development",
  documentation: "https://docs.github.com/rest",
  methods: [oauthApp, installation],
  app: {
    schema: z.object({ clientId: z.string(), clientSecret: z.string(), privateKey: z.string(), slug: z.string() }),
    fields: [
      { name: "clientId", label: "Client ID", secret: false },
      { name: "clientSecret", label: "Client secret", secret: true },
      { name: "privateKey", label: "Private key", secret: true, required: false },
      { name: "slug", label: "App name in its address", secret: false, required: false },
    ],
  },
  api: { baseUrl: "https://api.github.com", authorization: "Bearer", headers: { "user-agent": "holdfast" } },
  errors: { codes: {}, statuses: { 404: "resource_not_found" } },
  async identify(call, { callback }) {
    if (callback?.installation_id) return { id: `installation:${callback.installation_id}`, label: "Installation" }
    const me = await call.http.get("/user", { output: z.object({ id: z.number(), login: z.string() }) })
    return { id: String(me.id), label: me.login }
  },
  check: async () => [{ name: "token", ok: true }],
  operations: {},
  setup: { url: "https://github.com/settings/apps", steps: ["Create an app.", "Set the callback to {redirectUri}."] },
})
export interface GithubConnector extends ReturnType<typeof define> {}
export const github: () => GithubConnector = define
