import type { Holdfast, KeyCensus, KeyRotation, UnreadableValue } from "@holdfast/core"

/** What was printed, and whether it went well. */
export interface KeysDone {
  readonly text: string
  readonly ok: boolean
}

interface KeysOptions {
  readonly batch?: number
  readonly perSecond?: number
  readonly signal?: AbortSignal
  /** Hears how far it is. */
  readonly onProgress?: (line: string) => void
}

/** Seals everything anew under the key that stands first. Well: nothing is left under another. */
export async function rotateKeys(holdfast: Holdfast, options: KeysOptions = {}): Promise<KeysDone> {
  const { onProgress, ...walk } = options
  const report = await holdfast.rotateKeys({
    ...walk,
    ...(onProgress && { onProgress: (one) => onProgress(rotated(one)) }),
  })
  const { left } = report
  const more = left > 0 ? [`${left} were changed by others each time: run it again.`] : []
  return {
    text: [`Under ${report.keyId} now: ${rotated(report)}.`, ...more, ...unreadableLines(report), ""].join("\n"),
    ok: report.unreadable === 0 && left === 0,
  }
}

/** Opens everything and changes nothing. Well: all of it opens. */
export async function verifyKeys(holdfast: Holdfast, options: KeysOptions = {}): Promise<KeysDone> {
  const { onProgress, ...walk } = options
  const report = await holdfast.verifyKeys({
    ...walk,
    ...(onProgress && { onProgress: (one) => onProgress(opened(one)) }),
  })
  const uses = Object.entries(report.keys).map(([id, { connections, documents, journal }]) => {
    const seals = id === report.keyId ? ", and seals" : ""
    return `${id}: needed by ${connections} connections, ${documents} documents, ${journal} journal entries${seals}`
  })
  const { retired } = report
  const spare = retired.length > 0 ? [`Nothing needs ${retired.join(", ")} any more.`] : []
  return { text: [...uses, ...spare, ...unreadableLines(report), ""].join("\n"), ok: report.unreadable === 0 }
}

function rotated({ connections, documents, journal }: KeyRotation): string {
  return `${connections} connections, ${documents} documents, ${journal} journal entries`
}

function opened({ keys }: KeyCensus): string {
  const all = Object.values(keys)
  const sum = (of: "connections" | "documents" | "journal") => all.reduce((total, use) => total + use[of], 0)
  return `${sum("connections")} connections, ${sum("documents")} documents, ${sum("journal")} journal entries`
}

function unreadableLines(report: { unreadable: number; unreadableValues: readonly UnreadableValue[] }): string[] {
  if (report.unreadable === 0) return []
  const shown = report.unreadableValues.slice(0, 20).map(({ in: where, id, slot, keyId, reason }) => {
    const about = [slot, keyId && `key ${keyId}`, reason].filter((word) => word !== undefined && word !== "")
    return `  ${where} ${id} (${about.join(", ")})`
  })
  const more = report.unreadable > shown.length ? [`  and ${report.unreadable - shown.length} more`] : []
  return [`${report.unreadable} values do not open, and are exactly as they were:`, ...shown, ...more]
}
