import { approve, createEmulator, json, type OAuth1ServerOptions, oauth1Server } from "@holdfast/emulator"
import { describe, expect, it } from "vitest"
import { isHoldfastError } from "../errors.js"
import { oauth1 } from "./oauth1.js"
import type { OAuth1Options, OAuth1Secret, OAuth1State } from "./oauth1-options.js"
import { callback, redirectUri, stepOf, type TestContextOptions, testContext } from "./test-context.js"

const base = "https://photos.example"
const endpoints = {
  requestTokenEndpoint: `${base}/request`,
  authorizationEndpoint: `${base}/authorize`,
  accessTokenEndpoint: `${base}/access`,
}
const standard: OAuth1Options = endpoints

function photos(rules: Partial<OAuth1ServerOptions<{ name: string }>> = {}) {
  return createEmulator({
    name: "photos",
    origins: [base],
    setup(kit) {
      const oauth = oauth1Server<{ name: string }>(kit, {
        ...endpoints,
        clients: [{ clientId: "client-1", clientSecret: "canary-secret", redirectUris: [redirectUri] }],
        accounts: [
          { id: "U1", label: "First", data: { name: "first" } },
          { id: "U2", label: "Second", data: { name: "second" } },
        ],
        ...rules,
      })
      kit.route(["GET", "POST", "DELETE"], base, "/me", async (call) => {
        const found = await oauth.inspect(call)
        if (found.is !== "live") return oauth.refuse(found.refusal, call)
        if (call.request.method === "DELETE") oauth.revokeGrant(found.grant.id, "revoked_by_client")
        return json(found.account.data)
      })
      return { oauth }
    },
  })
}

type Photos = ReturnType<typeof photos>

/** A context over the provider, on its clock. */
function contextOver(emulator: Photos, options: TestContextOptions<OAuth1State> = {}) {
  let drawn = 0
  return {
    ...testContext<OAuth1State>({ fetch: (request) => emulator.fetch(request), now: emulator.clock.now(), ...options }),
    random: (length: number) => new Uint8Array(length).fill(++drawn),
  }
}

interface Person {
  readonly deny?: boolean
  readonly account?: string
  /** Changes what the browser brings back. */
  readonly arrive?: (parameters: Record<string, string>) => Record<string, string>
}

async function connect(emulator: Photos, options: Partial<OAuth1Options> = {}, person: Person = {}, given = {}) {
  const method = oauth1({ ...standard, ...options })
  const context = contextOver(emulator, given)
  const begun = await method.begin(context, { from: "start", values: {} })
  const { url } = stepOf(begun, "redirect")
  const { arrive = (parameters) => parameters, ...choices } = person
  const back = Object.fromEntries((await approve(emulator.fetch, url, choices)).searchParams)
  const state = "state" in begun ? begun.state : undefined
  if (!context.attempt) throw new Error("no attempt")
  const returning = { ...context, attempt: { ...context.attempt, state } }
  const next = await method.advance(returning, callback(arrive(back)))
  if (!("grant" in next)) throw new Error("expected a grant")
  const granted = next.grant.slots?.main
  if (!granted) throw new Error("expected a token")
  return { method, context, url: new URL(url), grant: next.grant, ...granted }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (isHoldfastError(error) ? error.code : error),
  )

describe("connecting by OAuth 1.0a", () => {
  it("brings a token whose requests the provider takes, with query and form under the signature", async () => {
    const emulator = photos()
    const { method, context, secret } = await connect(emulator, {}, { account: "U2" })
    const ask = async (request: Request) =>
      emulator.fetch((await method.authorize?.(context, request, secret)) ?? request)
    expect(await (await ask(new Request(`${base}/me?a=1&b=x%20y`))).json()).toEqual({ name: "second" })
    const form = new URLSearchParams({ status: "Hello & good bye!" })
    expect((await ask(new Request(`${base}/me`, { method: "POST", body: form }))).status).toBe(200)
    expect((await ask(new Request(`${base}/me`))).status, "no nonce comes twice").toBe(200)
  })

  it("asks for scopes and what else the provider wants where consent is given", async () => {
    const { url } = await connect(photos(), {
      scopes: ["read", "write"],
      authorizationParameters: { expiration: "never", name: "Acme {clientId}" },
    })
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      scope: "read,write",
      expiration: "never",
      name: "Acme client-1",
    })
  })

  it("keeps secrets out of evidence, steps and addresses", async () => {
    const { grant, context, secret, url } = await connect(
      photos({ answerParameters: ({ account }) => ({ user_id: account.id, xoauth_token_expires: "0" }) }),
    )
    expect(grant.evidence).toMatchObject({ token: { user_id: "U1" } })
    const shown = JSON.stringify([grant.evidence, url.href, context.seen.map((one) => [one.url, [...one.headers]])])
    for (const hidden of ["canary-secret", secret.tokenSecret]) expect(shown).not.toContain(hidden)
    expect(JSON.stringify(grant.evidence)).not.toContain(secret.token)
  })

  it("believes what is said of the token's life", async () => {
    expect((await connect(photos())).clock.expiresAt).toBe("unknown")
    expect((await connect(photos(), { policy: { accessTokenSeconds: "never" } })).clock.expiresAt).toBe("never")
    const told = photos({ answerParameters: () => ({ oauth_expires_in: "3600" }) })
    expect((await connect(told)).clock.expiresAt).toBe(told.clock.now() + 3_600_000)
  })

  it("works with HMAC-SHA256 where the provider takes it", async () => {
    const emulator = photos({ signatureMethods: ["HMAC-SHA256"] })
    const { secret } = await connect(emulator, { signatureMethod: "HMAC-SHA256" })
    expect(secret.token).not.toBe("")
    expect(await codeOf(connect(emulator))).toBe("config_invalid")
  })
})

