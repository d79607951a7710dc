import { isHoldfastError } from "../errors.js"
import { keptFingerprintKey } from "./fingerprint-key.js"
import type { KeyRotation, KeyWalkOptions } from "./key-rotation.js"
import { type RotationCounts, rotateConnections } from "./rotate-connections.js"
import { rotateDocuments } from "./rotate-documents.js"
import { rotateJournal } from "./rotate-journal.js"
import { unreadableTally } from "./unreadable.js"
import { beginWalk, type KeyWalkDependencies } from "./walk.js"

/** Seals all that is not under the sealing key anew, value by value, each by compare-and-set. Stopped or killed, it is simply run again. */
export async function rotateKeys(
  deps: KeyWalkDependencies,
  options: KeyWalkOptions<KeyRotation>,
): Promise<KeyRotation> {
  const counts: RotationCounts = { connections: 0, documents: 0, journal: 0, conflicts: 0, left: 0 }
  const tally = unreadableTally(deps.log)
  const report = (): KeyRotation => ({ keyId: deps.vault.keyId, ...counts, ...tally.counted() })
  const walk = beginWalk(deps, options, report)
  // Written down while the key that it comes from is still there; one that does not open is met, and told, among the documents.
  const { keyring, vault } = deps
  const { documents } = deps.store
  await walk
    .patiently(() => keptFingerprintKey({ keyring, documents, vault }))
    .catch((error: unknown) => {
      if (!isHoldfastError(error, "credential_unreadable")) throw error
    })
  await rotateConnections(walk, counts, tally)
  await rotateDocuments(walk, counts, tally)
  await rotateJournal(walk, counts, tally)
  return report()
}
