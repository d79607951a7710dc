import { type AuthMethod, type Context, isHoldfastError, type Next, type Step, silentLogger } from "@holdfast/core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { Listening } from "./emulator/listen.js"
import { listenTelegram, type TelegramEmulator, telegramEmulator } from "./emulator.js"
import { telegram } from "./index.js"
import type { LoginState, TelegramSecret } from "./login.js"
import { ann, bob, password, testApp } from "./test-support.js"

type Answer = Next<LoginState, TelegramSecret>

let emulator: TelegramEmulator
let server: Listening

beforeAll(async () => {
  server = await listenTelegram(() => emulator)
})
afterAll(() => server.close())
beforeEach(() => {
  emulator = telegramEmulator({
    apps: [testApp],
    accounts: [
      { phone: ann, firstName: "First", username: "first_user" },
      { phone: bob, firstName: "Second", dcId: 4, password, passwordHint: "horse" },
    ],
  })
})

/** A conversation as core leads it: what a step remembers goes through JSON, and every step is taken by a connector of its own. */
function conversation(id: "phone" | "qr") {
  let state: LoginState | undefined
  const take = async (
    run: (method: AuthMethod<TelegramSecret, LoginState>, context: Context<LoginState>) => Promise<Answer>,
  ) => {
    const connector = telegram({ ...server, timeoutMs: 10_000 })
    const method = connector.methods.find((one) => one.id === id) as AuthMethod<TelegramSecret, LoginState>
    const answer = await run(method, contextWith(state))
    if ("state" in answer) state = JSON.parse(JSON.stringify(answer.state))
    return answer
  }
  return {
    begin: (values: Record<string, string> = {}) =>
      take((method, context) => method.begin(context, { from: "start", values })),
    submit: (values: Record<string, string>) =>
      take((method, context) => method.advance(context, { from: "form", values })),
    poll: () => take((method, context) => method.advance(context, { from: "poll" })),
  }
}

function contextWith(state: LoginState | undefined): Context<LoginState> {
  const { apiId, apiHash } = testApp
  const unused = () => {
    throw new Error("the connector must not need this")
  }
  return {
    owner: { tenantId: "t1" },
    app: { id: "telegram:4242", clientId: "4242", fields: { apiId: String(apiId), apiHash }, tenantId: null },
    attempt: {
      id: "a1",
      state,
      callbackUrl: "",
      redirectUri: "",
      stateParameter: "",
      forceConsent: false,
      scopes: undefined,
      input: {},
    },
    fetch: unused,
    guard: unused,
    clock: { now: () => emulator.clock.now(), monotonic: () => emulator.clock.now() },
    random: unused,
    digest: unused,
    fingerprint: unused,
    log: silentLogger,
  }
}

function form(answer: Answer): Extract<Step, { kind: "form" }> {
  if (!("step" in answer) || answer.step.kind !== "form") throw new Error("expected a form")
  return answer.step
}

function qrStep(answer: Answer): Extract<Step, { kind: "qr" }> {
  if (!("step" in answer) || answer.step.kind !== "qr") throw new Error("expected a QR code")
  return answer.step
}

function sessionIn(answer: Answer): string {
  const session = "grant" in answer ? answer.grant.slots?.main?.secret.session : undefined
  if (session === undefined) throw new Error("expected a grant")
  return session
}

const code = (phone = ann) => ({ code: emulator.provider.device.code(phone) ?? "" })
const refused = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    (error: unknown) => (isHoldfastError(error) ? error.code : error),
  )

