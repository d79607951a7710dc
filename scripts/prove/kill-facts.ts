import type { ConnectionRow, JournalEntry, TokenSet } from "../../packages/core/src/index.js"
import { fileJournal } from "../../packages/store-sql/src/journal.js"
import type { Opened, Stage } from "./kill-stage.js"

/** How things stand at the moment of a death: what is kept, and what the provider would take. */
export interface Facts {
  readonly rows: readonly ConnectionRow[]
  /** Living grants of the provider's, by id: whether somebody here still knows the token that it would take. */
  readonly grants: ReadonlyMap<string, "row" | "kept" | "nowhere">
}

/** Looks at the store and the journal with the keys, and at the provider, and asks neither of them for anything. */
export async function factsOf(stage: Stage, { store, vault }: Opened, attempt: string | undefined): Promise<Facts> {
  const rows = await store.connections.list({ limit: 100 })
  const inRows: string[] = []
  for (const row of rows) {
    for (const slot of Object.keys(row.sealed)) {
      // What does not open keeps nothing; whether it may be so is the judge's business.
      const secret = await vault.openSlot(row, slot).catch(() => undefined)
      inRows.push((secret as TokenSet | undefined)?.refreshToken ?? "")
    }
  }
  const kept: string[] = []
  for (const row of rows)
    for (const slot of Object.keys(row.spares)) kept.push(JSON.stringify(await vault.openSpare(row, slot)))
  for (const { id, sealed } of await journalOf(stage))
    kept.push(JSON.stringify(await vault.openDocument("journal", id, sealed)))
  const document = attempt === undefined ? undefined : await store.documents.get(`attempt:${attempt}`)
  if (document) kept.push(JSON.stringify(await vault.openDocument("attempt", attempt ?? "", document.value)))

  const grants = new Map<string, "row" | "kept" | "nowhere">()
  for (const { id, live } of stage.provider.provider.oauth.grants()) {
    const refreshToken = stage.newest.get(id)?.refreshToken
    if (live.refreshTokens === 0 || refreshToken === undefined) continue
    const isKept = kept.some((text) => text.includes(refreshToken))
    grants.set(id, inRows.includes(refreshToken) ? "row" : isKept ? "kept" : "nowhere")
  }
  return { rows, grants }
}

async function journalOf({ place: { journal } }: Stage): Promise<readonly JournalEntry[]> {
  return journal === undefined ? [] : await fileJournal(journal).list()
}

/**
 * How many living grants nobody here could use or end. What was connected before the act is no such grant: connecting again replaces it,
 * and the method leaves it to the provider.
 */
export function orphansOf({ grants }: Facts, { replaced }: Stage): number {
  return [...grants].filter(([id, where]) => where === "nowhere" && !replaced.has(id)).length
}
