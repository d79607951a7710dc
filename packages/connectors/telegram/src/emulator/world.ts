import { createHash, randomBytes } from "node:crypto"
import { type MethodFault, methodFaults } from "./method-faults.js"
import type { AuthKey, LoggedCall, LoginCode, LoginToken, Peer, TelegramAccount, TelegramGroup } from "./model.js"
import { failure } from "./rpc-failure.js"
import { makeVerifier } from "./srp.js"

/** Who exists. */
export interface AccountSeed {
  /** International format, with or without `+`. */
  phone: string
  firstName: string
  lastName?: string
  username?: string
  /** Default: 2. */
  dcId?: number
  /** Two-step verification. */
  password?: string
  passwordHint?: string
}

export interface GroupSeed {
  title: string
  /** Phones of the members. */
  members: readonly string[]
  /** Only the owner may write. Default: false. */
  readOnly?: boolean
}

export interface WorldOptions {
  /** Milliseconds since the epoch. Codes and QR tokens live by it; the transport keeps the machine's time, as clients do. */
  clock: { now(): number }
  /** The app registrations that exist. */
  apps: readonly { apiId: number; apiHash: string }[]
  accounts: readonly AccountSeed[]
  groups?: readonly GroupSeed[]
  /** Wrong codes after which a code is spent. Default: 3. */
  codeTries?: number
  /** Default: 5 minutes. */
  codeLifeMs?: number
  /** Default: 30 seconds. */
  qrLifeMs?: number
  /** Told of every call, after it. */
  onCall?(call: LoggedCall): void
  /** Wrong passwords after which the server asks for a wait. Default: 5. */
  passwordTries?: number
}

/** Everything the provider knows, for all data centres. */
export type World = ReturnType<typeof createWorld>

export function createWorld(options: WorldOptions) {
  const accounts = new Map<string, TelegramAccount>()
  const groups: TelegramGroup[] = []
  const keys = new Map<string, AuthKey>()
  const codes = new Map<string, LoginCode>()
  const tokens = new Map<string, LoginToken>()
  const log: LoggedCall[] = []
  const accessSecret = randomBytes(16)

  options.accounts.forEach((seed, index) => {
    const phone = digits(seed.phone)
    accounts.set(phone, {
      id: BigInt(7_000_000_001 + index),
      phone,
      firstName: seed.firstName,
      ...(seed.lastName !== undefined && { lastName: seed.lastName }),
      ...(seed.username !== undefined && { username: seed.username }),
      dcId: seed.dcId ?? 2,
      ...(seed.password !== undefined && { password: makeVerifier(seed.password, seed.passwordHint) }),
      history: [],
      nextMessageId: 1,
    })
  })

  function account(phone: string): TelegramAccount {
    const found = accounts.get(digits(phone))
    if (!found) throw new RangeError(`the emulator has no account with the phone ${phone}`)
    return found
  }

  for (const [index, { title, members, readOnly }] of (options.groups ?? []).entries()) {
    groups.push({ id: BigInt(5_000_001 + index), title, members: members.map(account), readOnly: readOnly ?? false })
  }

  return {
    codeTries: options.codeTries ?? 3,
    codeLifeMs: options.codeLifeMs ?? 300_000,
    qrLifeMs: options.qrLifeMs ?? 30_000,
    passwordTries: options.passwordTries ?? 5,
    apps: options.apps,
    accounts,
    groups,
    keys,
    codes,
    tokens,
    log,
    note(call: LoggedCall): void {
      log.push(call)
      options.onCall?.(call)
    },
    faults: methodFaults(),
    account,
    now: () => options.clock.now(),
    nowSeconds: () => Math.floor(options.clock.now() / 1000),

    accountById: (id: bigint) => [...accounts.values()].find((known) => known.id === id),
    keyOf: (dcId: number, id: string) => keys.get(`${dcId}:${id}`),
    addKey: (key: AuthKey) => keys.set(`${key.dcId}:${key.id}`, key),

    /** Peers are addressed with a hash that only those who have met them know. */
    accessHash(viewer: TelegramAccount, target: TelegramAccount): bigint {
      const digest = createHash("sha256").update(accessSecret).update(`${viewer.id}>${target.id}`).digest()
      return digest.readBigUInt64LE() >> 1n
    },

    logIn(key: AuthKey, who: TelegramAccount): void {
      delete key.passwordPending
      delete key.challenge
      delete key.qr
      delete key.ended
      key.wrongPasswords = 0
      key.account = who
    },

    /** Ends a session: its next request gets `code`. */
    end(key: AuthKey, code: string): void {
      delete key.account
      key.ended = code
    },

    acceptToken(token: Buffer, by: TelegramAccount): LoginToken {
      const found = tokens.get(token.toString("hex"))
      if (!found) throw failure("AUTH_TOKEN_INVALID")
      if (found.acceptedBy) throw failure("AUTH_TOKEN_ALREADY_ACCEPTED")
      if (found.expiresAt <= options.clock.now()) throw failure("AUTH_TOKEN_EXPIRED")
      found.acceptedBy = by
      return found
    },

    /** Keeps a message on both sides (or with all members) and answers the sender's copy. */
    deliver(from: TelegramAccount, peer: Peer, text: string, randomId: string) {
      if (from.history.some((message) => message.randomId === randomId)) throw failure("RANDOM_ID_DUPLICATE")
      const date = Math.floor(options.clock.now() / 1000)
      const keep = (owner: TelegramAccount, at: Peer, own: { out: boolean; randomId?: string }) => {
        const message = { id: owner.nextMessageId++, peer: at, fromId: from.id, date, text, ...own }
        owner.history.push(message)
        return message
      }
      const sent = keep(from, peer, { out: true, randomId })
      if (peer.kind === "chat") {
        const group = groups.find((known) => known.id === peer.id)
        for (const member of group?.members ?? []) if (member !== from) keep(member, peer, { out: false })
      } else if (peer.id !== from.id) {
        const target = [...accounts.values()].find((known) => known.id === peer.id)
        if (target) keep(target, { kind: "user", id: from.id }, { out: false })
      }
      return sent
    },
  }
}

export type { MethodFault }

export const digits = (phone: string): string => phone.replace(/\D/g, "")
