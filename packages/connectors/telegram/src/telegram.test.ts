import { createHoldfast, isHoldfastError, keyring, memoryStore, type TokenStore } from "@holdfast/core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Device, type Listening, listenTelegram, type TelegramEmulator, telegramEmulator } from "./emulator.js"
import { telegram } from "./index.js"
import { ann, bob, password, testApp } from "./test-support.js"

const owner = { tenantId: "t1", userId: "u1" }
const visitor = { owner }
const keys = keyring(`k1:${"A".repeat(43)}`)

let emulator: TelegramEmulator
let server: Listening
let store: TokenStore
let device: Device

beforeAll(async () => {
  server = await listenTelegram(() => emulator)
})
afterAll(() => server.close())
beforeEach(() => {
  store = memoryStore()
  emulator = telegramEmulator({
    apps: [testApp],
    accounts: [
      { phone: ann, firstName: "First", lastName: "User", username: "first_user" },
      { phone: bob, firstName: "Second", username: "second_user", dcId: 4, password },
    ],
  })
  device = emulator.provider.device
})

/** One process of the host application: everything but the store is its own. */
function hostProcess() {
  return createHoldfast({
    url: "https://app.example.com/api/integrations",
    connectors: [telegram({ ...testApp, ...server, timeoutMs: 10_000 })],
    store,
    keys,
  })
}

const refused = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    (error: unknown) => (isHoldfastError(error) ? { code: error.code, ...error.details } : error),
  )
const code = (phone: string) => ({ code: device.code(phone) ?? "" })

async function connect(phone = ann): Promise<string> {
  const { attempts } = hostProcess()
  const begun = await attempts.begin(owner, { connector: "telegram", values: { phone } })
  let view = await attempts.submit(begun.id, visitor, code(phone))
  if (view.step.kind === "form") view = await attempts.submit(begun.id, visitor, { password })
  return view.connectionId ?? "not connected"
}

describe("connecting", () => {
  it("takes a step in each of four processes (quirk 37, pain 23)", async () => {
    const begun = await hostProcess().attempts.begin(owner, { connector: "telegram" })
    expect(begun.step).toMatchObject({ kind: "form", id: "phone", fields: [{ type: "tel" }] })
    expect(begun.step).not.toHaveProperty("error")
    const asked = await hostProcess().attempts.submit(begun.id, visitor, { phone: bob })
    expect(asked.step).toMatchObject({ kind: "form", id: "code" })
    const wanted = await hostProcess().attempts.submit(begun.id, visitor, code(bob))
    expect(wanted.step).toMatchObject({ kind: "form", id: "password" })
    const done = await hostProcess().attempts.submit(begun.id, visitor, { password })
    expect(done).toMatchObject({ status: "connected", step: { kind: "connected" } })
    const found = await hostProcess().for(owner).get("telegram")
    expect(await found.info()).toMatchObject({
      status: "active",
      account: { id: "7000000002", label: "Second (@second_user)" },
    })
  })

  it("shows a wrong number again, and says how long Telegram wants to wait", async () => {
    const { attempts } = hostProcess()
    const begun = await attempts.begin(owner, { connector: "telegram", values: { phone: "first_user" } })
    expect(begun.step).toMatchObject({ kind: "form", error: { code: "input_invalid", field: "phone" } })
    emulator.provider.world.faults.next("auth.SendCode", { kind: "error", code: "FLOOD_WAIT_9" })
    const waiting = await attempts.submit(begun.id, visitor, { phone: ann })
    expect(waiting.step).toMatchObject({ kind: "form", error: { code: "rate_limited", retryAfterMs: 9000 } })
    expect((await attempts.submit(begun.id, visitor, { phone: ann })).step).toMatchObject({ kind: "form", id: "code" })
  })

  it("advances once when two tabs submit the same code (C1)", async () => {
    const { attempts } = hostProcess()
    const begun = await attempts.begin(owner, { connector: "telegram", values: { phone: ann } })
    const answers = await Promise.allSettled([
      attempts.submit(begun.id, visitor, code(ann)),
      hostProcess().attempts.submit(begun.id, visitor, code(ann)),
    ])
    expect(emulator.provider.world.log.filter(({ method }) => method === "auth.SignIn")).toHaveLength(1)
    expect(answers.some((answer) => answer.status === "fulfilled")).toBe(true)
    expect(await attempts.view(begun.id, visitor)).toMatchObject({ status: "connected" })
    expect(device.sessions(ann)).toBe(1)
  })

  it("by QR code shows a fresh code when one expires, then connects", async () => {
    const { attempts } = hostProcess()
    const begun = await attempts.begin(owner, { connector: "telegram", method: "qr" })
    if (begun.step.kind !== "qr") throw new Error("expected a QR code")
    emulator.clock.advance(31_000)
    const { step } = await hostProcess().attempts.poll(begun.id, visitor)
    if (step.kind !== "qr") throw new Error("expected a QR code")
    expect(step.data).not.toBe(begun.step.data)
    device.scan(step.data, ann)
    expect(await hostProcess().attempts.poll(begun.id, visitor)).toMatchObject({ status: "connected" })
  })

  it("again as the same person keeps the connection (C7), and refuses another on reconnect", async () => {
    const id = await connect(ann)
    expect(await connect(ann)).toBe(id)
    const { attempts } = hostProcess()
    const begun = await attempts.begin(owner, { connector: "telegram", reconnect: id, values: { phone: bob } })
    await attempts.submit(begun.id, visitor, code(bob))
    expect(await attempts.submit(begun.id, visitor, { password })).toMatchObject({
      error: { code: "account_mismatch" },
    })
  })
})

