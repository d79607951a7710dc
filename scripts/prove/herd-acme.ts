import {
  base64url,
  createHoldfast,
  type GrantPolicy,
  type HoldfastOptions,
  keyring,
  oauth2,
} from "../../packages/core/src/index.js"
import {
  approve,
  authorizationServer,
  createEmulator,
  type EmulatorClock,
  json,
  type RefreshTokenOptions,
} from "../../packages/emulator/src/index.js"
import { acme } from "../../packages/testing/src/acme/acme-connector.js"

export const owner = { tenantId: "tenant", userId: "user" }
export const accessTokenMs = 3_600_000

const url = "https://app.example/api/integrations"
const browser = "a browser"
const app = { clientId: "acme-app", clientSecret: "acme-client-secret-1", signingSecret: "acme-signing-secret-1" }
const server = {
  authorizationEndpoint: "https://acme.example/oauth/authorize",
  tokenEndpoint: "https://acme.example/oauth/token",
}

/** How a provider treats refresh tokens, as itself and as its connector declares it. */
export type Habits = Pick<GrantPolicy, "rotation" | "reuse"> & Pick<RefreshTokenOptions, "reuse">

/** A spent refresh token shown again ends everything that was granted. */
export const strict = { rotation: "single-use", reuse: "revokes-family" } as const

/** A strict authorization server with so many accounts, and one thing to ask of its API: who is there. */
export function acmeProvider(clock: EmulatorClock, habits: Habits = strict, accounts = 1) {
  const { rotation, reuse } = habits
  return createEmulator({
    name: "acme",
    clock,
    origins: ["https://acme.example", "https://api.acme.example"],
    setup(kit) {
      const oauth = authorizationServer(kit, {
        ...server,
        clients: [{ ...app, redirectUris: [`${url}/oauth/callback/acme`] }],
        accounts: Array.from({ length: accounts }, (_, at) => ({ id: accountId(at), label: `User ${at}`, data: {} })),
        scopes: ["items:read"],
        clientAuthentication: "post",
        accessTokenSeconds: accessTokenMs / 1_000,
        refreshToken: { rotation: rotation === "reusable" ? rotation : "single-use", reuse },
      })
      kit.route("GET", "https://api.acme.example", "/me", ({ request }) => {
        const token = oauth.authenticate(request)
        if (!token) return json({ error: "token_invalid" }, { status: 401 })
        const { id, label } = token.account
        return json({ id, name: label, email: `${id}@acme.example` })
      })
      return { oauth }
    },
  })
}

export type AcmeProvider = ReturnType<typeof acmeProvider>

/** A Holdfast of the one connector, as each process of an application has it. */
export function acmeHoldfast(
  options: Pick<HoldfastOptions, "store" | "runtime" | "reroute" | "settings">,
  { rotation, reuse }: Habits = strict,
) {
  const method = oauth2({
    ...server,
    scopes: ["items:read"],
    policy: { rotation, reuse, accessTokenSeconds: accessTokenMs / 1_000 },
  })
  return createHoldfast({
    url,
    connectors: [{ ...acme(app), methods: [method] }],
    keys: keyring(`prove:${base64url(new Uint8Array(32).fill(7))}`),
    ...options,
  })
}

export type AcmeHoldfast = ReturnType<typeof acmeHoldfast>

/** Connects an account as a person with a browser would; answers the connection's id. */
export async function connect(holdfast: AcmeHoldfast, provider: AcmeProvider, account = 0): Promise<string> {
  const { step } = await holdfast.attempts.begin(owner, { connector: "acme", browser })
  if (step.kind !== "redirect") throw new Error("The attempt does not begin at the provider.")
  const back = await approve(provider.fetch, step.url, { account: accountId(account) })
  const state = back.searchParams.get("state") ?? ""
  const arrival = { state, connector: "acme", url: back.href, method: "GET", headers: new Headers(), body: "" }
  const ended = await holdfast.attempts.callback(arrival, { browser, owner })
  if (ended.connectionId === undefined) throw new Error(`The attempt ended ${ended.status}.`)
  return ended.connectionId
}

const accountId = (at: number) => `U${at}`
