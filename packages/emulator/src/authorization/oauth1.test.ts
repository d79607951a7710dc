import { createHmac } from "node:crypto"
import OAuth from "oauth-1.0a"
import { describe, expect, it } from "vitest"
import { approve } from "../approve.js"
import { createEmulator } from "../emulator.js"
import { json } from "../responses.js"
import { oauth1Server } from "./oauth1.js"
import type { OAuth1ServerOptions } from "./oauth1-options.js"

const base = "https://photos.example"
const callbackUrl = "https://app.example/callback?state=the-state"

function photos(options: Partial<OAuth1ServerOptions<{ name: string }>> = {}) {
  return createEmulator({
    name: "photos",
    origins: [base],
    setup(kit) {
      const oauth = oauth1Server<{ name: string }>(kit, {
        requestTokenEndpoint: `${base}/request`,
        authorizationEndpoint: `${base}/authorize`,
        accessTokenEndpoint: `${base}/access`,
        clients: [
          { clientId: "key", clientSecret: "key-secret", redirectUris: ["https://app.example/callback"] },
          { clientId: "other", clientSecret: "other-secret", redirectUris: ["https://other.example/callback"] },
        ],
        accounts: [
          { id: "U1", label: "First", data: { name: "first" } },
          { id: "U2", label: "Second", data: { name: "second" } },
        ],
        ...options,
      })
      kit.route(["GET", "POST"], base, "/me", async (call) => {
        const found = await oauth.inspect(call)
        if (found.is === "live") return json({ name: found.account.data.name, scopes: found.scopes })
        return oauth.refuse(found.refusal, call)
      })
      return { oauth }
    },
  })
}

type Photos = ReturnType<typeof photos>
type Pair = { key: string; secret: string }

interface Sending {
  by?: Pair
  client?: Pair
  data?: Record<string, string>
  extra?: Record<string, string>
  form?: Record<string, string>
  change?: (header: string) => string
}

/** A client that was not written here: what it signs must be taken. */
async function send(emulator: Photos, method: string, path: string, sending: Sending = {}) {
  const { by, client = { key: "key", secret: "key-secret" }, form, change = (header) => header } = sending
  const oauth = new OAuth({
    consumer: client,
    signature_method: "HMAC-SHA1",
    hash_function: (text, key) => createHmac("sha1", key).update(text).digest("base64"),
  })
  oauth.getTimeStamp = () => Math.floor(emulator.clock.now() / 1_000)
  const data = { ...sending.data, ...form }
  const authorization = oauth.authorize({ url: base + path, method, data }, by)
  const header = oauth.toHeader({ ...authorization, ...sending.extra }).Authorization
  return await emulator.fetch(base + path, {
    method,
    headers: { authorization: change(header) },
    ...(form && { body: new URLSearchParams(form) }),
  })
}

const pairOf = async (answer: Response): Promise<Pair> => {
  const fields = new URLSearchParams(await answer.text())
  return { key: fields.get("oauth_token") ?? "", secret: fields.get("oauth_token_secret") ?? "" }
}
const problemOf = async (answer: Response) => [
  answer.status,
  new URLSearchParams(await answer.text()).get("oauth_problem"),
]

const start = async (emulator: Photos, oauth_callback = callbackUrl) =>
  pairOf(await send(emulator, "POST", "/request", { data: { oauth_callback } }))

async function connect(emulator: Photos, account = "U1"): Promise<Pair> {
  const by = await start(emulator)
  const back = await approve(emulator.fetch, `${base}/authorize?oauth_token=${by.key}`, { account })
  const oauth_verifier = back.searchParams.get("oauth_verifier") ?? ""
  return pairOf(await send(emulator, "POST", "/access", { by, data: { oauth_verifier } }))
}

describe("an OAuth 1.0a server, as a client that was not written here sees it", () => {
  it("gives tokens that open what the person allowed", async () => {
    const emulator = photos()
    const by = await connect(emulator, "U2")
    expect(await (await send(emulator, "GET", "/me?a=1&b=%20x", { by })).json()).toEqual({ name: "second", scopes: [] })
    const posted = await send(emulator, "POST", "/me", { by, form: { status: "Hello & good bye!" } })
    expect(posted.status).toBe(200)
    expect(emulator.counters.tokensIssued).toEqual({ oauth1: 1 })
  })

  it("sends the browser back with the state of the callback, and with the token where the person refuses", async () => {
    const emulator = photos()
    const { key } = await start(emulator)
    const back = await approve(emulator.fetch, `${base}/authorize?oauth_token=${key}`, { deny: true })
    expect(Object.fromEntries(back.searchParams)).toEqual({
      state: "the-state",
      oauth_token: key,
      oauth_problem: "user_refused",
    })
    await expect(approve(emulator.fetch, `${base}/authorize?oauth_token=${key}`)).rejects.toThrow("used before")
  })

  it("grants the scopes of the authorization request, and no others", async () => {
    const emulator = photos({ scopes: ["read", "write"] })
    const { key } = await start(emulator)
    await expect(approve(emulator.fetch, `${base}/authorize?oauth_token=${key}&scope=all`)).rejects.toThrow("scope")
    await approve(emulator.fetch, `${base}/authorize?oauth_token=${key}&scope=read,write`)
    expect(emulator.provider.oauth.issue({ scopes: ["read"] }).main.scope).toBe("read")
  })
})

