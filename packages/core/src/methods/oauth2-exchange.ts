import { authorizationCodeGrantRequest, nopkce } from "oauth4webapi"
import type { App, Context } from "../context.js"
import { HoldfastError } from "../errors.js"
import type { Grant } from "../method.js"
import type { Input } from "../step.js"
import { clientAuthenticationOf, clientOf, credentialsOf, requestOptions, serverOf } from "./client-authentication.js"
import { callbackEvidence, inputEvidence, tokenEvidence } from "./evidence.js"
import { attemptOf } from "./form-step.js"
import { idTokenClaims } from "./id-token.js"
import { callbackParameters, verifiedCallback } from "./oauth2-callback.js"
import { lifeOf } from "./oauth2-life.js"
import type { TokenSet } from "./oauth2-options.js"
import { appOf, issuerOf, type OAuth2Settings, type OAuth2State, placeholderValues } from "./oauth2-settings.js"
import { expandEndpoint, expandParameters, type PlaceholderValues, permitEndpoint } from "./placeholders.js"
import { askForTokens, type TokenAnswer } from "./token-answer.js"
import { connectError } from "./token-error.js"
import { grantedTokens } from "./token-set.js"

type Granted = Extract<TokenAnswer, { is: "granted" }>

/**
 * Trades the callback's code, once. A refresh token that was expected and did not come is simply not in the grant: core merges the stored
 * one, or asks for consent again (ruling R10).
 */
export async function finishOAuth2(
  settings: OAuth2Settings,
  context: Context<OAuth2State>,
  input: Extract<Input, { from: "callback" }>,
): Promise<{ grant: Grant<TokenSet> }> {
  const app = appOf(context)
  const attempt = attemptOf(context)
  const known = placeholderValues(context, app)
  const parameters = await verifiedCallback(settings, context, app, input, known)
  const evident = callbackEvidence(callbackParameters(input))
  const values = { ...known, ...settings.options.callbackValues?.(evident) }

  const now = context.clock.now()
  const answer = await tradeCode(settings, context, app, { parameters, values })
  if (answer.is !== "granted") throw connectError(answer, attempt.redirectUri)

  const issuer = issuerOf(settings, values)
  const { issuerAliases } = settings.options
  const claims = idTokenClaims(answer.body, { clientId: app.clientId, issuer, issuerAliases })
  const typed = { ...attempt.input, ...attempt.state?.input }
  return {
    grant: {
      slots: slotsOf(settings, context, answer, now),
      evidence: {
        callback: evident,
        token: tokenEvidence(answer.body, secretsOf(answer, app), claims),
        input: inputEvidence(typed, settings.fields),
      },
    },
  }
}

async function tradeCode(
  { options, style, rules, hostIsChosen }: OAuth2Settings,
  context: Context<OAuth2State>,
  app: App,
  { parameters, values }: { parameters: URLSearchParams; values: PlaceholderValues },
): Promise<TokenAnswer> {
  const endpoint = expandEndpoint(options.tokenEndpoint, values, hostIsChosen)
  await permitEndpoint(context, endpoint, hostIsChosen)
  const { redirectUri, state } = attemptOf(context)
  const credentials = credentialsOf(app)
  const send = () =>
    authorizationCodeGrantRequest(
      serverOf(endpoint),
      clientOf(credentials),
      clientAuthenticationOf(style, credentials),
      parameters,
      redirectUri,
      state?.codeVerifier ?? nopkce,
      {
        ...requestOptions(context, style, endpoint),
        additionalParameters: expandParameters(options.tokenParameters, values),
      },
    )
  return await askForTokens(send, rules, context.clock.now)
}

function slotsOf(
  settings: OAuth2Settings,
  context: Context<OAuth2State>,
  answer: Granted,
  now: number,
): NonNullable<Grant<TokenSet>["slots"]> {
  const filled = Object.entries(answer.slots).map(([name, came]) => {
    if (!settings.slots.includes(name)) throw new HoldfastError("config_invalid", `The method has no slot ${name}.`)
    const { secret, rotation } = grantedTokens(came, settings.rotation)
    return [name, { secret, ...lifeOf(settings, context, { came, now, rotation }) }]
  })
  return Object.fromEntries(filled)
}

function secretsOf({ slots }: Granted, app: App): string[] {
  const tokens = Object.values(slots).flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])
  return [...tokens, app.fields.clientSecret].filter((secret) => secret !== undefined && secret !== "") as string[]
}
