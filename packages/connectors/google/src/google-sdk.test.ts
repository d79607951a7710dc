import { calendar } from "@googleapis/calendar"
import { chat } from "@googleapis/chat"
import { drive } from "@googleapis/drive"
import { gmail } from "@googleapis/gmail"
import { auth, sheets } from "@googleapis/sheets"
import { approve, type FetchLike, reroutedFetch, systemClock } from "@holdfast/emulator"
import { type Listening, listen } from "@holdfast/emulator/node"
import { CodeChallengeMethod, OAuth2Client } from "google-auth-library"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { createGoogleEmulator, emulatorApp, type GoogleEmulator, seededSpreadsheetId } from "./emulator.js"

// Google's own libraries judge the stand-in: what they refuse, it has wrong.

const redirectUri = "https://app.example.com/api/integrations/oauth/callback/google-sheets"
const scope = (name: string) => `https://www.googleapis.com/auth/${name}`
const everything = [
  ...["openid", "email", scope("spreadsheets"), scope("calendar.events"), scope("drive.metadata.readonly")],
  ...[scope("gmail.send"), scope("gmail.readonly"), scope("chat.messages.create"), scope("chat.spaces.readonly")],
]

let emulator: GoogleEmulator
let opened: Listening

beforeAll(async () => {
  // The libraries read the time of id tokens and of access tokens from the machine.
  emulator = createGoogleEmulator({ clock: systemClock() })
  opened = await listen(emulator)
})
afterAll(() => opened.close())
beforeEach(() => emulator.reset())

const at = (origin: string) => opened.reroute[origin] ?? ""
const browser: FetchLike = (input, init) => reroutedFetch(opened.reroute)(input, init)

function libraryClient(): OAuth2Client {
  return new OAuth2Client({
    ...emulatorApp,
    redirectUri,
    endpoints: {
      oauth2AuthBaseUrl: `${at("https://accounts.google.com")}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${at("https://oauth2.googleapis.com")}/token`,
      oauth2RevokeUrl: `${at("https://oauth2.googleapis.com")}/revoke`,
      tokenInfoUrl: `${at("https://oauth2.googleapis.com")}/tokeninfo`,
      oauth2FederatedSignonPemCertsUrl: `${at("https://www.googleapis.com")}/oauth2/v1/certs`,
      oauth2FederatedSignonJwkCertsUrl: `${at("https://www.googleapis.com")}/oauth2/v3/certs`,
    },
  })
}

async function connected(scopes = everything): Promise<OAuth2Client> {
  const client = libraryClient()
  const { codeVerifier, codeChallenge = "" } = await client.generateCodeVerifierAsync()
  const url = client.generateAuthUrl({
    access_type: "offline",
    include_granted_scopes: true,
    scope: scopes,
    state: "a-state",
    code_challenge: codeChallenge,
    code_challenge_method: CodeChallengeMethod.S256,
  })
  const back = await approve(browser, url)
  expect(back.searchParams.get("state")).toBe("a-state")
  const { tokens } = await client.getToken({ code: back.searchParams.get("code") ?? "", codeVerifier })
  client.setCredentials(tokens)
  return client
}

describe("google-auth-library", () => {
  it("gets tokens, believes the id token, and finds the granted scopes", async () => {
    const client = await connected()
    const { id_token = "", access_token = "", refresh_token, scope: granted } = client.credentials
    expect(refresh_token).toBeTypeOf("string")
    expect(granted?.split(" ")).toContain(scope("userinfo.email"))
    const ticket = await client.verifyIdToken({ idToken: id_token ?? "", audience: emulatorApp.clientId })
    expect(ticket.getPayload()).toMatchObject({
      sub: "110169484474386276001",
      email: "first.user@example.com",
      email_verified: true,
      hd: "example.com",
    })
    const info = await client.getTokenInfo(access_token ?? "")
    expect(info).toMatchObject({ aud: emulatorApp.clientId, sub: "110169484474386276001" })
    expect(info.scopes).toContain(scope("spreadsheets"))
  })

  it("gets no refresh token with the second consent, and refreshes with the first", async () => {
    const first = await connected()
    expect((await connected()).credentials.refresh_token).toBeUndefined()
    const { credentials } = await first.refreshAccessToken()
    expect(credentials.access_token).toMatch(/^ya29\./)
    expect(emulator.counters.refreshes.issued).toBe(1)
  })

  it("revokes everything, after which nothing refreshes", async () => {
    const [first, second] = [await connected(), await connected([...everything.slice(0, 2), scope("drive")])]
    await second.revokeToken(second.credentials.access_token ?? "")
    await expect(first.refreshAccessToken()).rejects.toMatchObject({
      response: {
        status: 400,
        data: { error: "invalid_grant", error_description: "Token has been expired or revoked." },
      },
    })
    await expect(first.revokeToken("ya29.unknown")).rejects.toMatchObject({
      response: { status: 400, data: { error: "invalid_token" } },
    })
  })

  it("is refused with a code that was used, or without its verifier", async () => {
    const client = libraryClient()
    const url = client.generateAuthUrl({ access_type: "offline", scope: everything })
    const code = (await approve(browser, url)).searchParams.get("code") ?? ""
    await client.getToken(code)
    await expect(client.getToken(code)).rejects.toMatchObject({ response: { data: { error: "invalid_grant" } } })
  })
})

