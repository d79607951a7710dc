import type { AttemptView, Owner } from "@holdfast/core"
import { virtualClock } from "@holdfast/emulator"
import { telegram } from "@holdfast/telegram"
import {
  emulatedApp,
  type Listening,
  listenTelegram,
  type TelegramEmulator,
  telegramEmulator,
} from "@holdfast/telegram/emulator"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { ada, bob, createTarget, eve, root, type Target } from "./target.js"

const phone = "+15550100002"
const password = "two-step password"
const perNumber = 5
const perAttempt = 5

let emulator: TelegramEmulator
let server: Listening
let target: Target

beforeAll(async () => {
  server = await listenTelegram(() => emulator)
})
afterAll(() => server.close())
beforeEach(() => {
  const clock = virtualClock()
  // A provider that never gives up: what bounds the guesses is ours.
  emulator = telegramEmulator({ clock, codeTries: 1_000, passwordTries: 1_000 })
  const app = { apiId: String(emulatedApp.apiId), apiHash: emulatedApp.apiHash }
  target = createTarget({ clock, connectors: [telegram({ ...server, ...app })] })
  for (const secret of [password, emulatedApp.apiHash]) target.canary.watch(secret)
})
afterEach(async () => {
  await target.close()
  expect(target.canary.found()).toEqual([])
})

const calls = (method: string) => emulator.provider.world.log.filter((call) => call.method === method).length
/** One that another data centre is asked for is sent by that one. */
const codesSent = () =>
  emulator.provider.world.log.filter(({ method, result }) => method === "auth.SendCode" && result === "ok").length
const codeOf = () => emulator.provider.device.code(phone) ?? ""
const wrongCode = () => (codeOf() === "11111" ? "22222" : "11111")

function begin(as: Owner, typed = phone, method = "phone") {
  const values = method === "phone" ? { phone: typed } : {}
  return target.begin({ connector: "telegram", method, values }, { as })
}

async function submit(at: { id: string; browser: string }, values: Record<string, string>, as = ada) {
  const answer = await target.call("POST", `/attempts/${at.id}`, { as, browser: at.browser, body: { values } })
  return { status: answer.status, view: (await answer.json()) as AttemptView & { error?: unknown } }
}

describe("codes are sent to a number five times in ten minutes (X17)", () => {
  it("whoever asks, and however the number is written", async () => {
    const spellings = [phone, "+1 555 010 0002", "1 (555) 010-0002", "15550100002", "+1-555-010-0002", phone]
    const people = [ada, bob, root, eve, { tenantId: "third" }, ada]
    const statuses: number[] = []
    for (const [index, typed] of spellings.entries())
      statuses.push((await begin(people[index] as Owner, typed)).answer.status)
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429])
    expect(codesSent()).toBe(perNumber)
    expect((await begin(ada, "+15550100001")).answer.status).toBe(201)
    target.clock.advance(10 * 60_000)
    expect((await begin(ada)).answer.status).toBe(201)
  })

  it("with many attempts at once, and with the number typed into the form", async () => {
    const blank = await Promise.all(
      Array.from({ length: 8 }, (_, index) => begin({ tenantId: `t${index}` }, "no number")),
    )
    const typed = blank.map((at, index) => submit(at, { phone }, { tenantId: `t${index}` }))
    const begun = Array.from({ length: 8 }, (_, index) => begin({ tenantId: `u${index}` }))
    await Promise.all([...typed, ...begun])
    expect(codesSent()).toBeLessThanOrEqual(perNumber)
    expect(codesSent()).toBeGreaterThan(0)
    expect((await begin(ada)).answer.status).toBe(429)
  })
})

describe("a code or a password is guessed five times in an attempt", () => {
  it("then the attempt is over, for the right code as well", async () => {
    const at = await begin(ada)
    for (let tries = 1; tries < perAttempt; tries++) {
      const { view } = await submit(at, { code: wrongCode() })
      expect(view.step).toMatchObject({ kind: "form", id: "code", error: { code: "input_invalid", field: "code" } })
    }
    expect((await submit(at, { code: wrongCode() })).view).toMatchObject({
      status: "failed",
      error: { code: "too_many_attempts" },
    })
    expect((await submit(at, { code: codeOf() })).view).toMatchObject({ status: "failed" })
    expect(calls("auth.SignIn")).toBe(perAttempt)
  })

  it("all at once as well: no more reach Telegram", async () => {
    const at = await begin(ada)
    for (let round = 0; round < 6; round++)
      await Promise.all(Array.from({ length: 8 }, () => submit(at, { code: wrongCode() })))
    expect(calls("auth.SignIn")).toBe(perAttempt)
    expect((await submit(at, { code: codeOf() })).view).toMatchObject({ status: "failed" })
  })

  it("the two-step password too, after the code", async () => {
    const at = await begin(ada)
    expect((await submit(at, { code: codeOf() })).view.step).toMatchObject({ kind: "form", id: "password" })
    for (let round = 0; round < 6; round++)
      await Promise.all(Array.from({ length: 8 }, () => submit(at, { password: `wrong ${round}` })))
    expect(calls("auth.CheckPassword")).toBe(perAttempt)
    expect((await submit(at, { password })).view).toMatchObject({ status: "failed" })
    expect(await target.store.connections.list({ limit: 10 })).toEqual([])
  })

  it("and the password after a QR code", async () => {
    const at = await begin(ada, phone, "qr")
    const view = (await (
      await target.call("GET", `/attempts/${at.id}`, { as: ada, browser: at.browser })
    ).json()) as AttemptView
    emulator.provider.device.scan(view.step.kind === "qr" ? view.step.data : "", phone)
    const polled = await target.call("POST", `/attempts/${at.id}/poll`, { as: ada, browser: at.browser })
    expect(await polled.json()).toMatchObject({ step: { kind: "form", id: "password" } })
    for (let tries = 0; tries < 8; tries++) await submit(at, { password: `wrong ${tries}` })
    expect(calls("auth.CheckPassword")).toBe(perAttempt)
    expect((await submit(at, { password })).view).toMatchObject({ status: "failed" })
  })

  it("new attempts give no more guesses than the number gives codes: twenty-five in ten minutes", async () => {
    for (let attempts = 0; attempts < 8; attempts++) {
      const at = await begin({ tenantId: `t${attempts}` })
      for (let tries = 0; tries < perAttempt + 2; tries++)
        if (at.answer.status === 201) await submit(at, { code: wrongCode() }, { tenantId: `t${attempts}` })
    }
    expect(calls("auth.SignIn")).toBe(perNumber * perAttempt)
  })
})
