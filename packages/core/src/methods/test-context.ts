import type { App, Context } from "../context.js"
import { silentLogger } from "../logger.js"
import type { AuthMethod, Next } from "../method.js"
import { base64url } from "../runtime.js"
import type { Input, Step } from "../step.js"

export const now = Date.UTC(2026, 10, 21, 12)

export const app: App = {
  id: "acme:client-1",
  clientId: "client-1",
  fields: { clientId: "client-1", clientSecret: "canary-secret" },
  tenantId: null,
}

export const redirectUri = "https://app.example/oauth/callback/acme"

/** What a scripted provider answers with: a status and a body, a whole response, or a failure to get one. */
export type Answer =
  | Response
  | { status?: number; json?: unknown; text?: string; headers?: Record<string, string> }
  | Error

/** A request as a provider sees it. */
export interface Seen {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string
  readonly form: Readonly<Record<string, string>>
}

export interface TestContext<State> extends Context<State> {
  /** Every request that left, in order. */
  readonly seen: Seen[]
  /** Everything that was logged, as text. */
  readonly logged: string[]
}

export interface TestContextOptions<State> {
  readonly answers?: readonly Answer[]
  readonly fetch?: Context["fetch"]
  readonly attempt?: Partial<NonNullable<Context<State>["attempt"]>>
  readonly account?: Context["account"]
  readonly app?: App | null
  readonly guard?: Context["guard"]
  readonly now?: number
}

/** A context in memory: answers from a script, fixed time, countable bytes for randomness. */
export function testContext<State>(options: TestContextOptions<State> = {}): TestContext<State> {
  const seen: Seen[] = []
  const logged: string[] = []
  const answers = [...(options.answers ?? [])]
  let drawn = 0
  const log = (message: string, fields?: unknown) => logged.push(`${message} ${JSON.stringify(fields)}`)
  return {
    owner: { tenantId: "t1", userId: "u1" },
    ...(options.app !== null && { app: options.app ?? app }),
    ...(options.account && { account: options.account }),
    attempt: {
      id: "att_1",
      state: undefined,
      callbackUrl: `${redirectUri}?state=state-1`,
      redirectUri,
      stateParameter: "state-1",
      forceConsent: false,
      scopes: undefined,
      input: {},
      ...options.attempt,
    },
    slot: "main",
    seen,
    logged,
    guard: options.guard ?? (() => Promise.reject(new Error("this host is not to be asked about"))),
    clock: { now: () => options.now ?? now, monotonic: () => 0 },
    random: (byteLength) => Uint8Array.from({ length: byteLength }, () => ++drawn % 256),
    digest: async (text) =>
      base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))),
    fingerprint: async (text) => `fingerprint of ${text.length}`,
    log: { ...silentLogger, info: log, warn: log, error: log, debug: log },
    async fetch(request) {
      const body = await request.clone().text()
      const form = Object.fromEntries(new URLSearchParams(body))
      seen.push({ url: request.url, method: request.method, headers: request.headers, body, form })
      if (options.fetch) return await options.fetch(request)
      const answer = answers.shift()
      if (answer === undefined) throw new Error("the script has no answer left")
      if (answer instanceof Error) throw answer
      return answer instanceof Response ? answer : respond(answer)
    },
  }
}

function respond({ status = 200, json, text, headers = {} }: Exclude<Answer, Response | Error>): Response {
  const type = json === undefined ? "text/html" : "application/json"
  const body = json === undefined ? (text ?? null) : JSON.stringify(json)
  return new Response(body, { status, headers: { "content-type": type, ...headers } })
}

/** A callback with these parameters, as a browser brings it. */
export function callback(parameters: Readonly<Record<string, string>>): Extract<Input, { from: "callback" }> {
  const url = `${redirectUri}?${new URLSearchParams({ state: "state-1", ...parameters })}`
  return { from: "callback", url, method: "GET", headers: new Headers(), body: "", inBrowser: true }
}

/** A failed fetch as Node reports it: the cause has the code. */
export function fetchFailure(code: string, syscall?: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code, ...(syscall && { syscall }) }) })
}

export function stepOf<Kind extends Step["kind"]>(
  next: Next<unknown, unknown>,
  kind: Kind,
): Extract<Step, { kind: Kind }> {
  if (!("step" in next) || next.step.kind !== kind) throw new Error(`expected a ${kind} step`)
  return next.step as Extract<Step, { kind: Kind }>
}

/** Begins with what was typed, and comes back from the provider. */
export async function connect<Secret, State>(
  method: AuthMethod<Secret, State>,
  options: TestContextOptions<State> & { typed?: Record<string, string>; callback?: Record<string, string> } = {},
) {
  const context = testContext<State>(options)
  const begun = await method.begin(context, { from: "start", values: options.typed ?? {} })
  const { url } = stepOf(begun, "redirect")
  const state = "state" in begun ? begun.state : undefined
  if (!context.attempt) throw new Error("no attempt")
  const back = { ...context, attempt: { ...context.attempt, state } }
  const next = await method.advance(back, callback(options.callback ?? { code: "code-1" }))
  if (!("grant" in next)) throw new Error("expected a grant")
  return { grant: next.grant, url: new URL(url), seen: context.seen, logged: context.logged }
}
