// Words that say: what stands here opens something.
const secretWords: ReadonlySet<string> = new Set([
  "token",
  "tokens",
  "secret",
  "secrets",
  "password",
  "passwords",
  "passwd",
  "passphrase",
  "pwd",
  "authorization",
  "cookie",
  "cookies",
  "credential",
  "credentials",
  "assertion",
  "verifier",
  "signature",
  "hmac",
  "otp",
  "jwt",
  "bearer",
  "sealed",
  "session",
  "apikey",
  "keys",
])

// A key by itself, or of these kinds: `accountKey` and `keyId` name things, they open nothing.
const keyKinds: ReadonlySet<string> = new Set([
  "",
  "api",
  "private",
  "access",
  "signing",
  "encryption",
  "client",
  "shared",
  "auth",
  "master",
])

// `tokenEndpoint`, `tokenType`, `refreshTokenMissing`: words about a secret, not the secret.
const aboutWords: ReadonlySet<string> = new Set([
  "at",
  "count",
  "endpoint",
  "expired",
  "failures",
  "missing",
  "ms",
  "name",
  "reason",
  "seconds",
  "status",
  "type",
  "url",
])

/** Whether a field, header or parameter of this name holds a secret: `access_token`, `X-Api-Key`, `clientSecret`, `Cookie`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== "")
  if (aboutWords.has(words.at(-1) ?? "")) return false
  if (words.at(-1) === "key" && keyKinds.has(words.at(-2) ?? "")) return true
  return words.some((word) => secretWords.has(word))
}

/** Names that are secret on the way of OAuth but ordinary elsewhere: an error has a `code`, an address a `state`. */
export function isAmbiguousName(name: string): boolean {
  return /^(?:code|state|nonce|pin|sig)$/i.test(name)
}

/** Whether a value under an ambiguous name is a word a person wrote: `reauth_required`, `ECONNREFUSED`, `pending`. */
export function isPlainWord(value: string): boolean {
  return /^(?:[a-z]+(?:_[a-z]+)*|[A-Z]+(?:_[A-Z]+)*|\d{3})$/.test(value) && value.length <= 40
}
