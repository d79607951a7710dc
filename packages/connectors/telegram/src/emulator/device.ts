import type { TelegramAccount } from "./model.js"
import { notifyAccepted } from "./rpc-login.js"
import type { World } from "./world.js"

/** What people do on their own phones, and what they can read there. */
export interface Device {
  /** The code that last arrived for this number. Undefined when none did. */
  code(phone: string): string | undefined
  /** Scans a `tg://login?token=…` code, logged in as `phone`. @throws RpcFailure AUTH_TOKEN_EXPIRED, … as Telegram would */
  scan(url: string, phone: string): void
  /** How many sessions the list of devices shows for this number. */
  sessions(phone: string): number
  /** Ends all of them, as "terminate all other sessions" does. */
  terminateSessions(phone: string): void
  /** Messages in the person's chats, oldest first. */
  messages(phone: string): readonly { readonly text: string; readonly out: boolean }[]
  /** Somebody writes to somebody. */
  write(from: string, to: string, text: string): void
}

export function createDevice(world: World): Device {
  const keysOf = (owner: TelegramAccount) => [...world.keys.values()].filter(({ account }) => account === owner)
  return {
    code: (phone) => [...world.codes.values()].filter((sent) => sent.phone === phone.replace(/\D/g, "")).at(-1)?.code,
    scan(url, phone) {
      const token = Buffer.from(new URL(url).searchParams.get("token") ?? "", "base64url")
      notifyAccepted(world.acceptToken(token, world.account(phone)).key, world.nowSeconds())
    },
    sessions: (phone) => keysOf(world.account(phone)).length,
    terminateSessions(phone) {
      for (const key of keysOf(world.account(phone))) {
        world.end(key, "SESSION_REVOKED")
        for (const connection of key.connections) connection.drop()
      }
    },
    messages: (phone) => world.account(phone).history.map(({ text, out }) => ({ text, out })),
    write(from, to, text) {
      const target = { kind: "user", id: world.account(to).id } as const
      world.deliver(world.account(from), target, text, `device-${world.account(from).nextMessageId}`)
    },
  }
}
