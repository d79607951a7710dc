import type { Context } from "../context.js"
import { type ErrorDetails, HoldfastError } from "../errors.js"
import type { OAuth1Secret } from "./oauth1-options.js"
import { type SignatureMethod, signOAuth1 } from "./oauth1-sign.js"
import type { TokenBody } from "./oauth2-options.js"
import { permitEndpoint } from "./placeholders.js"
import { isRecord, type ProviderAnswer, readAnswer, retryAfterMs } from "./provider-answer.js"
import { shortCode } from "./provider-code.js"
import { isProvablyUnsent } from "./unsent.js"

interface Asking {
  readonly endpoint: URL
  /** The request token that an access token is asked for with. */
  readonly by?: OAuth1Secret
  /** Parameters of the protocol, in the header. */
  readonly parameters: Readonly<Record<string, string>>
  /** The provider's own. */
  readonly form?: Readonly<Record<string, string>>
  readonly signatureMethod: SignatureMethod
  readonly hostIsChosen: boolean
}

/** The app as OAuth 1.0a calls it. @throws HoldfastError `app_not_configured` */
export function consumerOf({ app }: Pick<Context, "app">): { clientId: string; clientSecret: string } {
  if (!app) throw new HoldfastError("app_not_configured")
  return { clientId: app.clientId, clientSecret: app.fields.clientSecret ?? "" }
}

/**
 * Asks for a request token, or with one for an access token.
 * @throws HoldfastError `config_invalid` `provider_rejected` `provider_unavailable` `rate_limited` `response_invalid` `host_forbidden`
 */
export async function askForOAuth1Token(
  context: Context,
  { endpoint, by, parameters, form = {}, signatureMethod, hostIsChosen }: Asking,
): Promise<{ secret: OAuth1Secret; body: TokenBody }> {
  await permitEndpoint(context, endpoint, hostIsChosen)
  const body = new URLSearchParams(form).toString()
  const request = new Request(endpoint, {
    method: "POST",
    headers: { "user-agent": "holdfast", ...(body !== "" && { "content-type": "application/x-www-form-urlencoded" }) },
    ...(body !== "" && { body }),
    redirect: "manual",
  })
  const credentials = { ...consumerOf(context), ...by, signatureMethod, parameters }
  const answer = await send(context, await signOAuth1(request, credentials, context), hostIsChosen)
  refuse(answer, by !== undefined, context.clock.now())
  const { oauth_token: token, oauth_token_secret: tokenSecret } = isRecord(answer.body) ? answer.body : {}
  if (!isRecord(answer.body) || typeof token !== "string" || token === "" || typeof tokenSecret !== "string") {
    const details = { providerStatus: answer.status }
    throw new HoldfastError("response_invalid", "The provider's answer holds no token.", { details })
  }
  return { secret: { token, tokenSecret }, body: answer.body }
}

/** Sends a signed revocation. Returns when the token is known to be gone. */
export async function endOAuth1Token(
  context: Context,
  request: Request,
  by: { readonly secret: OAuth1Secret; readonly signatureMethod: SignatureMethod; readonly hostIsChosen: boolean },
): Promise<void> {
  const { secret, signatureMethod, hostIsChosen } = by
  await permitEndpoint(context, new URL(request.url), hostIsChosen)
  const signed = await signOAuth1(request, { ...consumerOf(context), ...secret, signatureMethod }, context)
  const answer = await send(context, signed, hostIsChosen)
  if ((answer.status >= 200 && answer.status < 300) || answer.status === 401 || answer.status === 404) return
  const code = answer.status >= 500 || answer.status === 429 ? "provider_unavailable" : "provider_rejected"
  throw new HoldfastError(code, "The provider did not revoke the token.", { details: detailsOf(answer) })
}

async function send(context: Context, request: Request, hostIsChosen: boolean): Promise<ProviderAnswer> {
  try {
    return await readAnswer(await context.fetch(request, { hostIsChosen }))
  } catch (error) {
    if (error instanceof HoldfastError && error.code === "host_forbidden") throw error
    const reason = isProvablyUnsent(error) ? "unsent" : "no_answer"
    throw new HoldfastError("provider_unavailable", undefined, { details: { reason } })
  }
}

/** @throws HoldfastError where the provider gave nothing */
export function refuse(answer: ProviderAnswer, isExchange: boolean, now: number): void {
  const { status, headers } = answer
  if (status >= 200 && status < 300) return
  const details = detailsOf(answer)
  if (status === 429) {
    const waitMs = retryAfterMs(headers, now)
    const wait = waitMs === undefined ? {} : { retryAfterMs: waitMs }
    throw new HoldfastError("rate_limited", undefined, { details: { ...details, ...wait } })
  }
  if (status >= 500) throw new HoldfastError("provider_unavailable", undefined, { details })
  if (isExchange) {
    throw new HoldfastError("provider_rejected", "The provider refused the grant: it was used, or has expired.", {
      details,
    })
  }
  throw new HoldfastError(
    "config_invalid",
    "The provider gives this app no request token: its key, its secret, this server's clock or the callback's address is not what it expects.",
    { details },
  )
}

/** The provider's code, where it reports problems as many do. @see https://oauth.pbworks.com/w/page/12238543/ProblemReporting */
function detailsOf({ status, body }: ProviderAnswer): ErrorDetails {
  const code = isRecord(body) ? shortCode(body.oauth_problem ?? body.error) : undefined
  return { providerStatus: status, ...(code !== undefined && { providerCode: code }) }
}
