import type { Cipher } from "../cipher.js"
import { encodeHeader, isHeaderOf, sealedHeader } from "../cipher-header.js"
import type { Journal, JournalEntry } from "../journal.js"
import type { Runtime } from "../runtime.js"
import type { Host, World } from "./world.js"

/** Clock, timers, randomness, digest and network of one process, all of them the world's. */
export function simulatedRuntime(world: World, host: Host, fetch: (request: Request) => Promise<Response>): Runtime {
  return {
    clock: { now: () => world.now() + host.skewMs, monotonic: () => world.now() - host.startedAt },
    timers: { after: (delayMs, callback) => world.after(delayMs, host, callback) },
    random: (length) => Uint8Array.from({ length }, () => world.dice.below(256)),
    digest: (text) => world.later(world.dice.below(3), host, () => plainDigest(text)),
    fetch,
  }
}

/** Stands for SHA-256: short, and the same everywhere. */
export function plainDigest(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  return `${hash.toString(36)}-${text.length}`
}

/** The shape of the real one, without its secrecy: what is sealed can be looked into by the invariants. */
export const plainCipher: Cipher = {
  seal: async (key, plaintext, binding) => `${encodeHeader(sealedHeader(key, binding))}..iv.${plaintext}.tag`,
  open: async (key, sealed, binding) =>
    isHeaderOf(sealed.slice(0, sealed.indexOf(".")), key, binding) ? plaintextOf(sealed) : undefined,
}

/** What is inside a sealed value of this simulation; undefined where there is none. */
export function unsealed<Value>(sealed: string | undefined): Value | undefined {
  return sealed === undefined ? undefined : JSON.parse(plaintextOf(sealed))
}

function plaintextOf(sealed: string): string {
  return sealed.slice(sealed.indexOf("..iv.") + 5, -4)
}

/** WebCrypto answers in any order; so does this (ruling R16). */
export function simulatedCipher(world: World, host: Host): Cipher {
  return {
    seal: (...given) => world.later(world.dice.below(4), host, () => plainCipher.seal(...given)),
    open: (...given) => world.later(world.dice.below(4), host, () => plainCipher.open(...given)),
  }
}

/** A file of the host: it outlives the process. */
export function simulatedJournal(
  world: World,
  host: Host,
  journals: Map<string, Map<string, JournalEntry>>,
  written: (entry: JournalEntry) => void,
): Journal {
  const entries = journals.get(host.name) ?? new Map<string, JournalEntry>()
  journals.set(host.name, entries)
  return {
    append: (entry) =>
      world.later(world.dice.below(8), host, () => {
        entries.set(entry.id, entry)
        written(entry)
      }),
    list: () => world.later(world.dice.below(8), host, () => [...entries.values()]),
    remove: (id) => world.later(world.dice.below(8), host, () => void entries.delete(id)),
  }
}
