import type { Journal, JournalEntry } from "../journal.js"

/** A journal that outlives a Holdfast in the same process, and can be looked into. */
export function memoryJournal(): Journal & { readonly entries: Map<string, JournalEntry> } {
  const entries = new Map<string, JournalEntry>()
  return {
    entries,
    append: async (entry) => void entries.set(entry.id, entry),
    list: async () => [...entries.values()],
    remove: async (id) => void entries.delete(id),
  }
}
