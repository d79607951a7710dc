import { createServer, type RequestListener, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { approve } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import { type Installation, InstallProvider } from "@slack/oauth"
import {
  type ConversationsListResponse,
  ErrorCode,
  type Logger,
  LogLevel,
  WebClient,
  type WebClientOptions,
} from "@slack/web-api"
import { afterEach, describe, expect, it } from "vitest"
import { createSlackEmulator, emulatorApp, type SlackEmulator, type SlackEmulatorOptions } from "./emulator.js"
import { slackWorld } from "./test-support.js"

// Slack's own packages against the stand-in: what they refuse, it has wrong.

const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
}
const quiet = { logger: silent, retryConfig: { retries: 0 } } satisfies WebClientOptions
const scopes = ["chat:write", "channels:read", "channels:manage", "users:read"]

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

describe("@slack/web-api", () => {
  function client(emulator: SlackEmulator, granted = scopes, options: WebClientOptions = {}) {
    const { main } = emulator.provider.oauth.issue({ scopes: granted })
    return new WebClient(main.accessToken, { ...quiet, fetch: emulator.fetch, ...options })
  }

  it("does all that our operations do, and reads every answer", async () => {
    const emulator = createSlackEmulator()
    const slack = client(emulator)
    expect(await slack.auth.test()).toMatchObject({
      team_id: "T0000000A1",
      user_id: "U0BOT0000000A1",
      bot_id: "B0BOT0000000A1",
    })
    const { ts, channel } = await slack.chat.postMessage({ channel: "#general", text: "hello" })
    expect(await slack.chat.postMessage({ channel: channel ?? "", text: "again", thread_ts: ts ?? "" })).toMatchObject({
      message: { text: "again", thread_ts: ts, bot_id: "B0BOT0000000A1" },
    })
    const created = await slack.conversations.create({ name: "made-by-sdk" })
    expect(created.channel).toMatchObject({ name: "made-by-sdk", is_member: true })
    expect((await slack.users.info({ user: "U0000000A2" })).user).toMatchObject({ name: "first.member" })
    expect((await slack.users.list({ limit: 2 })).members).toHaveLength(2)
  })

  it("pages by our cursors to the end", async () => {
    const names: (string | undefined)[] = []
    for await (const page of client(createSlackEmulator()).paginate("conversations.list", { limit: 1 })) {
      names.push(...((page as ConversationsListResponse).channels ?? []).map(({ name }) => name))
    }
    expect(names).toEqual(["general", "alerts", "random", "old-project"])
  })

  it("sees errors as Slack's: in a 200, with what was missing, and how long to wait", async () => {
    const emulator = createSlackEmulator()
    const failure = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error) => error,
      )
    expect(await failure(client(emulator).chat.postMessage({ channel: "C404", text: "x" }))).toMatchObject({
      code: ErrorCode.PlatformError,
      data: { ok: false, error: "channel_not_found" },
    })
    expect(await failure(client(emulator, ["chat:write"]).users.list({}))).toMatchObject({
      data: {
        error: "missing_scope",
        needed: "users:read",
        provided: "chat:write",
        response_metadata: { scopes: ["chat:write"] },
      },
    })
    expect(await failure(new WebClient("xoxb-nobody", { ...quiet, fetch: emulator.fetch }).auth.test())).toMatchObject({
      data: { error: "invalid_auth" },
    })
    expect(await failure(client(emulator).apiCall("no.such.method"))).toMatchObject({
      data: { error: "unknown_method" },
    })
    emulator.faults.next({ on: "users.list", fault: { kind: "status", status: 429, retryAfterSeconds: 7 } })
    expect(await failure(client(emulator, scopes, { rejectRateLimitedCalls: true }).users.list({}))).toMatchObject({
      code: ErrorCode.RateLimitedError,
      retryAfter: 7,
    })
  })

  it("revokes, and hears of it", async () => {
    const slack = client(createSlackEmulator())
    expect(await slack.auth.revoke({ test: true })).toMatchObject({ ok: true, revoked: false })
    expect(await slack.auth.revoke()).toMatchObject({ ok: true, revoked: true })
    await expect(slack.auth.test()).rejects.toMatchObject({ data: { error: "token_revoked" } })
  })

  it("runs over a connection of ours, which renews its token", async () => {
    const { connect, emulator } = slackWorld()
    const connection = await connect()
    const slack = new WebClient(undefined, { ...quiet, fetch: (url, init) => connection.fetch(url as string, init) })
    await slack.chat.postMessage({ channel: "#general", text: "hello" })
    emulator.clock.advance(13 * 3_600_000)
    await slack.chat.postMessage({ channel: "#general", text: "the day after" })
    expect(emulator.provider.messages("T0000000A1", "C0000000A1")).toHaveLength(2)
    expect(emulator.counters.refreshes).toMatchObject({ shown: 1, mostForOne: 1 })
  })
})

