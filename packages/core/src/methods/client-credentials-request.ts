import { genericTokenEndpointRequest, revocationRequest } from "oauth4webapi"
import type { Context } from "../context.js"
import {
  type Credentials,
  clientAuthenticationOf,
  clientOf,
  credentialsOf,
  type RequestStyle,
  requestOptions,
  serverOf,
} from "./client-authentication.js"
import type { ClientCredentialsOptions } from "./key-options.js"
import type { TokenSet } from "./oauth2-options.js"
import {
  expandEndpoint,
  expandParameters,
  hostFreedom,
  type PlaceholderValues,
  permitEndpoint,
} from "./placeholders.js"
import { endGrant } from "./revocation.js"
import { type AnswerRules, answerRules, askForTokens, type TokenAnswer } from "./token-answer.js"

/** A token, and what was typed that the next one is asked for with: the credentials, where they came from a form. */
export interface ClientCredentialsSecret extends TokenSet {
  readonly typed?: Readonly<Record<string, string>>
}

type Typed = NonNullable<ClientCredentialsSecret["typed"]>

/** Without the cut into slots: there is one. */
export function rulesOf({ errorCode, grantErrors, clientErrors, laterErrors }: ClientCredentialsOptions): AnswerRules {
  return answerRules({
    ...(errorCode && { errorCode }),
    ...(grantErrors && { grantErrors }),
    ...(clientErrors && { clientErrors }),
    ...(laterErrors && { laterErrors }),
  })
}

/**
 * Asks for a token with the client's own credentials. What can fail before the request leaves rejects; what came of it is the answer.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export async function requestToken(
  options: ClientCredentialsOptions,
  context: Context<never>,
  typed: Typed,
): Promise<TokenAnswer> {
  const style = styleOf(options)
  const credentials = credentialsFrom(options, context, typed)
  const values = valuesOf(context, credentials, typed)
  const endpoint = await permitted(context, options.tokenEndpoint, values)
  const scope = options.scopes?.join(options.scopeSeparator ?? " ")
  const parameters = { ...(scope && { scope }), ...expandParameters(options.tokenParameters, values) }
  const send = () =>
    genericTokenEndpointRequest(
      serverOf(endpoint),
      clientOf(credentials),
      clientAuthenticationOf(style, credentials),
      options.grantType ?? "client_credentials",
      parameters,
      requestOptions(context, style, endpoint),
    )
  return await askForTokens(send, rulesOf(options), context.clock.now)
}

/** Ends one access token. @see https://www.rfc-editor.org/rfc/rfc7009 */
export async function revokeToken(
  options: ClientCredentialsOptions & { readonly revocationEndpoint: string },
  context: Context<never>,
  { accessToken, typed = {} }: ClientCredentialsSecret,
): Promise<void> {
  const style = styleOf(options)
  const credentials = credentialsFrom(options, context, typed)
  const endpoint = await permitted(context, options.revocationEndpoint, valuesOf(context, credentials, typed))
  const send = () =>
    revocationRequest(
      serverOf(endpoint),
      clientOf(credentials),
      clientAuthenticationOf(style, credentials),
      accessToken,
      requestOptions(context, style, endpoint),
    )
  await endGrant(send, rulesOf(options))
}

function styleOf(options: ClientCredentialsOptions): RequestStyle {
  const { clientAuthentication = "basic", tokenRequestFormat = "form", tokenRequestHeaders = {} } = options
  return { clientAuthentication, format: tokenRequestFormat, headers: tokenRequestHeaders }
}

function credentialsFrom(options: ClientCredentialsOptions, context: Context<never>, typed: Typed): Credentials {
  if (options.credentialsFrom === "app") return credentialsOf(context.app)
  return { clientId: typed.client_id ?? "", clientSecret: typed.client_secret }
}

function valuesOf({ account }: Context<never>, { clientId }: Credentials, typed: Typed): PlaceholderValues {
  return { ...account?.data, ...typed, clientId }
}

async function permitted(context: Context<never>, template: string, values: PlaceholderValues): Promise<URL> {
  const hostIsChosen = hostFreedom(template) !== "fixed"
  const endpoint = expandEndpoint(template, values, hostIsChosen)
  await permitEndpoint(context, endpoint, hostIsChosen)
  return endpoint
}
