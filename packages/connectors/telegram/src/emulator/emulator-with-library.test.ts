import { Api, extensions, TelegramClient } from "teleproto"
import { LogLevel } from "teleproto/extensions/Logger.js"
import { type Connection, ConnectionTCPAbridged, ConnectionTCPFull } from "teleproto/network/index.js"
import { StringSession } from "teleproto/sessions/index.js"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { withServerKeys } from "../server-keys.js"
import { ann, bob, password, startTelegram, testApp } from "../test-support.js"

let telegram: Awaited<ReturnType<typeof startTelegram>>

beforeAll(async () => {
  telegram = await startTelegram()
})
afterAll(() => telegram.server.close())

/** The library's own client, of which our connector uses only the layer beneath: a second opinion on the server. */
function libraryClient(connection: typeof Connection) {
  const session = new StringSession("")
  session.setDC(2, "127.0.0.1", 443)
  // It dials port 80 of the session's address, wherever that is; only the socket can send it elsewhere.
  class LoopbackSocket extends extensions.PromisedNetSockets {
    override connect(_port: number, _ip: string) {
      const { host, port } = telegram.server.dataCenters[session.dcId] ?? { host: "127.0.0.1", port: 1 }
      return super.connect(port, host)
    }
  }
  return new TelegramClient(session, testApp.apiId, testApp.apiHash, {
    networkSocket: LoopbackSocket,
    connection,
    baseLogger: new extensions.Logger(LogLevel.NONE),
    connectionRetries: 3,
  })
}

const run = <T>(work: (client: TelegramClient) => Promise<T>, connection: typeof Connection = ConnectionTCPFull) =>
  withServerKeys(telegram.server.publicKeys, async () => {
    const client = libraryClient(connection)
    try {
      return await work(client)
    } finally {
      await client.destroy()
    }
  })

describe("the library's own client against the stand-in", () => {
  it("logs in with number, code and password, across data centres, then writes and lists", async () => {
    const { device } = telegram
    device.write(ann, bob, "hello")
    await run(async (client) => {
      await client.start({
        phoneNumber: async () => bob,
        phoneCode: async () => device.code(bob) ?? "",
        password: async () => password,
        onError: async (error) => {
          throw error
        },
      })
      expect(await client.getMe()).toMatchObject({ username: "second_user", self: true })
      const dialogs = await client.getDialogs({})
      expect([...dialogs].map(({ title }) => title)).toEqual(["First User"])
      const sent = await client.sendMessage("first_user", { message: "and back" })
      expect(sent.message).toBe("and back")
      expect(device.messages(ann)).toContainEqual({ text: "and back", out: false })
      expect(await client.invoke(new Api.auth.LogOut())).toBeInstanceOf(Api.auth.LoggedOut)
    })
    expect(device.sessions(bob)).toBe(0)
  })

  it("is told at once when its login code is scanned", async () => {
    const { device } = telegram
    await run(async (client) => {
      await client.connect()
      const accepted = new Promise<void>((resolve) => {
        client.addEventHandler((update: unknown) => {
          if (update instanceof Api.UpdateLoginToken) resolve()
        })
      })
      const shown = await client.invoke(new Api.auth.ExportLoginToken({ ...testApp, exceptIds: [] }))
      if (!(shown instanceof Api.auth.LoginToken)) throw new Error("expected a token")
      device.scan(`tg://login?token=${shown.token.toString("base64url")}`, ann)
      await accepted
      const done = await client.invoke(new Api.auth.ExportLoginToken({ ...testApp, exceptIds: [] }))
      expect(done).toBeInstanceOf(Api.auth.LoginTokenSuccess)
    }, ConnectionTCPAbridged)
  })
})
