import { isHoldfastError } from "@holdfast/core"
import { createDevice } from "./emulator/device.js"
import { listen } from "./emulator/listen.js"
import { createWorld } from "./emulator/world.js"
import { createSessionClient, type SessionClientOptions } from "./session-client.js"

/** Three people, two data centres: one without and one with a password, one away from where logins start. */
export const ann = "+15550100001"
export const bob = "+15550100002"
export const cho = "+15550100003"
export const password = "correct horse battery"
export const testApp = { apiId: 4242, apiHash: "0123456789abcdef0123456789abcdef" }

/** A running stand-in with a clock that tests move, and clients for it. */
export async function startTelegram() {
  let now = Date.UTC(2026, 0, 1)
  const world = createWorld({
    clock: { now: () => now },
    apps: [testApp],
    accounts: [
      { phone: ann, firstName: "First", lastName: "User", username: "first_user" },
      { phone: bob, firstName: "Second", username: "second_user", dcId: 4, password, passwordHint: "horse" },
      { phone: cho, firstName: "Third", dcId: 4 },
    ],
    groups: [
      { title: "Team", members: [ann, bob] },
      { title: "Notices", members: [bob, ann], readOnly: true },
    ],
  })
  const server = await listen(() => world, [2, 4])
  const device = createDevice(world)
  const connect = (options: Partial<SessionClientOptions> = {}) =>
    createSessionClient({ ...testApp, ...server, timeoutMs: 10_000, ...options })
  const client = connect()
  return {
    world,
    server,
    device,
    client,
    /** Another process's client: it shares nothing with `client` but what it is given. */
    connect,
    advance: (ms: number) => {
      now += ms
    },
    async logIn(phone = ann): Promise<string> {
      const sent = await client.sendCode(phone)
      const code = device.code(phone) ?? ""
      const answer = await client.signIn(sent.session, { phone, phoneCodeHash: sent.phoneCodeHash, code })
      return answer.is === "signed_in" ? answer.session : (await client.checkPassword(answer.session, password)).session
    },
  }
}

/** What a call was refused with: our code and the details, flat. */
export function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "not refused",
    (error: unknown) => (isHoldfastError(error) ? { code: error.code, ...error.details } : error),
  )
}