describe("what an OAuth 1.0a server refuses", () => {
  it("a wrong signature, another client's, and a request that was changed", async () => {
    const emulator = photos()
    const by = await connect(emulator)
    const ask = async (sending: Sending) => problemOf(await send(emulator, "GET", "/me", { by, ...sending }))
    expect(await ask({ by: { ...by, secret: "guessed" } })).toEqual([401, "signature_invalid"])
    expect(await ask({ client: { key: "key", secret: "guessed" } })).toEqual([401, "signature_invalid"])
    expect(await ask({ client: { key: "other", secret: "other-secret" } })).toEqual([401, "token_rejected"])
    expect(await ask({ client: { key: "nobody", secret: "x" } })).toEqual([401, "consumer_key_unknown"])
    expect(await ask({ by: { ...by, key: "made-up" } })).toEqual([401, "token_rejected"])
    expect(await ask({ data: { hidden: "1" } })).toEqual([401, "signature_invalid"])
    expect(await ask({ change: (header) => header.replace("HMAC-SHA1", "PLAINTEXT") })).toEqual([
      400,
      "signature_method_rejected",
    ])
    expect(await ask({ change: (header) => header.replace(/oauth_nonce="[^"]*", /, "") })).toEqual([
      400,
      "parameter_absent",
    ])
    expect(await ask({ change: (header) => `${header}, oauth_token="twice"` })).toEqual([400, "parameter_repeated"])
    expect(await ask({ change: (header) => `${header}, nonsense` })).toEqual([400, "parameter_rejected"])
  })

  it("a timestamp off its clock, and a nonce that was used", async () => {
    const emulator = photos()
    const by = await connect(emulator)
    let sent = ""
    const keep = (header: string) => {
      sent = header
      return header
    }
    expect((await send(emulator, "GET", "/me", { by, change: keep })).status).toBe(200)
    const again = () => emulator.fetch(`${base}/me`, { headers: { authorization: sent } })
    expect(await problemOf(await again())).toEqual([401, "nonce_used"])
    emulator.clock.advance(301_000)
    expect(await problemOf(await again())).toEqual([401, "timestamp_refused"])
  })

  it("a callback that is not registered, or none", async () => {
    const emulator = photos()
    const request = async (data: Record<string, string>) =>
      problemOf(await send(emulator, "POST", "/request", { data }))
    expect(await request({ oauth_callback: "https://evil.example/callback" })).toEqual([400, "callback_rejected"])
    expect(await request({ oauth_callback: "https://app.example/elsewhere" })).toEqual([400, "callback_rejected"])
    expect(await request({})).toEqual([400, "parameter_absent"])
    const lax = photos({ callback: "origin" })
    expect((await start(lax, "https://app.example/elsewhere")).key).not.toBe("")
  })

  it("a verifier that is wrong, missing or shown twice, and a request token that is late", async () => {
    const emulator = photos()
    const by = await start(emulator)
    const exchange = async (data: Record<string, string>) =>
      problemOf(await send(emulator, "POST", "/access", { by, data }))
    expect(await exchange({ oauth_verifier: "guessed" })).toEqual([401, "verifier_invalid"])
    const back = await approve(emulator.fetch, `${base}/authorize?oauth_token=${by.key}`)
    const oauth_verifier = back.searchParams.get("oauth_verifier") ?? ""
    expect(await exchange({})).toEqual([401, "verifier_invalid"])
    expect(await exchange({ oauth_verifier })).toEqual([200, null])
    expect(await exchange({ oauth_verifier })).toEqual([401, "token_used"])
    const late = await start(emulator)
    emulator.clock.advance(600_000)
    await expect(approve(emulator.fetch, `${base}/authorize?oauth_token=${late.key}`)).rejects.toThrow("expired")
  })

  it("a token that was revoked, or has expired", async () => {
    const emulator = photos({ accessTokenSeconds: ({ expiration }) => (expiration === "never" ? "never" : 3_600) })
    const by = await connect(emulator)
    emulator.clock.advance(3_600_000)
    expect(await problemOf(await send(emulator, "GET", "/me", { by }))).toEqual([401, "token_expired"])
    const { grant, main } = emulator.provider.oauth.issue({ parameters: { expiration: "never" } })
    const issued = { key: main.accessToken, secret: emulator.provider.oauth.tokenSecret(main.accessToken) ?? "" }
    expect((await send(emulator, "GET", "/me", { by: issued })).status).toBe(200)
    emulator.authorizationServers.oauth1?.revokeGrant(grant.id)
    expect(await problemOf(await send(emulator, "GET", "/me", { by: issued }))).toEqual([401, "token_revoked"])
  })
})
