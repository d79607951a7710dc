import type { Call } from "../contract.js"
import { json } from "../responses.js"
import { authenticateClient } from "./client-authentication.js"
import { exchangeCode } from "./exchange-code.js"
import { createGrant } from "./grant.js"
import { type Issued, issueAllSlots, type ServerContext, type TokenRequest } from "./issue.js"
import type { IssuedTokens, OAuthRefusal, TokenAnswer } from "./model.js"
import { type Parameters, type ReadParameters, readBody, unknownParameter } from "./parameters.js"
import { type GrantRecord, viewGrant } from "./records.js"
import { refreshTokens } from "./refresh-tokens.js"
import { customRefusal, isCustomRefusal, refusal } from "./refusal.js"

/** Which grant types one endpoint answers: a provider may refresh elsewhere. */
export type EndpointRole = "token" | "refresh" | "both"

/** The token endpoint. */
export async function token<Data>(context: ServerContext<Data>, role: EndpointRole, call: Call): Promise<Response> {
  const { kit } = context
  const read = await readTokenRequest(context, call)
  if ("refusal" in read) {
    await kit.countTokenCall({ grantType: "unreadable", issued: false })
    return refuse(context, call, read.refusal)
  }
  const { parameters } = read
  const grantType = parameters.grant_type ?? "missing"
  const issued = await issue(context, role, call, parameters)
  const shown = grantType === "refresh_token" ? parameters.refresh_token : undefined
  await kit.countTokenCall({
    grantType,
    issued: !("refusal" in issued),
    ...(shown === undefined ? {} : { refreshToken: shown }),
  })
  call.note({ grantType })
  if ("refusal" in issued) return refuse(context, call, { ...issued.refusal, grantType })
  call.note({ grantId: issued.grant.id })
  return answer(context, call, issued, parameters, grantType)
}

/** The names that a token request goes by, for faults. */
export async function tokenFaultNames<Data>(context: ServerContext<Data>, call: Call): Promise<readonly string[]> {
  const { id } = context
  const read = await readTokenRequest(context, call)
  const grantType = "parameters" in read ? read.parameters.grant_type : undefined
  const short = { authorization_code: "code", refresh_token: "refresh" }[grantType ?? ""]
  const names = ["token", ...(grantType ? [`token.${grantType}`] : []), ...(short ? [`token.${short}`] : [])]
  return names.flatMap((name) => [name, `${id}.${name}`])
}

async function readTokenRequest<Data>({ options }: ServerContext<Data>, call: Call): Promise<ReadParameters> {
  const read = await readBody("token", call, options.tokenRequestFormat, options.tokenParametersInQuery)
  if ("refusal" in read || read.parameters.grant_type !== undefined || options.grantTypeRequired !== false) return read
  return { parameters: { ...read.parameters, grant_type: "authorization_code" } }
}

/** The body that RFC 6749 5.1 describes; `expires_in` and `refresh_token` are left out where there is none. */
export function standardTokenBody(answer: TokenAnswer<unknown>): Record<string, unknown> {
  const { accessToken, expiresIn, refreshToken, scope } = answer.main
  return {
    access_token: accessToken,
    token_type: "Bearer",
    ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    scope,
  }
}

/** The error answer of RFC 6749 5.2. */
export function standardErrorResponse(refused: OAuthRefusal, call: Call): Response {
  const challenge = refused.status === 401 && call.request.headers.has("authorization")
  return json(
    { error: refused.error, error_description: refused.description },
    {
      status: refused.status,
      headers: { "cache-control": "no-store", ...(challenge ? { "www-authenticate": "Basic" } : {}) },
    },
  )
}

async function issue<Data>(
  context: ServerContext<Data>,
  role: EndpointRole,
  call: Call,
  parameters: Parameters,
): Promise<Issued<Data>> {
  const { options, registry } = context
  const unknown = unknownParameter("token", parameters, options.extraParameters)
  if (unknown) return { refusal: unknown }
  const grantType = parameters.grant_type
  if (grantType === undefined) return no("parameter_missing", "grant_type is missing")
  const authenticated = authenticateClient("token", call, parameters, registry.clients, options)
  if ("refusal" in authenticated) return authenticated
  const request = { call, client: authenticated.client, parameters }
  if (grantType === "refresh_token" && role !== "token") return refreshTokens(context, request)
  if (role === "refresh") return no("grant_type", "this endpoint only refreshes")
  if (grantType === "authorization_code" && options.authorizationEndpoint) return exchangeCode(context, request)
  return issueExtra(context, request, grantType)
}

function issueExtra<Data>(context: ServerContext<Data>, request: TokenRequest, grantType: string): Issued<Data> {
  const { options } = context
  const extra = Object.hasOwn(options.grantTypes ?? {}, grantType) ? options.grantTypes?.[grantType] : undefined
  if (!extra) return no("grant_type", `grant_type "${grantType}" is not supported here`)
  const allowed = extra(request)
  if (isCustomRefusal(allowed)) return { refusal: customRefusal("token", allowed) }
  const refused = options.checkToken?.(request)
  if (refused) return { refusal: customRefusal("token", refused) }
  const grant = createGrant(context, {
    client: request.client,
    account: allowed.account,
    scopes: allowed.scopes,
    parameters: request.parameters,
    origin: request.call.url.origin,
    madeBy: grantType,
  })
  return { grant, tokens: issueAllSlots(context, grant, request, grantType) }
}

async function answer<Data>(
  { kit, options, registry }: ServerContext<Data>,
  call: Call,
  { grant, tokens }: { grant: GrantRecord<Data>; tokens: readonly IssuedTokens[] },
  parameters: Parameters,
  grantType: string,
): Promise<Response> {
  const [main] = tokens
  const client = registry.clients.get(grant.clientId)
  if (!main || !client) throw new TypeError("an answer needs a client and at least one slot")
  const now = kit.clock.now()
  const full: TokenAnswer<Data> = {
    grantType,
    grant: viewGrant(grant, now),
    account: grant.account,
    client,
    tokens,
    main,
    parameters,
    issuedAt: now,
  }
  if (options.tokenResponse) return options.tokenResponse(full, call)
  return json(standardTokenBody(full), { headers: { "cache-control": "no-store", pragma: "no-cache" } })
}

function refuse<Data>({ options }: ServerContext<Data>, call: Call, refused: OAuthRefusal): Response {
  call.note({ refusal: refused.reason })
  return options.errorResponse?.(refused, call) ?? standardErrorResponse(refused, call)
}

function no(reason: OAuthRefusal["reason"], description: string): { refusal: OAuthRefusal } {
  return { refusal: refusal("token", reason, description) }
}