describe("the clients of the five APIs", () => {
  /** Their own copy of the authentication library. */
  async function bearer() {
    const { credentials } = await connected()
    const client = new auth.OAuth2(emulatorApp)
    client.setCredentials({ access_token: credentials.access_token ?? null })
    return client
  }

  it("sheets appends, updates and reads", async () => {
    const rootUrl = `${at("https://sheets.googleapis.com")}/`
    const { values } = sheets({ version: "v4", auth: await bearer(), rootUrl }).spreadsheets
    const appended = await values.append({
      spreadsheetId: seededSpreadsheetId,
      range: "Sheet1!A:D",
      valueInputOption: "USER_ENTERED",
      requestBody: { values: [["One", "one@example.com", "12", "x"]] },
    })
    expect(appended.data.updates?.updatedRange).toBe("Sheet1!A2:D2")
    const range = "'More leads'!B2"
    await values.update({
      spreadsheetId: seededSpreadsheetId,
      range,
      valueInputOption: "RAW",
      requestBody: { values: [["y"]] },
    })
    expect((await values.get({ spreadsheetId: seededSpreadsheetId, range })).data.values).toEqual([["y"]])
    const nowhere = values.get({ spreadsheetId: "nowhere", range: "A1" })
    await expect(nowhere).rejects.toMatchObject({ status: 404, message: "Requested entity was not found." })
  })

  it("calendar inserts and lists", async () => {
    const rootUrl = `${at("https://www.googleapis.com")}/`
    const { events } = calendar({ version: "v3", auth: await bearer(), rootUrl })
    const time = (hour: string) => ({ dateTime: `2026-11-23T${hour}:00:00Z` })
    const requestBody = { summary: "Stand-up", start: time("09"), end: time("10") }
    const { data } = await events.insert({ calendarId: "primary", requestBody })
    expect(data).toMatchObject({ status: "confirmed", summary: "Stand-up" })
    const listed = await events.list({ calendarId: "primary", singleEvents: true, orderBy: "startTime" })
    expect(listed.data.items?.map(({ id }) => id)).toEqual([data.id])
    await expect(events.list({ calendarId: "primary", orderBy: "startTime" })).rejects.toMatchObject({ status: 400 })
  })

  it("drive lists, and tells who is there", async () => {
    const rootUrl = `${at("https://www.googleapis.com")}/`
    const { files, about } = drive({ version: "v3", auth: await bearer(), rootUrl })
    const { data } = await files.list({ q: "mimeType != 'application/pdf'", orderBy: "name", fields: "files(id,name)" })
    expect(data.files?.map(({ name }) => name)).toEqual(["Leads", "Reports"])
    expect((await about.get({ fields: "user" })).data.user?.emailAddress).toBe("first.user@example.com")
    await expect(about.get({})).rejects.toMatchObject({ status: 400 })
  })

  it("gmail sends, lists and reads", async () => {
    const rootUrl = `${at("https://gmail.googleapis.com")}/`
    const { messages } = gmail({ version: "v1", auth: await bearer(), rootUrl }).users
    const raw = btoa("To: second.user@example.net\r\nSubject: Hello\r\n\r\nText")
      .replaceAll("+", "-")
      .replaceAll("/", "_")
    const { data } = await messages.send({ userId: "me", requestBody: { raw } })
    const read = await messages.get({ userId: "me", id: data.id ?? "", format: "metadata" })
    expect(read.data.payload?.headers).toContainEqual({ name: "Subject", value: "Hello" })
    const listed = await messages.list({ userId: "me", q: "to:second.user" })
    expect(listed.data.messages).toEqual([{ id: data.id, threadId: data.threadId }])
    await expect(
      messages.send({ userId: "me", requestBody: { raw: btoa("Subject: x\r\n\r\nx") } }),
    ).rejects.toMatchObject({
      status: 400,
      message: "Recipient address required",
    })
  })

  it("chat posts and lists", async () => {
    const rootUrl = `${at("https://chat.googleapis.com")}/`
    const { spaces } = chat({ version: "v1", auth: await bearer(), rootUrl })
    const { data } = await spaces.list({ pageSize: 1 })
    expect(data).toMatchObject({ spaces: [{ name: "spaces/AAAAemulated1" }], nextPageToken: "1" })
    const posted = await spaces.messages.create({ parent: "spaces/AAAAemulated1", requestBody: { text: "Hello" } })
    expect(posted.data).toMatchObject({ text: "Hello", sender: { type: "HUMAN" } })
  })

  it("hear what scope is missing, in the words of Google", async () => {
    const { credentials } = await connected(["openid", "email", scope("calendar.events")])
    const client = new auth.OAuth2(emulatorApp)
    client.setCredentials({ access_token: credentials.access_token ?? null })
    const { values } = sheets({
      version: "v4",
      auth: client,
      rootUrl: `${at("https://sheets.googleapis.com")}/`,
    }).spreadsheets
    await expect(values.get({ spreadsheetId: seededSpreadsheetId, range: "A1" })).rejects.toMatchObject({
      status: 403,
      message: "Request had insufficient authentication scopes.",
    })
  })
})
