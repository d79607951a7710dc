import type { Evidence } from "../method.js"
import type { Field } from "../step.js"
import { unverifiedClaims } from "./jwt-claims.js"
import type { TokenBody } from "./oauth2-options.js"
import { isRecord } from "./provider-answer.js"

// The last word of names of fields that hold a secret: access_token, clientSecret, private_key, …
const secretWord = /(?:^|_)(?:token|secret|password|passwd|key|verifier|assertion|signature|cookie|session)s?$/
const secretNames = new Set(["code", "authorization_code", "device_code", "user_code"])
const maxDepth = 8
const maxText = 4_096

/** Whether a value is, or has in it, a secret that is known. */
type Hides = (value: unknown) => boolean

/** Whether a field of this name is taken to hold a secret. */
function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase()
  return secretWord.test(words) || secretNames.has(words)
}

/**
 * The answer without its secrets: fields named like one, and values that are one under another name. What a JSON Web Token says is kept
 * as `id_token_claims` and `access_token_claims`: `identify` needs it, and without the signature it opens nothing.
 */
export function tokenEvidence(
  body: TokenBody,
  secrets: readonly string[],
  idTokenClaims: unknown,
): NonNullable<Evidence["token"]> {
  const accessTokenClaims = typeof body.access_token === "string" ? unverifiedClaims(body.access_token) : undefined
  const hidden = (text: unknown) => typeof text === "string" && secrets.some((secret) => text.includes(secret))
  return {
    ...withoutSecrets(body, hidden, 0),
    ...(isRecord(idTokenClaims) && { id_token_claims: withoutSecrets(idTokenClaims, hidden, 0) }),
    ...(accessTokenClaims && { access_token_claims: withoutSecrets(accessTokenClaims, hidden, 0) }),
  }
}

function withoutSecrets(value: TokenBody, hidden: Hides, depth: number): Record<string, unknown> {
  const kept = Object.entries(value).filter(([name, item]) => !isSecretName(name) && !hidden(item))
  return Object.fromEntries(kept.map(([name, item]) => [name, cleaned(item, hidden, depth + 1)]))
}

function cleaned(value: unknown, hidden: Hides, depth: number): unknown {
  if (depth > maxDepth) return undefined
  if (Array.isArray(value)) return value.filter((item) => !hidden(item)).map((item) => cleaned(item, hidden, depth + 1))
  return isRecord(value) ? withoutSecrets(value, hidden, depth) : value
}

/** The callback's parameters without `code`, `state` and whatever else opens something. */
export function callbackEvidence(parameters: URLSearchParams): NonNullable<Evidence["callback"]> {
  const kept = [...parameters].filter(
    ([name, value]) => name !== "state" && !isSecretName(name) && value.length <= maxText,
  )
  return Object.fromEntries(kept)
}

/** What was typed, without the fields that are secret. */
export function inputEvidence(
  values: Readonly<Record<string, string>>,
  fields: readonly Field[],
  alsoSecret: readonly string[] = [],
): NonNullable<Evidence["input"]> {
  const secret = new Set([...alsoSecret, ...fields.filter(({ type }) => type === "password").map(({ name }) => name)])
  return Object.fromEntries(Object.entries(values).filter(([name]) => !secret.has(name)))
}
