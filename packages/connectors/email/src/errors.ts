import { type ErrorCode, type ErrorDetails, type ErrorMeaning, HoldfastError, isHoldfastError } from "@holdfast/core"

export type Half = "imap" | "smtp"

/** What a server that does not take a credential is said to have answered, where it is known that both refuse. */
export const refusedCode = "AUTHENTICATIONFAILED"

/**
 * Response codes of IMAP, status codes and enhanced status codes of SMTP, and what they mean here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5530 and https://www.rfc-editor.org/rfc/rfc3463
 */
export const mailCodes: Readonly<Record<string, ErrorMeaning>> = {
  // Only ever given when neither server takes the credential.
  [refusedCode]: "grant_ended",

  NONEXISTENT: "resource_not_found",
  TRYCREATE: "resource_not_found",
  NOPERM: "forbidden",
  LIMIT: "rate_limited",
  INUSE: "rate_limited",
  THROTTLED: "rate_limited",
  UNAVAILABLE: "provider_unavailable",
  SERVERBUG: "provider_unavailable",
  CONTACTADMIN: "access_denied",
  OVERQUOTA: "provider_rejected",
  "5.1.1": "input_invalid",
  "5.1.2": "input_invalid",
  "5.1.3": "input_invalid",
  "5.1.6": "input_invalid",
  "5.1.10": "input_invalid",
  "5.3.4": "payload_too_large",
  "552": "payload_too_large",
  "421": "provider_unavailable",
  "450": "provider_unavailable",
  "451": "provider_unavailable",
  "452": "rate_limited",
  "4.7.28": "rate_limited",
}

/** What both libraries put on their errors. */
interface LibraryError {
  readonly code?: unknown
  readonly authenticationFailed?: unknown
  readonly serverResponseCode?: unknown
  readonly responseStatus?: unknown
  readonly responseCode?: unknown
  readonly response?: unknown
  readonly tlsFailed?: unknown
}

/** The credential was refused by one server. Whether it is dead is not known before the other was asked. */
export class CredentialRefused extends Error {
  override readonly name = "CredentialRefused"
  constructor(
    readonly half: Half,
    readonly providerCode: string,
  ) {
    super("A mail server did not take the credential.")
  }
}

/** Turns what a library threw into ours. Nothing of the cause is kept: messages of servers quote addresses and subjects. */
export function toMailError(half: Half, cause: unknown): HoldfastError | CredentialRefused {
  if (isHoldfastError(cause) || cause instanceof CredentialRefused) return cause
  const error: LibraryError = typeof cause === "object" && cause !== null ? cause : {}
  const providerCode = codeOf(error)
  const meaning = meaningOf(providerCode)
  if (isRefusal(error, meaning)) return new CredentialRefused(half, providerCode ?? "unnamed")
  const status = typeof error.responseCode === "number" ? error.responseCode : undefined
  if (providerCode === undefined) {
    const code = tlsCode(error)
    const details = { connector: "email", fields: [`${half}Host`], ...(code !== undefined && { reason: code }) }
    const said =
      code === undefined ? "could not be reached, or broke off" : "has a certificate that is not trusted, or no TLS"
    return new HoldfastError("provider_unavailable", `The ${half.toUpperCase()} server ${said}.`, { details })
  }
  const passing = status !== undefined && status >= 400 && status < 500
  return mailError(meaning ?? (passing ? "provider_unavailable" : "provider_rejected"), half, providerCode)
}

export function mailError(code: ErrorCode, half: Half, providerCode: string, more: ErrorDetails = {}): HoldfastError {
  const details = { connector: "email", providerCode, ...more }
  return new HoldfastError(code, `The ${half.toUpperCase()} server refused (${providerCode}).`, { details })
}

function meaningOf(providerCode: string | undefined): ErrorCode | undefined {
  if (providerCode === undefined || !Object.hasOwn(mailCodes, providerCode)) return undefined
  const meaning = mailCodes[providerCode]
  return meaning === "grant_ended" || meaning === "token_expired" ? undefined : meaning
}

/** A server that cannot look the password up right now, or has enough of us, did not refuse it. */
function isRefusal(
  { authenticationFailed, code, responseCode }: LibraryError,
  meaning: ErrorCode | undefined,
): boolean {
  if (meaning !== undefined && meaning !== "access_denied") return false
  const passing = typeof responseCode === "number" && responseCode < 500
  return authenticationFailed === true || (code === "EAUTH" && !passing)
}

/** The short code of an answer; undefined where there was none. */
function codeOf({ serverResponseCode, responseStatus, responseCode, response }: LibraryError): string | undefined {
  if (typeof serverResponseCode === "string" && /^[A-Z][\w.-]{0,63}$/.test(serverResponseCode))
    return serverResponseCode
  if (typeof responseCode === "number") {
    const [, enhanced] =
      /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\s/.exec(typeof response === "string" ? response : "") ?? []
    const precise = enhanced !== undefined && Object.hasOwn(mailCodes, enhanced)
    return precise || !Object.hasOwn(mailCodes, String(responseCode))
      ? (enhanced ?? String(responseCode))
      : String(responseCode)
  }
  return responseStatus === "NO" || responseStatus === "BAD" ? responseStatus : undefined
}

function tlsCode({ code, tlsFailed }: LibraryError): string | undefined {
  const name = typeof code === "string" ? code : ""
  const known = /^(CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|ETLS$|STARTTLS)/.test(name)
  return known || tlsFailed === true ? "tls_failed" : undefined
}
