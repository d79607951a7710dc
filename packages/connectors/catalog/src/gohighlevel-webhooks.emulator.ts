import type { DeliverySignature } from "@holdfast/emulator"

// Keys that everybody knows and that open nothing: only a test takes what they sign.
const seed = "holdfast-emulated-highlevel-k-01"
const foreignSeed = "holdfast-emulated-highlevel-k-02"

/** What stands in for HighLevel's own public key. */
export const emulatedHighlevelKey = "MCowBQYDK2VwAyEAsw8tD8rL3EyedPFgUtD/dHpe1DAY8n2zEJb3qP2Vck8="

/** How deliveries are signed. @see https://marketplace.gohighlevel.com/docs/webhook/WebhookIntegrationGuide */
export function gohighlevelSignature(keySeed: string = seed): DeliverySignature {
  return {
    async sign({ body }) {
      const signature = await crypto.subtle.sign("Ed25519", await privateKey(keySeed), new Uint8Array(body))
      return { "x-ghl-signature": btoa(String.fromCharCode(...new Uint8Array(signature))) }
    },
    withForeignSecret: () => gohighlevelSignature(foreignSeed),
  }
}

/** What is sent, at a time in milliseconds: of a location, or of an agency. */
export function gohighlevelEvent(
  type: string,
  at: number,
  place: { readonly locationId?: string; readonly companyId?: string },
) {
  const own = type === "UNINSTALL" ? { appId: "6578278e879ad2646715ba9c" } : { id: "contact1" }
  const webhookId = `webhook-${type}-${at}`
  return { body: { type, ...place, ...own, timestamp: new Date(at).toISOString(), webhookId } }
}

/** PKCS#8 around 32 bytes. @see https://www.rfc-editor.org/rfc/rfc8410#section-7 */
async function privateKey(keySeed: string): Promise<CryptoKey> {
  const info = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
  const bytes = new Uint8Array([...info, ...new TextEncoder().encode(keySeed)])
  return await crypto.subtle.importKey("pkcs8", bytes, { name: "Ed25519" }, false, ["sign"])
}
