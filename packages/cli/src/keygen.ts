/**
 * A new key for the keyring, as `id:base64url` with 32 random bytes. The id is the day it was made, so that keys sort by age.
 * To rotate, append it to `HOLDFAST_KEYS` everywhere first; then move it to the front, where it seals.
 */
export function generateKey(options: { now?: Date; random?: (byteLength: number) => Uint8Array } = {}): string {
  const { now = new Date(), random = (byteLength: number) => crypto.getRandomValues(new Uint8Array(byteLength)) } =
    options
  const day = now.toISOString().slice(0, 10).replaceAll("-", "")
  const suffix = Buffer.from(random(3)).toString("hex")
  return `k${day}_${suffix}:${Buffer.from(random(32)).toString("base64url")}`
}
