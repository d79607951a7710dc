/** How fast to go over everything that is sealed, and how to stop. */
export interface KeyWalkOptions<Report> {
  /** Connections, or documents, that are read and written at once. Default 200, at most 1 000. */
  readonly batch?: number
  /** Values opened or written in a second, at most. Default: as many as go. */
  readonly perSecond?: number
  /** Ends it behind the batch under way, with the error `aborted`. What is done stays done. */
  readonly signal?: AbortSignal
  /** Called behind each batch with what was counted so far. */
  readonly onProgress?: (soFar: Report) => void
}

/** What `rotateKeys` did. */
export interface KeyRotation {
  /** Id of the key that everything is sealed under now, but for what is `unreadable` or `left`. */
  readonly keyId: string
  /** Connections that were sealed anew. */
  readonly connections: number
  /** Documents that were: app registrations, attempts under way, webhook addresses, events that wait for their handler. */
  readonly documents: number
  /** Entries of this host's journal that were. */
  readonly journal: number
  /** How often something was changed by others when it was to be written; it was read again, and then written. */
  readonly conflicts: number
  /** What others changed each time it was to be written. It is as they left it: run it again. */
  readonly left: number
  /** Sealed values that could not be opened. They are exactly as they were. */
  readonly unreadable: number
  /** The first 1 000 of those. */
  readonly unreadableValues: readonly UnreadableValue[]
}

/** Where everything that is sealed stands. */
export interface KeyCensus {
  /** Id of the key that seals. */
  readonly keyId: string
  /** By id of key, those of the keyring and any other that was met: what needs it. */
  readonly keys: Readonly<Record<string, KeyUse>>
  /** Keys of the ring that nothing needs any more: they may be removed. Empty until all has been looked at. */
  readonly retired: readonly string[]
  /** Sealed values that could not be opened. */
  readonly unreadable: number
  /** The first 1 000 of those. */
  readonly unreadableValues: readonly UnreadableValue[]
}

/** How many connections, documents and journal entries hold something that is sealed under a key. */
export interface KeyUse {
  readonly connections: number
  readonly documents: number
  readonly journal: number
}

/** A sealed value that does not open. Says where it is, and nothing of what is in it. */
export interface UnreadableValue {
  readonly in: "connection" | "document" | "journal"
  /** The connection's id, the document's key, the journal entry's id. */
  readonly id: string
  /** The connection's slot. */
  readonly slot?: string
  /** The key that it says it needs. */
  readonly keyId?: string
  /** `key_missing`: the keyring has no such key. `not_opened`: other bytes under that id, or altered, or moved. `malformed`: no sealed value. */
  readonly reason: string
}
