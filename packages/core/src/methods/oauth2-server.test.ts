import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { App, Context } from "../context.js"
import { systemRuntime } from "../runtime.js"
import type { Input } from "../step.js"
import { oauth2 } from "./oauth2.js"
import type { OAuth2Options, TokenSet } from "./oauth2-options.js"
import type { OAuth2State } from "./oauth2-settings.js"
import { type AuthorizationServer, startAuthorizationServer } from "./test-authorization-server.js"
import { app, redirectUri, stepOf, testContext } from "./test-context.js"

const secret = "a-secret+with%odd:signs/="
const registered: App = { ...app, fields: { ...app.fields, clientSecret: secret } }
const runtime = systemRuntime()

let server: AuthorizationServer
let options: OAuth2Options
let oauth: ReturnType<typeof oauth2>

beforeAll(async () => {
  // The server prints notices about being a stand-in.
  const notices = [vi.spyOn(console, "warn"), vi.spyOn(console, "info")].map((spy) => spy.mockImplementation(() => {}))
  server = await startAuthorizationServer(redirectUri, [
    { clientId: app.clientId, clientSecret: secret, authentication: "client_secret_post" },
    { clientId: "client:2+%", clientSecret: secret, authentication: "client_secret_basic" },
  ])
  for (const notice of notices) notice.mockRestore()
  options = {
    authorizationEndpoint: `${server.issuer}/auth`,
    tokenEndpoint: `${server.issuer}/token`,
    revocationEndpoint: `${server.issuer}/token/revocation`,
    issuer: server.issuer,
    requiresIss: true,
    scopes: ["openid", "offline_access"],
    authorizationParameters: { prompt: "consent" },
    policy: { rotation: "single-use" },
  }
  oauth = oauth2(options)
})

afterAll(() => server.close())

function real(options: { attempt?: object; app?: App } = {}): Context<OAuth2State> {
  return {
    ...testContext<OAuth2State>({ app: registered, fetch: runtime.fetch, ...options }),
    clock: runtime.clock,
    random: runtime.random,
    digest: runtime.digest,
  }
}

async function leave(context = real()) {
  const begun = await oauth.begin(context, { from: "start", values: {} })
  const state = "state" in begun ? begun.state : undefined
  return { url: stepOf(begun, "redirect").url, state }
}

async function comeBack(url: URL, state: OAuth2State | undefined) {
  return await oauth.advance(real({ attempt: { state } }), arrival(url))
}

function arrival(url: URL): Extract<Input, { from: "callback" }> {
  return { from: "callback", url: url.href, method: "GET", headers: new Headers(), body: "", inBrowser: true }
}

async function connected(): Promise<TokenSet> {
  const { url, state } = await leave()
  const next = await comeBack(await server.visit(url), state)
  const slot = "grant" in next ? next.grant.slots?.main : undefined
  if (!slot) throw new Error("expected a grant")
  expect(slot.clock).toMatchObject({ rotation: "single-use", expiresAt: slot.clock.issuedAt + 600_000 })
  return slot.secret
}

async function refresh(secret: TokenSet, context = real()) {
  const outcome = await oauth.refresh?.(context, secret, "main")
  if (!outcome) throw new Error("expected an outcome")
  return outcome
}

