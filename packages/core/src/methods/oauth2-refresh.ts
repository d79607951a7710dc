import { refreshTokenGrantRequest } from "oauth4webapi"
import type { App, Context } from "../context.js"
import { isHoldfastError } from "../errors.js"
import type { Outcome } from "../method.js"
import { clientAuthenticationOf, clientOf, credentialsOf, requestOptions, serverOf } from "./client-authentication.js"
import { lifeOf, quietly } from "./oauth2-life.js"
import type { OAuth2Options, TokenBody, TokenSet } from "./oauth2-options.js"
import { appOf, type OAuth2Settings, type OAuth2State, placeholderValues } from "./oauth2-settings.js"
import { expandEndpoint, expandParameters, permitEndpoint } from "./placeholders.js"
import { askForTokens, outcomeOf, type TokenAnswer } from "./token-answer.js"
import { readTokens, renewedTokens, type SlotTokens } from "./token-set.js"

/** Shows the refresh token once and says what came of it (design section 5, point 5). */
export async function refreshOAuth2(
  settings: OAuth2Settings,
  context: Context<OAuth2State>,
  secret: TokenSet,
  slot: string,
): Promise<Outcome<TokenSet>> {
  const { refreshToken } = secret
  if (refreshToken === undefined) return { is: "refused", by: "grant", providerCode: "refresh_token_missing" }
  const app = appOf(context)
  const now = context.clock.now()
  const send = await prepared(settings, context, app, { ...secret, refreshToken }, slot).catch(unprepared(context))
  if (!send) return { is: "later" }
  const answer = await askForTokens(send, settings.rules, context.clock.now)
  if (answer.is !== "granted") return outcomeOf(answer)
  const came = slotOf(answer, slot)
  return came ? renewal(settings, context, { secret, came, answer, now }) : { is: "unknown" }
}

/** Everything that can fail before the token is shown. */
async function prepared(
  { options, style, hostIsChosen }: OAuth2Settings,
  context: Context<OAuth2State>,
  app: App,
  secret: TokenSet & { readonly refreshToken: string },
  slot: string,
): Promise<() => Promise<Response>> {
  if (options.refreshRequest) {
    const request = await options.refreshRequest(context, secret, slot)
    await permitEndpoint(context, new URL(request.url), hostIsChosen)
    return () => context.fetch(request)
  }
  const values = placeholderValues(context, app)
  const endpoint = expandEndpoint(options.refreshEndpoint ?? options.tokenEndpoint, values, hostIsChosen)
  await permitEndpoint(context, endpoint, hostIsChosen)
  const credentials = credentialsOf(app)
  const additionalParameters = expandParameters(options.refreshParameters, values)
  return () =>
    refreshTokenGrantRequest(
      serverOf(endpoint),
      clientOf(credentials),
      clientAuthenticationOf(style, credentials),
      secret.refreshToken,
      { ...requestOptions(context, style, endpoint), additionalParameters },
    )
}

/** Whatever stands in the way before the token is shown (a guard's refusal, a missing placeholder) has spent nothing. */
function unprepared(context: Context<OAuth2State>): (error: unknown) => undefined {
  return (error) => {
    const code = isHoldfastError(error) ? error.code : "unexpected"
    context.log.warn("a refresh could not be sent", { code, slot: context.slot })
    return undefined
  }
}

/** The slot's part of the answer. Some answer a refresh flat whatever slot it is of: the tokens of the whole are then its own. */
function slotOf({ slots, body }: Extract<TokenAnswer, { is: "granted" }>, slot: string): SlotTokens | undefined {
  return slots[slot] ?? readTokens(body)
}

function renewal(
  settings: OAuth2Settings,
  context: Context<OAuth2State>,
  {
    secret,
    came,
    answer,
    now,
  }: { secret: TokenSet; came: SlotTokens; answer: Extract<TokenAnswer, { is: "granted" }>; now: number },
): Outcome<TokenSet> {
  const { rotation, refreshTokenMissing, ...renewed } = renewedTokens(secret, came, settings.rotation)
  const account = quietly(context, () => accountChange(settings.options, answer.body))
  return {
    is: "renewed",
    secret: renewed.secret,
    ...lifeOf(settings, context, { came, now, rotation, isRenewed: true }),
    ...(account && { account }),
    ...(refreshTokenMissing && { refreshTokenMissing }),
  }
}

function accountChange(options: OAuth2Options, body: TokenBody) {
  const data = options.account?.(body)?.data
  return data && { data }
}