describe("a callback of OAuth 1.0a", () => {
  it("that says no ends as a refusal, however the provider puts it", async () => {
    expect(await codeOf(connect(photos(), {}, { deny: true }))).toBe("access_denied")
    const twitter = photos({ deniedParameters: (token) => ({ denied: token }) })
    expect(await codeOf(connect(twitter, {}, { deny: true }))).toBe("access_denied")
    const bare = photos({ deniedParameters: () => ({ rejected: "1" }) })
    expect(await codeOf(connect(bare, { deniedParameters: ["rejected"] }, { deny: true }))).toBe("access_denied")
  })

  it("with another request token, none, or a second verifier is not this attempt's", async () => {
    const altered = (arrive: Person["arrive"] & object) => codeOf(connect(photos(), {}, { arrive }))
    expect(await altered((back) => ({ ...back, oauth_token: "another" }))).toBe("state_mismatch")
    expect(await altered(({ oauth_verifier = "" }) => ({ oauth_verifier }))).toBe("state_mismatch")
    expect(await altered(({ oauth_token = "" }) => ({ oauth_token }))).toBe("response_invalid")
    expect(await altered((back) => ({ ...back, oauth_verifier: "guessed" }))).toBe("provider_rejected")
  })

  it("before anything was asked belongs to nobody", async () => {
    const method = oauth1(standard)
    const context = contextOver(photos())
    expect(await codeOf(method.advance(context, callback({ oauth_token: "t", oauth_verifier: "v" })))).toBe(
      "state_mismatch",
    )
  })
})

describe("trouble with OAuth 1.0a", () => {
  it("is told apart: the app, the provider, too much, no answer", async () => {
    const app = { id: "a", clientId: "client-1", fields: { clientSecret: "wrong" }, tenantId: null }
    expect(await codeOf(connect(photos(), {}, {}, { app }))).toBe("config_invalid")
    expect(await codeOf(connect(photos(), {}, {}, { app: null }))).toBe("app_not_configured")
    const faulty = async (on: string, fault: { kind: "status"; status: number } | { kind: "drop_after" }) => {
      const emulator = photos()
      emulator.faults.next({ on, fault })
      return codeOf(connect(emulator))
    }
    expect(await faulty("request_token", { kind: "status", status: 503 })).toBe("provider_unavailable")
    expect(await faulty("access_token", { kind: "status", status: 429 })).toBe("rate_limited")
    expect(await faulty("access_token", { kind: "drop_after" })).toBe("provider_unavailable")
  })

  it("with the server's clock is the app's, not the person's", async () => {
    const emulator = photos()
    const late = { now: emulator.clock.now() - 3_600_000 }
    expect(await codeOf(connect(emulator, {}, {}, late))).toBe("config_invalid")
  })
})

describe("revoking by OAuth 1.0a", () => {
  const revokeRequest = () => new Request(`${base}/me`, { method: "DELETE" })

  it("sends the provider's request, signed, and takes a token that is gone for done", async () => {
    const emulator = photos()
    const { method, context, secret } = await connect(emulator, { revokeRequest })
    await method.revoke?.(context, secret, "main")
    expect(emulator.provider.oauth.grants()[0]?.revokedBecause).toBe("revoked_by_client")
    expect(await codeOf(Promise.resolve(method.revoke?.(context, secret, "main")))).toBe("ok")
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 503 } })
    expect(await codeOf(Promise.resolve(method.revoke?.(context, secret, "main")))).toBe("provider_unavailable")
  })

  it("is not there where the provider has none", () => {
    expect(oauth1(standard).revoke).toBeUndefined()
  })
})

describe("the facts of OAuth 1.0a", () => {
  it("say what can be said without running it", () => {
    expect(oauth1({ ...standard, scopes: ["read"] }).facts).toEqual({
      requestTokenEndpoint: `${base}/request`,
      authorizationEndpoint: `${base}/authorize`,
      tokenEndpoint: `${base}/access`,
      signatureMethod: "HMAC-SHA1",
      scopes: ["read"],
      scopeSeparator: ",",
      hostIsChosen: false,
      startsWith: "redirect",
    })
    expect(oauth1({ ...standard, accessTokenEndpoint: "{site}/token" }).facts.hostIsChosen).toBe(true)
    expect(() => oauth1({ ...standard, accessTokenEndpoint: "{site}/token", hostIsChosen: false })).toThrow(
      "chooses the host",
    )
  })

  it("hold nothing that a vendor's SDK could be given: no token is one bearer string", () => {
    const method: { accessToken?(secret: OAuth1Secret): string | undefined } = oauth1(standard)
    expect(method.accessToken).toBeUndefined()
  })
})
