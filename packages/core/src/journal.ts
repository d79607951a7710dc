/**
 * Where tokens that a provider has just handed over are written, sealed, before they are committed to the store,
 * so that they survive a crash while the store is away. Local to the process's host; optional.
 */
export interface Journal {
  /** Durable when it resolves. Takes the place of an entry of the same id. */
  append(entry: JournalEntry): Promise<void>
  list(): Promise<JournalEntry[]>
  /** Idempotent. */
  remove(id: string): Promise<void>
}

export interface JournalEntry {
  /** The intent (or attempt) that brought it. */
  readonly id: string
  readonly connectionId: string
  readonly keyId: string
  readonly sealed: string
}
