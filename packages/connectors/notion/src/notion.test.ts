import { ada, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { createNotionEmulator, defaultUsers, emulatorApp, seededIds } from "./emulator.js"
import { notionWorld } from "./test-support.js"

const callback = "https://app.example.com/api/integrations/oauth/callback/notion"
const basic = `Basic ${btoa(`${emulatorApp.clientId}:${emulatorApp.clientSecret}`)}`
const version = { "notion-version": "2025-09-03" }

describe("the token call (quirk 8)", () => {
  it("is JSON with Basic authentication, the redirect URI and the version", async () => {
    const { connect, requests } = notionWorld()
    await connect()
    const [exchange] = requests
    expect(exchange?.url).toBe("https://api.notion.com/v1/oauth/token")
    expect(exchange?.headers.get("authorization")).toBe(basic)
    expect(exchange?.headers.get("content-type")).toMatch(/^application\/json/)
    expect(await exchange?.json()).toEqual({
      grant_type: "authorization_code",
      code: expect.any(String),
      redirect_uri: callback,
    })
  })

  it("is refused by the stand-in as a form, without the version, and with the secret in the body", async () => {
    const emulator = createNotionEmulator()
    const body = { grant_type: "refresh_token", refresh_token: "nrt_x" }
    const post = (headers: Record<string, string>, sent: BodyInit) =>
      emulator.fetch("https://api.notion.com/v1/oauth/token", { method: "POST", headers, body: sent })
    const type = { "content-type": "application/json" }
    const { refresh_token } = await tokensOf(emulator)
    const living = JSON.stringify({ ...body, refresh_token })
    const form = await post({ ...version, authorization: basic }, new URLSearchParams(body))
    const unversioned = await post({ ...type, authorization: basic }, living)
    const inBody = await post({ ...type, ...version }, JSON.stringify({ ...body, client_id: emulatorApp.clientId }))
    expect([form.status, unversioned.status, inBody.status]).toEqual([400, 400, 401])
    expect(await unversioned.json()).toMatchObject({ object: "error", code: "missing_version" })
  })

  it("asks for the person's permission with owner=user", async () => {
    const { holdfast } = notionWorld()
    const { step } = await holdfast.attempts.begin(ada, { connector: "notion", browser: "b" })
    const asked = new URL(step.kind === "redirect" ? step.url : "").searchParams
    expect(Object.fromEntries(asked)).toEqual({
      client_id: emulatorApp.clientId,
      response_type: "code",
      redirect_uri: callback,
      owner: "user",
      state: expect.any(String),
    })
  })
})

describe("the version (quirk 8)", () => {
  it("is named on every request", async () => {
    const { connect, requests, emulator } = notionWorld({ accessTokenSeconds: 3_600 })
    const connection = await connect()
    emulator.clock.advance(3_601_000)
    await connection.run("search")
    await connection.run("get_page", { page_id: seededIds.page })
    await connection.disconnect()
    expect(requests.length).toBeGreaterThan(5)
    for (const { url, headers } of requests) expect(headers.get("notion-version"), url).toBe("2025-09-03")
  })
})

describe("refresh tokens (quirk 8, quirk 40, C12)", () => {
  it("are spent once for many callers, when an access token stops working that never said when", async () => {
    const { connect, emulator } = notionWorld({ accessTokenSeconds: 3_600 })
    const connection = await connect()
    expect((await connection.info()).slots.main).toMatchObject({ expiresAt: "unknown" })
    emulator.clock.advance(3_601_000)
    await Promise.all(Array.from({ length: 20 }, () => connection.run("search")))
    expect(emulator.counters.refreshes.mostForOne).toBe(1)
    emulator.clock.advance(3_601_000)
    await connection.run("search")
    expect(await connection.info()).toMatchObject({ status: "active" })
  })

  it("need not come: the access token is kept then, until Notion refuses it", async () => {
    const { connect, emulator } = notionWorld({ refreshTokens: false })
    const connection = await connect()
    const token = await connection.accessToken()
    emulator.clock.advance(400 * 86_400_000)
    await connection.run("search")
    expect(await connection.accessToken()).toBe(token)
    expect(await connection.info()).toMatchObject({ status: "active" })
    for (const { id } of emulator.provider.oauth.grants()) emulator.provider.oauth.revokeGrant(id)
    expect(await endOf(connection.run("search"))).toMatchObject({ code: "reauth_required" })
    expect(await connection.info()).toMatchObject({ status: "needs_reauth" })
  })

  it("that are gone end the connection", async () => {
    const { connect, emulator } = notionWorld({ accessTokenSeconds: 3_600 })
    const connection = await connect()
    emulator.clock.advance(3_601_000)
    for (const { id } of emulator.provider.oauth.grants()) emulator.provider.oauth.revokeGrant(id)
    expect(await endOf(connection.run("search"))).toMatchObject({ code: "reauth_required" })
    expect(await connection.info()).toMatchObject({ status: "needs_reauth", actor: "end_user" })
  })
})

describe("the account", () => {
  it("keeps workspace, bot, person and the page made from the template (quirk 8)", async () => {
    const { connect } = notionWorld({ duplicatedTemplateId: seededIds.page })
    const [first] = defaultUsers
    const { account } = await (await connect()).info()
    expect(account).toMatchObject({
      id: `${first?.workspaceId}:${first?.botId}`,
      data: {
        workspaceId: first?.workspaceId,
        botId: first?.botId,
        userId: first?.id,
        duplicatedTemplateId: seededIds.page,
      },
    })
  })

  it("is one for each workspace", async () => {
    const { connect, holdfast } = notionWorld()
    await connect()
    await connect({}, { account: defaultUsers[1]?.id ?? "" })
    expect((await holdfast.for(ada).list()).map(({ account }) => account.label).toSorted()).toEqual([
      "First workspace",
      "Second workspace",
    ])
  })
})

describe("disconnecting", () => {
  it("sends the access token alone, also one that has ended by itself", async () => {
    for (const advance of [0, 3_601_000]) {
      const { connect, emulator, requests } = notionWorld({ accessTokenSeconds: 3_600 })
      const connection = await connect()
      emulator.clock.advance(advance)
      expect(await connection.disconnect()).toMatchObject({ revocation: "revoked" })
      const last = requests.at(-1)
      expect(last?.url).toBe("https://api.notion.com/v1/oauth/revoke")
      expect(Object.keys((await last?.json()) as object)).toEqual(["token"])
      expect(emulator.provider.oauth.grants().every(({ revokedAt }) => revokedAt !== undefined)).toBe(true)
    }
  })
})

describe("databases", () => {
  it("with several data sources ask for one by name, and read the one that is named", async () => {
    const { connect } = notionWorld()
    const connection = await connect()
    const [staff = ""] = seededIds.splitDataSources
    await expect(connection.run("query_database", { database_id: seededIds.splitDatabase })).rejects.toMatchObject({
      code: "input_invalid",
      message: expect.stringContaining(`${staff} (Staff)`),
    })
    expect(await connection.run("query_database", { data_source_id: staff })).toMatchObject({ results: [] })
  })

  it("are named in one way", async () => {
    const { connect, requests } = notionWorld()
    const connection = await connect()
    const before = requests.length
    for (const wrong of [{}, { database_id: seededIds.database, data_source_id: seededIds.dataSource }]) {
      expect((await endOf(connection.run("query_database", wrong))).code).toBe("input_invalid")
    }
    expect(requests).toHaveLength(before)
  })

  it("are read page by page", async () => {
    const { connect } = notionWorld()
    const connection = await connect()
    const parent = { data_source_id: seededIds.dataSource }
    await connection.run("create_page", { parent, properties: { Name: {} } })
    const first = await connection.run("query_database", { ...parent, page_size: 1 })
    expect(first).toMatchObject({ has_more: true, next_cursor: expect.any(String) })
    const start_cursor = first.next_cursor ?? ""
    const second = await connection.run("query_database", { ...parent, page_size: 1, start_cursor })
    expect(second.has_more).toBe(false)
    expect(second.results[0]?.id).not.toBe(first.results[0]?.id)
  })
})

async function tokensOf({ provider }: ReturnType<typeof createNotionEmulator>) {
  return { refresh_token: provider.oauth.issue({}).main.refreshToken ?? "" }
}