describe("a connection", () => {
  it("sends and lists", async () => {
    await connect(ann)
    const found = await hostProcess().for(owner).get("telegram")
    const sent = await found.run("send_message", { chat: "@second_user", message: "hello" })
    expect(sent.messageId).toBeGreaterThan(0)
    expect(device.messages(bob)).toEqual([{ text: "hello", out: false }])
    const { dialogs } = await found.run("list_dialogs")
    expect(dialogs).toMatchObject([{ kind: "user", title: "Second", username: "second_user" }])
  })

  it("is never used from two places at once, whoever asks (quirk 37)", async () => {
    const id = await connect(ann)
    const processes = [hostProcess(), hostProcess(), hostProcess()]
    const calls = processes.flatMap((one, index) =>
      [1, 2].map((turn) =>
        one
          .for(owner)
          .connection(id, "telegram")
          .run("send_message", { chat: "me", message: `${index}.${turn}` }),
      ),
    )
    await Promise.all(calls)
    expect(device.messages(ann)).toHaveLength(6)
    expect(emulator.provider.world.log.filter(({ result }) => result !== "ok")).toEqual([])
    expect(device.sessions(ann)).toBe(1)
  })

  it("types FLOOD_WAIT with the time to wait", async () => {
    const id = await connect(ann)
    // A wait, like a network that fails, says nothing of the session.
    emulator.provider.world.faults.next("messages.SendMessage", { kind: "error", code: "FLOOD_WAIT_77" })
    const call = hostProcess()
      .for(owner)
      .connection(id, "telegram")
      .run("send_message", { chat: "me", message: "hello" })
    expect(await refused(call)).toMatchObject({
      code: "rate_limited",
      providerCode: "FLOOD_WAIT",
      retryAfterMs: 77_000,
    })
  })

  it("is checked by named parts", async () => {
    const id = await connect(ann)
    const found = hostProcess().for(owner).connection(id, "telegram")
    expect(await found.check()).toMatchObject({
      ok: true,
      parts: [
        { name: "token", ok: true },
        { name: "api", ok: true },
        { name: "permissions", ok: true },
      ],
    })
    device.terminateSessions(ann)
    expect(await found.check()).toMatchObject({
      ok: false,
      status: "needs_reauth",
      parts: [
        { name: "token", ok: false, code: "reauth_required" },
        { name: "api", ok: true },
        { name: "permissions" },
      ],
    })
  })

  it("whose session the person ended says so, and is well again after another login", async () => {
    const id = await connect(ann)
    device.terminateSessions(ann)
    const call = hostProcess().for(owner).connection(id, "telegram").run("list_dialogs")
    expect(await refused(call)).toMatchObject({ code: "reauth_required", providerCode: "SESSION_REVOKED" })
    expect(await hostProcess().for(owner).connection(id).info()).toMatchObject({ status: "needs_reauth" })
    expect(await connect(ann)).toBe(id)
    expect(await hostProcess().for(owner).connection(id).info()).toMatchObject({ status: "active" })
  })

  it("is logged out at Telegram when it is disconnected", async () => {
    const id = await connect(ann)
    expect(await hostProcess().for(owner).connection(id).disconnect()).toEqual({ revocation: "revoked" })
    expect(device.sessions(ann)).toBe(0)
    expect(emulator.counters.revocations).toBe(1)
    expect(await hostProcess().for(owner).list()).toEqual([])
  })

  it("has no access token, by type", async () => {
    const found = hostProcess()
      .for(owner)
      .connection(await connect(ann), "telegram")
    // @ts-expect-error a session is no bearer token
    expect(await refused(found.accessToken())).toMatchObject({ code: "operation_unknown" })
  })
})
