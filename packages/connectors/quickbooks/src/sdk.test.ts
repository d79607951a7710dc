import { approve } from "@holdfast/emulator"
import { listen } from "@holdfast/emulator/node"
import OAuthClient from "intuit-oauth"
import { afterEach, describe, expect, it } from "vitest"
import { createQuickBooksEmulator, defaultCompanies, emulatorApp } from "./emulator.js"

// Intuit's own library against the stand-in: what it refuses, that has wrong.

const close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of close.splice(0)) await end()
})

const redirectUri = "https://app.example.com/api/integrations/oauth/callback/quickbooks"
const realmId = defaultCompanies[0]?.realmId ?? ""

async function client() {
  const emulator = createQuickBooksEmulator({ environment: "sandbox" })
  const server = await listen(emulator)
  close.push(server.close)
  const at = (origin: string) => server.reroute[origin] ?? ""
  const { clientId, clientSecret } = emulatorApp
  const oauth = new OAuthClient({
    clientId,
    clientSecret,
    environment: "sandbox",
    redirectUri,
    includeRefreshTokenHardExpiresIn: true,
  })
  oauth.setAuthorizeURLs({
    authorizeEndpoint: "https://appcenter.intuit.com/connect/oauth2",
    tokenEndpoint: `${at("https://oauth.platform.intuit.com")}/oauth2/v1/tokens/bearer`,
    revokeEndpoint: `${at("https://developer.api.intuit.com")}/v2/oauth2/tokens/revoke`,
    userInfoEndpoint: `${at("https://oauth.platform.intuit.com")}/userinfo`,
  })
  const company = `${at("https://sandbox-quickbooks.api.intuit.com")}/v3/company/${realmId}`
  return { company, emulator, oauth }
}

async function connected() {
  const world = await client()
  const page = world.oauth.authorizeUri({ scope: [OAuthClient.scopes.Accounting], state: "a-state" })
  const back = await approve(world.emulator.fetch, page)
  const answer = await world.oauth.createToken(back.href)
  return { ...world, back, answer }
}

describe("intuit-oauth", () => {
  it("connects: the company is in the callback, the tokens in the answer", async () => {
    const { answer, back, oauth } = await connected()
    expect(back.searchParams.get("realmId")).toBe(realmId)
    expect(answer.getJson()).toMatchObject({
      token_type: "bearer",
      expires_in: 3_600,
      x_refresh_token_expires_in: 8_726_400,
      x_refresh_token_hard_expires_in: 157_680_000,
    })
    expect(oauth.getToken().realmId).toBe(realmId)
  })

  it("refreshes, and gets the same refresh token within a day", async () => {
    const { emulator, oauth } = await connected()
    const before = oauth.getToken().refresh_token
    await oauth.refresh()
    expect(oauth.getToken().refresh_token).toBe(before)
    emulator.clock.advance(25 * 3_600_000)
    await oauth.refreshUsingToken(before)
    expect(oauth.getToken().refresh_token).not.toBe(before)
  })

  it("calls the API, and sees its faults", async () => {
    const { company, oauth } = await connected()
    const { json } = await oauth.makeApiCall({ url: `${company}/companyinfo/${realmId}` })
    expect(json).toMatchObject({ CompanyInfo: { CompanyName: "First Landscaping" } })
    const made = await oauth.makeApiCall({
      url: `${company}/customer`,
      method: "POST",
      body: { DisplayName: "New Person" },
    })
    expect(made.json).toMatchObject({ Customer: { DisplayName: "New Person", Active: true } })
    const twin = oauth.makeApiCall({ url: `${company}/customer`, method: "POST", body: { DisplayName: "New Person" } })
    await expect(twin).rejects.toMatchObject({ code: "6240", faultType: "ValidationFault" })
  })

  it("revokes, and is refused afterwards", async () => {
    const { company, oauth } = await connected()
    const { access_token, refresh_token } = oauth.getToken()
    expect((await oauth.revoke({ refresh_token })).status()).toBe(200)
    oauth.setToken({ access_token, refresh_token })
    await expect(oauth.makeApiCall({ url: `${company}/companyinfo/${realmId}` })).rejects.toMatchObject({ code: "401" })
    await expect(oauth.refreshUsingToken(refresh_token)).rejects.toThrow()
  })
})
