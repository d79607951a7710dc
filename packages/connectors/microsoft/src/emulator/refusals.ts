import { type EmulatorKit, json, type OAuthRefusal } from "@holdfast/emulator"

/** What Entra says when it refuses. */
interface EntraRefusal {
  readonly error: string
  readonly number: number
  readonly message: string
  readonly status?: number
  readonly suberror?: string
}

/**
 * Its body.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application
 */
function entraError(kit: EmulatorKit, refused: EntraRefusal): Response {
  const { error, number, message, status = 400, suberror } = refused
  const { traceId, correlationId, timestamp } = traces(kit)
  return json(
    {
      error,
      error_description: `AADSTS${number}: ${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [number],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${number}`,
      ...(suberror && { suberror }),
    },
    { status, headers: { "cache-control": "no-store, no-cache" } },
  )
}

/** What a callback has in `error_description`. */
export function describedError(kit: EmulatorKit, number: number, message: string): string {
  const { traceId, correlationId, timestamp } = traces(kit)
  return `AADSTS${number}: ${message}\r\nTrace ID: ${traceId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${timestamp}`
}

function traces(kit: EmulatorKit) {
  const timestamp = new Date(kit.clock.now()).toISOString().replace("T", " ").replace(/\.\d+/, "")
  return { traceId: kit.random.uuid(), correlationId: kit.random.uuid(), timestamp }
}

type Said = Omit<EntraRefusal, "error"> & { readonly error?: string }

// https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes#aadsts-error-codes
const said: Partial<Record<OAuthRefusal["reason"], Said>> = {
  refresh_token_revoked: {
    number: 50173,
    message: "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
    suberror: "bad_token",
  },
  refresh_token_expired: {
    number: 700082,
    message: "The refresh token has expired due to inactivity.",
    suberror: "bad_token",
  },
  refresh_token_unknown: { number: 9002313, message: "Invalid request. Request is malformed or invalid." },
  refresh_token_foreign: {
    number: 70000,
    message: "The provided value for the input parameter 'refresh_token' is not valid.",
  },
  code_unknown: { number: 9002313, message: "Invalid request. Request is malformed or invalid." },
  code_expired: {
    number: 70008,
    message: "The provided authorization code or refresh token has expired due to inactivity.",
  },
  code_used: { number: 54005, message: "OAuth2 Authorization code was already redeemed." },
  code_foreign: { number: 70000, message: "The provided value for the 'code' parameter is not valid." },
  pkce_mismatch: { number: 501481, message: "The Code_Verifier does not match the code_challenge supplied." },
  redirect_uri_mismatch: { number: 50011, message: "The redirect URI does not match.", error: "invalid_client" },
  client_unknown: {
    number: 700016,
    message: "Application was not found in the directory.",
    error: "unauthorized_client",
    status: 400,
  },
  client_secret_wrong: { number: 7000215, message: "Invalid client secret provided.", status: 401 },
  client_authentication_missing: {
    number: 7000218,
    message: "The request body must contain: 'client_assertion' or 'client_secret'.",
    status: 401,
  },
  scope_unknown: { number: 70011, message: "The provided value for the input parameter 'scope' is not valid." },
  grant_type: { number: 70003, message: "The app requested an unsupported grant type." },
  content_type: { number: 900144, message: "The request body must contain the following parameter: 'grant_type'." },
  parameter_missing: { number: 900144, message: "The request body must contain another parameter." },
}

/** The kit's refusals in Entra's words. A refusal of the stand-in's own brings its number in front of its description. */
export function tokenRefusal(kit: EmulatorKit, refused: OAuthRefusal): Response {
  const { reason, error, status, description } = refused
  const own = /^AADSTS(\d+): (.*)$/s.exec(description)
  if (own) return entraError(kit, { error, number: Number(own[1]), message: own[2] ?? "", status })
  return entraError(kit, { error, status, ...(said[reason] ?? { number: 9002313, message: "Invalid request." }) })
}
