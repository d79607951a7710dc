import type { Cipher } from "./cipher.js"
import { keyIdOf } from "./cipher-header.js"
import { HoldfastError } from "./errors.js"
import type { Keyring } from "./keyring.js"
import { derivedFingerprintKey, fingerprintOf, keptFingerprintKey } from "./keys/fingerprint-key.js"
import { openedSecrets, type SecretPlace } from "./opened-secrets.js"
import type { SealedPurpose } from "./sealed-documents.js"
import type { ConnectionRow, DocumentStore } from "./store.js"

/** Which row a secret belongs to. */
export type RowIdentity = Pick<ConnectionRow, "tenantId" | "id">

/**
 * Seals and opens what is secret, each value bound to its place: tenant, connection, slot and generation for a credential,
 * purpose and key for a document. Copied to another place, or put back after a newer one, it does not open.
 * What opens is the parsed JSON, its shape unchecked. Every failure to open is `credential_unreadable`, and never a reason to overwrite.
 */
export interface Vault {
  /** Id of the key that seals. */
  readonly keyId: string
  /** @param generation what the slot's `detail.slots[slot].generation` will be in the row this is written with */
  sealSlot(row: RowIdentity, slot: string, generation: number, secret: unknown): Promise<string>
  /** Frozen through and through. Undefined when the slot holds nothing. @throws HoldfastError `credential_unreadable` */
  openSlot(row: SlotSource, slot: string): Promise<unknown>
  /** A spare outlives generations, so it is bound to its slot alone. */
  sealSpare(row: RowIdentity, slot: string, secret: unknown): Promise<string>
  /** Undefined when the slot has no spare. @throws HoldfastError `credential_unreadable` */
  openSpare(row: SpareSource, slot: string): Promise<unknown>
  /** `purpose` tells kinds apart; `key` is the document's own, or what is behind the kind in it. */
  sealDocument(purpose: SealedPurpose, key: string, value: unknown): Promise<string>
  /** @throws HoldfastError `credential_unreadable` */
  openDocument(purpose: string, key: string, sealed: string): Promise<unknown>
  /** Id of the key that a sealed value needs; undefined when it is none of ours. */
  keyIdOf(sealed: string): string | undefined
  /** What belongs in a row's `keyId`: a key other than the sealing one if anything in the row still needs it. */
  rowKeyId(row: Pick<ConnectionRow, "sealed" | "spares">): string
  /**
   * HMAC-SHA-256 of `text`, base64url, under a key that is kept in the store, sealed, and stays when keys of the ring come and go.
   * Where the vault has no store it is derived from the oldest key of the ring, and changes when that one is dropped.
   */
  fingerprint(text: string): Promise<string>
}

type SlotSource = RowIdentity &
  Pick<ConnectionRow, "sealed"> & {
    readonly detail: { readonly slots: Readonly<Record<string, { readonly generation: number }>> }
  }
type SpareSource = RowIdentity & Pick<ConnectionRow, "spares">

type Binding = readonly (string | number)[]
type Place = { readonly connectionId?: string; readonly slot?: string }

export interface VaultOptions {
  readonly keyring: Keyring
  readonly cipher: Cipher
  /** At most how many slots' secrets stay open in memory, some 3 kB each. 0: none. Default 10 000. */
  readonly openLimit?: number
  /** Where the key of fingerprints is kept, so that it outlives the keys of the ring. */
  readonly documents?: Pick<DocumentStore, "get" | "put">
}

