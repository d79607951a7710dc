import { z } from "zod"
import type { Context } from "../context.js"
import { isHoldfastError } from "../errors.js"
import type { AuthMethod, GrantPolicy, MethodFacts, Next } from "../method.js"
import { once } from "../once.js"
import type { Input } from "../step.js"
import { type ClientCredentialsSecret, requestToken, revokeToken, rulesOf } from "./client-credentials-request.js"
import { inputEvidence, tokenEvidence } from "./evidence.js"
import { formSchema, formStep, requireFields, takeForm } from "./form-step.js"
import type { ClientCredentialsOptions } from "./key-options.js"
import { grantedScopes } from "./oauth2-scopes.js"
import { hostFreedom } from "./placeholders.js"
import { outcomeOf, type TokenAnswer } from "./token-answer.js"
import { tokenClock } from "./token-clock.js"
import { connectError } from "./token-error.js"
import { tokenFailure } from "./token-failure.js"
import { tokenSetSchema } from "./token-set.js"

type Method = AuthMethod<ClientCredentialsSecret, never>
type Granted = Extract<TokenAnswer, { is: "granted" }>

const secretSchema = once(() =>
  z.object({
    ...tokenSetSchema().shape,
    typed: z.record(z.string(), z.string()).exactOptional(),
  }),
)

/**
 * Connecting with a client's own credentials: no person, no refresh token. Renewing asks for another token, and spends nothing.
 * @throws HoldfastError `config_invalid` where the form lacks `client_id` or `client_secret`
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export function clientCredentials(options: ClientCredentialsOptions): Method {
  const fields = options.fields ?? []
  if (options.credentialsFrom === "form") requireFields(fields, ["client_id", "client_secret"])
  const id = options.id ?? "client_credentials"
  const label = options.label ?? "Connect with client credentials"
  const schema = options.input ?? formSchema(fields, { trimsPasswords: true })
  const form = { id, title: label, fields, schema }
  const { revocationEndpoint } = options

  const conversation = async (context: Context<never>, input: Input): Promise<Next<never, ClientCredentialsSecret>> => {
    const typed = takeForm(form, input, { ...context.account?.data, ...context.attempt?.input })
    if ("step" in typed) return typed
    const now = context.clock.now()
    const answer = await requestToken(options, context, typed.values)
    if (answer.is === "granted") {
      const { secret, clock, granted } = tokenOf(options, answer, typed.values, now)
      const secrets = [secret.accessToken, typed.values.client_secret ?? context.app?.fields.clientSecret ?? ""]
      return {
        grant: {
          slots: { main: { secret, clock, ...(granted && { granted }) } },
          evidence: {
            token: tokenEvidence(answer.body, secrets.filter(Boolean), undefined),
            input: inputEvidence(typed.values, fields, ["client_secret"]),
          },
        },
      }
    }
    if (answer.is === "refused" && options.credentialsFrom === "form") {
      return { step: formStep(form, "credential_invalid", "client_secret") }
    }
    throw connectError(answer)
  }

  return Object.freeze<Method>({
    id,
    kind: "client_credentials",
    label,
    needsApp: options.credentialsFrom === "app",
    slots: ["main"],
    secret: secretSchema(),
    fields,
    input: schema,
    policy: policyOf(options),
    facts: factsOf(options),
    begin: conversation,
    advance: conversation,
    async refresh(context, { typed = {} }) {
      const now = context.clock.now()
      const answer = await requestToken(options, context, typed).catch((error: unknown) => {
        if (isHoldfastError(error, "app_not_configured")) throw error
        return { is: "later" } as const
      })
      // Credentials that a person typed are the grant: when they are refused, that person must act, not the app's developer.
      if (answer.is === "refused" && options.credentialsFrom === "form") return { ...answer, by: "grant" }
      if (answer.is !== "granted") return outcomeOf(answer)
      return { is: "renewed", ...tokenOf(options, answer, typed, now) }
    },
    ...(revocationEndpoint !== undefined && {
      revoke: (context: Context<never>, secret: ClientCredentialsSecret) =>
        revokeToken({ ...options, revocationEndpoint }, context, secret),
    }),
    accessToken: ({ accessToken }) => accessToken,
    authorize(context, request, { accessToken }) {
      if (options.authorize) options.authorize(request, accessToken, context)
      else request.headers.set("authorization", `Bearer ${accessToken}`)
      return request
    },
    readFailure(answer) {
      const failure = tokenFailure(rulesOf(options), answer)
      const isTyped = options.credentialsFrom === "form" && failure !== undefined && failure.refused !== undefined
      const code = answer.moment === "connecting" ? "credential_invalid" : "reauth_required"
      return failure && { ...failure.means, ...(isTyped && { code }) }
    },
  })
}

function tokenOf(
  options: ClientCredentialsOptions,
  { slots, body }: Granted,
  typed: Readonly<Record<string, string>>,
  now: number,
) {
  const came = slots.main ?? { accessToken: "", body }
  const secret: ClientCredentialsSecret = {
    accessToken: came.accessToken,
    ...("tokenType" in came && { tokenType: came.tokenType }),
    ...(Object.keys(typed).length > 0 && { typed }),
  }
  const subject = { body, accessToken: came.accessToken, now, rotation: "none" } as const
  const granted = grantedScopes(options, body)
  const { expiresInSeconds } = options
  const rules = {
    accessTokenSeconds: policyOf(options).accessTokenSeconds,
    ...(expiresInSeconds && { expiresInSeconds }),
  }
  return { secret, clock: tokenClock(subject, rules), ...(granted && { granted }) }
}

function policyOf(options: ClientCredentialsOptions): GrantPolicy {
  return Object.freeze({
    rotation: "none",
    reuse: "revokes-family",
    reconsent: "keeps",
    revokes: "token",
    refreshInvalidatesAccessToken: options.refreshInvalidatesAccessToken ?? false,
    accessTokenSeconds: options.accessTokenSeconds ?? "unknown",
    expectsRefreshToken: false,
    ...options.policy,
  })
}

function factsOf(options: ClientCredentialsOptions): MethodFacts {
  const { tokenEndpoint, revocationEndpoint, scopes } = options
  return Object.freeze({
    tokenEndpoint,
    ...(revocationEndpoint !== undefined && { revocationEndpoint }),
    ...(scopes && { scopes, scopeSeparator: options.scopeSeparator ?? " " }),
    clientAuthentication: options.clientAuthentication ?? "basic",
    tokenRequestFormat: options.tokenRequestFormat ?? "form",
    hostIsChosen: hostFreedom(tokenEndpoint) !== "fixed",
    startsWith: options.fields?.length ? "form" : "grant",
  })
}
