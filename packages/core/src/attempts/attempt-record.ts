import type { AttemptView, Visitor } from "../attempts.js"
import { type ErrorCode, errorTable, HoldfastError } from "../errors.js"
import type { Grant } from "../method.js"
import type { Owner } from "../owner.js"
import type { Runtime } from "../runtime.js"
import type { Step } from "../step.js"
import type { TokenStore } from "../store.js"
import type { Vault } from "../vault.js"
import type { Overlap } from "./finishing.js"
import { heldMs } from "./held-grants.js"

/** An attempt as stored, sealed as a whole. Its key is a digest of `state`: who reads the database cannot take it over (ruling X14). */
export interface AttemptRecord {
  readonly id: string
  readonly owner: Owner
  readonly connector: string
  readonly method: string
  readonly appId: string
  /** Minted at the start, so that the insert of a finished attempt is idempotent. */
  readonly connectionId: string
  readonly reconnects: boolean
  readonly name: string | undefined
  readonly alias: string | undefined
  readonly shared: "tenant" | "user"
  readonly scopes: readonly string[] | undefined
  readonly returnTo: string | undefined
  readonly redirectUri: string
  readonly stateParameter: string
  readonly binding: "browser" | "state"
  /** Digest of the browser's id; null: not bound yet. */
  readonly browser: string | null
  readonly values: Readonly<Record<string, string>>
  readonly state: unknown
  /** What is granted waits in {@link AttemptRecord.granted} to be claimed: by this browser, or by the owner without one. */
  readonly claims?: "browser" | "owner"
  /** What waits. */
  readonly granted?: Grant
  /** Of a reconnect that was granted: whether another consent came between. */
  readonly overlap?: Overlap | undefined
  /** Whether `state` or `granted` holds a grant, which is to be claimed or revoked. */
  readonly holds?: boolean
  readonly status: "pending" | "exchanging" | "granted" | "connected" | "failed"
  readonly exchangingSince: number | null
  readonly step: Step
  readonly error: ErrorCode | undefined
  /** What tells causes of that code apart. */
  readonly reason?: string | undefined
  readonly forceConsent: boolean
  /** The attempt that this one goes on for. */
  readonly begunAs?: string | undefined
  /** The attempt that goes on where this one had to be repeated. */
  readonly successor: string | undefined
  readonly submissions: number
  /** A step of it is answered by the provider's own POST, which carries no cookie. */
  readonly takesServerPost: boolean
  readonly expiresAt: number
}

/** A record with the version it was read at: its own, which it keeps when its document is only sealed under another key. */
export interface Stored {
  readonly record: AttemptRecord
  readonly version: number
}

/** Where attempts are kept. */
export interface AttemptRecords {
  /** Undefined: there is none, or it has been swept. */
  load(id: string): Promise<Stored | undefined>
  /** Compare-and-set. Undefined: somebody else was faster. */
  save(record: AttemptRecord, version: number): Promise<Stored | undefined>
}

// Kept past its end, so that a late callback learns that it is late.
const keptMs = 3_600_000
const maxConflicts = 8

/** Attempts in the document store, sealed. */
export function createAttemptRecords(store: TokenStore, vault: Vault): AttemptRecords {
  async function read(id: string): Promise<(Stored & { readonly document: number }) | undefined> {
    const document = await store.documents.get(`attempt:${id}`)
    if (!document) return undefined
    const { version = document.version, ...record } = (await vault.openDocument("attempt", id, document.value)) as Kept
    return { record, version, document: document.version }
  }

  return {
    async load(id) {
      const found = await read(id)
      return found && { record: found.record, version: found.version }
    },
    async save(record, version) {
      const next = version + 1
      const value = await vault.sealDocument("attempt", record.id, { ...record, version: next } satisfies Kept)
      const expiresAt = record.expiresAt + (record.holds ? heldMs : keptMs)
      // A document's version is never behind its record's, so where it is this one nobody was faster.
      let expected = version
      for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
        const written = await store.documents.put({ key: `attempt:${record.id}`, value, expiresAt }, expected)
        if (written !== undefined) return { record, version: next }
        const there = await read(record.id)
        if (there?.version !== version) return undefined
        expected = there.document
      }
      return undefined
    },
  }
}

/** A record with its version, as it is sealed. */
type Kept = AttemptRecord & { readonly version?: number }

/** The id of the attempt that a `state` belongs to. Public: the state cannot be got back from it. */
export async function attemptIdOf(runtime: Pick<Runtime, "digest">, state: string): Promise<string> {
  return `att_${await runtime.digest(`attempt ${state}`)}`
}

/**
 * Whether an attempt is this visitor's. A bound one is carried on by its browser alone; its owner may still look at it from elsewhere
 * (a program with a bearer token, a page on another site). An owner who is known must always fit.
 */
export async function fits(
  runtime: Pick<Runtime, "digest">,
  record: AttemptRecord,
  visitor: Visitor,
  to: "look" | "act",
): Promise<boolean> {
  if (visitor.owner && !isSameOwner(record, visitor.owner)) return false
  if (record.browser === null || (to === "look" && visitor.browser === undefined)) return visitor.owner !== undefined
  return isItsBrowser(runtime, record, visitor)
}

/** Whether the visitor's browser is the one that the attempt is bound to. */
export async function isItsBrowser(
  runtime: Pick<Runtime, "digest">,
  record: AttemptRecord,
  { browser = [] }: Visitor,
): Promise<boolean> {
  const digests = await Promise.all([browser].flat().map((id) => browserDigest(runtime, id)))
  return digests.some((digest) => digest === record.browser)
}

/** Whether it was begun for this very owner, not for a colleague. */
export function isSameOwner(record: AttemptRecord, owner: Owner): boolean {
  return owner.tenantId === record.owner.tenantId && owner.userId === record.owner.userId
}

/** What is stored of a browser's id. */
export function browserDigest(runtime: Pick<Runtime, "digest">, browser: string): Promise<string> {
  return runtime.digest(`browser ${browser}`)
}

/** What may be shown of an attempt. */
export function viewOf(record: AttemptRecord, reroute: (url: string) => string): AttemptView {
  const { step } = record
  return {
    id: record.id,
    connector: record.connector,
    method: record.method,
    status: record.status,
    step:
      record.status === "exchanging"
        ? { kind: "wait", message: "Connecting…", pollAfterMs: 1_000 }
        : step.kind === "redirect"
          ? { ...step, url: reroute(step.url) }
          : step,
    ...(record.error && {
      error: {
        code: record.error,
        message: errorTable[record.error].text,
        ...(record.reason !== undefined && { reason: record.reason }),
      },
    }),
    ...(record.begunAs !== undefined && { begunAs: record.begunAs }),
    ...(record.status === "connected" && { connectionId: record.connectionId }),
    ...(record.returnTo !== undefined && { returnTo: record.returnTo }),
    expiresAt: record.expiresAt,
  }
}

/** @throws HoldfastError `attempt_expired` */
export function refuseExpired(record: AttemptRecord, now: number): void {
  if (record.status === "pending" && record.expiresAt <= now)
    throw new HoldfastError("attempt_expired", undefined, { details: { connector: record.connector } })
}

/** An attempt that is over. What it holds stays until it is revoked. */
export function failedOf(record: AttemptRecord): AttemptRecord {
  return { ...(record.holds ? { ...record, exchangingSince: null } : withoutSecrets(record)), status: "failed" }
}

/** An attempt without what it knew. */
export function withoutSecrets({ granted: _granted, overlap: _overlap, ...record }: AttemptRecord): AttemptRecord {
  return { ...record, values: {}, state: undefined, holds: false, exchangingSince: null }
}
