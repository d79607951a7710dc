import type { Call } from "../contract.js"
import { formEncoded, redirect } from "../responses.js"
import { consentPage, refusalPage } from "./consent-page.js"
import { createGrant, requestedScopes } from "./grant.js"
import { issueAllSlots } from "./issue.js"
import type { OAuth1Refusal, OAuth1RefusalReason } from "./oauth1-options.js"
import { oauth1Refusal } from "./oauth1-signature.js"
import { checkSigned, type OAuth1Context, type RequestToken } from "./oauth1-state.js"
import { viewGrant } from "./records.js"

/** Temporary credentials. @see https://www.rfc-editor.org/rfc/rfc5849#section-2.1 */
export async function requestToken<Data>(context: OAuth1Context<Data>, call: Call): Promise<Response> {
  const { kit, rules, requestTokens } = context
  const signed = await checkSigned(context, "request_token", call, ({ oauth }) =>
    oauth.oauth_token === undefined
      ? { secret: "" }
      : { refusal: oauth1Refusal("request_token", "parameter_rejected", "there is no token to send yet") },
  )
  if ("refusal" in signed) return refuse(context, signed.refusal, call)
  const { oauth, client } = signed
  const callback = oauth.oauth_callback
  const no = (reason: OAuth1RefusalReason, description: string) =>
    refuse(context, oauth1Refusal("request_token", reason, description), call)
  if (!callback) return no("parameter_absent", "oauth_callback is missing")
  if (!isRegistered(callback, client.redirectUris, rules.callback ?? "address")) {
    return no("callback_rejected", "oauth_callback is not registered for the client")
  }
  const token: RequestToken<Data> = {
    value: kit.random.id("", 32),
    secret: kit.random.id("", 32),
    clientId: client.clientId,
    callback,
    expiresAt: kit.clock.now() + (rules.requestTokenSeconds ?? 600) * 1_000,
    used: false,
  }
  requestTokens.set(token.value, token)
  return formEncoded({
    oauth_token: token.value,
    oauth_token_secret: token.secret,
    oauth_callback_confirmed: "true",
  })
}

/** Consent. @see https://www.rfc-editor.org/rfc/rfc5849#section-2.2 */
export async function authorizeOAuth1<Data>(context: OAuth1Context<Data>, call: Call): Promise<Response> {
  const { kit, registry, rules } = context
  const found = pendingToken(context, call)
  if ("refusal" in found) return shown(context, call, found.refusal)
  const { token } = found
  const parameters = Object.fromEntries([...call.url.searchParams].filter(([name]) => !name.startsWith("oauth_")))
  const scopes =
    parameters.scope === undefined
      ? (rules.defaultScopes ?? [])
      : requestedScopes(parameters.scope, rules.scopeSeparator ?? ",")
  const unknown = rules.scopes && scopes.find((scope) => !rules.scopes?.includes(scope))
  if (unknown) {
    return shown(context, call, oauth1Refusal("authorize", "permission_unknown", `there is no scope "${unknown}"`))
  }
  const client = registry.clients.get(token.clientId)
  const accounts = [...registry.accounts.values()]
  const [first] = accounts
  if (!client || !first) return refusalPage(kit.name, "there is nobody here who could consent")
  if (call.request.method !== "POST") {
    return consentPage({ provider: kit.name, client, scopes, partial: false, accounts })
  }
  const form = await call.form()
  const decision = form?.get("decision")
  if (!form || (decision !== "allow" && decision !== "deny")) {
    return refusalPage(kit.name, "the form was not filled in: there is no decision")
  }
  if (decision === "deny") {
    token.used = true
    call.note({ refusal: "access_denied" })
    const denied = rules.deniedParameters?.(token.value)
    return back(token, denied ?? { oauth_token: token.value, oauth_problem: "user_refused" })
  }
  const account = form.has("account") ? accounts.find(({ id }) => id === form.get("account")) : first
  if (!account) return refusalPage(kit.name, "there is no such account")
  token.verifier = kit.random.id("", 24)
  token.grant = createGrant(context, {
    client,
    account,
    scopes,
    parameters,
    origin: call.url.origin,
    madeBy: "oauth1",
  })
  call.note({ grantId: token.grant.id })
  return back(token, { oauth_token: token.value, oauth_verifier: token.verifier })
}

