import { isHoldfastError } from "../errors.js"

// Codes of failures that happen before the first byte of a request leaves, whoever reports them.
const beforeSending = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_NONAME",
  "EAI_NODATA",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  "FailedToOpenSocket",
])

// A certificate is judged inside the handshake, and no request leaves before that is done.
const certificate = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_REJECTED",
  "CERT_UNTRUSTED",
  "CERT_CHAIN_TOO_LONG",
  "CERT_SIGNATURE_FAILURE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_SSL_WRONG_VERSION_NUMBER",
])

// These also end a connection that stands; only the system call tells that there was none yet.
const whileConnecting = new Set(["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN", "EADDRNOTAVAIL"])

const maxErrors = 32

/**
 * Whether a rejection of fetch proves that the provider has seen nothing of the request: refused connection, no such name, no trust
 * in the certificate, a guard's refusal. Whatever is not known to prove it does not (ruling R5).
 * @see https://nodejs.org/api/errors.html#common-system-errors
 */
export function isProvablyUnsent(error: unknown): boolean {
  return proves(error, { left: maxErrors })
}

function proves(error: unknown, budget: { left: number }): boolean {
  budget.left -= 1
  if (budget.left < 0 || typeof error !== "object" || error === null) return false
  if (isHoldfastError(error, "host_forbidden")) return true
  const { code, syscall, cause, errors } = error as Partial<Record<"code" | "syscall" | "cause" | "errors", unknown>>
  // Several addresses were tried: one that may have been reached is enough to doubt.
  if (Array.isArray(errors) && errors.length > 0) return errors.every((one) => proves(one, budget))
  if (typeof code === "string") {
    if (beforeSending.has(code) || certificate.has(code)) return true
    if (whileConnecting.has(code)) return syscall === "connect"
  }
  return proves(cause, budget)
}
