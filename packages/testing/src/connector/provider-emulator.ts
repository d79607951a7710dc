/**
 * What the suite asks of an emulator. Whatever `createEmulator` of `@holdfast/emulator` answers has it; a peer that is not HTTP
 * (MTProto, mail) brings the same few members.
 */
export interface ProviderEmulator {
  readonly clock: { now(): number; advance(ms: number): void }
  /** Answers requests to the provider's public origins; rejects for all others. */
  fetch(request: Request): Promise<Response>
  readonly counters: {
    readonly requests: number
    readonly refreshes: { readonly shown: number; readonly issued: number; readonly mostForOne: number }
    /** Tokens issued, by grant type. */
    readonly tokensIssued: Readonly<Record<string, number>>
    readonly revocations: number
  }
  /** Absent: the provider is not HTTP, and its tests of trouble are its own. */
  readonly faults?: {
    next(planned: { on: string; fault: SuiteFault; times?: number | "always" }): void
    clear(): void
  }
  /** Where the default of `withdraw` looks. */
  readonly authorizationServers?: Readonly<Record<string, SuiteAuthorizationServer>>
}

/** The faults that the suite itself plans. */
export type SuiteFault =
  | { kind: "status"; status: number; retryAfterSeconds?: number; body?: unknown; when?: "before" | "after" }
  | { kind: "html"; status?: number; when?: "before" | "after" }
  | { kind: "drop_after" }

export interface SuiteAuthorizationServer {
  readonly accounts: readonly { readonly id: string }[]
  grants(): readonly {
    readonly id: string
    readonly revokedAt?: number
    readonly live: { readonly accessTokens: number; readonly refreshTokens: number }
  }[]
  revokeGrant(grantId: string): boolean
}

/** A delivery before it is signed; `Delivery` of the emulator kit fits. */
export interface SignedDelivery {
  body: unknown
  contentType?: string
  headers?: Readonly<Record<string, string>>
  id?: string
  method?: string
  /** Query of the address that the subscription was made with, where `subscribe` adds one. Default: none. */
  query?: string
}

/** Signs deliveries; `DeliverySignature` of the emulator kit fits. */
export interface SuiteSignature {
  sign(parts: {
    method: string
    url: string
    body: Uint8Array
    at: number
    id: string
  }): Promise<Record<string, string>>
  /** The same scheme under the secret of another app. */
  withForeignSecret(): SuiteSignature
}
