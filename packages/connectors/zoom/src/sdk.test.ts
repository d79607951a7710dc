import { createHmac } from "node:crypto"
import { approve, type Delivery, signDelivery } from "@holdfast/emulator"
import { AwsLambdaReceiver, MeetingsOAuthClient, MeetingsS2SAuthClient } from "@zoom/rivet/meetings"
import { http } from "msw"
import { setupServer } from "msw/node"
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import { createZoomEmulator, emulatorApp, emulatorServerToServer, type ZoomEmulator } from "./emulator.js"
import { zoomWorld } from "./test-support.js"

// Zoom's own library against the stand-in: what it refuses, that has wrong. It has no option for another host, so its requests are caught.

let emulator: ZoomEmulator
const wire = setupServer(
  http.all("https://zoom.us/*", ({ request }) => emulator.fetch(request)),
  http.all("https://api.zoom.us/*", ({ request }) => emulator.fetch(request)),
)
beforeAll(() => wire.listen({ onUnhandledRequest: "error" }))
afterEach(() => wire.resetHandlers())
afterAll(() => wire.close())

const callback = "https://app.example.com/zoom/oauth/callback"
const owner = "u-FirstOwner-00000001"

interface StoredToken {
  accessToken: string
  refreshToken: string
  expirationTimeIso: string
  scopes: string[]
}

describe("@zoom/rivet, as a person", () => {
  async function connected() {
    emulator = createZoomEmulator({ redirectUris: [callback] })
    let stored: StoredToken | undefined
    const client = new MeetingsOAuthClient({
      clientId: emulatorApp.clientId,
      clientSecret: emulatorApp.clientSecret,
      disableReceiver: true,
      tokenStore: {
        getLatestToken: () => stored,
        storeToken: (token: StoredToken) => {
          stored = token
        },
      },
      installerOptions: { redirectUri: "https://app.example.com", stateStore: "a-state-secret" },
    } as unknown as ConstructorParameters<typeof MeetingsOAuthClient>[0])
    // Kept from its types, as it is its own receiver that calls it.
    const auth = (client as unknown as { auth: InteractiveAuth }).auth
    const { fullUrl, generatedState } = await auth.getAuthorizationUrl()
    const back = await approve(emulator.fetch, fullUrl)
    expect(back.searchParams.get("state")).toBe(generatedState)
    await auth.initRedirectCode(back.searchParams.get("code") ?? "")
    return { client, stored: () => stored as StoredToken }
  }

  it("goes through our consent page, and reads the tokens that come of it", async () => {
    const { stored } = await connected()
    expect(stored()).toMatchObject({
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      scopes: ["user:read:user", "meeting:write:meeting", "meeting:read:meeting", "meeting:read:list_meetings"],
    })
  })

  it("schedules, looks up and lists meetings", async () => {
    const { client } = await connected()
    const { meetings } = client.endpoints
    const created = await meetings.createMeeting({
      path: { userId: "me" },
      body: { topic: "Weekly", type: 2, duration: 30 },
    })
    expect(created).toMatchObject({ statusCode: 201, data: { topic: "Weekly", duration: 30, host_id: owner } })
    const meetingId = created.data?.id ?? 0
    const found = await meetings.getMeeting({ path: { meetingId }, query: {} })
    expect(found.data).toMatchObject({ id: meetingId, topic: "Weekly" })
    const listed = await meetings.listMeetings({ path: { userId: "me" }, query: { page_size: 30 } })
    expect(listed.data).toMatchObject({ total_records: 1, meetings: [{ topic: "Weekly" }] })
  })

  it("sees Zoom's errors: status, number and words", async () => {
    const { client } = await connected()
    const missing = client.endpoints.meetings.getMeeting({ path: { meetingId: 99_999_999_999 }, query: {} })
    await expect(missing).rejects.toThrow('[404/3001]: "Meeting does not exist: 99999999999."')
    emulator.provider.deauthorize(owner)
    const ended = client.endpoints.meetings.listMeetings({ path: { userId: "me" }, query: {} })
    await expect(ended).rejects.toThrow('[401/124]: "Invalid access token."')
  })

  it("refreshes once, and what it had before is dead", async () => {
    const { client, stored } = await connected()
    const before = { ...stored() }
    stored().expirationTimeIso = new Date(0).toISOString()
    await client.endpoints.meetings.listMeetings({ path: { userId: "me" }, query: {} })
    expect(stored().refreshToken).not.toBe(before.refreshToken)
    expect(emulator.provider.oauth.inspectToken(before.accessToken).is).toBe("revoked")
    Object.assign(stored(), { refreshToken: before.refreshToken, expirationTimeIso: new Date(0).toISOString() })
    const spent = client.endpoints.meetings.listMeetings({ path: { userId: "me" }, query: {} })
    await expect(spent).rejects.toThrow("Failed to refresh OAuth token.")
  })
})

