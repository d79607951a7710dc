import type { Call } from "../contract.js"
import { redirect } from "../responses.js"
import { consentPage, refusalPage } from "./consent-page.js"
import { createGrant, requestedScopes } from "./grant.js"
import type { ServerContext } from "./issue.js"
import type { EmulatedAccount, EmulatedClient, OAuthRefusal } from "./model.js"
import type { CustomRefusal } from "./options.js"
import { type Parameters, readPairs, unknownParameter } from "./parameters.js"
import { type GrantRecord, viewGrant } from "./records.js"
import { customRefusal, refusal } from "./refusal.js"

/** A request that may be answered by redirecting to the app. */
interface Valid {
  client: EmulatedClient
  redirectUri: string
  parameters: Parameters
}

/** The authorization endpoint: GET shows the consent page, POST is its form. */
export async function authorize<Data>(context: ServerContext<Data>, call: Call): Promise<Response> {
  const { kit, options } = context
  const valid = readRequest(context, call)
  if ("refusal" in valid) {
    call.note({ refusal: valid.refusal.reason })
    return refusalPage(kit.name, valid.refusal.description)
  }
  const { client, parameters } = valid
  const refused = check(context, call, valid)
  if (refused) return sendBack(context, call, valid, refused)

  const accounts = options.accountsFor?.(parameters, call) ?? [...context.registry.accounts.values()]
  const [first] = accounts
  if (!first) return refusalPage(kit.name, "there is nobody here who could consent")
  const scopes = scopesOf(context, parameters)
  if (call.request.method !== "POST") {
    return consentPage({ provider: kit.name, client, scopes, partial: options.partialConsent ?? false, accounts })
  }
  const form = await call.form()
  const decision = form?.get("decision")
  if (!form || (decision !== "allow" && decision !== "deny")) {
    return refusalPage(kit.name, "the form was not filled in: there is no decision")
  }
  if (decision === "deny") {
    return sendBack(context, call, valid, refusal("authorize", "access_denied", "the person refused"))
  }
  const account = form.has("account") ? accounts.find(({ id }) => id === form.get("account")) : first
  if (!account) return refusalPage(kit.name, "there is no such account")
  const granted = options.partialConsent ? scopes.filter((scope) => form.getAll("scope").includes(scope)) : scopes
  return allow(context, call, valid, account, granted)
}

function readRequest<Data>(context: ServerContext<Data>, call: Call): Valid | { refusal: OAuthRefusal } {
  const read = readPairs("authorize", call.url.searchParams)
  if ("refusal" in read) return read
  const { parameters } = read
  const client = context.registry.clients.get(parameters.client_id ?? "")
  if (!client) return { refusal: refusal("authorize", "client_unknown", "client_id names no client") }
  const redirectUri = parameters.redirect_uri ?? (client.redirectUris.length === 1 ? client.redirectUris[0] : undefined)
  if (redirectUri === undefined || !client.redirectUris.includes(redirectUri)) {
    return {
      refusal: refusal("authorize", "redirect_uri_unregistered", "redirect_uri is not registered for the client"),
    }
  }
  return { client, redirectUri, parameters }
}

function check<Data>(
  { options }: ServerContext<Data>,
  call: Call,
  { client, parameters }: Valid,
): OAuthRefusal | undefined {
  const no = (reason: OAuthRefusal["reason"], description: string) => refusal("authorize", reason, description)
  const unknown = unknownParameter("authorize", parameters, options.extraParameters)
  if (unknown) return unknown
  if (parameters.response_type === undefined) {
    if (options.responseTypeRequired ?? true) return no("parameter_missing", "response_type is missing")
  } else if (parameters.response_type !== "code") return no("response_type", "response_type must be code")
  if (options.stateRequired && parameters.state === undefined) return no("state_missing", "state is missing")
  return (
    checkPkce(options.pkce ?? "required", parameters) ??
    checkScopes(options, client, parameters) ??
    asRefusal(options.checkAuthorize?.({ call, client, parameters }))
  )
}

