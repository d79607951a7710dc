import { ada, bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { defaultAccounts, firstTenantId, type MicrosoftEmulator, personalTenantId } from "./emulator.js"
import { microsoftWorld } from "./test-support.js"

const dayMs = 86_400_000
const hoursMs = (hours: number) => hours * 3_600_000
const [first, second, , home] = defaultAccounts
const login = "https://login.microsoftonline.com"

/** A refusal of the token endpoint, as Microsoft writes it. */
function refuse(emulator: MicrosoftEmulator, error: string, number: number, status = 400) {
  const body = {
    error,
    error_description: `AADSTS${number}: As documented.\r\nTrace ID: t\r\nCorrelation ID: c\r\nTimestamp: 2026-11-21 10:00:00Z`,
    error_codes: [number],
    timestamp: "2026-11-21 10:00:00Z",
    trace_id: "t",
    correlation_id: "c",
  }
  emulator.faults.next({ on: "token.refresh", fault: { kind: "status", status, body } })
}

describe("refresh tokens (quirk 7)", () => {
  it("are asked for by offline_access, even where the program names its own scopes", async () => {
    const world = microsoftWorld()
    const url = await world.leave({ connector: "outlook", scopes: ["Mail.Send"] })
    expect(url.searchParams.get("scope")).toBe("openid profile email offline_access User.Read Mail.Send")
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_mode: "query",
      code_challenge_method: "S256",
    })
    expect(url.pathname).toBe("/common/oauth2/v2.0/authorize")
  })

  it("replace themselves, while the one before stays good", async () => {
    const world = microsoftWorld()
    const mail = await world.connect({ connector: "outlook" })
    const before = (await mail.unsafe.secret()) as { accessToken: string; refreshToken: string }
    world.emulator.clock.advance(hoursMs(2))
    await mail.run("list_messages", {})
    const after = (await mail.unsafe.secret()) as typeof before
    expect(after.refreshToken).not.toBe(before.refreshToken)
    const again = await world.emulator.fetch(`${login}/common/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: before.refreshToken,
        client_id: "00001111-aaaa-4222-8bbb-3333cccc4444",
        client_secret: "emul8Q~microsoft-client-secret",
      }),
    })
    expect(again.status).toBe(200)
    expect(await mail.info()).toMatchObject({ status: "active" })
  })

  it("end when they are unused for ninety days, with AADSTS700082", async () => {
    const world = microsoftWorld()
    const mail = await world.connect({ connector: "outlook" })
    world.emulator.clock.advance(91 * dayMs)
    expect(await endOf(mail.run("list_messages", {}))).toEqual({
      code: "reauth_required",
      providerCode: "AADSTS700082",
    })
    expect(await mail.info()).toMatchObject({ status: "needs_reauth", reason: "grant_refused" })
  })

  it("cannot be revoked one app at a time", async () => {
    const world = microsoftWorld()
    const mail = await world.connect({ connector: "outlook" })
    expect(await mail.disconnect()).toMatchObject({ revocation: "unsupported" })
    expect(world.emulator.provider.oauth.grants()[0]?.revokedAt).toBeUndefined()
  })
})

describe("the numbers of refusals (quirk 7)", () => {
  const refreshed = async (error: string, number: number, status = 400) => {
    const world = microsoftWorld()
    const mail = await world.connect({ connector: "outlook" })
    world.emulator.clock.advance(hoursMs(2))
    refuse(world.emulator, error, number, status)
    const end = await endOf(mail.run("list_messages", {}))
    return { world, mail, end, info: await mail.info() }
  }

  it.each([
    ["invalid_grant", 50173],
    ["invalid_grant", 70000],
    ["invalid_grant", 70008],
    ["invalid_grant", 65001],
    ["invalid_grant", 53003],
    ["interaction_required", 50076],
    ["interaction_required", 50079],
    ["interaction_required", 50158],
  ])("%s with AADSTS%i needs the person", async (error, number) => {
    const { end, info } = await refreshed(error, number)
    expect(end).toEqual({ code: "reauth_required", providerCode: `AADSTS${number}` })
    expect(info).toMatchObject({ status: "needs_reauth", reason: "grant_refused" })
  })

  it.each([
    ["invalid_client", 7000215, 401],
    ["invalid_client", 7000222, 401],
    ["unauthorized_client", 700016, 400],
    ["invalid_request", 90002, 400],
  ])("%s with AADSTS%i is the app's trouble, and the connection lives", async (error, number, status) => {
    const { world, mail, end, info } = await refreshed(error, number, status)
    expect(end).toEqual({ code: "config_invalid", providerCode: `AADSTS${number}` })
    expect(info.status).not.toBe("needs_reauth")
    world.emulator.clock.advance(hoursMs(1))
    expect((await mail.run("list_messages", {})).value).toHaveLength(2)
  })

  it("a loop is waited out, though it comes as invalid_grant", async () => {
    const { world, mail, end, info } = await refreshed("invalid_grant", 50196)
    expect(end).toEqual({ code: "provider_unavailable" })
    expect(info).toMatchObject({ status: "degraded" })
    world.emulator.clock.advance(hoursMs(1))
    expect((await mail.run("list_messages", {})).value).toHaveLength(2)
  })

  it("temporarily_unavailable is waited out, whatever the number", async () => {
    const { end, info } = await refreshed("temporarily_unavailable", 999_999)
    expect(end).toEqual({ code: "provider_unavailable" })
    expect(info).toMatchObject({ status: "degraded" })
  })

  it("that nobody has documented go by what OAuth calls them", async () => {
    const dead = await refreshed("invalid_grant", 999_999)
    expect(dead.end).toEqual({ code: "reauth_required", providerCode: "invalid_grant" })
    const alive = await refreshed("invalid_request", 999_999)
    expect(alive.end.code).toBe("provider_unavailable")
    expect(alive.info.status).not.toBe("needs_reauth")
  })
})

describe("who is there", () => {
  it("is tenant and object id, and an id token is what says so", async () => {
    const world = microsoftWorld()
    const mail = await world.connect({ connector: "outlook" }, { account: home?.id ?? "" })
    const { account } = await mail.info()
    // Graph would have said 123456789abcdef0.
    expect(account).toMatchObject({ id: `${personalTenantId}:${home?.id}`, kind: "personal" })
    expect((await mail.run("list_messages", {})).value).toMatchObject([{ subject: "Holidays" }])
    expect((await mail.check()).ok).toBe(true)
  })

  it.each(["full", "short"] as const)("has what was granted, in %s spelling", async (scopeSpelling) => {
    const world = microsoftWorld({ scopeSpelling })
    const { slots } = await (await world.connect({ connector: "outlook" })).info()
    expect(slots.main?.scopes?.toSorted()).toEqual([
      "Mail.Read",
      "Mail.Send",
      "User.Read",
      "email",
      "openid",
      "profile",
    ])
  })

  it("is never another tenant's, whatever an id token says", async () => {
    const forged = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.x`
    const aud = "00001111-aaaa-4222-8bbb-3333cccc4444"
    const told = { aud, tid: firstTenantId, oid: first?.id, iss: `${login}/${firstTenantId}/v2.0` }
    const connects = async (claims: object, tenant?: string) => {
      const world = microsoftWorld({}, tenant, async (answer) => {
        const body = (await answer
          .clone()
          .json()
          .catch(() => ({}))) as Record<string, unknown>
        return body.id_token === undefined ? answer : Response.json({ ...body, id_token: forged(claims) })
      })
      return (await world.walk()).error?.code
    }
    expect(await connects(told)).toBeUndefined()
    expect(await connects(told, firstTenantId)).toBeUndefined()
    expect(await connects({ ...told, iss: `${login}/${personalTenantId}/v2.0` })).toBe("response_invalid")
    expect(await connects({ ...told, aud: "another-app" })).toBe("response_invalid")
    expect(await connects({ ...told, oid: undefined })).toBe("response_invalid")
    const elsewhere = { ...told, tid: personalTenantId, iss: `${login}/${personalTenantId}/v2.0` }
    expect(await connects(elsewhere, "organizations")).toBe("response_invalid")
    expect(await connects(elsewhere, firstTenantId)).toBe("response_invalid")
  })
})

