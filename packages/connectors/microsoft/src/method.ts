// https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
import {
  type Context,
  HoldfastError,
  type Input,
  type MethodAnswer,
  type MethodFailure,
  oauth2,
  parsedJson,
} from "@holdfast/core"
import { z } from "zod"
import { callbackErrorCode, needsAdministrator, tokenErrorCode, tokenErrors } from "./aadsts.js"
import { inTenant, tenantOf } from "./tenant.js"

const authority = "https://login.microsoftonline.com/{tenant}"
const graphScope = "https://graph.microsoft.com/"

/** What `identify`, refreshes and the check need. Without `offline_access` there is no refresh token. */
const always = ["openid", "profile", "email", "offline_access", "User.Read"]

type Callback = Extract<Input, { from: "callback" }>

/**
 * Microsoft's OAuth for one product. `scopes` are those that its operations need.
 *
 * There is no revocation endpoint: the only calls of that kind end every session of the person in every app
 * (https://learn.microsoft.com/en-us/graph/api/user-revokesigninsessions). People take an app's permission back at
 * https://myapps.microsoft.com or https://account.live.com/consent/Manage.
 */
export function microsoftOAuth(scopes: readonly string[]) {
  const method = oauth2({
    authorizationEndpoint: `${authority}/oauth2/v2.0/authorize`,
    tokenEndpoint: `${authority}/oauth2/v2.0/token`,
    scopes: [...always, ...scopes],
    alwaysScopes: always,
    authorizationParameters: { response_mode: "query" },
    consentParameters: { prompt: "consent" },
    deniedErrors: ["consent_required"],
    verifyCallback: explainRefusal,
    errorCode: tokenErrorCode,
    ...tokenErrors,
    granted: ({ scope }) => (typeof scope === "string" ? grantedNames(scope) : undefined),
    policy: {
      // Each refresh brings another token, and those before it stay good: https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens
      rotation: "reusable",
      refreshIdleDays: 90,
      accessTokenSeconds: 3_600,
      expectsRefreshToken: true,
    },
  })
  const { refresh, readFailure } = method
  const inItsTenant: typeof method = {
    ...method,
    begin: (context, input) => method.begin(inTenant(context), input),
    advance: (context, input) => method.advance(inTenant(context), input),
    ...(refresh && { refresh: (context, secret, slot) => refresh(inTenant(context), secret, slot) }),
    readFailure: (answer) => failureOnReturn(answer) ?? readFailure?.(answer),
  }
  return inItsTenant
}

/**
 * An administrator approves the app for everybody of the organisation, and is then connected as well. What the callback says is not
 * believed: it only leads on to the ordinary consent, which finds everything approved.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent
 */
export function microsoftAdminConsent(scopes: readonly string[]) {
  const oauth = microsoftOAuth(scopes)
  const method: ReturnType<typeof microsoftOAuth> = {
    ...oauth,
    id: "admin_consent",
    label: "Approve for a whole organisation (administrators)",
    facts: { ...oauth.facts, authorizationEndpoint: `${authority}/v2.0/adminconsent` },
    async begin(context) {
      const { attempt, app } = context
      if (!attempt || !app) throw new HoldfastError("app_not_configured")
      const tenant = tenantOf(app)
      if (tenant === "consumers")
        throw new HoldfastError("config_invalid", "Personal accounts have no administrator. Change the app's tenant.")
      const url = new URL(authority.replace("{tenant}", tenant === "common" ? "organizations" : tenant))
      url.pathname += "/v2.0/adminconsent"
      const parameters = {
        client_id: app.clientId,
        // Microsoft Graph's own names, since this endpoint has no resource that goes without saying.
        scope: [...always, ...(attempt.scopes ?? scopes)].map(fullName).join(" "),
        redirect_uri: attempt.redirectUri,
        state: attempt.stateParameter,
      }
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
      url.search = url.searchParams.toString().replaceAll("+", "%20")
      return { step: { kind: "redirect", url: url.href, returns: "query" }, state: { input: {} } }
    },
    async advance(context, input) {
      if (input.from !== "callback") return await oauth.advance(context, input)
      // The second leg: it has a verifier, and a code that was asked for with it.
      if (context.attempt?.state?.codeVerifier !== undefined) return await oauth.advance(context, input)
      explainRefusal(context, input)
      const said = new URL(input.url).searchParams
      if (said.get("state") !== context.attempt?.stateParameter) throw new HoldfastError("state_mismatch")
      if (said.has("error") || said.get("admin_consent")?.toLowerCase() !== "true")
        throw new HoldfastError("access_denied", "The administrator did not approve the app.")
      return await oauth.begin(context, { from: "start", values: {} })
    },
  }
  return method
}

/** Says why somebody was sent back, where Microsoft's number says it better than OAuth's code. */
function explainRefusal(_context: Pick<Context, "log">, { url }: Callback): void {
  const said = new URL(url).searchParams
  const providerCode = deniedBy(said.get("error"), said.get("error_description"))
  if (providerCode === undefined) return
  if (needsAdministrator.has(providerCode))
    throw new HoldfastError(
      "access_denied",
      "An administrator of this organisation has to approve the app first: they connect once with the method admin_consent.",
      { details: { providerCode, reason: "admin_consent_required" } },
    )
  throw new HoldfastError("access_denied", undefined, { details: { providerCode } })
}

/** The number of a refusal that somebody came back with; undefined where it is no denial, or has none. */
function deniedBy(error: string | null, description: string | null): string | undefined {
  const providerCode = error === null ? undefined : callbackErrorCode(description)
  if (providerCode === undefined) return undefined
  return needsAdministrator.has(providerCode) || error === "access_denied" ? providerCode : undefined
}

const returned = z.looseObject({ error: z.string(), error_description: z.string().optional() })

/** The same, of the parameters alone. */
function failureOnReturn({ moment, status, text }: MethodAnswer): MethodFailure | undefined {
  if (moment !== "connecting" || status < 300 || status >= 400) return undefined
  const { error = null, error_description = null } = returned.safeParse(parsedJson(text)).data ?? {}
  const providerCode = deniedBy(error, error_description)
  return providerCode === undefined ? undefined : { code: "access_denied", providerCode }
}

/** `https://graph.microsoft.com/Mail.Read` → `Mail.Read`: granted scopes come in either spelling. */
function grantedNames(scope: string): readonly string[] {
  const names = scope.split(/\s+/).filter((name) => name !== "")
  return names.map((name) => (name.startsWith(graphScope) ? name.slice(graphScope.length) : name))
}

function fullName(scope: string): string {
  return /^(openid|profile|email|offline_access)$|:\/\//.test(scope) ? scope : graphScope + scope
}
