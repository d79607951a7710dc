import { AuthorizationResponseError, validateAuthResponse } from "oauth4webapi"
import type { App, Context } from "../context.js"
import { HoldfastError } from "../errors.js"
import type { Input } from "../step.js"
import { clientOf, credentialsOf, serverOf } from "./client-authentication.js"
import { attemptOf } from "./form-step.js"
import { issuerOf, type OAuth2Settings, type OAuth2State } from "./oauth2-settings.js"
import { expandEndpoint, type PlaceholderValues } from "./placeholders.js"
import { shortCode } from "./provider-code.js"

type Callback = Extract<Input, { from: "callback" }>

const maxParameters = 100

/** The parameters of a callback: of a posted form where it is one, else of the query. */
export function callbackParameters({ url, method, headers, body }: Callback): URLSearchParams {
  const isForm = headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")
  const parameters = method === "POST" && isForm ? new URLSearchParams(body) : new URL(url).searchParams
  if (parameters.size > maxParameters) throw new HoldfastError("input_invalid", "The callback has too many parameters.")
  return parameters
}

/**
 * What the provider answered through the browser, proved to belong to this attempt.
 * @returns parameters with a `code`, as oauth4webapi takes them
 * @throws HoldfastError `state_mismatch` `access_denied` `redirect_uri_mismatch` `config_invalid` `provider_unavailable`
 * `provider_rejected` `response_invalid`
 */
export async function verifiedCallback(
  settings: OAuth2Settings,
  context: Context<OAuth2State>,
  app: App,
  input: Callback,
  values: PlaceholderValues,
): Promise<URLSearchParams> {
  const attempt = attemptOf(context)
  if (!attempt.state) throw new HoldfastError("state_mismatch", "The provider answered before it was asked.")
  // What was typed into a form is part of what a callback must fit to.
  await settings.options.verifyCallback?.(
    { ...context, attempt: { ...attempt, input: { ...attempt.input, ...attempt.state.input } } },
    input,
  )

  const { requiresIss } = settings.options
  const issuer = issuerOf(settings, values)
  const endpoint = expandEndpoint(settings.options.authorizationEndpoint, values, settings.hostIsChosen)
  const server = {
    ...serverOf(endpoint, issuer),
    authorization_response_iss_parameter_supported: issuer !== undefined && requiresIss === true,
  }
  const parameters = new URLSearchParams(callbackParameters(input))
  // Nothing to compare it with.
  if (issuer === undefined) parameters.delete("iss")
  try {
    const validated = validateAuthResponse(server, clientOf(credentialsOf(app)), parameters, attempt.stateParameter)
    // RFC 6749 section 3.1: no parameter comes twice.
    if (validated.get("code") && validated.getAll("code").length === 1) return validated
  } catch (error) {
    if (error instanceof AuthorizationResponseError) throw refusal(settings, error.error, attempt.redirectUri)
    throw new HoldfastError("state_mismatch", "The callback's state or issuer is not the one of this attempt.")
  }
  throw new HoldfastError("response_invalid", "The provider's callback holds neither a code nor an error.")
}

/** What an `error` of the callback means. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 */
export function refusal(
  { options }: Pick<OAuth2Settings, "options">,
  error: string,
  redirectUri: string,
): HoldfastError {
  const providerCode = shortCode(error) ?? "unrecognised"
  const details = { providerCode }
  if (error === "access_denied" || options.deniedErrors?.includes(error))
    return new HoldfastError("access_denied", undefined, { details })
  switch (error) {
    case "redirect_uri_mismatch":
    case "invalid_redirect_uri":
      return new HoldfastError("redirect_uri_mismatch", `Register ${redirectUri} at the provider.`, {
        details: { providerCode, redirectUri },
      })
    case "unauthorized_client":
    case "invalid_client":
      return new HoldfastError(
        "config_invalid",
        "The provider does not know this app, or does not let it ask for codes.",
        { details },
      )
    case "invalid_scope":
      return new HoldfastError("config_invalid", "The app may not ask for one of these scopes.", { details })
    case "temporarily_unavailable":
    case "server_error":
      return new HoldfastError("provider_unavailable", undefined, { details })
    default:
      return new HoldfastError("provider_rejected", undefined, { details })
  }
}
