import { approve, pkceChallenge } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import jsforce from "jsforce"
import { afterEach, describe, expect, it } from "vitest"
import { createSalesforceEmulator, defaultUsers, emulatorApp, type SalesforceEmulatorOptions } from "./emulator.js"

// The library that most programs use against the stand-in: what it refuses, that has wrong.

const [first] = defaultUsers
const callback = "https://app.example.com/salesforce/callback"
const instance = "https://first.my.salesforce.com"
const close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of close.splice(0)) await end()
})

async function standIn(options: SalesforceEmulatorOptions = {}) {
  const emulator = createSalesforceEmulator({ ...options, redirectUris: [callback] })
  const server = await listen(emulator, { origins: [instance] })
  close.push(server.close)
  const instanceUrl = server.reroute[instance] ?? ""
  const loginUrl = server.reroute["https://login.salesforce.com"] ?? ""
  const { main } = emulator.provider.oauth.issue({ scopes: ["api", "refresh_token", "id"] })
  const oauth2 = new jsforce.OAuth2({ loginUrl, ...emulatorApp, redirectUri: callback })
  const connection = new jsforce.Connection({ instanceUrl, accessToken: main.accessToken, version: "66.0" })
  return { emulator, connection, oauth2, main }
}

describe("jsforce", () => {
  it("trades codes and refresh tokens, and revokes", async () => {
    const { emulator, oauth2 } = await standIn()
    const codeVerifier = "v".repeat(43)
    const url = new URL(oauth2.getAuthorizationUrl({ scope: "api refresh_token id" }))
    url.searchParams.set("code_challenge", await pkceChallenge(codeVerifier))
    url.searchParams.set("code_challenge_method", "S256")
    const leaving = `https://login.salesforce.com${url.pathname}${url.search}`
    const code = (await approve(emulator.fetch, leaving)).searchParams.get("code") ?? ""
    const tokens = await oauth2.requestToken(code, { code_verifier: codeVerifier })
    expect(tokens).toMatchObject({
      instance_url: instance,
      id: `https://login.salesforce.com/id/${first?.organizationId}/${first?.id}`,
      token_type: "Bearer",
    })
    const renewed = await oauth2.refreshToken(tokens.refresh_token ?? "")
    expect(renewed.access_token).not.toBe(tokens.access_token)
    expect(renewed.refresh_token).toBeUndefined()
    await oauth2.revokeToken(tokens.refresh_token ?? "")
    await expect(oauth2.refreshToken(tokens.refresh_token ?? "")).rejects.toMatchObject({ name: "invalid_grant" })
  })

  it("queries page by page, searches and describes", async () => {
    const { connection } = await standIn({ batchSize: 2 })
    const page = await connection.query("SELECT Id, Name FROM Account")
    expect(page).toMatchObject({ totalSize: 3, done: false })
    const rest = await connection.queryMore(page.nextRecordsUrl ?? "")
    expect(rest).toMatchObject({ done: true, records: [{ Name: "Umbra" }] })
    const { searchRecords } = await connection.search("FIND {Maria} RETURNING Contact(Id)")
    expect(searchRecords).toHaveLength(1)
    expect((await connection.sobject("Account").describe()).fields.map(({ name }) => name)).toContain("Industry")
    expect(connection.limitInfo.apiUsage).toEqual({ used: expect.any(Number), limit: 15_000 })
  })

  it("reads and writes records", async () => {
    const { connection } = await standIn()
    const created = await connection.sobject("Account").create({ Name: "Initech" })
    expect(created).toMatchObject({ success: true })
    const Id = created.id ?? ""
    expect(await connection.sobject("Account").update({ Id, Phone: "1" })).toMatchObject({ id: Id, success: true })
    expect(await connection.sobject("Account").retrieve(Id)).toMatchObject({ Name: "Initech", Phone: "1" })
  })

  it("sees Salesforce's errors by their code", async () => {
    const { connection, emulator } = await standIn()
    await expect(connection.query("SELECT Nonsense FROM Account")).rejects.toMatchObject({ errorCode: "INVALID_FIELD" })
    emulator.provider.oauth.expireAccessTokens()
    await expect(connection.query("SELECT Id FROM Account")).rejects.toMatchObject({ errorCode: "INVALID_SESSION_ID" })
  })
})
