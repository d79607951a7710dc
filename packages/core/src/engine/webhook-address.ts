import { base64url } from "../runtime.js"
import type { StoredDocument } from "../store.js"
import type { Subscription } from "../webhook.js"
import type { Engine } from "./engine.js"

/** What a connection's own address is good for. Sealed as a whole; it says the key, so that the address can be named again. */
export interface AddressRecord {
  readonly connectionId: string
  readonly connector: string
  readonly key: string
  /** For subscribers that choose: `Place.secret`. */
  readonly secret: string
  readonly subscriptions: readonly Subscription[]
  /** Secrets that came in handshakes, newest first. */
  readonly handed: readonly string[]
  /** Of subscriptions that were removed: deliveries under way are still signed with them. */
  readonly retired: readonly { readonly secret: string; readonly until: number }[]
  /** Until when a handshake may bring a secret. */
  readonly pendingUntil: number
}

/** Own addresses, each in a document named by a digest of its key: who reads the store cannot deliver, and a guess meets a look-up by digest. */
export interface Addresses {
  /** A new address. Unless it is changed, which is to say used, it is swept after a day. Answers its digest. */
  mint(connection: { readonly id: string; readonly connector: string }): Promise<string>
  /** @throws HoldfastError `credential_unreadable` */
  read(address: string): Promise<AddressRecord | undefined>
  byKey(key: string): Promise<{ readonly address: string; readonly record: AddressRecord } | undefined>
  /** Compare-and-set until it fits, sealed under the newest key. `change` answers undefined to leave it. Undefined: it is gone, or was left. */
  change(
    address: string,
    change: (record: AddressRecord) => AddressRecord | undefined,
  ): Promise<AddressRecord | undefined>
  remove(address: string): Promise<void>
}

const unusedMs = 86_400_000
const maxConflicts = 32
const purpose = "webhook-address"

export function createAddresses(engine: Pick<Engine, "runtime" | "store" | "vault">): Addresses {
  const { runtime, store, vault } = engine
  const documentKey = (address: string) => `${purpose}:${address}`
  const digestOf = (key: string) => runtime.digest(`${purpose} ${key}`)

  async function load(address: string): Promise<{ document: StoredDocument; record: AddressRecord } | undefined> {
    const document = await store.documents.get(documentKey(address))
    if (!document || (document.expiresAt !== null && document.expiresAt <= runtime.clock.now())) return undefined
    return { document, record: (await vault.openDocument(purpose, address, document.value)) as AddressRecord }
  }

  async function put(address: string, record: AddressRecord, version: number, expiresAt: number | null) {
    const value = await vault.sealDocument(purpose, address, record)
    return await store.documents.put({ key: documentKey(address), value, expiresAt }, version)
  }

  async function change(
    address: string,
    how: (record: AddressRecord) => AddressRecord | undefined,
  ): Promise<AddressRecord | undefined> {
    for (let conflict = 0; conflict < maxConflicts; conflict++) {
      const found = await load(address)
      const next = found && how(found.record)
      if (!found || !next) return undefined
      if ((await put(address, next, found.document.version, null)) !== undefined) return next
    }
    return undefined
  }

  return {
    async mint({ id, connector }) {
      const key = base64url(runtime.random(32))
      const address = await digestOf(key)
      const secret = Array.from(runtime.random(32), (byte) => byte.toString(16).padStart(2, "0")).join("")
      const empty = { subscriptions: [], handed: [], retired: [], pendingUntil: 0 }
      const record = { connectionId: id, connector, key, secret, ...empty }
      await put(address, record, 0, runtime.clock.now() + unusedMs)
      return address
    },
    read: async (address) => (await load(address))?.record,
    async byKey(key) {
      const address = await digestOf(key)
      const found = await load(address)
      if (!found) return undefined
      // A key that was promoted since seals it anew, so that addresses outlive the keys they were made under.
      if (vault.keyIdOf(found.document.value) !== vault.keyId)
        await put(address, found.record, found.document.version, found.document.expiresAt)
      return { address, record: found.record }
    },
    change,
    remove: (address) => store.documents.delete(documentKey(address)),
  }
}

/** What deliveries to an address may be signed with, newest first. */
export function secretsOf(record: AddressRecord, now: number): readonly string[] {
  const retired = record.retired.filter(({ until }) => until > now)
  const all = [
    ...record.subscriptions.flatMap(({ secret }) => secret ?? []),
    ...record.handed,
    ...retired.map(({ secret }) => secret),
    record.secret,
  ]
  return [...new Set(all)]
}
