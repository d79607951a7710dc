import type { DeliverySignature } from "@holdfast/emulator"

// Keys that everybody knows and that open nothing: only a test takes what they sign.
const seed = "holdfast-emulated-discord-key-01"
const foreignSeed = "holdfast-emulated-discord-key-02"

/** The public key that belongs to the stand-in's application. */
export const emulatorPublicKey = "c6b6ef111ac2cf73aec5e84f55c034dcc3477615920835aeb0fa880220ca0bf9"

/**
 * Signs deliveries as Discord does.
 * @see https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
 */
export function discordSignature(keySeed: string = seed): DeliverySignature {
  return {
    async sign({ body, at }) {
      const timestamp = String(Math.floor(at / 1_000))
      const prefix = new TextEncoder().encode(timestamp)
      const message = new Uint8Array([...prefix, ...body])
      const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", await privateKey(keySeed), message))
      return { "x-signature-ed25519": hex(signature), "x-signature-timestamp": timestamp }
    },
    withForeignSecret: () => discordSignature(foreignSeed),
  }
}

/** PKCS#8 around 32 bytes. @see https://www.rfc-editor.org/rfc/rfc8410#section-7 */
async function privateKey(keySeed: string): Promise<CryptoKey> {
  const info = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
  const bytes = new Uint8Array([...info, ...new TextEncoder().encode(keySeed)])
  return await crypto.subtle.importKey("pkcs8", bytes, { name: "Ed25519" }, false, ["sign"])
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}