describe("@slack/oauth", () => {
  interface Install {
    readonly emulator: SlackEmulator
    readonly provider: InstallProvider
    readonly stored: Installation[]
    /** Goes through the installer's own pages as a browser does, and answers what it stored. */
    install(userScopes?: readonly string[], botScopes?: readonly string[]): Promise<Installation>
  }

  async function installer(seeds: SlackEmulatorOptions = {}): Promise<Install> {
    const emulator = createSlackEmulator(seeds)
    const { reroute, close } = await listen(emulator)
    open.push(close)
    const slack = reroute["https://slack.com"] ?? ""
    const stored: Installation[] = []
    const provider = new InstallProvider({
      clientId: emulatorApp.clientId,
      clientSecret: emulatorApp.clientSecret,
      stateSecret: "a-state-secret",
      directInstall: true,
      authorizationUrl: `${slack}/oauth/v2/authorize`,
      clientOptions: { ...quiet, slackApiUrl: `${slack}/api/` },
      logger: silent,
      installationStore: {
        storeInstallation: async (installation) => void stored.push(installation as Installation),
        fetchInstallation: async () => stored.at(-1) as Installation<"v2", false>,
      },
    })
    return {
      emulator,
      provider,
      stored,
      async install(userScopes = [], botScopes = scopes) {
        const page = await serve((request, response) =>
          request.url?.startsWith("/install")
            ? void provider.handleInstallPath(request, response, {}, options())
            : void provider.handleCallback(request, response),
        )
        const options = () => ({ scopes: [...botScopes], userScopes: [...userScopes], redirectUri: `${page}/callback` })
        const { clientId, clientSecret } = emulatorApp
        emulator.provider.oauth.registerClient({ clientId, clientSecret, redirectUris: [`${page}/callback`] })
        const left = await fetch(`${page}/install`, { redirect: "manual" })
        const cookie = left.headers.get("set-cookie")?.split(";")[0] ?? ""
        const callback = await approve(fetch, left.headers.get("location") ?? "")
        const done = await fetch(callback, { headers: { cookie } })
        expect(done.status, await done.text()).toBe(200)
        const installation = stored.at(-1)
        if (!installation) throw new Error("nothing was stored")
        return installation
      },
    }
  }

  it("installs with a bot and a user token, each rotating", async () => {
    const { install } = await installer()
    expect(await install(["search:read"])).toMatchObject({
      team: { id: "T0000000A1", name: "First workspace" },
      isEnterpriseInstall: false,
      tokenType: "bot",
      bot: {
        token: expect.stringMatching(/^xoxe\.xoxb-/),
        refreshToken: expect.stringMatching(/^xoxe-1-/),
        expiresAt: expect.any(Number),
        scopes,
        userId: "U0BOT0000000A1",
        id: "B0BOT0000000A1",
      },
      user: {
        id: "U0000000A1",
        token: expect.stringMatching(/^xoxe\.xoxp-/),
        refreshToken: expect.stringMatching(/^xoxe-1-/),
        scopes: ["search:read"],
      },
    })
  })

  it("installs without rotation, and for a person alone", async () => {
    const lasting = await (await installer({ tokenRotation: false })).install()
    expect(lasting.bot).toMatchObject({ token: expect.stringMatching(/^xoxb-/) })
    expect(lasting.bot).not.toHaveProperty("refreshToken")
    expect(lasting.user.token).toBeUndefined()
    const personal = await (await installer()).install(["search:read"], [])
    expect(personal.bot).toBeUndefined()
    expect(personal.user.token).toMatch(/^xoxe\.xoxp-/)
  })

  it("rotates each token once, and the spent ones are refused", async () => {
    const { emulator, install, provider, stored } = await installer()
    const { bot, user } = structuredClone(await install(["search:read"]))
    // Within two hours of the end it renews.
    const last = stored.at(-1)
    if (last?.bot) last.bot.expiresAt = 1
    if (last) last.user.expiresAt = 1
    const query = { teamId: "T0000000A1", enterpriseId: undefined, isEnterpriseInstall: false } as const
    const renewed = await provider.authorize(query)
    expect(renewed.botToken).toMatch(/^xoxe\.xoxb-/)
    expect(renewed.userToken).toMatch(/^xoxe\.xoxp-/)
    expect(renewed.botToken).not.toBe(bot?.token)
    expect(emulator.counters.refreshes).toMatchObject({ shown: 2, issued: 2, mostForOne: 1 })
    const alive = new WebClient(renewed.botToken, { ...quiet, fetch: emulator.fetch })
    expect((await alive.auth.test()).ok).toBe(true)
    const anybody = new WebClient(undefined, { ...quiet, fetch: emulator.fetch })
    for (const refresh_token of [bot?.refreshToken ?? "", user.refreshToken ?? ""]) {
      const { clientId: client_id, clientSecret: client_secret } = emulatorApp
      const spent = anybody.oauth.v2.access({ client_id, client_secret, grant_type: "refresh_token", refresh_token })
      await expect(spent).rejects.toMatchObject({ data: { error: "invalid_refresh_token" } })
    }
  })

  it("is told what was wrong: code, secret, redirect URI", async () => {
    const emulator = createSlackEmulator()
    const slack = new WebClient(undefined, { ...quiet, fetch: emulator.fetch })
    const { clientId: client_id, clientSecret: client_secret } = emulatorApp
    const redirect_uri = "https://app.example.com/api/integrations/oauth/callback/slack"
    const code = async () => {
      const url = new URL(`https://slack.com/oauth/v2/authorize?client_id=${client_id}&scope=chat:write`)
      url.searchParams.set("redirect_uri", redirect_uri)
      return (await approve(emulator.fetch, url)).searchParams.get("code") ?? ""
    }
    const given = { client_id, client_secret, redirect_uri }
    const refused: [Partial<typeof given> & { code?: string }, string][] = [
      [{ code: "no-code" }, "invalid_code"],
      [{ client_secret: "wrong" }, "bad_client_secret"],
      [{ client_id: "1.1" }, "invalid_client_id"],
      [{ redirect_uri: "https://app.example.com/other" }, "bad_redirect_uri"],
    ]
    for (const [wrong, error] of refused) {
      const exchange = slack.oauth.v2.access({ ...given, code: await code(), ...wrong })
      await expect(exchange).rejects.toMatchObject({ data: { error } })
    }
    const once = await code()
    expect((await slack.oauth.v2.access({ ...given, code: once })).ok).toBe(true)
    await expect(slack.oauth.v2.access({ ...given, code: once })).rejects.toMatchObject({
      data: { error: "invalid_code" },
    })
  })
})

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  open.push(() => new Promise((resolve) => server.close(() => resolve())))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
