import { authorizationServer, createEmulator, json } from "../../packages/emulator/src/index.js"
import { app, type Manner, redirectUri } from "./kill-acme.js"

const auth = "https://acme.example"
const api = "https://api.acme.example"

/** Who can consent there. */
export const accountIds = ["U1", "U2", "U3"]

/** A provider that ends all that it granted when a spent refresh token is shown again, and says which tokens it would take now. */
export function strictProvider({ reconsentKills }: Manner) {
  return createEmulator({
    name: "acme",
    origins: [auth, api],
    setup(kit) {
      const oauth = authorizationServer<{ email: string }>(kit, {
        authorizationEndpoint: `${auth}/oauth/authorize`,
        tokenEndpoint: `${auth}/oauth/token`,
        revocation: { endpoint: `${auth}/oauth/revoke`, revokes: "grant" },
        clients: [{ clientId: app.clientId, clientSecret: app.clientSecret, redirectUris: [redirectUri] }],
        accounts: accountIds.map((id) => ({ id, label: `User ${id}`, data: { email: `${id}@acme.example` } })),
        scopes: ["items:read", "items:write"],
        clientAuthentication: "post",
        refreshToken: { rotation: "single-use", reuse: "revokes-family" },
        reconsent: reconsentKills ? "kills" : "keeps",
      })
      const hooks = new Map<string, string>()
      const route = (method: "GET" | "POST" | "DELETE", path: string, answer: Parameters<typeof kit.route>[3]) =>
        kit.route(method, api, path, (call) =>
          oauth.authenticate(call.request) ? answer(call) : json({ error: "token_invalid" }, { status: 401 }),
        )
      route("GET", "/me", ({ request }) => {
        const account = oauth.authenticate(request)?.account
        return json({ id: account?.id, name: account?.label, email: account?.data.email })
      })
      route("POST", "/hooks", async (call) => {
        const { url } = (await call.json()) as { url: string }
        const [known] = [...hooks].find(([, target]) => target === url) ?? []
        const id = known ?? kit.random.id("h", 8)
        hooks.set(id, url)
        return json({ id })
      })
      route("DELETE", "/hooks/{id}", ({ params }) => {
        hooks.delete(params.id ?? "")
        return new Response(null, { status: 204 })
      })
      return { oauth, hooks }
    },
  })
}

export type StrictProvider = ReturnType<typeof strictProvider>

/** The tokens of a grant that were handed out last: of refresh tokens that work once, the only one that the provider takes. */
export interface Newest {
  readonly accessToken: string
  readonly refreshToken: string
}

/**
 * The provider with a look over its shoulder: what it handed out last for each grant, whoever received it, and a word before it works on
 * a request.
 */
export function watched(provider: StrictProvider, before: (request: Request) => Promise<void>) {
  const newest = new Map<string, Newest>()
  const underWay = new Set<Promise<Response>>()

  function fetch(input: Request | URL | string, init?: RequestInit): Promise<Response> {
    const answered = answer(new Request(input, init)).finally(() => underWay.delete(answered))
    underWay.add(answered)
    return answered
  }

  async function answer(received: Request): Promise<Response> {
    const request = await unbound(received)
    await before(request)
    const response = await provider.fetch(request)
    if (request.url === `${auth}/oauth/token` && response.ok) {
      const { access_token, refresh_token } = (await response.clone().json()) as Record<string, string>
      const inspected = provider.provider.oauth.inspectToken(access_token ?? "")
      if (inspected.is === "live")
        newest.set(inspected.grant.id, { accessToken: access_token ?? "", refreshToken: refresh_token ?? "" })
    }
    return response
  }

  return {
    emulator: Object.create(provider, { fetch: { value: fetch } }) as StrictProvider,
    newest,
    fetch,
    /** Ends when it has done its work on every request that it has. */
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}

/** A request that its sender's death does not take back: the provider has it, and does its work. */
async function unbound(request: Request): Promise<Request> {
  const body = request.method === "GET" || request.method === "HEAD" ? null : await request.arrayBuffer()
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    redirect: request.redirect,
    body,
  })
}
