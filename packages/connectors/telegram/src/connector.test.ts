import { connectorSuite } from "@holdfast/testing"
import { afterAll, beforeAll } from "vitest"
import { type Listening, listenTelegram, type TelegramEmulator, telegramEmulator } from "./emulator.js"
import { telegram } from "./index.js"
import { ann, bob, password, testApp } from "./test-support.js"

/** Its HTTP faults do not reach MTProto: what trouble does is told in session-client.test.ts and telegram.test.ts. */
type Peer = Omit<TelegramEmulator, "faults">

let current: TelegramEmulator
let server: Listening

beforeAll(async () => {
  server = await listenTelegram(() => current)
})
afterAll(() => server.close())

const codeOf = (phone: string) => (emulator: Peer) => ({ code: emulator.provider.device.code(phone) ?? "" })
const scan = (phone: string) => (emulator: Peer, step: { readonly data?: string }) =>
  emulator.provider.device.scan(step.data ?? "", phone)

const first = { id: "7000000001", label: "First User (@first_user)" }
const asSomebodyElse = { password: { password } }
const atTelegram = {
  withdraw: (emulator: Peer) => emulator.provider.device.terminateSessions(ann),
  alive: (emulator: Peer) => emulator.provider.device.sessions(ann) > 0,
}

connectorSuite(telegram, {
  emulator(): Peer {
    current = telegramEmulator({
      apps: [testApp],
      accounts: [
        { phone: ann, firstName: "First", lastName: "User", username: "first_user" },
        { phone: bob, firstName: "Second", username: "second_user", dcId: 4, password },
      ],
    })
    const { faults: _, ...peer } = current
    return peer
  },
  app: () => ({ ...testApp, ...server, timeoutMs: 10_000 }),
  methods: {
    phone: {
      values: { phone: ann },
      forms: { code: codeOf(ann) },
      account: first,
      another: { values: { phone: bob }, forms: { code: codeOf(bob), ...asSomebodyElse } },
      refused: [
        { values: { phone: "first_user" }, code: "input_invalid" },
        { forms: { code: { code: "00000" } }, code: "input_invalid" },
      ],
      ...atTelegram,
    },
    qr: { wait: scan(ann), account: first, another: { wait: scan(bob), forms: asSomebodyElse }, ...atTelegram },
  },
  operations: {
    send_message: {
      parameters: { chat: "@second_user", message: "hello" },
      answer: { messageId: 1 },
      verify(_answer, emulator) {
        const [received] = emulator.provider.device.messages(bob)
        if (received?.text !== "hello") throw new Error("the message did not arrive")
      },
    },
    list_dialogs: {
      arrange: (emulator) => emulator.provider.device.write(bob, ann, "are you there?"),
      answer: {
        dialogs: [{ kind: "user", title: "Second", unread: 1, lastMessage: { text: "are you there?" } }],
      },
    },
  },
  errors: [
    {
      when: "nobody has that name",
      operation: "send_message",
      parameters: { chat: "@nobody_here", message: "hello" },
      code: "resource_not_found",
      providerCode: "USERNAME_NOT_OCCUPIED",
    },
    {
      when: "Telegram wants a pause",
      arrange: ({ provider }) =>
        provider.world.faults.next("messages.GetDialogs", { kind: "error", code: "FLOOD_WAIT_30" }),
      operation: "list_dialogs",
      code: "rate_limited",
      providerCode: "FLOOD_WAIT",
    },
  ],
  unknownError: ({ provider }) => provider.world.faults.next("*", { kind: "error", code: "holdfast_unheard_of" }),
})
