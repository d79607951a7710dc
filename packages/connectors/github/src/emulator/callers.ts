import type { AuthorizationServer, Call, EmulatorKit } from "@holdfast/emulator"
import { badCredentials, refusal } from "./answers.js"
import { wrongWithAppToken } from "./app-token.js"
import type { GithubApp } from "./authorization.js"
import {
  belongsTo,
  type GithubInstallation,
  type GithubRepository,
  type GithubUser,
  type GithubWorld,
} from "./world.js"

/** Who calls, by the token that was shown. */
export type Caller =
  | { readonly is: "person"; readonly user: GithubUser; readonly scopes: readonly string[] | undefined }
  | { readonly is: "installation"; readonly installation: GithubInstallation }

/** Tokens of installations, and what every caller may do. */
export interface Callers {
  mint(installation: GithubInstallation): { token: string; expires_at: string }
  /** A route for people and installations. */
  route(
    method: "GET" | "POST",
    path: string,
    answer: (call: Call, caller: Caller) => Response | Promise<Response>,
  ): void
  /** A route for the app itself. */
  appRoute(method: "GET" | "POST" | "DELETE", path: string, answer: (call: Call) => Response | Promise<Response>): void
  canRead(caller: Caller, repository: GithubRepository): boolean
  /** Undefined where the caller may; else the refusal. */
  mayNotWrite(caller: Caller, repository: GithubRepository, permission: string): Response | undefined
}

const host = "https://api.github.com"
const hourMs = 3_600_000

export function callersOf(
  kit: EmulatorKit,
  { world, oauth, githubApp }: { world: GithubWorld; oauth: AuthorizationServer<GithubUser>; githubApp: GithubApp },
): Callers {
  const tokens = new Map<string, { installationId: number; expiresAt: number }>()

  function callerOf(token: string): Caller | undefined {
    const minted = tokens.get(token)
    if (minted) {
      const installation = world.installations.find(({ id }) => id === minted.installationId)
      return installation && minted.expiresAt > kit.clock.now() ? { is: "installation", installation } : undefined
    }
    const found = oauth.inspectToken(token)
    if (found.is !== "live") return undefined
    const ofApp = found.client.clientId === githubApp.clientId
    return { is: "person", user: found.account.data, scopes: ofApp ? undefined : found.scopes }
  }

  const isInstalled = (login: string) =>
    world.installations.some(({ account, suspended }) => account.login === login && !suspended)

  return {
    mint(installation) {
      const token = `ghs_${kit.random.id("", 36)}`
      const expiresAt = kit.clock.now() + hourMs
      tokens.set(token, { installationId: installation.id, expiresAt })
      return { token, expires_at: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, "Z") }
    },
    route(method, path, answer) {
      const id = `${method} ${path}`
      kit.route(
        method,
        host,
        path,
        async (call) => {
          const nameless = withoutUserAgent(call)
          if (nameless) return nameless
          const caller = callerOf(bearerOf(call))
          if (!caller) return badCredentials()
          if (caller.is === "installation" && caller.installation.suspended)
            return refusal(403, "This installation has been suspended")
          return withHeaders(await answer(call, caller), caller)
        },
        { id },
      )
    },
    appRoute(method, path, answer) {
      kit.route(
        method,
        host,
        path,
        async (call) => {
          const wrong = await wrongWithAppToken(githubApp, bearerOf(call), kit.clock.now())
          return withoutUserAgent(call) ?? (wrong === undefined ? await answer(call) : refusal(401, wrong))
        },
        { id: `${method} ${path}` },
      )
    },
    canRead(caller, { owner, isPrivate }) {
      if (!isPrivate) return true
      if (caller.is === "installation") return caller.installation.account.login === owner
      if (!belongsTo(world, owner, caller.user)) return false
      return caller.scopes ? caller.scopes.includes("repo") : isInstalled(owner)
    },
    mayNotWrite(caller, { owner, isPrivate }, permission) {
      if (caller.is === "installation" || !caller.scopes) {
        const installation =
          caller.is === "installation"
            ? caller.installation
            : world.installations.find(({ account }) => account.login === owner)
        const may = installation?.account.login === owner && installation.permissions[permission] === "write"
        const isTheirs = caller.is === "installation" || belongsTo(world, owner, caller.user)
        if (may && isTheirs) return undefined
        const headers = { "x-accepted-github-permissions": `${permission}=write` }
        return refusal(403, "Resource not accessible by integration", { headers })
      }
      const needed = isPrivate || permission === "actions" ? ["repo"] : ["public_repo", "repo"]
      if (needed.some((scope) => caller.scopes?.includes(scope))) return undefined
      return refusal(403, "Resource not accessible by personal access token", {
        headers: { "x-accepted-oauth-scopes": needed.join(", ") },
      })
    },
  }
}

/** @see https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent */
function withoutUserAgent({ request }: Call): Response | undefined {
  if (request.headers.get("user-agent")) return undefined
  const text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."
  return new Response(text, { status: 403, headers: { "content-type": "text/html" } })
}

/** @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit */
function withHeaders(response: Response, caller: Caller): Response {
  const { headers } = response
  if (!headers.has("x-ratelimit-remaining")) headers.set("x-ratelimit-remaining", "4999")
  if (caller.is === "person" && caller.scopes) headers.set("x-oauth-scopes", caller.scopes.join(", "))
  return response
}

function bearerOf({ request }: Call): string {
  return /^(?:bearer|token) (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? ""
}
