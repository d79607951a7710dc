/** Where a secret belongs. */
export interface SecretPlace {
  readonly tenantId: string
  readonly connectionId: string
  readonly slot: string
  readonly generation: number
}

/** Secrets of the slots used last, so that a hot connection's token costs the store read alone. */
export interface OpenedSecrets {
  /** Undefined when it is not known; otherwise what holds it. */
  get(place: SecretPlace, sealed: string): Opened | undefined
  /** @param secret frozen through and through, since all who ask are given the same */
  set(place: SecretPlace, sealed: string, secret: unknown): void
}

/** A secret that lies open, and what it was opened with. */
export interface Opened {
  readonly secret: unknown
  readonly generation: number
  /** The ciphertext's authentication tag. */
  readonly tag: string
}

// A compact JWE ends in its tag, 128 bits in base64url. No two end alike, and comparing all of them would cost as much as parsing.
const tagLength = 22

/**
 * Remembers at most `limit` of them. Safe because the row is read first, and what is remembered is answered only for the very
 * ciphertext, tenant, connection, slot and generation that it was opened with.
 */
export function openedSecrets(limit: number): OpenedSecrets {
  // The older half is dropped whole when the newer one is full: nothing is moved or counted when one is found.
  let newer = new Map<string, Opened>()
  let older = new Map<string, Opened>()

  return {
    get(place, sealed) {
      const name = nameOf(place)
      const one = newer.get(name) ?? older.get(name)
      return one?.generation === place.generation && one.tag === sealed.slice(-tagLength) ? one : undefined
    },
    set(place, sealed, secret) {
      if (limit < 1) return
      const name = nameOf(place)
      // Spelled out, so that it is not a window that keeps all of the ciphertext in memory.
      const one = { secret, generation: place.generation, tag: [...sealed.slice(-tagLength)].join("") }
      // A newer generation takes its elder's place.
      if (older.has(name)) return void older.set(name, one)
      if (!newer.has(name) && newer.size >= Math.ceil(limit / 2)) {
        older = newer
        newer = new Map()
      }
      newer.set(name, one)
    },
  }
}

// The tenant is the host application's word and may hold anything, so it comes last.
function nameOf({ tenantId, connectionId, slot }: SecretPlace): string {
  return `${slot}\n${connectionId}\n${tenantId}`
}
