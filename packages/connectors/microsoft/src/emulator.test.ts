import { approve } from "@holdfast/emulator"
import { describe, expect, it } from "vitest"
import { createMicrosoftEmulator, emulatorApp, firstTenantId, type MicrosoftEmulatorOptions } from "./emulator.js"

// What the stand-in refuses, as the documentation says; the vendor's own libraries are in sdk.test.ts.

const login = "https://login.microsoftonline.com"
const graph = "https://graph.microsoft.com/v1.0"
const redirectUri = "https://app.example.com/api/integrations/oauth/callback/outlook"

async function exchanged(scope: string, options: MicrosoftEmulatorOptions = {}, change: Record<string, string> = {}) {
  const emulator = createMicrosoftEmulator(options)
  const url = new URL(`${login}/common/oauth2/v2.0/authorize`)
  const asked = { client_id: emulatorApp.clientId, response_type: "code", redirect_uri: redirectUri, scope, state: "s" }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  const back = await approve((input, init) => emulator.fetch(input, init), url)
  const form = {
    grant_type: "authorization_code",
    code: back.searchParams.get("code") ?? "",
    redirect_uri: redirectUri,
    client_id: emulatorApp.clientId,
    client_secret: emulatorApp.clientSecret,
    ...change,
  }
  const answer = await emulator.fetch(`${login}/common/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  })
  const body = (await answer.json()) as Record<string, unknown>
  const call = (method: string, path: string, json?: object) =>
    emulator.fetch(`${graph}${path}`, {
      method,
      headers: { authorization: `Bearer ${body.access_token}`, "content-type": "application/json" },
      ...(json && { body: JSON.stringify(json) }),
    })
  return { emulator, status: answer.status, body, call }
}

describe("the identity platform", () => {
  it("gives a refresh token for offline_access alone, and an id token for openid alone (quirk 7)", async () => {
    const bare = await exchanged("User.Read")
    expect(bare.body).toMatchObject({ token_type: "Bearer", scope: "https://graph.microsoft.com/User.Read" })
    expect(bare.body).not.toHaveProperty("refresh_token")
    expect(bare.body).not.toHaveProperty("id_token")
    const whole = await exchanged("openid offline_access https://graph.microsoft.com/User.Read")
    expect(whole.body.scope).toBe("openid https://graph.microsoft.com/User.Read")
    expect(whole.body.refresh_token).toBeTypeOf("string")
    const [, claims = ""] = String(whole.body.id_token).split(".")
    // Without `profile` nobody is named.
    expect(JSON.parse(atob(claims))).not.toHaveProperty("oid")
  })

  it("writes its refusals with number, trace and time", async () => {
    const { status, body } = await exchanged("User.Read", {}, { client_secret: "wrong" })
    expect(status).toBe(401)
    expect(body).toMatchObject({ error: "invalid_client", error_codes: [7_000_215] })
    expect(body.error_description).toMatch(
      /^AADSTS7000215: .* Trace ID: [\da-f-]{36} Correlation ID: [\da-f-]{36} Timestamp: /,
    )
    expect(body.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/)
  })

  it("sends nobody to an address that is not registered, letter by letter", async () => {
    const emulator = createMicrosoftEmulator()
    const url = `${login}/${firstTenantId}/oauth2/v2.0/authorize?client_id=${emulatorApp.clientId}&response_type=code&scope=openid`
    const answer = await emulator.fetch(`${url}&redirect_uri=${encodeURIComponent(`${redirectUri}/`)}`)
    expect(answer.headers.get("location")).toBeNull()
  })
})

describe("subscriptions", () => {
  const ready = async (request: Request) =>
    new Response(new URL(request.url).searchParams.get("validationToken"), {
      headers: { "content-type": "text/plain" },
    })
  const wanted = {
    changeType: "created",
    resource: "me/events",
    notificationUrl: "https://app.example.com/hook",
    clientState: "secret",
  }
  const inMinutes = (now: number, minutes: number) => new Date(now + minutes * 60_000).toISOString()

  it("want the permission that reads, and not the one that writes as well", async () => {
    for (const [scope, status] of [
      ["Calendars.Read", 201],
      ["Calendars.ReadWrite Mail.Read", 403],
    ] as const) {
      const { emulator, call } = await exchanged(scope, { send: ready })
      const expirationDateTime = inMinutes(emulator.clock.now(), 60)
      expect((await call("POST", "/subscriptions", { ...wanted, expirationDateTime })).status, scope).toBe(status)
    }
  })

  it("last as long as the documentation lets them, and three quarters of an hour at least", async () => {
    const { emulator, call } = await exchanged("Calendars.Read", { send: ready })
    const lasting = (minutes: number) =>
      call("POST", "/subscriptions", { ...wanted, expirationDateTime: inMinutes(emulator.clock.now(), minutes) })
    expect((await lasting(4_231)).status).toBe(400)
    expect((await lasting(-1)).status).toBe(400)
    const short = (await (await lasting(5)).json()) as { expirationDateTime: string; clientState: string }
    expect(short.expirationDateTime).toBe(inMinutes(emulator.clock.now(), 45))
    const { value } = (await (await call("GET", "/subscriptions")).json()) as { value: { clientState: unknown }[] }
    expect(value.map(({ clientState }) => clientState)).toEqual([null])
  })

  it("are made only where the token comes back as it was, over https", async () => {
    const refused = async (options: MicrosoftEmulatorOptions, notificationUrl = wanted.notificationUrl) => {
      const { emulator, call } = await exchanged("Calendars.Read", options)
      const expirationDateTime = inMinutes(emulator.clock.now(), 60)
      return (await call("POST", "/subscriptions", { ...wanted, notificationUrl, expirationDateTime })).status
    }
    const local = "http://127.0.0.1:1/hook"
    expect(await refused({ send: ready })).toBe(201)
    expect(await refused({ send: ready }, local)).toBe(400)
    expect(await refused({ send: ready, loopbackNotifications: true }, local)).toBe(201)
    expect(
      await refused({ send: async () => new Response("other", { headers: { "content-type": "text/plain" } }) }),
    ).toBe(400)
    expect(await refused({ send: async (request) => Response.json(await (await ready(request)).text()) })).toBe(400)
    expect(await refused({ send: () => Promise.reject(new TypeError("nobody is there")) })).toBe(400)
  })
})

describe("Graph", () => {
  it("refuses each method without its permission, in the words of the service behind it", async () => {
    const { call } = await exchanged("User.Read")
    const said = async (path: string) => {
      const answer = await call("GET", path)
      const { error } = (await answer.json()) as { error: { code: string; innerError: { "request-id": string } } }
      expect(error.innerError["request-id"]).toBe(answer.headers.get("request-id"))
      return [answer.status, error.code]
    }
    expect(await said("/me/messages")).toEqual([403, "ErrorAccessDenied"])
    expect(await said("/me/events")).toEqual([403, "ErrorAccessDenied"])
    expect(await said("/me/joinedTeams")).toEqual([403, "Forbidden"])
    expect(await said("/me/nonsense")).toEqual([400, "BadRequest"])
    expect((await call("GET", "/me")).status).toBe(200)
  })

  it("takes no search with a filter, and no sorting by what the filter does not begin with", async () => {
    const { call } = await exchanged("Mail.Read")
    const code = async (path: string) =>
      ((await (await call("GET", path)).json()) as { error?: { code: string } }).error?.code
    expect(await code("/me/messages?$search=%22x%22&$filter=isRead eq false")).toBe("SearchWithFilter")
    const inbox = "/me/mailFolders/inbox/messages?$orderby=receivedDateTime desc&$filter="
    expect(await code(`${inbox}isRead eq false`)).toBe("InefficientFilter")
    expect(await code(`${inbox}receivedDateTime ge 1900-01-01T00:00:00Z and isRead eq false`)).toBeUndefined()
    expect(await code("/me/mailFolders/inbox/messages?$top=1001")).toBe("BadRequest")
  })
})