describe("the tenant of the app (C14)", () => {
  it("is in every endpoint, refreshes too", async () => {
    const world = microsoftWorld({ audience: { tenantId: firstTenantId } }, firstTenantId)
    const mail = await world.connect({ connector: "outlook" })
    world.emulator.clock.advance(hoursMs(2))
    await mail.run("list_messages", {})
    const asked = world.requests.map(({ url }) => new URL(url).pathname).filter((path) => path.endsWith("/token"))
    expect(asked).toEqual(Array(2).fill(`/${firstTenantId}/oauth2/v2.0/token`))
  })

  it("lets nobody else in", async () => {
    const people = async (tenant: string) => {
      const { emulator, leave } = microsoftWorld({}, tenant)
      const markup = await (await emulator.fetch(await leave())).text()
      return defaultAccounts.filter(({ id }) => markup.includes(id)).length
    }
    expect(await people("common")).toBe(4)
    expect(await people("organizations")).toBe(3)
    expect(await people("consumers")).toBe(1)
    expect(await people(firstTenantId)).toBe(2)
  })

  it("must be named where the app is one organisation's own", async () => {
    const world = microsoftWorld({ audience: { tenantId: firstTenantId } })
    expect((await world.walk()).error).toMatchObject({ code: "provider_rejected" })
  })

  it.each(["a/b", "common?x", "..", "{tenant}"])("is no address: %s", async (tenant) => {
    const world = microsoftWorld({}, tenant)
    expect((await endOf(world.leave())).code).not.toBe("ok")
    expect(world.requests).toHaveLength(0)
  })
})

