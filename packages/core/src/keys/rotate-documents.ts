import { type SealedPart, type StoredPurpose, sealedPartOf, storedPurposes } from "../sealed-documents.js"
import type { StoredDocument } from "../store.js"
import type { RotationCounts } from "./rotate-connections.js"
import { openOr, type UnreadableTally } from "./unreadable.js"
import { eachPage, type KeyWalk } from "./walk.js"

const maxRounds = 16
// A store behind a network takes several at once; an embedded one, one after the other.
const atOnce = 8

/** Seals every document of a sealed kind anew that is not under the sealing key. What has expired is left to be swept. */
export async function rotateDocuments(walk: KeyWalk, counts: RotationCounts, tally: UnreadableTally): Promise<void> {
  for (const purpose of storedPurposes) {
    await eachDocument(walk, purpose, async (page) => {
      const queue = page.values()
      const worker = async () => {
        for (const document of queue) await rotateDocument(walk, purpose, document, counts, tally)
      }
      await Promise.all(Array.from({ length: atOnce }, worker))
    })
  }
}

/** Hands on the documents of a kind that have not expired, a page at a time. */
export function eachDocument(
  walk: KeyWalk,
  purpose: StoredPurpose,
  work: (page: readonly StoredDocument[]) => Promise<void>,
): Promise<void> {
  return eachPage(
    walk,
    (after, limit) => walk.store.documents.list(`${purpose}:`, after, limit),
    (document) => document.key,
    (page) => work(page.filter((document) => lives(walk, document))),
  )
}

async function rotateDocument(
  walk: KeyWalk,
  purpose: StoredPurpose,
  listed: StoredDocument,
  counts: RotationCounts,
  tally: UnreadableTally,
): Promise<void> {
  const { documents } = walk.store
  let document: StoredDocument | undefined = listed
  for (let round = 0; document && lives(walk, document); round++) {
    const found = await resealed(walk, purpose, document)
    if ("unreadable" in found) return tally.note([found.unreadable])
    if (found.opened === undefined) return
    await walk.take(1)
    const next = { ...document, value: found.opened }
    const { key, version }: StoredDocument = document
    if ((await walk.patiently(() => documents.put(next, version))) !== undefined) {
      counts.documents++
      return
    }
    counts.conflicts++
    if (round >= maxRounds) {
      counts.left++
      return
    }
    document = await walk.patiently(() => documents.get(key))
  }
}

/** What the document says then; undefined where it is under the sealing key. */
async function resealed({ vault }: KeyWalk, purpose: StoredPurpose, document: StoredDocument) {
  const part = sealedPartOf(purpose, document)
  const { boundTo, clear, sealed } = part
  if (vault.keyIdOf(sealed) === vault.keyId) return { opened: undefined }
  return openOr(
    async () =>
      clear + (await vault.sealDocument(purpose, boundTo, await vault.openDocument(purpose, boundTo, sealed))),
    documentPlace(document, part, vault),
  )
}

export function documentPlace(document: StoredDocument, { sealed }: SealedPart, vault: KeyWalk["vault"]) {
  const keyId = vault.keyIdOf(sealed)
  return { in: "document", id: document.key, ...(keyId !== undefined && { keyId }) } as const
}

function lives({ runtime }: KeyWalk, { expiresAt }: StoredDocument): boolean {
  return expiresAt === null || expiresAt > runtime.clock.now()
}
