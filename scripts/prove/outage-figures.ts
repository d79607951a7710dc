/** What one outage cost. */
export interface OutageFigures {
  readonly connections: number
  /** Tokens that the provider issued for a refresh token, before, during and after it. */
  readonly refreshes: number
  /** Connections that do not work when all is well again, though nobody withdrew anything. */
  readonly lost: number
  /** Connections that were called dead, or whose callers were sent to the person, though nobody withdrew anything. */
  readonly falseDeaths: number
  /** Token requests while it lasted. */
  readonly requestsDuringOutage: number
}

/** How one outage went. */
export interface Outage {
  readonly figures: OutageFigures
  /** What was not as promised, a line each with how often. */
  readonly losses: readonly string[]
}