/** A vault over `keyring`. */
export function createVault({ keyring, cipher, openLimit = 10_000, documents }: VaultOptions): Vault {
  const opened = openedSecrets(openLimit)

  async function seal(value: unknown, binding: Binding): Promise<string> {
    const text = JSON.stringify(value)
    if (text === undefined) throw new HoldfastError("config_invalid", "Only what can be written as JSON can be sealed.")
    return cipher.seal(keyring.seal, text, binding)
  }

  async function open(sealed: string, binding: Binding, place: Place): Promise<string> {
    const keyId = keyIdOf(sealed)
    if (keyId === undefined) throw unreadable("it is not a sealed value", "malformed", place)
    const key = keyring.open(keyId)
    if (!key) throw unreadable(`the keyring has no key "${keyId}": put it back`, "key_missing", place)
    const text = await cipher.open(key, sealed, binding)
    if (text === undefined) {
      const why = `the key "${keyId}" does not open it: other bytes under this id, or a value that was altered or moved`
      throw unreadable(why, "not_opened", place)
    }
    return text
  }

  const opening = new Map<string, Promise<unknown>>()
  async function openAndKeep(place: SecretPlace, sealed: string, binding: Binding): Promise<unknown> {
    const { connectionId, slot } = place
    // Frozen, since every caller is given this one: none can change another's.
    const secret = frozen(JSON.parse(await open(sealed, binding, { connectionId, slot })))
    opened.set(place, sealed, secret)
    return secret
  }

  let fingerprintKey: Promise<CryptoKey> | undefined
  const vault: Vault = Object.freeze({
    get keyId() {
      return keyring.seal.id
    },
    sealSlot: (row, slot, generation, secret) => seal(secret, slotBinding(row, slot, generation)),
    async openSlot(row, slot) {
      const sealed = own(row.sealed, slot)
      if (sealed === undefined) return undefined
      const generation = own(row.detail.slots, slot)?.generation ?? 0
      const place = { tenantId: row.tenantId, connectionId: row.id, slot, generation }
      const known = opened.get(place, sealed)
      if (known) return known.secret
      // Callers of one moment open it once.
      const binding = slotBinding(row, slot, generation)
      const name = `${JSON.stringify(binding)}${sealed}`
      let opens = opening.get(name)
      if (!opens) {
        opens = openAndKeep(place, sealed, binding).finally(() => opening.delete(name))
        opening.set(name, opens)
      }
      return opens
    },
    sealSpare: (row, slot, secret) => seal(secret, spareBinding(row, slot)),
    async openSpare(row, slot) {
      const sealed = own(row.spares, slot)
      if (sealed === undefined) return undefined
      return JSON.parse(await open(sealed, spareBinding(row, slot), { connectionId: row.id, slot }))
    },
    sealDocument: (purpose, key, value) => seal(value, ["document", purpose, key]),
    openDocument: async (purpose, key, sealed) => JSON.parse(await open(sealed, ["document", purpose, key], {})),
    keyIdOf,
    rowKeyId(row) {
      const ids = [...Object.values(row.sealed), ...Object.values(row.spares)].map(keyIdOf)
      return ids.find((id) => id !== undefined && id !== keyring.seal.id) ?? keyring.seal.id
    },
    async fingerprint(text) {
      fingerprintKey ??= documents ? keptFingerprintKey({ keyring, documents, vault }) : derivedFingerprintKey(keyring)
      const key = await fingerprintKey.catch((error: unknown) => {
        // A store that was away is asked again.
        fingerprintKey = undefined
        throw error
      })
      return fingerprintOf(key, text)
    },
  } satisfies Vault)
  return vault
}

function slotBinding(row: RowIdentity, slot: string, generation: number): Binding {
  return ["slot", row.tenantId, row.id, slot, generation]
}

function spareBinding(row: RowIdentity, slot: string): Binding {
  return ["spare", row.tenantId, row.id, slot, 0]
}

function frozen(value: unknown): unknown {
  if (typeof value === "object" && value !== null) for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}

function unreadable(why: string, reason: string, place: Place): HoldfastError {
  const what = place.connectionId ? `The credential of ${place.connectionId}` : "A stored value"
  return new HoldfastError("credential_unreadable", `${what} cannot be opened: ${why}.`, {
    details: { ...place, reason },
  })
}

// Slot names come from stored rows: `constructor` must not find anything.
function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
