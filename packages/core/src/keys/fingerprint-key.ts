import { HoldfastError } from "../errors.js"
import type { Key, Keyring } from "../keyring.js"
import { base64url, fromBase64url } from "../runtime.js"
import type { DocumentStore } from "../store.js"
import type { Vault } from "../vault.js"
import { deriveKey } from "./derive-key.js"

/** Where the key of fingerprints is kept. */
export interface FingerprintPlace {
  readonly keyring: Keyring
  readonly documents: Pick<DocumentStore, "get" | "put">
  readonly vault: Pick<Vault, "sealDocument" | "openDocument">
}

const purpose = "fingerprint-key"
const name = "1"
const maxConflicts = 8

/** The document's key in the store. */
export const fingerprintDocument = `${purpose}:${name}`

/**
 * The key that fingerprints are made with. Written down, sealed, when it is first asked for, and the same from then on: keys of the ring
 * come and go, and what a connection is known by stays.
 * @throws HoldfastError `credential_unreadable` `store_unavailable`
 */
export async function keptFingerprintKey({ keyring, documents, vault }: FingerprintPlace): Promise<CryptoKey> {
  for (let conflict = 0; conflict < maxConflicts; conflict++) {
    const document = await documents.get(fingerprintDocument)
    if (document) return hmacKey(fromBase64url((await vault.openDocument(purpose, name, document.value)) as string))
    const bytes = await derivedBytes(oldestKey(keyring))
    const value = await vault.sealDocument(purpose, name, base64url(bytes))
    const written = await documents.put({ key: fingerprintDocument, value, expiresAt: null }, 0)
    if (written !== undefined) return hmacKey(bytes)
  }
  throw new HoldfastError("store_conflict")
}

/** The same where nothing is kept: it changes when the oldest key of the ring is dropped. */
export async function derivedFingerprintKey(keyring: Keyring): Promise<CryptoKey> {
  return hmacKey(await derivedBytes(oldestKey(keyring)))
}

/** HMAC-SHA-256 of a text, base64url. */
export async function fingerprintOf(key: CryptoKey, text: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(text))))
}

/** The key whose id sorts first, digits by value: order in the keyring says who seals, not who is oldest. */
export function oldestKey(keyring: Keyring): Key {
  const first = keyring.ids.reduce((a, b) => (comparable(a) <= comparable(b) ? a : b), keyring.seal.id)
  return keyring.open(first) ?? keyring.seal
}

// `k10` is younger than `k9`.
function comparable(id: string): string {
  return id.replace(/\d+/g, (digits) => digits.padStart(32, "0"))
}

/** What fingerprints are made with opens nothing. */
function derivedBytes(key: Key): Promise<Uint8Array> {
  return deriveKey(key, "holdfast fingerprint 1")
}

function hmacKey(bytes: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bufferOf(bytes), { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function bufferOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
