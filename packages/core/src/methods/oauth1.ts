import { z } from "zod"
import type { Context } from "../context.js"
import { HoldfastError } from "../errors.js"
import type { AuthMethod, MethodFacts, Next } from "../method.js"
import { once } from "../once.js"
import type { Input } from "../step.js"
import { withChoice } from "./choice.js"
import { callbackEvidence, inputEvidence, tokenEvidence } from "./evidence.js"
import { attemptOf, formSchema, takeForm } from "./form-step.js"
import { lastingPolicy } from "./lasting.js"
import { oauth1Failure, verifierOf } from "./oauth1-callback.js"
import type { OAuth1Options, OAuth1Secret, OAuth1State } from "./oauth1-options.js"
import { signOAuth1 } from "./oauth1-sign.js"
import { askForOAuth1Token, consumerOf, endOAuth1Token } from "./oauth1-token.js"
import { callbackParameters } from "./oauth2-callback.js"
import { grantedScopes } from "./oauth2-scopes.js"
import {
  expandEndpoint,
  expandParameters,
  hostFreedom,
  type PlaceholderValues,
  permitEndpoint,
} from "./placeholders.js"
import { answerOf } from "./provider-answer.js"
import { tokenClock } from "./token-clock.js"

type Method = AuthMethod<OAuth1Secret, OAuth1State>
type Callback = Extract<Input, { from: "callback" }>

const secretSchema = once(() => z.object({ token: z.string().min(1), tokenSecret: z.string() }))

/**
 * Connecting by OAuth 1.0a: a request token, consent, an access token with a verifier, and a signature on every request. The app's secret
 * and the token's never travel.
 * @throws HoldfastError `config_invalid` for endpoints that cannot be meant
 * @see https://www.rfc-editor.org/rfc/rfc5849
 */
