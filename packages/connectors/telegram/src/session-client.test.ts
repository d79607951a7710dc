import { type AddressInfo, createServer } from "node:net"
import { Api } from "teleproto"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { ann, bob, cho, password, refusal, startTelegram } from "./test-support.js"

let telegram: Awaited<ReturnType<typeof startTelegram>>

beforeAll(async () => {
  telegram = await startTelegram()
})
afterAll(() => telegram.server.close())
beforeEach(() => telegram.world.faults.clear())

describe("logging in by phone", () => {
  it("goes from number to code to a session that says who is there", async () => {
    const { client, device } = telegram
    const { session, phoneCodeHash, ...sent } = await client.sendCode(ann)
    expect(sent).toEqual({ via: "app", codeLength: 5 })
    const answer = await client.signIn(session, { phone: ann, phoneCodeHash, code: device.code(ann) ?? "" })
    expect(answer.is).toBe("signed_in")
    expect(await client.me(answer.session)).toEqual({
      id: "7000000001",
      firstName: "First",
      lastName: "User",
      username: "first_user",
      phone: "15550100001",
    })
  })

  it("follows PHONE_MIGRATE to the account's data centre, then asks for the password by SRP (quirk 37)", async () => {
    const { client, device, world } = telegram
    const { session, phoneCodeHash } = await client.sendCode(bob)
    expect(world.log.slice(-2).map(({ dcId, result }) => [dcId, result])).toEqual([
      [2, "PHONE_MIGRATE_4"],
      [4, "ok"],
    ])
    const code = device.code(bob) ?? ""
    const answer = await client.signIn(session, { phone: bob, phoneCodeHash, code })
    expect(answer).toMatchObject({ is: "password_needed", hint: "horse" })
    expect(await refusal(client.checkPassword(answer.session, "wrong"))).toMatchObject({
      code: "input_invalid",
      providerCode: "PASSWORD_HASH_INVALID",
    })
    const signedIn = await client.checkPassword(answer.session, password)
    expect((await client.me(signedIn.session)).username).toBe("second_user")
  })

  it("goes on in another process with nothing but the session string (quirk 37, pain 23)", async () => {
    const { connect, device } = telegram
    const { session, phoneCodeHash } = await connect().sendCode(bob)
    const code = device.code(bob) ?? ""
    const answer = await connect().signIn(session, { phone: bob, phoneCodeHash, code })
    const signedIn = await connect().checkPassword(answer.session, password)
    expect((await connect().me(signedIn.session)).firstName).toBe("Second")
  })

  it("says PHONE_CODE_INVALID three times, then that the code is spent", async () => {
    const { client, device } = telegram
    const { session, phoneCodeHash } = await client.sendCode(ann)
    const enter = (code: string) => refusal(client.signIn(session, { phone: ann, phoneCodeHash, code }))
    for (let tried = 0; tried < 3; tried++) {
      expect(await enter("00000")).toMatchObject({ code: "input_invalid", providerCode: "PHONE_CODE_INVALID" })
    }
    expect(await enter(device.code(ann) ?? "")).toMatchObject({
      code: "attempt_expired",
      providerCode: "PHONE_CODE_EXPIRED",
    })
  })

  it("refuses a code after its time, and one that was asked for on another session", async () => {
    const { client, device, advance } = telegram
    const asked = await client.sendCode(ann)
    const other = await client.sendCode(ann)
    const given = { phone: ann, phoneCodeHash: other.phoneCodeHash, code: device.code(ann) ?? "" }
    expect(await refusal(client.signIn(asked.session, given))).toMatchObject({ providerCode: "PHONE_CODE_EXPIRED" })
    advance(301_000)
    expect(await refusal(client.signIn(other.session, given))).toMatchObject({ code: "attempt_expired" })
  })

  it("names what is wrong with a number", async () => {
    const { client, device } = telegram
    expect(await refusal(client.sendCode("12"))).toMatchObject({
      code: "input_invalid",
      providerCode: "PHONE_NUMBER_INVALID",
    })
    const nobody = "+15550109999"
    const { session, phoneCodeHash } = await client.sendCode(nobody)
    const given = { phone: nobody, phoneCodeHash, code: device.code(nobody) ?? "" }
    expect(await refusal(client.signIn(session, given))).toMatchObject({ providerCode: "PHONE_NUMBER_UNOCCUPIED" })
  })

  it("types FLOOD_WAIT with the time to wait, and does not sleep through it (quirk 37)", async () => {
    const { client, world } = telegram
    world.faults.next("auth.SendCode", { kind: "error", code: "FLOOD_WAIT_17" })
    expect(await refusal(client.sendCode(ann))).toMatchObject({
      code: "rate_limited",
      providerCode: "FLOOD_WAIT",
      retryAfterMs: 17_000,
    })
  })

  it("refuses an app that Telegram does not know", async () => {
    const { connect } = telegram
    expect(await refusal(connect({ apiId: 1 }).sendCode(ann))).toMatchObject({
      code: "app_not_configured",
      providerCode: "API_ID_INVALID",
    })
  })
})

