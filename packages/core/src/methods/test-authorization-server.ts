import { createServer, type RequestListener, type Server } from "node:http"
import type { AddressInfo } from "node:net"

/** A real authorization server on loopback, and the browser of somebody who signs in there. */
export interface AuthorizationServer {
  readonly issuer: string
  /** Signs in and consents (or turns away), and answers the address that the browser is sent back to. */
  visit(authorizationUrl: string, choice?: "consent" | "abort"): Promise<URL>
  close(): Promise<void>
}

interface ProviderModule {
  readonly default: new (issuer: string, configuration: object) => { callback(): RequestListener }
}

export interface Registration {
  readonly clientId: string
  readonly authentication: "client_secret_post" | "client_secret_basic"
  readonly clientSecret: string
}

/**
 * `oidc-provider` with PKCE required, single-use refresh tokens whose reuse revokes the family, revocation, and `iss` in the callback.
 * @see https://github.com/panva/node-oidc-provider/blob/main/docs/README.md
 */
export async function startAuthorizationServer(
  redirectUri: string,
  clients: readonly Registration[],
): Promise<AuthorizationServer> {
  // @ts-expect-error it has no types of its own
  const { default: Provider }: ProviderModule = await import("oidc-provider")
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: clients.map(({ clientId, clientSecret, authentication }) => ({
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: authentication,
    })),
    cookies: { keys: ["only for this test"] },
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true, allowedPolicy: async () => true },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: { AccessToken: 600, RefreshToken: 86_400, Grant: 86_400, Session: 600, Interaction: 600, IdToken: 600 },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  })
  server.on("request", provider.callback())
  return { issuer, visit: browser(redirectUri), close: () => close(server) }
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

const maxPages = 20

/** Follows redirects, keeps cookies, and submits each form it is shown. */
function browser(redirectUri: string) {
  return async (authorizationUrl: string, choice: "consent" | "abort" = "consent"): Promise<URL> => {
    const cookies = new Map<string, string>()
    let next = new Request(authorizationUrl)
    for (let page = 0; page < maxPages; page++) {
      const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") }
      const answer = await fetch(new Request(next, { headers: { ...headers, ...formType(next) }, redirect: "manual" }))
      for (const line of answer.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (value === "") cookies.delete(name)
        else cookies.set(name, value)
      }
      const location = answer.headers.get("location")
      const html = await answer.text()
      if (location?.startsWith(redirectUri)) return new URL(location)
      next = location ? new Request(new URL(location, next.url)) : submission(html, next.url, choice)
    }
    throw new Error("the provider never sent the browser back")
  }
}

function formType(request: Request): Record<string, string> {
  return request.method === "POST" ? { "content-type": "application/x-www-form-urlencoded" } : {}
}

function submission(html: string, base: string, choice: "consent" | "abort"): Request {
  const [, action = ""] = /<form[^>]*action="([^"]+)"/.exec(html) ?? []
  const [, prompt = ""] = /name="prompt" value="(\w+)"/.exec(html) ?? []
  const [, abort = ""] = /<a href="([^"]+)">\s*\[ Cancel \]/.exec(html) ?? []
  if (prompt === "consent" && choice === "abort") return new Request(new URL(abort, base))
  if (!action) throw new Error(`a page without a form: ${html.replace(/<[^>]+>|\s+/g, " ").slice(0, 300)}`)
  const body = new URLSearchParams({ prompt, ...(prompt === "login" && { login: "person-1", password: "any" }) })
  return new Request(new URL(action, base), { method: "POST", body: body.toString() })
}