export function oauth1(options: OAuth1Options): Method {
  const id = options.id ?? "oauth"
  const label = options.label ?? "Connect with OAuth"
  const fields = options.fields ?? []
  const schema = options.input ?? formSchema(fields)
  const facts = factsOf(options)
  const { hostIsChosen } = facts
  const { signatureMethod = "HMAC-SHA1", revokeRequest } = options
  const policy = Object.freeze({ ...lastingPolicy, ...options.policy })

  const begin = async (context: Context<OAuth1State>, input: Input): Promise<Next<OAuth1State, OAuth1Secret>> => {
    const attempt = attemptOf(context)
    const known = { ...context.account?.data, ...attempt.input, ...attempt.state?.input }
    const typed = takeForm({ id, title: label, fields, schema }, input, known)
    if ("step" in typed) return { step: typed.step }
    const values = { ...valuesOf(context), ...typed.values }
    const { secret: request } = await askForOAuth1Token(context, {
      endpoint: expandEndpoint(options.requestTokenEndpoint, values, hostIsChosen),
      // The address to come back to is part of what is signed, so nobody can put another in its place.
      parameters: { oauth_callback: attempt.callbackUrl },
      form: expandParameters(options.requestTokenParameters, values),
      signatureMethod,
      hostIsChosen,
    })
    const url = await authorizationUrl(context, values, request.token)
    return { step: { kind: "redirect", url, returns: "query" }, state: { request, input: typed.values } }
  }

  async function authorizationUrl(context: Context<OAuth1State>, values: PlaceholderValues, token: string) {
    const url = expandEndpoint(options.authorizationEndpoint, values, hostIsChosen)
    await permitEndpoint(context, url, hostIsChosen)
    const scopes = context.attempt?.scopes ?? options.scopes ?? []
    const parameters = {
      ...(scopes.length > 0 && { scope: scopes.join(options.scopeSeparator ?? ",") }),
      ...expandParameters(options.authorizationParameters, values),
      oauth_token: token,
    }
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    // A blank written as + is read as a plus sign by some.
    url.search = url.searchParams.toString().replaceAll("+", "%20")
    return url.href
  }

  const finish = async (context: Context<OAuth1State>, input: Callback): Promise<Next<OAuth1State, OAuth1Secret>> => {
    const attempt = attemptOf(context)
    const { state } = attempt
    if (!state) throw new HoldfastError("state_mismatch", "The provider answered before it was asked.")
    const parameters = callbackParameters(input)
    const oauth_verifier = verifierOf(parameters, state, options.deniedParameters ?? [])
    const now = context.clock.now()
    const { secret, body } = await askForOAuth1Token(context, {
      endpoint: expandEndpoint(options.accessTokenEndpoint, valuesOf(context), hostIsChosen),
      by: state.request,
      parameters: { oauth_verifier },
      signatureMethod,
      hostIsChosen,
    })
    const granted = options.granted ? options.granted(body) : grantedScopes({}, body)
    const clock = tokenClock(
      { body: { ...body, expires_in: body.oauth_expires_in }, accessToken: secret.token, now, rotation: "none" },
      {
        accessTokenSeconds: policy.accessTokenSeconds,
        ...(options.expiresInSeconds && { expiresInSeconds: options.expiresInSeconds }),
      },
    )
    const { clientSecret } = consumerOf(context)
    return {
      grant: {
        slots: { main: { secret, clock, ...(granted && { granted }) } },
        evidence: {
          callback: callbackEvidence(parameters),
          token: tokenEvidence(body, [secret.token, secret.tokenSecret, clientSecret].filter(Boolean), undefined),
          input: inputEvidence({ ...attempt.input, ...state.input }, fields),
        },
      },
    }
  }

  const method = Object.freeze<Method>({
    id,
    kind: "oauth1",
    label,
    needsApp: true,
    slots: ["main"],
    secret: secretSchema(),
    fields,
    input: schema,
    policy,
    facts,
    begin,
    async advance(context, input) {
      if (input.from === "poll") throw new HoldfastError("input_invalid", "This conversation waits for the browser.")
      return input.from === "callback" ? await finish(context, input) : await begin(context, input)
    },
    ...(revokeRequest && {
      async revoke(context: Context<OAuth1State>, secret: OAuth1Secret) {
        const request = await revokeRequest(context, secret)
        await endOAuth1Token(context, request, { secret, signatureMethod, hostIsChosen })
      },
    }),
    authorize: (context, request, secret) =>
      signOAuth1(request, { ...consumerOf(context), ...secret, signatureMethod }, context),
    readFailure: ({ status, headers, text }) =>
      oauth1Failure(answerOf(status, headers, text), options.deniedParameters ?? []),
  })
  return options.choose ? withChoice(method, options.choose) : method
}

function valuesOf(context: Context<OAuth1State>): PlaceholderValues {
  const { account, attempt } = context
  return { ...account?.data, ...attempt?.input, ...attempt?.state?.input, clientId: consumerOf(context).clientId }
}

function factsOf(options: OAuth1Options): MethodFacts {
  const { requestTokenEndpoint, authorizationEndpoint, accessTokenEndpoint, scopes } = options
  const freedoms = [requestTokenEndpoint, authorizationEndpoint, accessTokenEndpoint].map(hostFreedom)
  if (options.hostIsChosen === false && freedoms.includes("any")) {
    throw new HoldfastError("config_invalid", "A placeholder chooses the host, so hostIsChosen cannot be false.")
  }
  return Object.freeze({
    requestTokenEndpoint,
    authorizationEndpoint,
    tokenEndpoint: accessTokenEndpoint,
    signatureMethod: options.signatureMethod ?? "HMAC-SHA1",
    ...(scopes && { scopes, scopeSeparator: options.scopeSeparator ?? "," }),
    hostIsChosen: options.hostIsChosen ?? freedoms.some((freedom) => freedom !== "fixed"),
    startsWith: "redirect",
  })
}