describe("@zoom/rivet, as an account", () => {
  it("gets tokens with the credentials of a server-to-server app", async () => {
    emulator = createZoomEmulator()
    const client = new MeetingsS2SAuthClient({ ...emulatorServerToServer.first, disableReceiver: true })
    const { meetings } = client.endpoints
    const created = await meetings.createMeeting({ path: { userId: "u-FirstMember-0000003" }, body: { topic: "All" } })
    expect(created.data).toMatchObject({ host_id: "u-FirstMember-0000003" })
    expect(emulator.counters.tokensIssued).toEqual({ account_credentials: 1 })
    const wrong = { ...emulatorServerToServer.first, clientSecret: "wrong", disableReceiver: true } as const
    const refused = new MeetingsS2SAuthClient(wrong).endpoints.meetings.listMeetings({
      path: { userId: "me" },
      query: {},
    })
    await expect(refused).rejects.toMatchObject({ response: { status: 400, data: { error: "invalid_client" } } })
  })
})

describe("@zoom/rivet, receiving", () => {
  /** What Zoom's receiver answers to a delivery of ours. It talks to the console, which is not heard here. */
  async function receive(delivery: Delivery, flaw?: "tampered" | "foreign") {
    emulator = createZoomEmulator()
    const quiet = vi.spyOn(console, "debug").mockImplementation(() => {})
    const receiver = new AwsLambdaReceiver({ webhooksSecretToken: emulatorApp.secretToken })
    receiver.init({ eventEmitter: { emit: async () => {} } as never })
    const options = { signature: emulator.provider.signature, clock: emulator.clock, ...(flaw && { flaw }) }
    const request = await signDelivery(delivery, "https://app.example.com/", options)
    const event = { body: await request.text(), headers: Object.fromEntries(request.headers), isBase64Encoded: false }
    const { statusCode, body } = await receiver.start()(event as never, {})
    quiet.mockRestore()
    return { statusCode, body: JSON.parse(body ?? "{}") as Record<string, string> }
  }

  it("takes our deliveries for Zoom's, and forged ones for what they are", async () => {
    const { event } = createZoomEmulator().provider
    const delivery = event("meeting.started", owner, { id: "81000000001", topic: "Weekly" })
    expect((await receive(delivery)).statusCode).toBe(200)
    expect((await receive(delivery, "foreign")).statusCode).toBe(400)
  })

  it("answers our handshake as the connector does", async () => {
    const { deliver, emulator: ours } = zoomWorld()
    const delivery = ours.provider.urlValidation("qgg8vlvZRS6UYooatFL8Aw")
    const theirs = await receive(delivery)
    expect(theirs).toMatchObject({ statusCode: 200, body: { plainToken: "qgg8vlvZRS6UYooatFL8Aw" } })
    expect(await (await deliver(delivery)).json()).toEqual(theirs.body)
    const encryptedToken = createHmac("sha256", emulatorApp.secretToken).update("qgg8vlvZRS6UYooatFL8Aw").digest("hex")
    expect(theirs.body.encryptedToken).toBe(encryptedToken)
  })
})

interface InteractiveAuth {
  getAuthorizationUrl(): Promise<{ fullUrl: string; generatedState: string }>
  initRedirectCode(code: string): Promise<void>
}
