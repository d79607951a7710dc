import type { Attempts, AttemptView, Visitor } from "../attempts.js"
import type { Engine } from "../engine/engine.js"
import { HoldfastError, isHoldfastError } from "../errors.js"
import { base64url, sleep } from "../runtime.js"
import { type AttemptRecord, fits, type Stored } from "./attempt-record.js"
import { claimMs } from "./write-attempt.js"

export interface ClaimsDependencies {
  readonly engine: Engine
  loadFor(id: string, visitor: Visitor, to: "look" | "act"): Promise<Stored>
  /** Turns the grant that waits into a connection. */
  finish(stored: Stored): Promise<AttemptView>
  view(record: AttemptRecord): AttemptView
}

const purpose = "handle"
const lookEveryMs = 100
const maxLooks = 100

/**
 * Handles: what a browser carries in an address in place of a provider's code (ruling X18). One is a random text of ours, kept as a digest
 * that leads to its attempt; the attempt says for whom.
 */
export function createClaims(deps: ClaimsDependencies): Pick<Attempts, "handOut" | "claim"> {
  const { runtime, store, vault } = deps.engine

  async function attemptOf(handle: string): Promise<string> {
    const digest = await runtime.digest(`handle ${handle}`)
    const document = await store.documents.get(`${purpose}:${digest}`)
    if (!document) throw new HoldfastError("state_mismatch")
    if ((document.expiresAt ?? 0) <= runtime.clock.now()) throw new HoldfastError("attempt_expired")
    return (await vault.openDocument(purpose, digest, document.value)) as string
  }

  /** Another page of the same browser claims it this very moment: its result is this one's. */
  async function settled(record: AttemptRecord, visitor: Visitor, to: "look" | "act"): Promise<AttemptView> {
    let seen = record
    for (let looks = 0; seen.status === "exchanging" && looks < maxLooks; looks++) {
      await sleep(runtime.timers, lookEveryMs, deps.engine.closing)
      seen = (await deps.loadFor(record.id, visitor, to)).record
    }
    return deps.view(seen)
  }

  return {
    async handOut(id, visitor) {
      const { record } = await deps.loadFor(id, visitor, "act")
      if (record.status !== "granted") throw new HoldfastError("input_invalid", "Nothing waits to be claimed.")
      const handle = base64url(runtime.random(32))
      const digest = await runtime.digest(`handle ${handle}`)
      const value = await vault.sealDocument(purpose, digest, record.id)
      const expiresAt = runtime.clock.now() + claimMs
      if ((await store.documents.put({ key: `${purpose}:${digest}`, value, expiresAt }, 0)) === undefined)
        throw new HoldfastError("store_conflict")
      return handle
    },
    async claim(handle, { connector, browser, owner, attempt }) {
      const visitor = { owner, ...(browser !== undefined && { browser }) }
      // Without a browser, being the owner is all that is asked, as for looking at an attempt.
      const to = browser === undefined ? "look" : "act"
      const stored = await deps.loadFor(await attemptOf(handle), visitor, to).catch((error: unknown) => {
        // Whose it is, is not said to somebody else.
        throw isHoldfastError(error, "not_found") ? new HoldfastError("state_mismatch") : error
      })
      // Asked before anything is used up: another provider's page may find this handle in the address first (ruling S4).
      const { record } = stored
      const isAnother = attempt !== undefined && attempt !== record.id && attempt !== record.begunAs
      const needsBrowser = browser === undefined && record.claims !== "owner"
      if (isAnother || needsBrowser || record.connector !== connector || !(await fits(runtime, record, visitor, to)))
        throw new HoldfastError("state_mismatch", undefined, { details: { connector } })
      return record.status === "granted" ? await deps.finish(stored) : await settled(record, visitor, to)
    },
  }
}
