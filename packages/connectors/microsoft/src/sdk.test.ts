import { ConfidentialClientApplication, type INetworkModule } from "@azure/msal-node"
import { approve, type FetchLike, reroutedFetch, systemClock } from "@holdfast/emulator"
import { type Listening, listen } from "@holdfast/emulator/node"
import {
  AuthenticationHandler,
  Client,
  GraphError,
  type Middleware,
  PageIterator,
} from "@microsoft/microsoft-graph-client"
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { createMicrosoftEmulator, emulatorApp, firstTenantId, type MicrosoftEmulator, seededIds } from "./emulator.js"

// Microsoft's own libraries judge the stand-in: what they refuse, it has wrong.

const redirectUri = "https://app.example.com/api/integrations/oauth/callback/outlook"
const scopes = [
  "User.Read",
  "Mail.Read",
  "Mail.Send",
  "Calendars.ReadWrite",
  "Team.ReadBasic.All",
  "ChannelMessage.Send",
]

let emulator: MicrosoftEmulator
let opened: Listening
beforeAll(async () => {
  // The libraries read the time of tokens from the machine.
  emulator = createMicrosoftEmulator({ clock: systemClock() })
  opened = await listen(emulator)
})
afterAll(() => opened.close())
beforeEach(() => emulator.reset())

const browser: FetchLike = (input, init) => reroutedFetch(opened.reroute)(input, init)

/** MSAL's way out, led to the stand-in. */
const networkClient: INetworkModule = {
  sendGetRequestAsync: (url, options) =>
    sent(url, { method: "GET", ...(options?.headers && { headers: options.headers }) }),
  sendPostRequestAsync: (url, options) =>
    sent(url, {
      method: "POST",
      ...(options?.headers && { headers: options.headers }),
      ...(options?.body !== undefined && { body: options.body }),
    }),
}

async function sent<T>(
  url: string,
  init: RequestInit,
): Promise<{ headers: Record<string, string>; body: T; status: number }> {
  const answer = await browser(url, init)
  return { headers: Object.fromEntries(answer.headers), body: (await answer.json()) as T, status: answer.status }
}

function application(secret = emulatorApp.clientSecret, tenant = "common"): ConfidentialClientApplication {
  return new ConfidentialClientApplication({
    auth: {
      clientId: emulatorApp.clientId,
      clientSecret: secret,
      authority: `https://login.microsoftonline.com/${tenant}`,
    },
    system: { networkClient },
  })
}

async function signedIn(client = application(), secretOf = client) {
  const verifier = "a-verifier-that-is-at-least-forty-three-characters"
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)))
  const codeChallenge = Buffer.from(digest).toString("base64url")
  const url = await client.getAuthCodeUrl({
    scopes,
    redirectUri,
    state: "s",
    codeChallenge,
    codeChallengeMethod: "S256",
  })
  const back = await approve(browser, url)
  const code = back.searchParams.get("code") ?? ""
  const result = await secretOf.acquireTokenByCode({ code, scopes, redirectUri, codeVerifier: verifier })
  return { client, result }
}

describe("@azure/msal-node", () => {
  it("gets tokens, and knows who is there", async () => {
    const { result } = await signedIn()
    expect(result.account).toMatchObject({
      tenantId: firstTenantId,
      localAccountId: "11111111-aaaa-4bbb-8ccc-000000000001",
      homeAccountId: `11111111-aaaa-4bbb-8ccc-000000000001.${firstTenantId}`,
      username: "first.user@first.example",
    })
    expect(result.scopes).toContain("https://graph.microsoft.com/Mail.Read")
    const jwks = createRemoteJWKSet(new URL("https://login.microsoftonline.com/common/discovery/v2.0/keys"), {
      [customFetch]: (url, init) => browser(url, init as RequestInit),
    })
    const issuer = `https://login.microsoftonline.com/${firstTenantId}/v2.0`
    const { payload } = await jwtVerify(result.idToken, jwks, { issuer, audience: emulatorApp.clientId })
    expect(payload).toMatchObject({ tid: firstTenantId, ver: "2.0" })
  })

  it("refreshes silently with the token that it keeps", async () => {
    const { client, result } = await signedIn()
    if (!result.account) throw new Error("nobody is signed in")
    const again = await client.acquireTokenSilent({
      account: result.account,
      scopes: ["Mail.Read"],
      forceRefresh: true,
    })
    expect(again.accessToken).not.toBe(result.accessToken)
    expect(emulator.counters.refreshes.issued).toBe(1)
  })

  it("reads the numbers of refusals", async () => {
    const { client, result } = await signedIn()
    if (!result.account) throw new Error("nobody is signed in")
    emulator.provider.oauth.revokeAccount("11111111-aaaa-4bbb-8ccc-000000000001")
    const silent = client.acquireTokenSilent({ account: result.account, scopes: ["Mail.Read"], forceRefresh: true })
    await expect(silent).rejects.toMatchObject({ errorCode: "invalid_grant", errorNo: 50_173, subError: "bad_token" })
    const wrong = signedIn(application(), application("not the secret"))
    await expect(wrong).rejects.toMatchObject({ errorCode: "invalid_client", errorNo: 7_000_215 })
  })

  it("is told when a code is another tenant's", async () => {
    const elsewhere = application(emulatorApp.clientSecret, "bbbbcccc-1111-4ddd-8222-eeee3333ffff")
    await expect(signedIn(application(), elsewhere)).rejects.toMatchObject({ errorNo: 700_005 })
  })
})

