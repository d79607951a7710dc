import { type AuthenticatedToken, authorizationServer, createEmulator, type Emulator, json } from "@holdfast/emulator"

/** The registration that the stand-in knows unless told otherwise. */
export const emulatorApp = { clientId: "acme-client", clientSecret: "acme-client-secret" }

/** What an emulated account of Acme has. */
export interface AcmeUser {
  email: string
  projects: { id: string; name: string }[]
}

/** What a test may choose about the provider. Every field has a default. */
export interface AcmeEmulatorOptions {
  /** Default: {@link emulatorApp}. */
  app?: Partial<typeof emulatorApp>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
}

/**
 * A strict stand-in for Acme, written from its documentation: single-use refresh tokens whose reuse ends the grant, PKCE, scopes and error bodies.
 * @see https://docs.acme.example/oauth
 */
export function acmeEmulator(options: AcmeEmulatorOptions = {}): Emulator {
  const api = "https://api.acme.example"
  return createEmulator({
    name: "acme",
    origins: ["https://acme.example", api],
    setup(kit) {
      const oauth = authorizationServer<AcmeUser>(kit, {
        authorizationEndpoint: "https://acme.example/oauth/authorize",
        tokenEndpoint: "https://acme.example/oauth/token",
        revocation: { endpoint: "https://acme.example/oauth/revoke", revokes: "grant" },
        clients: [
          {
            ...emulatorApp,
            ...options.app,
            redirectUris: options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/acme"],
          },
        ],
        accounts: [account("user_1", "First user"), account("user_2", "Second user")],
        scopes: ["projects:read", "projects:write"],
        partialConsent: true,
        accessTokenSeconds: 3600,
        refreshToken: { rotation: "single-use", reuse: "revokes-family" },
      })

      const refuse = (status: number, error: string) => json({ error }, { status })

      /** Answers as the API does to a caller without a living token or the scope. */
      const asUser = (
        request: Request,
        scope: string | undefined,
        answer: (user: AuthenticatedToken<AcmeUser>) => Response | Promise<Response>,
      ) => {
        const token = oauth.inspect(request)
        if (token.is === "expired") return refuse(401, "token_expired")
        if (token.is !== "live") return refuse(401, "token_revoked")
        return scope && !token.scopes.includes(scope) ? refuse(403, "missing_scope") : answer(token)
      }

      kit.route("GET", api, "/v1/me", ({ request }) =>
        asUser(request, undefined, ({ account: { id, label, data } }) => json({ id, name: label, email: data.email })),
      )
      kit.route("GET", api, "/v1/projects", ({ request, url }) =>
        asUser(request, "projects:read", ({ account: { data } }) => {
          const cursor = url.searchParams.get("cursor")
          const from = cursor === null ? 0 : data.projects.findIndex(({ id }) => id === cursor)
          if (from < 0) return refuse(404, "project_not_found")
          return json({ projects: data.projects.slice(from, from + 2), next: data.projects[from + 2]?.id ?? null })
        }),
      )
      kit.route("POST", api, "/v1/projects", (call) =>
        asUser(call.request, "projects:write", async ({ account: { data } }) => {
          const body = await call.json()
          const name = typeof body === "object" && body !== null && "name" in body ? body.name : undefined
          if (typeof name !== "string" || name.trim() === "") return refuse(400, "invalid_request")
          const project = { id: `project_${data.projects.length + 1}`, name }
          data.projects.push(project)
          return json(project, { status: 201 })
        }),
      )
    },
  })
}

function account(id: string, label: string) {
  const projects = ["One", "Two", "Three"].map((name, index) => ({ id: `project_${index + 1}`, name }))
  return { id, label, data: { email: `${id}@acme.example`, projects } }
}
