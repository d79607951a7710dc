import type { Runtime } from "../../packages/core/src/index.js"

/** What a provider, or what stands before it, may do with the secrets that it was shown: hand them all back. */
export const mischiefs = {
  page: (said) => html(200, said),
  "bad gateway": (said) => html(502, said),
  "server error": (said) =>
    json(500, { error: "server_error", error_description: said, message: said, detail: { said } }),
  refusal: (said) => json(400, { error: "invalid_request", error_description: said, errors: [said] }),
  "refusal by a code that is the secret": (_said, [secret = ""]) =>
    json(400, { error: secret, code: secret, type: secret }),
  unauthorized: (said) =>
    json(401, { error: said }, { "www-authenticate": `Bearer error="${said}"`, "x-request": said }),
  "slow down": (said) => json(429, { error: said }, { "retry-after": "1", "x-ratelimit-key": said }),
  elsewhere: (said) => new Response(null, { status: 302, headers: { location: `https://other.example/?t=${said}` } }),
  garbage: (said) => new Response(`{"access_token": ${said}`, { headers: { "content-type": "application/json" } }),
  "not what was asked": (said) => json(200, { id: 7, name: said, email: said, access_token: { said }, items: said }),
  reset: (said, secrets, request) => {
    const cause = Object.assign(new Error(`read ECONNRESET after ${said}`), { code: "ECONNRESET", request, secrets })
    throw Object.assign(new TypeError(`fetch failed: ${said}`, { cause }), { request, headers: request.headers })
  },
  "not sent": (said, secrets) => {
    const cause = Object.assign(new Error(`connect ECONNREFUSED ${said}`), { code: "ECONNREFUSED", secrets })
    throw new TypeError("fetch failed", { cause })
  },
} as const satisfies Record<string, Mischief>
export type MischiefName = keyof typeof mischiefs

type Mischief = (said: string, secrets: readonly string[], request: Request) => Response

export interface Saboteur {
  readonly fetch: Runtime["fetch"]
  /** Plays a trick with every request to a path, until `work` is done. */
  with<Result>(trick: MischiefName, path: RegExp, work: () => Promise<Result>): Promise<Result>
  /** How many requests were answered so. */
  played(): number
}

/** Stands between Holdfast and a provider. */
export function createSaboteur(provider: Runtime["fetch"]): Saboteur {
  let plan: { readonly trick: MischiefName; readonly path: RegExp } | undefined
  let played = 0
  return {
    async fetch(request) {
      const { pathname } = new URL(request.url)
      if (!plan?.path.test(pathname)) return await provider(request)
      played++
      const secrets = await secretsOf(request)
      // Header values take no line breaks and nothing beyond Latin-1; what they say is read all the same.
      const said = secrets.map((secret) => encodeURI(secret)).join(" ")
      return mischiefs[plan.trick](said, secrets, request)
    },
    async with(trick, path, work) {
      plan = { trick, path }
      try {
        return await work()
      } finally {
        plan = undefined
      }
    },
    played: () => played,
  }
}

/** Everything in a request that somebody may want: what authorizes it, and what its form holds. The most telling first. */
async function secretsOf(request: Request): Promise<string[]> {
  const { authorization, "x-acme-key": key } = Object.fromEntries(request.headers)
  const form = new URLSearchParams(request.body ? await request.clone().text() : "")
  const named = ["refresh_token", "code", "token", "client_secret", "code_verifier"].map((name) => form.get(name))
  return [...named, authorization?.replace(/^\w+ /, ""), key].filter(
    (secret) => secret !== undefined && secret !== null,
  )
}

function html(status: number, said: string): Response {
  const page = `<!doctype html><title>Oops</title><pre>${said}</pre>`
  return new Response(page, { status, headers: { "content-type": "text/html" } })
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } })
}
