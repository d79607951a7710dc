import type { ZodType } from "zod"
import type { App, Context } from "../context.js"
import { HoldfastError } from "../errors.js"
import type { GrantPolicy, MethodFacts } from "../method.js"
import type { Field } from "../step.js"
import type { ChoiceState } from "./choice.js"
import type { RequestStyle } from "./client-authentication.js"
import { formSchema } from "./form-step.js"
import type { OAuth2Options, TokenSet } from "./oauth2-options.js"
import { expandEndpoint, hostFreedom, type PlaceholderValues } from "./placeholders.js"
import { type AnswerRules, answerRules } from "./token-answer.js"
import type { ClockRules } from "./token-clock.js"
import type { RotationRules } from "./token-set.js"

/** What an OAuth 2.0 conversation remembers. Sealed at rest. */
export interface OAuth2State extends ChoiceState<TokenSet> {
  /** RFC 7636. Absent where the provider takes no PKCE. */
  readonly codeVerifier?: string
  /** What was typed before leaving for the provider, as checked. */
  readonly input: Readonly<Record<string, string>>
}

/** A provider's departures, with the standard filled in. */
export interface OAuth2Settings {
  readonly options: OAuth2Options
  readonly id: string
  readonly label: string
  readonly slots: readonly string[]
  readonly fields: readonly Field[]
  readonly input: ZodType<Record<string, string>>
  readonly separator: string
  readonly usesPkce: boolean
  readonly hostIsChosen: boolean
  readonly policy: GrantPolicy
  readonly style: RequestStyle
  readonly rules: AnswerRules
  readonly clock: ClockRules
  readonly rotation: RotationRules
}

/** @throws HoldfastError `config_invalid` where a placeholder chooses the host and the options deny it */
export function oauth2Settings(options: OAuth2Options): OAuth2Settings {
  const fields = options.fields ?? []
  const policy = policyOf(options)
  const slots = slotsOf(options)
  return Object.freeze({
    options,
    id: options.id ?? "oauth",
    label: options.label ?? "Connect with OAuth",
    slots,
    fields,
    input: options.input ?? formSchema(fields),
    separator: options.scopeSeparator ?? " ",
    usesPkce: options.pkce !== "none",
    hostIsChosen: isHostChosen(options),
    policy,
    style: {
      clientAuthentication: options.clientAuthentication ?? "post",
      format: options.tokenRequestFormat ?? "form",
      headers: options.tokenRequestHeaders ?? {},
    },
    rules: answerRules({ tokens: (body) => ({ [slots[0] ?? "main"]: body }), ...options }),
    clock: { ...pickClockHooks(options), accessTokenSeconds: policy.accessTokenSeconds },
    rotation: {
      rotation: policy.rotation,
      expectsRefreshToken: policy.expectsRefreshToken,
      isDocumented: options.policy?.rotation !== undefined,
    },
  })
}

function policyOf({ policy = {} }: OAuth2Options): GrantPolicy {
  const rotation = policy.rotation ?? "reusable"
  return Object.freeze({
    rotation,
    reuse: "revokes-family",
    reconsent: "keeps",
    revokes: "token",
    refreshInvalidatesAccessToken: false,
    accessTokenSeconds: "unknown",
    expectsRefreshToken: rotation !== "none",
    ...policy,
  })
}

function pickClockHooks({ expiresInSeconds, refreshExpiresInSeconds }: OAuth2Options) {
  return { ...(expiresInSeconds && { expiresInSeconds }), ...(refreshExpiresInSeconds && { refreshExpiresInSeconds }) }
}

function endpointsOf({ authorizationEndpoint, tokenEndpoint, refreshEndpoint, revocationEndpoint }: OAuth2Options) {
  return {
    authorizationEndpoint,
    tokenEndpoint,
    ...(refreshEndpoint !== undefined && { refreshEndpoint }),
    ...(revocationEndpoint !== undefined && { revocationEndpoint }),
  }
}

function isHostChosen(options: OAuth2Options): boolean {
  const freedoms = Object.values(endpointsOf(options)).map(hostFreedom)
  if (options.hostIsChosen === false && freedoms.includes("any")) {
    throw new HoldfastError("config_invalid", "A placeholder chooses the host, so hostIsChosen cannot be false.")
  }
  return options.hostIsChosen ?? freedoms.some((freedom) => freedom !== "fixed")
}

function slotsOf({ slots = {} }: OAuth2Options): readonly string[] {
  const replacesMain = Object.values(slots).some(({ parameter }) => parameter === "scope")
  return replacesMain ? Object.keys(slots) : ["main", ...Object.keys(slots).filter((name) => name !== "main")]
}

/** What can be said of the method without running it. */
export function oauth2Facts(settings: OAuth2Settings): MethodFacts {
  const { options, style } = settings
  const scopes = [...options.scopes, ...Object.values(options.slots ?? {}).flatMap((slot) => slot.scopes)]
  return Object.freeze({
    ...endpointsOf(options),
    scopes: [...new Set(scopes)],
    scopeSeparator: settings.separator,
    ...(options.scopesAddUp && { scopesAddUp: true }),
    pkce: settings.usesPkce ? "S256" : "none",
    clientAuthentication: style.clientAuthentication,
    tokenRequestFormat: style.format,
    hostIsChosen: settings.hostIsChosen,
    // Fields are asked for only where they were not given at the start.
    startsWith: "redirect",
  })
}

/** What placeholders stand for: what was typed, over what is known of the account. */
export function placeholderValues(context: Context<OAuth2State>, app: App): PlaceholderValues {
  const { account, attempt } = context
  return { ...account?.data, ...attempt?.input, ...attempt?.state?.input, clientId: app.clientId }
}

/** @throws HoldfastError `app_not_configured` */
export function appOf(context: Pick<Context, "app">): App {
  if (context.app) return context.app
  throw new HoldfastError("app_not_configured")
}

/** The issuer of this account, where one is known. */
export function issuerOf({ options, hostIsChosen }: OAuth2Settings, values: PlaceholderValues): string | undefined {
  if (options.issuer === undefined) return undefined
  // Issuers are compared letter by letter, so nothing may be added to one that is written without a trailing slash.
  const { href } = expandEndpoint(options.issuer, values, hostIsChosen)
  return options.issuer.endsWith("/") ? href : href.replace(/\/$/, "")
}
