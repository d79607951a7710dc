import { authorizationServer, type Call, createEmulator, hmacSignature, json } from "@holdfast/emulator"

export const acmeApp = {
  clientId: "acme-app",
  clientSecret: "acme-client-secret-1",
  signingSecret: "acme-signing-secret-1",
}
export const acmeKey = "acme_key_of_the_first_user"

export const acmeSignature = hmacSignature({
  secret: acmeApp.signingSecret,
  signed: "{timestamp}.{body}",
  headers: { "x-acme-signature": "{signature}", "x-acme-timestamp": "{timestamp}" },
})

/** A provider made up for the suite's own tests: rotating tokens, keys, scopes, items, hooks. */
export function acmeEmulator(redirectUri: string) {
  return createEmulator({
    name: "acme",
    origins: ["https://acme.example", "https://api.acme.example"],
    setup(kit) {
      const oauth = authorizationServer<{ email: string }>(kit, {
        authorizationEndpoint: "https://acme.example/oauth/authorize",
        tokenEndpoint: "https://acme.example/oauth/token",
        revocation: { endpoint: "https://acme.example/oauth/revoke", revokes: "grant" },
        clients: [{ clientId: acmeApp.clientId, clientSecret: acmeApp.clientSecret, redirectUris: [redirectUri] }],
        accounts: [
          { id: "U1", label: "First user", data: { email: "first@acme.example" } },
          { id: "U2", label: "Second user", data: { email: "second@acme.example" } },
        ],
        scopes: ["items:read", "items:write"],
        partialConsent: true,
        clientAuthentication: "post",
        refreshToken: { rotation: "single-use" },
        // Anybody can change it on the way: a bait for connectors that believe it.
        callbackParameters: ({ grant }): Record<string, string> => (grant ? { user: grant.account.id } : {}),
      })
      const keys = new Map([[acmeKey, "U1"]])
      const items = new Map([["i1", { id: "i1", title: "First" }]])
      const hooks = new Map<string, string>()

      function caller(call: Call, scope?: string): { id: string } | Response {
        const key = call.request.headers.get("x-acme-key")
        const byKey = key === null ? undefined : keys.get(key)
        const inspected = oauth.inspect(call.request)
        const user = byKey ?? (inspected.is === "live" ? inspected.account.id : undefined)
        if (user === undefined) return json({ error: "token_invalid" }, { status: 401 })
        const isGranted =
          scope === undefined || byKey !== undefined || (inspected.is === "live" && inspected.scopes.includes(scope))
        return isGranted ? { id: user } : json({ error: "scope_required" }, { status: 403 })
      }
      const api = (
        method: "GET" | "POST" | "DELETE",
        path: string,
        scope: string | undefined,
        answer: (call: Call) => Response | Promise<Response>,
      ) =>
        kit.route(method, "https://api.acme.example", path, (call) => {
          const found = caller(call, scope)
          return found instanceof Response ? found : answer(call)
        })

      kit.route("GET", "https://api.acme.example", "/me", (call) => {
        const found = caller(call)
        if (found instanceof Response) return found
        const account = oauth.accounts.find(({ id }) => id === found.id)
        return json({ id: found.id, name: account?.label, email: account?.data.email })
      })
      api("GET", "/items/{id}", "items:read", ({ params }) => {
        const item = items.get(params.id ?? "")
        return item ? json(item) : json({ error: "no_such_item" }, { status: 404 })
      })
      api("POST", "/items", "items:write", async (call) => {
        const { title } = (await call.json()) as { title: string }
        const item = { id: kit.random.id("i", 8), title }
        items.set(item.id, item)
        return json(item, { status: 201 })
      })
      api("POST", "/hooks", undefined, async (call) => {
        const { url } = (await call.json()) as { url: string }
        const [known] = [...hooks].find(([, target]) => target === url) ?? []
        const id = known ?? kit.random.id("h", 8)
        hooks.set(id, url)
        return json({ id })
      })
      api("DELETE", "/hooks/{id}", undefined, ({ params }) => {
        hooks.delete(params.id ?? "")
        return new Response(null, { status: 204 })
      })
      return { oauth, keys, items, hooks }
    },
  })
}

export type AcmeEmulator = ReturnType<typeof acmeEmulator>
