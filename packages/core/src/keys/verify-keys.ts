import { sealedPartOf, storedPurposes } from "../sealed-documents.js"
import type { ConnectionRow } from "../store.js"
import { fingerprintDocument, oldestKey } from "./fingerprint-key.js"
import type { KeyCensus, KeyUse, KeyWalkOptions, UnreadableValue } from "./key-rotation.js"
import { documentPlace, eachDocument } from "./rotate-documents.js"
import { journalPlace } from "./rotate-journal.js"
import { openValue, placeOf, sealedValuesOf } from "./sealed-values.js"
import { openOr, unreadableTally } from "./unreadable.js"
import { beginWalk, eachPage, type KeyWalk, type KeyWalkDependencies } from "./walk.js"

const none: KeyUse = { connections: 0, documents: 0, journal: 0 }

/** Opens all that is sealed, and changes nothing. */
export async function verifyKeys(deps: KeyWalkDependencies, options: KeyWalkOptions<KeyCensus>): Promise<KeyCensus> {
  const { keyring, store, vault } = deps
  const uses = new Map<string, KeyUse>(keyring.ids.map((id) => [id, none]))
  const tally = unreadableTally(deps.log)
  let isThrough = false
  let keepsOldest = false

  const use = (keyId: string | undefined, kind: keyof KeyUse) => {
    if (keyId === undefined) return
    const { [kind]: count, ...others } = uses.get(keyId) ?? none
    uses.set(keyId, { ...others, [kind]: count + 1 } as KeyUse)
  }
  const census = (): KeyCensus => ({
    keyId: vault.keyId,
    keys: Object.fromEntries(uses),
    retired: keyring.ids.filter((id) => {
      const isFree = Object.values(uses.get(id) ?? none).every((count) => count === 0)
      return isThrough && isFree && id !== vault.keyId && !(keepsOldest && id === oldestKey(keyring).id)
    }),
    ...tally.counted(),
  })
  const walk = beginWalk(deps, options, census)

  await eachPage(
    walk,
    (after, limit) => store.connections.list({ limit, ...(after !== undefined && { after }) }),
    (row) => row.id,
    async (rows) => {
      await walk.take(rows.length)
      for (const { keyIds, unreadable } of await Promise.all(rows.map((row) => opened(walk, row)))) {
        for (const keyId of keyIds) use(keyId, "connections")
        tally.note(unreadable)
      }
    },
  )
  for (const purpose of storedPurposes) {
    await eachDocument(walk, purpose, async (page) => {
      await walk.take(page.length)
      for (const document of page) {
        const part = sealedPartOf(purpose, document)
        use(vault.keyIdOf(part.sealed), "documents")
        const open = () => vault.openDocument(purpose, part.boundTo, part.sealed)
        const found = await openOr(open, documentPlace(document, part, vault))
        if ("unreadable" in found) tally.note([found.unreadable])
      }
    })
  }
  for (const entry of (await walk.patiently(async () => deps.journal?.list())) ?? []) {
    use(vault.keyIdOf(entry.sealed), "journal")
    const open = () => vault.openDocument("journal", entry.id, entry.sealed)
    const found = await openOr(open, journalPlace(entry, vault))
    if ("unreadable" in found) tally.note([found.unreadable])
  }
  // Until the key of fingerprints is written down it comes from the oldest key.
  keepsOldest = (await walk.patiently(() => store.documents.get(fingerprintDocument))) === undefined
  isThrough = true
  return census()
}

async function opened({ vault }: KeyWalk, row: ConnectionRow) {
  const keyIds = new Set<string | undefined>()
  const unreadable: UnreadableValue[] = []
  for (const value of sealedValuesOf(row, vault)) {
    keyIds.add(value.keyId)
    const found = await openOr(() => openValue(row, value, vault), placeOf(row, value))
    if ("unreadable" in found) unreadable.push(found.unreadable)
  }
  return { keyIds, unreadable }
}
