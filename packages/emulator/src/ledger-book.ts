import type { Counters, LoggedRequest, TokenCall } from "./ledger.js"
import { digest } from "./signing.js"

/** Keeps the log and the counters of one emulator. */
export interface LedgerBook {
  open(entry: Omit<LoggedRequest, "status">): LoggedRequest
  countTokenCall(call: TokenCall): Promise<void>
  countRevocation(): void
  entries(): readonly LoggedRequest[]
  counters(): Counters
  clear(): void
}

/** An empty ledger. */
export function createLedger(): LedgerBook {
  const entries: LoggedRequest[] = []
  const tokenCalls = new Map<string, number>()
  const tokensIssued = new Map<string, number>()
  const shown = new Map<string, number>()
  let revocations = 0
  let refreshesIssued = 0
  return {
    open(entry) {
      const logged: LoggedRequest = { ...entry, status: null }
      entries.push(logged)
      return logged
    },
    async countTokenCall({ grantType, refreshToken, issued }) {
      bump(tokenCalls, grantType)
      if (issued) bump(tokensIssued, grantType)
      if (refreshToken === undefined) return
      if (issued) refreshesIssued += 1
      bump(shown, await digest(refreshToken))
    },
    countRevocation() {
      revocations += 1
    },
    entries: () => entries.map((entry) => ({ ...entry })),
    counters() {
      const routes = new Map<string, number>()
      for (const entry of entries) if (entry.route) bump(routes, entry.route)
      const times = [...shown.values()]
      return {
        requests: entries.length,
        routes: Object.fromEntries(routes),
        tokenCalls: Object.fromEntries(tokenCalls),
        tokensIssued: Object.fromEntries(tokensIssued),
        refreshes: {
          shown: times.reduce((sum, count) => sum + count, 0),
          issued: refreshesIssued,
          byDigest: Object.fromEntries(shown),
          mostForOne: Math.max(0, ...times),
        },
        revocations,
        faults: entries.filter((entry) => entry.fault !== undefined).length,
      }
    },
    clear() {
      entries.length = 0
      for (const map of [tokenCalls, tokensIssued, shown]) map.clear()
      revocations = 0
      refreshesIssued = 0
    },
  }
}

/** Hides path segments that may be a token: providers put them there, and the log must not. */
export function maskedPath(path: string): string {
  return path
    .split("/")
    .map((segment) => (segment.length > 24 || /\d{6}/.test(segment) ? "…" : segment))
    .join("/")
}

function bump(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}
