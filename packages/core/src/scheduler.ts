/** What keeps connections alive without callers. Many processes may run it at once. */
export interface Scheduler {
  /** Ticks every `everyMs` (default 15 000) in this process. Answers what stops it. */
  start(options?: { everyMs?: number }): () => Promise<void>
  /**
   * One round: delivers events, resumes disconnects and webhook subscriptions, refreshes what is due, revokes grants that nobody claimed, sweeps what has expired, flushes usage.
   * For cron, Workers, engines, and tests with a virtual clock. Never rejects for one connection's sake.
   */
  tick(options?: { limit?: number; concurrency?: number; signal?: AbortSignal }): Promise<TickReport>
}

export interface TickReport {
  readonly claimed: number
  readonly refreshed: number
  readonly delivered: number
  readonly failed: number
  readonly swept: number
}
