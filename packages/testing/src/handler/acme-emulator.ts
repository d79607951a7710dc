import { authorizationServer, createEmulator, type Emulator, json } from "@holdfast/emulator"

export const acmeOrigins = { accounts: "https://accounts.acme.example", api: "https://api.acme.example" }
export const acmeApp = {
  clientId: "acme-app",
  clientSecret: "acme-client-secret",
  signingSecret: "acme-signing-secret",
}
/** Keys that the provider takes, by whose they are. */
export const acmeKeys: Readonly<Record<string, string>> = { "key-of-u1": "u1", "key-of-u2": "u2" }

/** The provider that the suite's connector talks to. */
export function acmeEmulator(redirectUri: string): Emulator {
  return createEmulator({
    name: "acme",
    origins: Object.values(acmeOrigins),
    setup(kit) {
      const oauth = authorizationServer(kit, {
        authorizationEndpoint: `${acmeOrigins.accounts}/authorize`,
        tokenEndpoint: `${acmeOrigins.accounts}/token`,
        clients: [{ clientId: acmeApp.clientId, clientSecret: acmeApp.clientSecret, redirectUris: [redirectUri] }],
        accounts: [
          { id: "u1", label: "First", data: {} },
          { id: "u2", label: "Second", data: {} },
        ],
        pkce: "none",
        accessTokenSeconds: "never",
      })
      const whoseKey = (request: Request) =>
        acmeKeys[(request.headers.get("authorization") ?? "").slice("Bearer ".length)]
      kit.route("GET", acmeOrigins.api, "/me", (call) => {
        const id = whoseKey(call.request) ?? oauth.authenticate(call.request)?.account.id
        return id ? json({ id, label: `Account ${id}` }) : json({ error: "invalid_token" }, { status: 401 })
      })
      kit.route("GET", acmeOrigins.api, "/notes/{id}", () => json({ error: "no_such_note" }, { status: 404 }))
      return {}
    },
  })
}