/** Token credentials. @see https://www.rfc-editor.org/rfc/rfc5849#section-2.3 */
export async function accessToken<Data>(context: OAuth1Context<Data>, call: Call): Promise<Response> {
  const { kit, rules, requestTokens, secrets } = context
  const no = (reason: OAuth1RefusalReason, description: string) => oauth1Refusal("access_token", reason, description)
  const signed = await checkSigned(context, "access_token", call, ({ oauth }) => {
    const token = requestTokens.get(oauth.oauth_token ?? "")
    if (!token || token.clientId !== oauth.oauth_consumer_key) {
      return { refusal: no("token_rejected", "oauth_token is no request token of this client") }
    }
    return { secret: token.secret }
  })
  const token = "refusal" in signed ? undefined : requestTokens.get(signed.oauth.oauth_token ?? "")
  const refused =
    "refusal" in signed
      ? signed.refusal
      : token?.used
        ? no("token_used", "the request token was used before")
        : !token || token.expiresAt <= kit.clock.now()
          ? no("token_expired", "the request token has expired")
          : token.grant && token.verifier === signed.oauth.oauth_verifier
            ? undefined
            : no("verifier_invalid", "oauth_verifier is not the one that the person brought back")
  if (refused || !token?.grant) {
    await kit.countTokenCall({ grantType: "oauth1", issued: false })
    return refuse(context, refused ?? no("verifier_invalid", "nobody has consented yet"), call)
  }
  token.used = true
  const [main] = issueAllSlots(context, token.grant, { call, parameters: token.grant.parameters }, "oauth1")
  const value = main?.accessToken ?? ""
  const secret = secretFor(context, value)
  secrets.set(value, secret)
  await kit.countTokenCall({ grantType: "oauth1", issued: true })
  call.note({ grantId: token.grant.id })
  return formEncoded({
    oauth_token: value,
    oauth_token_secret: secret,
    ...rules.answerParameters?.(viewGrant(token.grant, kit.clock.now())),
  })
}

/** A new secret for an access token. */
export function secretFor<Data>({ kit, rules, secrets }: OAuth1Context<Data>, accessToken: string): string {
  const random = kit.random.id("", 40)
  const secret = secrets.get(accessToken) ?? rules.tokenValue?.("secret", random) ?? random
  secrets.set(accessToken, secret)
  return secret
}

/** The answer to a request that proves nothing. @see https://oauth.pbworks.com/w/page/12238543/ProblemReporting */
export function refuse<Data>({ rules, kit }: OAuth1Context<Data>, refusal: OAuth1Refusal, call: Call): Response {
  call.note({ refusal: refusal.reason })
  if (rules.errorResponse) return rules.errorResponse(refusal, call)
  const answer = formEncoded({ oauth_problem: refusal.reason }, { status: refusal.status })
  if (refusal.status === 401) answer.headers.set("www-authenticate", `OAuth realm="${kit.name}"`)
  return answer
}

function pendingToken<Data>(
  { requestTokens, kit }: OAuth1Context<Data>,
  call: Call,
): { token: RequestToken<Data> } | { refusal: OAuth1Refusal } {
  const token = requestTokens.get(call.url.searchParams.get("oauth_token") ?? "")
  const no = (reason: OAuth1RefusalReason, description: string) => ({
    refusal: oauth1Refusal("authorize", reason, description),
  })
  if (!token) return no("token_rejected", "oauth_token names no request token")
  if (token.used || token.verifier !== undefined) return no("token_used", "this request token was used before")
  if (token.expiresAt <= kit.clock.now()) return no("token_expired", "this request token has expired")
  return { token }
}

function shown<Data>({ kit }: OAuth1Context<Data>, call: Call, { reason, description }: OAuth1Refusal): Response {
  call.note({ refusal: reason })
  return refusalPage(kit.name, description)
}

function back<Data>({ callback }: RequestToken<Data>, parameters: Readonly<Record<string, string>>): Response {
  const location = new URL(callback)
  for (const [name, value] of Object.entries(parameters)) location.searchParams.append(name, value)
  return redirect(location)
}

function isRegistered(callback: string, registered: readonly string[], rule: "address" | "origin"): boolean {
  if (!URL.canParse(callback)) return false
  const part = (url: string) => (rule === "origin" ? new URL(url).origin : new URL(url).origin + new URL(url).pathname)
  return registered.some((one) => part(one) === part(callback))
}