function checkPkce(pkce: "required" | "optional" | "none", parameters: Parameters): OAuthRefusal | undefined {
  if (pkce === "none") return undefined
  if (parameters.code_challenge === undefined) {
    if (pkce === "optional" && parameters.code_challenge_method === undefined) return undefined
    return refusal("authorize", "pkce_missing", "code_challenge is missing")
  }
  if (parameters.code_challenge_method !== "S256") {
    return refusal("authorize", "pkce_method", "code_challenge_method must be S256")
  }
  if (/^[\w-]{43}$/.test(parameters.code_challenge)) return undefined
  return refusal("authorize", "malformed", "code_challenge is not the base64url of a SHA-256")
}

function checkScopes<Data>(
  options: ServerContext<Data>["options"],
  client: EmulatedClient,
  parameters: Parameters,
): OAuthRefusal | undefined {
  if (parameters.scope === undefined) {
    const needed = options.scopes !== undefined && options.defaultScopes === undefined
    return needed ? refusal("authorize", "scope_missing", "scope is missing") : undefined
  }
  const known = client.scopes ?? options.scopes
  const scopes = requestedScopes(parameters.scope, options.scopeSeparator)
  // Comma lists with blanks in them come from a client that took the separator to be a blank.
  const wrong = scopes.find((scope) => /\s/.test(scope) || (known && !known.includes(scope)))
  return wrong === undefined ? undefined : refusal("authorize", "scope_unknown", `there is no scope "${wrong}"`)
}

function scopesOf<Data>({ options }: ServerContext<Data>, parameters: Parameters): readonly string[] {
  if (parameters.scope === undefined) return options.defaultScopes ?? []
  return requestedScopes(parameters.scope, options.scopeSeparator)
}

async function allow<Data>(
  context: ServerContext<Data>,
  call: Call,
  valid: Valid,
  account: EmulatedAccount<Data>,
  scopes: readonly string[],
): Promise<Response> {
  const { kit, options, registry } = context
  const now = kit.clock.now()
  const grant = createGrant(context, {
    client: valid.client,
    account,
    scopes,
    parameters: valid.parameters,
    origin: call.url.origin,
    madeBy: "authorization_code",
  })
  const random = kit.random.id("", 40)
  const code = options.tokenValue?.({ kind: "code", grant: viewGrant(grant, now), slot: "main", random }) ?? random
  registry.codes.set(code, {
    value: code,
    grant,
    redirectUri: valid.parameters.redirect_uri,
    challenge: options.pkce === "none" ? undefined : valid.parameters.code_challenge,
    expiresAt: now + (options.codeSeconds ?? 60) * 1000,
    used: false,
  })
  call.note({ grantId: grant.id })
  return back(context, call, valid, { code }, grant)
}

function sendBack<Data>(
  context: ServerContext<Data>,
  call: Call,
  valid: Valid,
  refused: OAuthRefusal,
): Promise<Response> {
  call.note({ refusal: refused.reason })
  return back(context, call, valid, { error: refused.error, error_description: refused.description })
}

async function back<Data>(
  { kit, options }: ServerContext<Data>,
  call: Call,
  { client, redirectUri, parameters }: Valid,
  outcome: Record<string, string>,
  grant?: GrantRecord<Data>,
): Promise<Response> {
  const callback = { ...outcome }
  if (parameters.state !== undefined) callback.state = parameters.state
  if (options.issuer !== undefined) callback.iss = options.issuer
  const extra = await options.callbackParameters?.({
    outcome: grant ? "granted" : "denied",
    ...(grant ? { grant: viewGrant(grant, kit.clock.now()) } : {}),
    client,
    request: parameters,
    callback,
    url: call.url,
  })
  const location = new URL(redirectUri)
  for (const [name, value] of Object.entries({ ...callback, ...extra })) location.searchParams.append(name, value)
  return redirect(location)
}

function asRefusal(custom: CustomRefusal | undefined): OAuthRefusal | undefined {
  return custom ? customRefusal("authorize", custom) : undefined
}