describe("against a certified authorization server", () => {
  it("connects: PKCE, state, iss, the exchange, and who is there from the id token", async () => {
    const { url, state } = await leave()
    const back = await server.visit(url)
    expect(back.searchParams.get("iss")).toBe(server.issuer)
    const next = await comeBack(back, state)
    expect(next).toMatchObject({
      grant: {
        slots: { main: { secret: { refreshToken: expect.any(String) }, granted: ["openid", "offline_access"] } },
        evidence: {
          callback: { iss: server.issuer },
          token: { id_token_claims: { sub: "person-1" }, expires_in: 600 },
        },
      },
    })
    const slot = "grant" in next ? next.grant.slots?.main : undefined
    const told = JSON.stringify("grant" in next && next.grant.evidence)
    expect(told).not.toContain(slot?.secret.accessToken)
    expect(told).not.toContain(slot?.secret.refreshToken)
    expect(told).not.toContain(back.searchParams.get("code"))
  })

  it("refreshes again and again, each time with the token that came last", async () => {
    let held = await connected()
    for (let round = 0; round < 3; round++) {
      const outcome = await refresh(held)
      if (outcome.is !== "renewed") throw new Error(`expected a renewal, not ${outcome.is}`)
      expect(outcome.secret.refreshToken).not.toBe(held.refreshToken)
      expect(oauth.presents?.(outcome.secret, "main")).toBe(outcome.secret.refreshToken)
      expect(outcome.clock.rotation).toBe("single-use")
      held = outcome.secret
    }
  })

  it("learns that a spent refresh token is refused, and that its whole family is gone", async () => {
    const first = await connected()
    const second = await refresh(first)
    expect(second.is).toBe("renewed")
    expect(await refresh(first)).toEqual({ is: "refused", by: "grant", providerCode: "invalid_grant" })
    const survivor = second.is === "renewed" ? second.secret : first
    expect(await refresh(survivor)).toEqual({ is: "refused", by: "grant", providerCode: "invalid_grant" })
  })

  it("revokes: the refresh token is refused afterwards, and revoking once more is no failure", async () => {
    const held = await connected()
    await oauth.revoke?.(real(), held, "main")
    expect(await refresh(held)).toEqual({ is: "refused", by: "grant", providerCode: "invalid_grant" })
    await expect(oauth.revoke?.(real(), held, "main")).resolves.toBeUndefined()
  })

  it("tells a wrong app secret from a dead grant, and the token lives on", async () => {
    const held = await connected()
    const wrong = real({ app: { ...app, fields: { clientSecret: "another" } } })
    expect(await refresh(held, wrong)).toEqual({ is: "refused", by: "client", providerCode: "invalid_client" })
    await expect(oauth.revoke?.(wrong, held, "main")).rejects.toMatchObject({ code: "config_invalid" })
    expect((await refresh(held)).is).toBe("renewed")
  })

  it("authenticates by Basic with an id and a secret full of signs", async () => {
    const basic = oauth2({ ...options, clientAuthentication: "basic" })
    const other: App = { ...registered, id: "acme:client:2+%", clientId: "client:2+%" }
    const begun = await basic.begin(real({ app: other }), { from: "start", values: {} })
    const state = "state" in begun ? begun.state : undefined
    const back = await server.visit(stepOf(begun, "redirect").url)
    const next = await basic.advance(real({ app: other, attempt: { state } }), arrival(back))
    const held = "grant" in next ? next.grant.slots?.main?.secret : undefined
    expect(await basic.refresh?.(real({ app: other }), held ?? { accessToken: "" }, "main")).toMatchObject({
      is: "renewed",
    })
  })

  it("hears a person who says no", async () => {
    const { url, state } = await leave()
    const back = await server.visit(url, "abort")
    await expect(comeBack(back, state)).rejects.toMatchObject({ code: "access_denied" })
  })

  it("cannot trade a code twice, nor with another attempt's verifier", async () => {
    const one = await leave()
    const other = await leave()
    const back = await server.visit(one.url)
    await expect(comeBack(back, other.state)).rejects.toMatchObject({
      code: "provider_rejected",
      details: { providerCode: "invalid_grant" },
    })
    const again = await leave()
    const code = await server.visit(again.url)
    await comeBack(code, again.state)
    await expect(comeBack(code, again.state)).rejects.toMatchObject({ details: { providerCode: "invalid_grant" } })
  })

  it("refuses a callback whose iss was changed or taken away (RFC 9207)", async () => {
    const { url, state } = await leave()
    const back = await server.visit(url)
    for (const iss of ["https://evil.example", undefined]) {
      const forged = new URL(back)
      if (iss) forged.searchParams.set("iss", iss)
      else forged.searchParams.delete("iss")
      await expect(comeBack(forged, state)).rejects.toMatchObject({ code: "state_mismatch" })
    }
    expect("grant" in (await comeBack(back, state))).toBe(true)
  })
})