describe("by phone", () => {
  it("asks for number, code and password, each step in another process (quirk 37, C1)", async () => {
    const login = conversation("phone")
    const asked = form(await login.begin({ phone: "+1 (555) 010-0002" }))
    expect(asked).toMatchObject({ id: "code", fields: [{ name: "code", type: "code" }] })
    const wanted = form(await login.submit(code(bob)))
    expect(wanted).toMatchObject({ id: "password", fields: [{ name: "password", type: "password" }] })
    expect(wanted.fields[0]?.help).toContain("horse")
    expect(sessionIn(await login.submit({ password })).length).toBeGreaterThan(300)
    expect(emulator.provider.device.sessions(bob)).toBe(1)
  })

  it("shows nothing of the session in any step", async () => {
    const login = conversation("phone")
    const first = await login.begin({ phone: bob })
    const second = await login.submit(code(bob))
    const session = sessionIn(await login.submit({ password }))
    for (const answer of [first, second]) {
      expect(JSON.stringify("step" in answer && answer.step)).not.toContain(session.slice(20, 60))
    }
  })

  it("shows the code form again for a wrong code; after the third the code is spent", async () => {
    const login = conversation("phone")
    await login.begin({ phone: ann })
    for (let tried = 0; tried < 3; tried++) {
      expect(form(await login.submit({ code: "00000" }))).toMatchObject({
        id: "code",
        error: { code: "input_invalid", field: "code" },
      })
    }
    expect(await refused(login.submit(code()))).toBe("attempt_expired")
  })

  it("stops asking for a password after five wrong ones", async () => {
    const login = conversation("phone")
    await login.begin({ phone: bob })
    await login.submit(code(bob))
    for (let tried = 0; tried < 4; tried++) {
      expect(form(await login.submit({ password: "wrong" })).error).toEqual({
        code: "input_invalid",
        field: "password",
      })
    }
    expect(await refused(login.submit({ password: "wrong" }))).toBe("too_many_attempts")
  })

  it("takes an empty form for no try at all", async () => {
    const login = conversation("phone")
    await login.begin({ phone: ann })
    for (let tried = 0; tried < 6; tried++) expect(form(await login.submit({ code: " " })).error?.field).toBe("code")
    expect(sessionIn(await login.submit(code()))).toBeTypeOf("string")
  })

  it("refuses what is no phone number before Telegram is asked, and takes the right one after", async () => {
    const login = conversation("phone")
    expect(form(await login.begin({ phone: "first_user" })).error).toEqual({ code: "input_invalid", field: "phone" })
    expect(emulator.provider.world.log).toEqual([])
    expect(form(await login.submit({ phone: ann })).id).toBe("code")
  })

  it("keeps the form through FLOOD_WAIT and says for how long", async () => {
    const login = conversation("phone")
    await login.begin({ phone: ann })
    emulator.provider.world.faults.next("auth.SignIn", { kind: "error", code: "FLOOD_WAIT_42" })
    expect(form(await login.submit(code())).error).toEqual({ code: "rate_limited", retryAfterMs: 42_000 })
    expect(sessionIn(await login.submit(code()))).toBeTypeOf("string")
  })

  it("finds a login whose answer was lost instead of burning the code again", async () => {
    const login = conversation("phone")
    await login.begin({ phone: ann })
    emulator.provider.world.faults.next("auth.SignIn", { kind: "drop_after" })
    expect(form(await login.submit(code())).error).toEqual({ code: "provider_unavailable" })
    expect(sessionIn(await login.submit(code()))).toBeTypeOf("string")
    expect(emulator.provider.device.sessions(ann)).toBe(1)
  })

  it("runs in two tabs side by side: each with its own code, the later one wins nothing from the other", async () => {
    const [one, two] = [conversation("phone"), conversation("phone")]
    await one.begin({ phone: ann })
    const first = code()
    await two.begin({ phone: ann })
    expect(form(await one.submit(code())).error?.field).toBe("code")
    expect(sessionIn(await one.submit(first))).not.toBe(sessionIn(await two.submit(code())))
    expect(emulator.provider.device.sessions(ann)).toBe(2)
  })
})

describe("by QR code", () => {
  it("shows the code until it is scanned, a new one each thirty seconds (quirk 37)", async () => {
    const login = conversation("qr")
    const shown = qrStep(await login.begin())
    expect(shown).toMatchObject({ expiresAt: emulator.clock.now() + 30_000, pollAfterMs: 2000 })
    expect(qrStep(await login.poll()).data).toBe(shown.data)
    emulator.clock.advance(31_000)
    const fresh = qrStep(await login.poll())
    expect(fresh.data).not.toBe(shown.data)
    emulator.provider.device.scan(fresh.data, ann)
    expect(sessionIn(await login.poll())).toBeTypeOf("string")
  })

  it("goes on to the password, on the data centre of the account (S15, pain 23)", async () => {
    const login = conversation("qr")
    emulator.provider.device.scan(qrStep(await login.begin()).data, bob)
    expect(form(await login.poll()).id).toBe("password")
    expect(form(await login.submit({ password: "wrong" })).error?.field).toBe("password")
    expect(sessionIn(await login.submit({ password }))).toBeTypeOf("string")
  })

  it("outlives a poll that fails in passing, and one whose answer was the login", async () => {
    const login = conversation("qr")
    const shown = qrStep(await login.begin())
    emulator.provider.world.faults.next("auth.ExportLoginToken", { kind: "error", code: "FLOOD_WAIT_3" })
    expect(qrStep(await login.poll())).toMatchObject({ data: shown.data, pollAfterMs: 3000 })
    emulator.provider.device.scan(shown.data, ann)
    emulator.provider.world.faults.next("auth.ExportLoginToken", { kind: "drop_after" })
    expect(qrStep(await login.poll()).data).toBe(shown.data)
    expect(sessionIn(await login.poll())).toBeTypeOf("string")
    expect(emulator.provider.device.sessions(ann)).toBe(1)
  })

  it("is scanned on the phone page of the emulator too", async () => {
    const login = conversation("qr")
    const shown = qrStep(await login.begin())
    const body = new URLSearchParams({ phone: ann, url: shown.data })
    const answer = await emulator.fetch("https://web.telegram.org/scan", { method: "POST", body })
    expect(answer.status).toBe(302)
    expect(sessionIn(await login.poll())).toBeTypeOf("string")
    expect(await (await emulator.fetch("https://web.telegram.org/")).text()).toContain("Sessions: 1.")
  })
})
