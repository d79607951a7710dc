import { type AuthenticatedToken, type Call, type EmulatorKit, json } from "@holdfast/emulator"
import type { Installations, Installer } from "./installation.js"
import type { SlackWorkspace } from "./workspace.js"

/** Arguments of a Web API call, as texts: from the query, a form, or JSON. */
export type Arguments = Readonly<Record<string, string>>

/** What one method of the Web API works with. */
export interface MethodCall {
  readonly args: Arguments
  readonly token: AuthenticatedToken<Installer>
  readonly accessToken: string
  readonly workspace: SlackWorkspace
  /** Who acts: the bot, or the person whose token it is. */
  readonly actor: string
  readonly isBot: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What a method answers, beside `ok: true`; or its error. */
export type MethodAnswer = Readonly<Record<string, unknown>> | { readonly error: string }

/** One method of the Web API. */
export interface WebApiMethod {
  /** Scopes it needs, for this call; any token will do where there are none. */
  scopes?(call: MethodCall): readonly string[]
  run(call: MethodCall): MethodAnswer
}

/**
 * Answers Web API methods: a token by header or argument, scopes, errors with HTTP 200.
 * @see https://docs.slack.dev/apis/web-api
 */
export function webApi(
  kit: EmulatorKit,
  { oauth }: Installations,
  methods: Readonly<Record<string, WebApiMethod>>,
): void {
  for (const [name, method] of Object.entries(methods)) {
    kit.route(
      ["GET", "POST"],
      "https://slack.com",
      `/api/${name}`,
      async (call) => {
        const args = await argumentsOf(call)
        if (args === undefined) return refusal("invalid_form_data")
        const accessToken = bearerOf(call.request) ?? args.token ?? ""
        const found = oauth.inspect(call.request, { token: accessToken })
        if (found.is === "missing") return refusal("not_authed")
        if (found.is === "unknown") return refusal("invalid_auth")
        call.note({ grantId: found.grant.id })
        if (found.is === "expired") return refusal("token_expired")
        if (found.is === "revoked") return refusal("token_revoked")
        return answerOf(method, methodCall(found, { args, accessToken, now: kit.clock.now() }))
      },
      { id: name },
    )
  }
  kit.route(["GET", "POST"], "https://slack.com", "/api/{method}", ({ params }) =>
    json({ ok: false, error: "unknown_method", req_method: params.method }),
  )
}

function methodCall(
  token: AuthenticatedToken<Installer>,
  given: Pick<MethodCall, "args" | "accessToken" | "now">,
): MethodCall {
  const { workspace, userId } = token.account.data
  const isBot = token.slot === "bot"
  return { ...given, token, workspace, actor: isBot ? workspace.bot.userId : userId, isBot }
}

function bearerOf(request: Request): string | undefined {
  return /^bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1]
}

function answerOf(method: WebApiMethod, call: MethodCall): Response {
  const { scopes } = call.token
  const needed = method.scopes?.(call) ?? []
  const headers = { "x-oauth-scopes": scopes.join(","), "x-accepted-oauth-scopes": needed.join(",") }
  const missing = needed.filter((scope) => !scopes.includes(scope))
  if (missing.length > 0) {
    const body = { ok: false, error: "missing_scope", needed: missing.join(","), provided: scopes.join(",") }
    return json(body, { headers })
  }
  const answer = method.run(call)
  return json("error" in answer ? { ok: false, ...answer } : { ok: true, ...answer }, { headers })
}

async function argumentsOf(call: Call): Promise<Arguments | undefined> {
  const query = Object.fromEntries(call.url.searchParams)
  if ((await call.bytes()).length === 0) return query
  const form = await call.form()
  if (form) return { ...query, ...Object.fromEntries(form) }
  const body = await call.json()
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined
  const given = Object.entries(body).filter(([, value]) => value !== null && value !== undefined)
  const texts = given.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)])
  return { ...query, ...Object.fromEntries(texts) }
}

function refusal(error: string): Response {
  return json({ ok: false, error })
}
