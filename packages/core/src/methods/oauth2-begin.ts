import type { Context } from "../context.js"
import type { Next } from "../method.js"
import { base64url } from "../runtime.js"
import type { Input, Step } from "../step.js"
import { attemptOf, takeForm } from "./form-step.js"
import type { TokenSet } from "./oauth2-options.js"
import { requestedScopes } from "./oauth2-scopes.js"
import { appOf, type OAuth2Settings, type OAuth2State, placeholderValues } from "./oauth2-settings.js"
import { expandEndpoint, expandParameters, type PlaceholderValues, permitEndpoint } from "./placeholders.js"

/** Asks for what must be known first, then sends the person to the provider with a fresh PKCE verifier. */
export async function beginOAuth2(
  settings: OAuth2Settings,
  context: Context<OAuth2State>,
  input: Input,
): Promise<Next<OAuth2State, TokenSet>> {
  const attempt = attemptOf(context)
  const known = { ...context.account?.data, ...attempt.input, ...attempt.state?.input }
  const form = { id: settings.id, title: settings.label, fields: settings.fields, schema: settings.input }
  const typed = takeForm(form, input, known)
  if ("step" in typed) return { step: typed.step }

  const codeVerifier = settings.usesPkce ? base64url(context.random(32)) : undefined
  const state: OAuth2State = { input: typed.values, ...(codeVerifier !== undefined && { codeVerifier }) }
  const values = { ...placeholderValues(context, appOf(context)), ...typed.values }
  const url = await authorizationUrl(settings, context, values, codeVerifier)
  return { step: { kind: "redirect", url, returns: answerMode(settings) }, state }
}

async function authorizationUrl(
  { options, separator, hostIsChosen }: OAuth2Settings,
  context: Context<OAuth2State>,
  values: PlaceholderValues,
  codeVerifier: string | undefined,
): Promise<string> {
  const attempt = attemptOf(context)
  const url = expandEndpoint(options.authorizationEndpoint, values, hostIsChosen)
  await permitEndpoint(context, url, hostIsChosen)
  // What the protocol stands on comes last, so that no option takes its place.
  const parameters = {
    response_type: "code",
    client_id: appOf(context).clientId,
    ...requestedScopes(options, separator, attempt.scopes),
    ...expandParameters(options.authorizationParameters, values),
    ...(attempt.forceConsent && expandParameters(options.consentParameters, values)),
    redirect_uri: attempt.redirectUri,
    state: attempt.stateParameter,
    ...(codeVerifier !== undefined && {
      code_challenge: await context.digest(codeVerifier),
      code_challenge_method: "S256",
    }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  // A blank written as + is read as a plus sign by some.
  url.search = url.searchParams.toString().replaceAll("+", "%20")
  return url.href
}

function answerMode({ options }: OAuth2Settings): Extract<Step, { kind: "redirect" }>["returns"] {
  return options.authorizationParameters?.response_mode === "form_post" ? "form_post" : "query"
}