describe("logging in by QR code", () => {
  it("shows one code until it expires, then another (quirk 37)", async () => {
    const { client, advance } = telegram
    const shown = await client.exportQr()
    if (shown.is !== "waiting") throw new Error("expected a code")
    expect(shown.url).toMatch(/^tg:\/\/login\?token=[\w-]{43}$/)
    expect(await client.pollQr(shown.session)).toMatchObject({ is: "waiting", url: shown.url })
    advance(30_000)
    const fresh = await client.pollQr(shown.session)
    expect(fresh).toMatchObject({ is: "waiting", expiresAt: shown.expiresAt + 30_000 })
    expect(fresh).not.toMatchObject({ url: shown.url })
  })

  it("cannot be scanned after its time", async () => {
    const { client, advance, device } = telegram
    const shown = await client.exportQr()
    if (shown.is !== "waiting") throw new Error("expected a code")
    advance(30_000)
    expect(() => device.scan(shown.url, ann)).toThrow("AUTH_TOKEN_EXPIRED")
  })

  it("logs in once it is scanned, polled from another process", async () => {
    const { client, connect, device } = telegram
    const shown = await client.exportQr()
    if (shown.is !== "waiting") throw new Error("expected a code")
    device.scan(shown.url, ann)
    expect(() => device.scan(shown.url, ann)).toThrow("AUTH_TOKEN_ALREADY_ACCEPTED")
    expect(await connect().pollQr(shown.session)).toMatchObject({ is: "signed_in", user: { firstName: "First" } })
  })

  it("follows the login token to the account's data centre", async () => {
    const { client, device } = telegram
    const shown = await client.exportQr()
    if (shown.is !== "waiting") throw new Error("expected a code")
    device.scan(shown.url, cho)
    const answer = await client.pollQr(shown.session)
    expect(answer).toMatchObject({ is: "signed_in", user: { firstName: "Third" } })
    expect(answer.session).not.toBe(shown.session)
    expect((await client.me(answer.session)).firstName).toBe("Third")
  })

  it("asks for the password, also after a migration, instead of calling the code expired (pain 23)", async () => {
    const { client, device } = telegram
    const shown = await client.exportQr()
    if (shown.is !== "waiting") throw new Error("expected a code")
    device.scan(shown.url, bob)
    const answer = await client.pollQr(shown.session)
    expect(answer).toMatchObject({ is: "password_needed", hint: "horse" })
    expect(await client.checkPassword(answer.session, password)).toMatchObject({ is: "signed_in" })
  })
})

describe("a session", () => {
  it("is ended at Telegram by logging out, which may be repeated", async () => {
    const { client, device, logIn } = telegram
    const before = device.sessions(ann)
    const session = await logIn()
    expect(device.sessions(ann)).toBe(before + 1)
    await client.logOut(session)
    expect(device.sessions(ann)).toBe(before)
    await client.logOut(session)
    expect(await refusal(client.me(session))).toMatchObject({
      code: "reauth_required",
      providerCode: "AUTH_KEY_UNREGISTERED",
    })
  })

  it("that the person terminated is refused as over", async () => {
    const { client, device, logIn } = telegram
    const session = await logIn(cho)
    device.terminateSessions(cho)
    expect(await refusal(client.me(session))).toMatchObject({
      code: "reauth_required",
      providerCode: "SESSION_REVOKED",
    })
  })

  it("whose key the server has forgotten is over, at once and not after a timeout", async () => {
    const { client, world, logIn } = telegram
    const session = await logIn(cho)
    world.keys.clear()
    expect(await refusal(client.me(session))).toMatchObject({
      code: "reauth_required",
      providerCode: "AUTH_KEY_NOT_FOUND",
    })
  })

  it("used on two connections at once is destroyed (quirk 37)", async () => {
    const { client, connect, logIn } = telegram
    const session = await logIn()
    const channel = client.channel(session)
    await channel.invoke(new Api.updates.GetState())
    expect(await refusal(connect().me(session))).toMatchObject({
      code: "reauth_required",
      providerCode: "AUTH_KEY_DUPLICATED",
    })
    await channel.close()
    expect(await refusal(client.me(session))).toMatchObject({ providerCode: "AUTH_KEY_UNREGISTERED" })
  })

  it("survives any number of steps one after the other", async () => {
    const { client, connect, logIn } = telegram
    const session = await logIn()
    for (const each of [client, connect(), client, connect(), client]) {
      expect((await each.me(session)).firstName).toBe("First")
    }
  })

  it("string is checked before anything is dialled, and its address is never dialled", async () => {
    const { client, logIn } = telegram
    expect(await refusal(client.me("not a session"))).toMatchObject({ code: "input_invalid" })
    const session = await logIn()
    const bytes = Buffer.from(session.slice(1), "base64")
    bytes.write("10.0.0.9!", 3)
    expect((await client.me(`1${bytes.toString("base64")}`)).firstName).toBe("First")
  })
})