describe("consent that is an administrator's (C20)", () => {
  const adminScopes = ["Mail.Send"]

  it("is told from a person who said no", async () => {
    const world = microsoftWorld({ adminScopes })
    expect((await world.walk()).error).toMatchObject({ code: "access_denied", reason: "admin_consent_required" })
    const other = microsoftWorld()
    const { error } = await other.walk({}, { deny: true })
    expect(error).toMatchObject({ code: "access_denied" })
    expect(error?.reason).toBeUndefined()
  })

  it("is given once with admin_consent, and then everybody of the organisation can connect", async () => {
    const world = microsoftWorld({ adminScopes })
    const mail = await world.connect({ method: "admin_consent" }, { account: first?.id ?? "" })
    expect((await mail.info()).account).toMatchObject({ id: `${firstTenantId}:${first?.id}` })
    const theirs = await world.connect({ owner: bob }, { account: second?.id ?? "" })
    expect((await theirs.info()).account).toMatchObject({ id: `${firstTenantId}:${second?.id}` })
  })

  it("is asked for at the organisation's door, with Graph's own names", async () => {
    const url = await microsoftWorld().leave({ connector: "outlook", method: "admin_consent" })
    expect(url.pathname).toBe("/organizations/v2.0/adminconsent")
    expect(url.searchParams.get("scope")).toContain("offline_access https://graph.microsoft.com/User.Read")
    const own = await microsoftWorld({}, firstTenantId).leave({ method: "admin_consent" })
    expect(own.pathname).toBe(`/${firstTenantId}/v2.0/adminconsent`)
    const personal = microsoftWorld({}, "consumers").leave({ method: "admin_consent" })
    await expect(personal).rejects.toMatchObject({ code: "config_invalid" })
  })

  it("is not believed because a browser says so", async () => {
    const world = microsoftWorld({ adminScopes })
    const url = await world.leave({ connector: "outlook", method: "admin_consent" })
    const back = new URL(url.searchParams.get("redirect_uri") ?? "")
    back.search = String(
      new URLSearchParams({ admin_consent: "True", tenant: firstTenantId, state: url.searchParams.get("state") ?? "" }),
    )
    const { step, status } = await world.comeBack(back)
    expect(status).toBe("pending")
    // What follows is the ordinary consent, which nobody has approved.
    const asked = await world.emulator.fetch(step.kind === "redirect" ? step.url : "")
    expect(asked.headers.get("location")).toContain("AADSTS90094")
  })

  it("takes no code in place of an approval", async () => {
    const world = microsoftWorld()
    const url = await world.leave({ connector: "outlook", method: "admin_consent" })
    const back = new URL(url.searchParams.get("redirect_uri") ?? "")
    back.search = String(new URLSearchParams({ code: "a-code", state: url.searchParams.get("state") ?? "" }))
    expect((await world.comeBack(back)).error).toMatchObject({ code: "access_denied" })
    expect(world.requests).toHaveLength(0)
  })

  it("can be refused by the administrator too", async () => {
    const world = microsoftWorld()
    const { error } = await world.walk({ method: "admin_consent" }, { deny: true })
    expect(error).toMatchObject({ code: "access_denied" })
    expect(await world.holdfast.for(ada).list()).toEqual([])
  })
})