describe("@microsoft/microsoft-graph-client", () => {
  /** The client as it is, but for the last of its handlers, which is led to the stand-in. */
  function graph(accessToken: string): Client {
    const authentication = new AuthenticationHandler({ getAccessToken: async () => accessToken })
    const last: Middleware = {
      async execute(context) {
        const { request, options } = context
        context.response = await browser(request instanceof Request ? request.url : request, options as RequestInit)
      },
    }
    authentication.setNext(last)
    return Client.initWithMiddleware({ middleware: authentication })
  }

  it("reads who is there, lists, sends and creates", async () => {
    const { result } = await signedIn()
    const client = graph(result.accessToken)
    expect(await client.api("/me").select("id,displayName").get()).toEqual({
      id: "11111111-aaaa-4bbb-8ccc-000000000001",
      displayName: "First User",
    })
    const message = {
      subject: "Hello",
      body: { contentType: "text", content: "x" },
      toRecipients: [{ emailAddress: { address: "a@example.org" } }],
    }
    await client.api("/me/sendMail").post({ message })
    expect(emulator.provider.mailbox.at(-1)).toMatchObject({ subject: "Hello", folder: "sentitems" })
    const at = (hour: string) => ({ dateTime: `2026-11-23T${hour}:00:00`, timeZone: "Pacific Standard Time" })
    const event = await client.api("/me/events").post({ subject: "Review", start: at("09"), end: at("10") })
    expect(event).toMatchObject({ subject: "Review" })
    await client.api(`/me/events/${event.id}`).delete()
    const { teamId, channelId } = { teamId: seededIds.team, channelId: seededIds.channel }
    const posted = await client.api(`/teams/${teamId}/channels/${channelId}/messages`).post({ body: { content: "Hi" } })
    expect(posted).toMatchObject({ body: { content: "Hi" }, channelIdentity: { channelId } })
  })

  it("walks pages by their links", async () => {
    const { result } = await signedIn()
    const client = graph(result.accessToken)
    const first = await client.api("/me/mailFolders/inbox/messages").top(1).get()
    expect(first["@odata.nextLink"]).toMatch(
      /^https:\/\/graph\.microsoft\.com\/v1\.0\/me\/mailFolders\/inbox\/messages\?/,
    )
    const subjects: string[] = []
    const iterator = new PageIterator(client, first, ({ subject }) => {
      subjects.push(subject)
      return true
    })
    await iterator.iterate()
    expect(subjects).toEqual(["Your invoice", "Welcome"])
  })

  it("hears refusals in Graph's words", async () => {
    const { result } = await signedIn()
    const nothing = graph(result.accessToken).api("/me/messages/AAkALgAAnothing=").get()
    await expect(nothing).rejects.toBeInstanceOf(GraphError)
    await expect(nothing).rejects.toMatchObject({ statusCode: 404, code: "ErrorItemNotFound" })
    const stranger = graph("nonsense").api("/me").get()
    await expect(stranger).rejects.toMatchObject({ statusCode: 401, code: "InvalidAuthenticationToken" })
    const chats = graph(result.accessToken).api("/me/chats").get()
    await expect(chats).rejects.toMatchObject({ statusCode: 403, code: "Forbidden" })
  })
})