describe("when the network fails", () => {
  it("says so when nobody listens", async () => {
    const { connect } = telegram
    const lost = connect({ dataCenters: { 2: { host: "127.0.0.1", port: 1 } } })
    expect(await refusal(lost.sendCode(ann))).toMatchObject({ code: "provider_unavailable" })
  })

  it("stops waiting for a server that never answers, and closes the connection", async () => {
    let open = 0
    const silent = createServer((socket) => {
      socket.resume()
      open += 1
      socket.on("close", () => {
        open -= 1
      })
      socket.on("error", () => undefined)
    })
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve))
    const { port } = silent.address() as AddressInfo
    const stuck = telegram.connect({ dataCenters: { 2: { host: "127.0.0.1", port } }, timeoutMs: 150 })
    expect(await refusal(stuck.sendCode(ann))).toMatchObject({ code: "provider_unavailable", reason: "timeout" })
    await expect.poll(() => open).toBe(0)
    await new Promise((resolve) => silent.close(resolve))
  })

  it("does not repeat a request whose answer was lost", async () => {
    const { client, world, device, logIn } = telegram
    const session = await logIn()
    world.faults.next("messages.SendMessage", { kind: "drop_after" })
    expect(await refusal(client.sendMessage(session, { to: "me", text: "once" }))).toMatchObject({
      code: "provider_unavailable",
    })
    expect(device.messages(ann).filter(({ text }) => text === "once")).toHaveLength(1)
  })

  it("gives up on an answer that never comes", async () => {
    const { connect, world, logIn } = telegram
    const session = await logIn()
    world.faults.next("users.GetUsers", { kind: "hang" })
    expect(await refusal(connect({ timeoutMs: 300 }).me(session))).toMatchObject({ reason: "timeout" })
  })

  it("trusts no server but those whose keys it was given", async () => {
    const { connect } = telegram
    expect(await refusal(connect({ publicKeys: [] }).sendCode(ann))).toMatchObject({ code: "provider_unavailable" })
    expect(await refusal(connect({ publicKeys: ["nonsense"] }).sendCode(ann))).toMatchObject({ code: "config_invalid" })
  })
})

describe("messages", () => {
  it("go to a name, a number, a dialog and oneself", async () => {
    const { client, device, logIn } = telegram
    const session = await logIn()
    const { messageId, sentAt } = await client.sendMessage(session, { to: "@second_user", text: "by name" })
    expect(messageId).toBeGreaterThan(0)
    expect(sentAt).toBe(telegram.world.now())
    await client.sendMessage(session, { to: cho, text: "by number" })
    await client.sendMessage(session, { to: "me", text: "to myself" })
    const { dialogs } = await client.listDialogs(session, { limit: 20 })
    const second = dialogs.find(({ username }) => username === "second_user")
    await client.sendMessage(session, { to: second?.id ?? "", text: "by dialog" })
    expect(device.messages(bob).map(({ text }) => text)).toEqual(expect.arrayContaining(["by name", "by dialog"]))
    expect(device.messages(cho).map(({ text }) => text)).toContain("by number")
  })

  it("go to groups where one may write", async () => {
    const { client, device, logIn, world } = telegram
    const session = await logIn()
    const [team, notices] = world.groups
    const sent = await client.sendMessage(session, { to: `chat:${team?.id}`, text: "to all" })
    expect(sent.messageId).toBeGreaterThan(0)
    expect(device.messages(bob)).toContainEqual({ text: "to all", out: false })
    expect(await refusal(client.sendMessage(session, { to: `chat:${notices?.id}`, text: "no" }))).toMatchObject({
      code: "provider_rejected",
      providerCode: "CHAT_WRITE_FORBIDDEN",
    })
  })

  it.each([
    ["@nobody_here", "resource_not_found"],
    ["+15550107777", "resource_not_found"],
    ["user:7000000002:1", "resource_not_found"],
    ["not a peer!", "input_invalid"],
  ])("to %s fail as %s", async (to, code) => {
    const session = await telegram.logIn()
    expect(await refusal(telegram.client.sendMessage(session, { to, text: "hello" }))).toMatchObject({ code })
  })

  it("are listed by dialog, a page at a time", async () => {
    const { client, device, logIn, advance } = telegram
    const session = await logIn(cho)
    for (const from of [ann, bob]) {
      advance(1000)
      device.write(from, cho, "hello")
      device.write(from, cho, `from ${from}`)
    }
    const first = await client.listDialogs(session, { limit: 1 })
    expect(first.dialogs).toMatchObject([
      { kind: "user", title: "Second", lastMessage: { text: `from ${bob}`, sentAt: telegram.world.now() } },
    ])
    const second = await client.listDialogs(session, { limit: 1, cursor: first.nextCursor ?? "" })
    expect(second.dialogs).toMatchObject([{ title: "First User", lastMessage: { text: `from ${ann}` } }])
    expect(await refusal(client.listDialogs(session, { limit: 1, cursor: "junk" }))).toMatchObject({
      code: "input_invalid",
    })
  })
})
