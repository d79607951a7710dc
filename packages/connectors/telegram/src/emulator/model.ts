import type { PasswordVerifier, SrpChallenge } from "./srp.js"

/** Somebody with a Telegram account. */
export interface TelegramAccount {
  readonly id: bigint
  /** International format, digits only. */
  readonly phone: string
  readonly firstName: string
  readonly lastName?: string
  readonly username?: string
  /** The data centre where the account lives. */
  readonly dcId: number
  readonly password?: PasswordVerifier
  readonly history: StoredMessage[]
  nextMessageId: number
}

/** A basic group. */
export interface TelegramGroup {
  readonly id: bigint
  readonly title: string
  readonly members: readonly TelegramAccount[]
  /** Members may not write, as in a group where only admins do. */
  readonly readOnly: boolean
}

export type Peer = { readonly kind: "user" | "chat"; readonly id: bigint }

export interface StoredMessage {
  readonly id: number
  readonly peer: Peer
  readonly fromId: bigint
  readonly out: boolean
  /** Seconds since the epoch. */
  readonly date: number
  readonly text: string
  readonly randomId?: string
}

/** An authorization key of one data centre, and who is logged in with it. */
export interface AuthKey {
  /** Its 64-bit id as hex. */
  readonly id: string
  readonly dcId: number
  readonly key: Buffer
  readonly salt: Buffer
  /** The api id that the client introduced itself with (`initConnection`). */
  apiId?: number
  account?: TelegramAccount
  /** Logged in but for the password. */
  passwordPending?: TelegramAccount
  wrongPasswords: number
  challenge?: { readonly srpId: string; readonly asked: SrpChallenge }
  qr?: LoginToken
  /** The code that requests get since the session was ended. */
  ended?: string
  readonly connections: Set<LiveConnection>
}

export interface LiveConnection {
  readonly open: boolean
  /** Sends an update, such as `updateLoginToken`. */
  push(update: { getBytes(): Buffer }): void
  drop(): void
}

export interface LoginCode {
  readonly hash: string
  readonly phone: string
  readonly code: string
  readonly keyId: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  wrongTries: number
  spent: boolean
}

export interface LoginToken {
  readonly token: Buffer
  readonly key: AuthKey
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  acceptedBy?: TelegramAccount
}

/** One call of a method, as the server saw it. Holds no parameter. */
export interface LoggedCall {
  /** Milliseconds since the epoch, on the emulator's clock. */
  readonly at: number
  readonly dcId: number
  /** `auth.SendCode`, `messages.SendMessage`, … */
  readonly method: string
  /** `ok`, or the code of the error. */
  readonly result: string
}
