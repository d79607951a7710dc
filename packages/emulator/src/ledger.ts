/** One request as the emulator saw it. Never holds a query, a header, a body or a secret. */
export interface LoggedRequest {
  /** Milliseconds since the epoch, on the emulator's clock. */
  at: number
  method: string
  /** The public origin, `https://slack.com`. */
  origin: string
  /** The path template of the route, holes unfilled; of unknown routes the path with long segments masked. */
  path: string
  /** Route id, or `null` where no route matched. */
  route: string | null
  /** HTTP status, or `null` when the connection was dropped or never answered. */
  status: number | null
  /** At token endpoints, the `grant_type`. */
  grantType?: string
  /** Id of the grant that the request used or made. */
  grantId?: string
  /** Kind of the fault that struck. */
  fault?: string
  /** At token endpoints, the `reason` of the refusal; routes may note their own. */
  refusal?: string
}

/** What a route tells the log about the request that it answers. */
export type LogNote = Pick<LoggedRequest, "grantType" | "grantId" | "refusal">

/** A call of a token endpoint, counted. */
export interface TokenCall {
  grantType: string
  /** The refresh token that was shown; only its digest is kept. */
  refreshToken?: string
  /** Whether tokens were issued. */
  issued: boolean
}

/** What happened so far. A snapshot: read it again for newer numbers. */
export interface Counters {
  requests: number
  /** Requests by route id. */
  routes: Readonly<Record<string, number>>
  /** Token endpoint requests by grant type, refused ones too. */
  tokenCalls: Readonly<Record<string, number>>
  /** Token endpoint requests that issued tokens, by grant type. */
  tokensIssued: Readonly<Record<string, number>>
  refreshes: {
    /** How often a refresh token was shown, refused ones too. */
    shown: number
    /** How often new tokens were issued for one. */
    issued: number
    /** How often each was shown, by the digest of the refresh token (`await digest(value)`). */
    byDigest: Readonly<Record<string, number>>
    /** The most often that any one refresh token was shown: more than 1 is a double spend. */
    mostForOne: number
  }
  /** Grants or tokens revoked by a call of the client. */
  revocations: number
  /** Requests that a fault struck. */
  faults: number
}
