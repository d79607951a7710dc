import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from "jose"
import { z } from "zod"
import type { Access, BrowserAccess, BrowserTokenOptions } from "../access.js"
import { HoldfastError } from "../errors.js"
import type { Key, Keyring } from "../keyring.js"
import { deriveKey } from "../keys/derive-key.js"
import { once } from "../once.js"
import { type Owner, parseOwner } from "../owner.js"
import type { Runtime } from "../runtime.js"

export interface BrowserTokensDependencies {
  /** Public address of the mount: the audience. */
  readonly url: string
  readonly runtime: Pick<Runtime, "clock">
  readonly keyring: Keyring
  readonly connectorOf: (id: string) => { readonly id: string }
}

// RFC 8725 section 3.11: no other JWT passes for one, and this one for no other.
const typ = "holdfast-browser+jwt"
const algorithm = "HS256"
const label = "holdfast browser token 1"
const defaultSeconds = 300
const maxSeconds = 600
// Between the clocks of two processes.
const toleranceSeconds = 5
// What fits into a header beside others.
const maxLength = 4_096

const claimsSchema = once(() =>
  z.object({
    tenant: z.string().min(1),
    sub: z.string().min(1).optional(),
    connectors: z.array(z.string()).optional(),
    origin: z.string().optional(),
  }),
)

/** Signed tokens for pages, in keys derived from those of the ring: one that any key of the ring has signed is good, so rotation cuts nobody off. */
export function createBrowserTokens(
  deps: BrowserTokensDependencies,
): Pick<Access, "browserToken" | "readBrowserToken"> {
  const { url, runtime, keyring } = deps
  const derived = new Map<string, Promise<Uint8Array>>()

  function signingKey(key: Key): Promise<Uint8Array> {
    const known = derived.get(key.id) ?? deriveKey(key, label)
    derived.set(key.id, known)
    return known
  }

  async function verified(token: string): Promise<JWTPayload> {
    if (token.length > maxLength) throw refused()
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = kid === undefined ? undefined : keyring.open(kid)
          if (!key) throw refused()
          return signingKey(key)
        },
        {
          algorithms: [algorithm],
          typ,
          audience: url,
          requiredClaims: ["exp", "iat"],
          maxTokenAge: maxSeconds,
          clockTolerance: toleranceSeconds,
          currentDate: new Date(runtime.clock.now()),
        },
      )
      return payload
    } catch {
      // jose's errors hold the claims, and which check failed is nobody's business.
      throw refused()
    }
  }

  return {
    async browserToken(asked, options = {}) {
      const owner = parseOwner(asked)
      const { expiresInSeconds, connectors, origin } = checked(deps, options)
      const issuedAt = Math.floor(runtime.clock.now() / 1_000)
      const claims = { tenant: owner.tenantId, ...(connectors && { connectors }), ...(origin && { origin }) }
      const unsigned = new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, typ, kid: keyring.seal.id })
        .setAudience(url)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + expiresInSeconds)
      if (owner.userId !== undefined) unsigned.setSubject(owner.userId)
      const token = await unsigned.sign(await signingKey(keyring.seal))
      if (token.length > maxLength) throw invalid("connectors", `A token is ${maxLength} letters at most: name fewer.`)
      return token
    },
    async readBrowserToken(token, from = {}) {
      const parsed = claimsSchema().safeParse(await verified(token))
      if (!parsed.success) throw refused()
      const { tenant, sub, connectors, origin } = parsed.data
      if (origin !== undefined && origin !== from.origin) throw refused()
      return accessOf({ tenantId: tenant, ...(sub !== undefined && { userId: sub }) }, connectors, origin)
    },
  }
}

/** Whether a text says of itself that it is such a token. */
export function looksLikeBrowserToken(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === typ
  } catch {
    return false
  }
}

function accessOf(owner: Owner, connectors: string[] | undefined, origin: string | undefined): BrowserAccess {
  return Object.freeze({ owner: Object.freeze(owner), connectors, origin })
}

function checked(
  { connectorOf }: BrowserTokensDependencies,
  { expiresInSeconds = defaultSeconds, connectors, origin }: BrowserTokenOptions,
) {
  if (!(Number.isInteger(expiresInSeconds) && expiresInSeconds >= 1 && expiresInSeconds <= maxSeconds))
    throw invalid("expiresInSeconds", `expiresInSeconds is a whole number from 1 to ${maxSeconds}.`)
  // A path or a trailing slash would silently fit no page.
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).origin === origin))
    throw invalid("origin", "origin is scheme, host and port alone, such as https://app.example.com.")
  return { expiresInSeconds, connectors: connectors?.map((id) => connectorOf(id).id), origin }
}

function invalid(field: string, message: string): HoldfastError {
  return new HoldfastError("input_invalid", message, { details: { fields: [field] } })
}

function refused(): HoldfastError {
  return new HoldfastError("unauthenticated", "The browser token is not good here, or not any more.")
}
