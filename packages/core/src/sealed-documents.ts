import type { StoredDocument } from "./store.js"

/** Where in a document the sealed text stands, and what it is bound to. */
export interface SealedKind {
  /** The document's whole key, or what is behind the colon of its kind. */
  readonly boundTo: "key" | "rest"
  /** Words in the clear in front of the sealed one. */
  readonly wordsBefore?: number
}

/**
 * Every kind of sealed document, by what its key starts with. The vault seals none that is not listed here, so that what changes keys
 * finds them all.
 */
export const sealedKinds = {
  "api-key": { boundTo: "rest" },
  app: { boundTo: "key" },
  "app-tenant": { boundTo: "key" },
  attempt: { boundTo: "rest" },
  "failed-event": { boundTo: "rest", wordsBefore: 2 },
  "fingerprint-key": { boundTo: "rest" },
  handle: { boundTo: "rest" },
  "webhook-address": { boundTo: "rest" },
} as const satisfies Readonly<Record<string, SealedKind>>

/** What tells sealed documents apart; those of the journal are kept beside the store. */
export type SealedPurpose = keyof typeof sealedKinds | "journal"

export type StoredPurpose = Exclude<SealedPurpose, "journal">

export const storedPurposes = Object.keys(sealedKinds) as StoredPurpose[]

/** A document's sealed text, what it is bound to, and what stands before it. */
export interface SealedPart {
  readonly boundTo: string
  readonly clear: string
  readonly sealed: string
}

export function sealedPartOf(purpose: StoredPurpose, { key, value }: StoredDocument): SealedPart {
  const { boundTo, wordsBefore = 0 }: SealedKind = sealedKinds[purpose]
  const words = value.split(" ")
  const clear = words.slice(0, wordsBefore).map((word) => `${word} `)
  return {
    boundTo: boundTo === "key" ? key : key.slice(purpose.length + 1),
    clear: clear.join(""),
    sealed: words.slice(wordsBefore).join(" "),
  }
}
