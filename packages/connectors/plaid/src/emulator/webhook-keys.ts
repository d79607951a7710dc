import type { DeliverySignature, SignedParts } from "@holdfast/emulator"

const algorithm = { name: "ECDSA", namedCurve: "P-256" } as const

export interface WebhookKeys {
  readonly kid: string
  /** What `/webhook_verification_key/get` answers, or undefined for a kid that is not one of them. */
  publicKey(kid: unknown): Promise<object | undefined>
  sign(signed: Uint8Array): Promise<Uint8Array>
  /** From now on the key counts as expired. */
  expire(atSeconds: number): void
}

export function createKeys(kid = "6c5516e1-92dc-479e-a8ff-5a51992e0001"): WebhookKeys {
  const pair = crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
  let expiredAt: number | null = null
  return {
    kid,
    async publicKey(asked) {
      if (asked !== kid) return undefined
      const { x, y } = await crypto.subtle.exportKey("jwk", (await pair).publicKey)
      return {
        alg: "ES256",
        crv: "P-256",
        kty: "EC",
        use: "sig",
        kid,
        x,
        y,
        created_at: 1_560_466_143,
        expired_at: expiredAt,
      }
    },
    async sign(signed) {
      const { privateKey } = await pair
      return new Uint8Array(
        await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, new Uint8Array(signed)),
      )
    },
    expire(atSeconds) {
      expiredAt = atSeconds
    },
  }
}

/** Signs deliveries as Plaid does. @see https://plaid.com/docs/api/webhooks/webhook-verification/ */
export function plaidSignature(keys: WebhookKeys, header: object = {}): DeliverySignature {
  return {
    async sign({ body, at }: SignedParts) {
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(body)))
      const request_body_sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")
      const encode = (part: object) => base64url(new TextEncoder().encode(JSON.stringify(part)))
      const head = encode({ alg: "ES256", kid: keys.kid, typ: "JWT", ...header })
      const signed = `${head}.${encode({ iat: Math.floor(at / 1000), request_body_sha256 })}`
      const signature = await keys.sign(new TextEncoder().encode(signed))
      return { "plaid-verification": `${signed}.${base64url(signature)}` }
    },
    // Another key under the same name.
    withForeignSecret: () => plaidSignature(createKeys(keys.kid), header),
  }
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "")
}
