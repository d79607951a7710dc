import { endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { seededSpreadsheetId } from "./emulator.js"
import { googleWorld } from "./test-support.js"

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const sheetsScope = "https://www.googleapis.com/auth/spreadsheets"
const row = { spreadsheetId: seededSpreadsheetId, values: ["x"] }

describe("a refresh token is given once (quirk 5)", () => {
  it("is asked for without forcing consent, and kept when a refresh brings none", async () => {
    const { emulator, walk, mine } = googleWorld()
    const { connectionId, left } = await walk({ connector: "google-sheets" })
    expect(left).toHaveLength(1)
    expect(left[0]?.searchParams.get("access_type")).toBe("offline")
    expect(left[0]?.searchParams.has("prompt")).toBe(false)

    const sheets = mine.connection(connectionId, "google-sheets")
    const before = (await sheets.unsafe.secret()) as { accessToken: string; refreshToken: string }
    for (let hours = 0; hours < 3; hours++) {
      emulator.clock.advance(hourMs)
      await sheets.run("append_row", row)
    }
    const after = (await sheets.unsafe.secret()) as typeof before
    expect(after.refreshToken).toBe(before.refreshToken)
    expect(after.accessToken).not.toBe(before.accessToken)
    expect(emulator.counters.refreshes.shown).toBe(3)
  })

  it("stays with a row that is well when the account is connected again", async () => {
    const { walk, mine } = googleWorld()
    const first = await walk({ connector: "google-sheets" })
    const before = (await mine.connection(first.connectionId).unsafe.secret()) as { refreshToken: string }
    const again = await walk({ connector: "google-sheets" })
    expect(again).toMatchObject({ connectionId: first.connectionId, error: undefined })
    expect(again.left).toHaveLength(1)
    const { refreshToken } = before
    expect(await mine.connection(first.connectionId).unsafe.secret()).toMatchObject({ refreshToken })
  })

  it("is asked for again, with consent, where there is none to keep: another product, another tenant", async () => {
    const { walk } = googleWorld()
    await walk({ connector: "google-sheets" })
    const elsewhere = { tenantId: "tenant-2", userId: "user-1" }
    for (const another of [
      await walk({ connector: "google-calendar" }),
      await walk({ connector: "google-sheets", owner: elsewhere }),
    ]) {
      expect(another.error).toBeUndefined()
      expect(another.left.map((url) => url.searchParams.get("prompt"))).toEqual([null, "consent"])
    }
  })

  it("is asked for with consent at once when a dead connection is reconnected (R10)", async () => {
    const { emulator, walk, mine } = googleWorld()
    const { connectionId } = await walk({ connector: "google-sheets" })
    const sheets = mine.connection(connectionId, "google-sheets")
    emulator.provider.oauth.revokeAccount("110169484474386276001")
    emulator.clock.advance(hourMs)
    expect((await endOf(sheets.run("append_row", row))).code).toBe("reauth_required")
    expect(await sheets.info()).toMatchObject({ status: "needs_reauth", reason: "grant_refused", actor: "end_user" })

    const again = await walk({ connector: "google-sheets", reconnect: connectionId })
    expect(again.left.map((url) => url.searchParams.get("prompt"))).toEqual(["consent"])
    expect(again.connectionId).toBe(connectionId)
    expect(await sheets.run("append_row", row)).toMatchObject({ spreadsheetId: seededSpreadsheetId })
  })

  it("ends without a word when a person has a hundred newer ones of the app", async () => {
    const { emulator, walk, mine } = googleWorld()
    const { connectionId } = await walk({ connector: "google-sheets" })
    const { oauth } = emulator.provider
    for (let issued = 0; issued < 100; issued++)
      oauth.issue({ parameters: { access_type: "offline", prompt: "consent" }, scopes: ["openid"] })
    const sheets = mine.connection(connectionId, "google-sheets")
    await sheets.run("append_row", row)
    emulator.clock.advance(hourMs)
    expect((await endOf(sheets.run("append_row", row))).code).toBe("reauth_required")
  })

  it("ends after seven days while the app is in testing, and not when it is published", async () => {
    for (const publishingStatus of ["testing", "production"] as const) {
      const { emulator, connect } = googleWorld({ publishingStatus })
      const sheets = await connect({ connector: "google-sheets" })
      emulator.clock.advance(7 * dayMs + hourMs)
      const code = (await endOf(sheets.run("append_row", row))).code
      expect(code).toBe(publishingStatus === "testing" ? "reauth_required" : "ok")
    }
  })
})

describe("a person unticks what an app may do (quirk 6)", () => {
  it("is connected all the same, and each operation says what it lacks before anything is sent", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" }, { scopes: ["openid", "email"] })
    expect((await sheets.info()).slots.main?.scopes).toEqual([
      "openid",
      "https://www.googleapis.com/auth/userinfo.email",
    ])
    const { requests } = emulator.counters
    expect(await sheets.can("append_row")).toMatchObject({ ok: false })
    expect((await endOf(sheets.run("append_row", row))).code).toBe("scope_missing")
    expect(emulator.counters.requests).toBe(requests)
  })

  it("is well but for the permissions, which the check names", async () => {
    const { connect } = googleWorld()
    const gmail = await connect(
      { connector: "gmail" },
      { scopes: ["openid", "email", "https://www.googleapis.com/auth/gmail.send"] },
    )
    const report = await gmail.check()
    expect(report.ok).toBe(false)
    expect(report.parts.map(({ name, ok }) => [name, ok])).toEqual([
      ["token", true],
      ["api", true],
      ["permissions", false],
    ])
    expect(report.missingScopes.join()).toContain("gmail.readonly")
    expect(report.missingScopes.join()).not.toContain("gmail.send")
    expect(await gmail.can("send_email")).toMatchObject({ ok: true })
    expect(await gmail.can("list_messages")).toMatchObject({ ok: false })
  })

  it("hears scope_missing when only Google knows: a scope taken away later", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    emulator.clock.advance(hourMs)
    emulator.faults.next({ on: "token.refresh", fault: { kind: "token_answer", scopes: ["openid", "email"] } })
    const details = { providerCode: "ACCESS_TOKEN_SCOPE_INSUFFICIENT", providerStatus: 403 }
    await expect(sheets.run("append_row", row)).rejects.toMatchObject({ code: "scope_missing", details })
    expect((await sheets.info()).status).toBe("active")
  })

  it("may choose other scopes than the connector's; who they are is asked for always", async () => {
    const { walk, mine } = googleWorld()
    const file = "https://www.googleapis.com/auth/drive.file"
    const { connectionId, left } = await walk({ connector: "google-drive", scopes: [file] })
    expect(left[0]?.searchParams.get("scope")).toBe(`openid email ${file}`)
    const { files } = await mine.connection(connectionId, "google-drive").run("list_files")
    expect(files.map(({ name }) => name)).toEqual(["Leads"])
  })
})

describe("consents add up", () => {
  it("so that a later product's token holds what was granted before, and says so", async () => {
    const { connect } = googleWorld()
    await connect({ connector: "google-sheets" })
    const calendar = await connect({ connector: "google-calendar" })
    expect((await calendar.info()).slots.main?.scopes).toEqual(expect.arrayContaining([sheetsScope]))
  })
})

describe("one revocation ends everything that a person gave the app (C8)", () => {
  it("so Sheets is let go without it while Calendar lives, and the last one revokes", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    const calendar = await connect({ connector: "google-calendar" })
    expect(await sheets.disconnect()).toEqual({ revocation: "kept_shared" })
    expect(emulator.counters.revocations).toBe(0)
    emulator.clock.advance(hourMs)
    expect((await calendar.run("list_events")).items).toEqual([])

    expect(await calendar.disconnect()).toEqual({ revocation: "revoked" })
    expect(emulator.counters.revocations).toBe(1)
    expect(emulator.provider.oauth.grants().every(({ revokedAt }) => revokedAt !== undefined)).toBe(true)
  })

  it("holds across tenants, and not between two people", async () => {
    const { emulator, connect } = googleWorld()
    const elsewhere = { tenantId: "tenant-2", userId: "user-9" }
    const here = await connect({ connector: "google-sheets" })
    const there = await connect({ connector: "google-sheets", owner: elsewhere })
    const another = await connect({ connector: "google-sheets" }, { account: "110169484474386276002" })
    expect(await here.disconnect()).toEqual({ revocation: "kept_shared" })
    expect(await another.disconnect()).toEqual({ revocation: "revoked" })
    emulator.clock.advance(hourMs)
    expect((await there.check()).ok).toBe(true)
  })

  it("is done when Google says that the token is gone already", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    emulator.provider.oauth.revokeAccount("110169484474386276001")
    expect(await sheets.disconnect()).toEqual({ revocation: "revoked" })
  })

  it("shows the token alone: neither the app's secret nor anything in the address", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    const seen: { url: string; body: string }[] = []
    const { fetch } = emulator
    emulator.fetch = async (input, init) => {
      const request = new Request(input, init)
      if (request.url.endsWith("/revoke")) seen.push({ url: request.url, body: await request.clone().text() })
      return await fetch(request)
    }
    await sheets.disconnect()
    expect(seen).toHaveLength(1)
    expect(seen[0]?.url).toBe("https://oauth2.googleapis.com/revoke")
    expect([...new URLSearchParams(seen[0]?.body).keys()]).toEqual(["token"])
  })
})

describe("who is there", () => {
  it("is the sub, which outlives a change of address", async () => {
    const { emulator, walk, mine } = googleWorld()
    const first = await walk({ connector: "google-sheets" })
    const { oauth } = emulator.provider
    const email = "renamed.user@example.com"
    oauth.addAccount({ id: "110169484474386276001", label: email, data: { email, hostedDomain: "example.com" } })
    const again = await walk({ connector: "google-sheets" })
    expect(again.connectionId).toBe(first.connectionId)
    const { account } = await mine.connection(first.connectionId).info()
    expect(account).toMatchObject({ id: "110169484474386276001", label: email, data: { hostedDomain: "example.com" } })
  })

  it("is taken from an id token under either spelling of its issuer", async () => {
    const { emulator, connect } = googleWorld({ idTokenIssuer: "accounts.google.com" })
    const sheets = await connect({ connector: "google-sheets" })
    expect((await sheets.info()).account.id).toBe("110169484474386276001")
    expect(emulator.log.filter(({ route }) => route === "userinfo")).toEqual([])
  })

  it("is told from the callback's issuer: another one is refused, none is let pass (RFC 9207)", async () => {
    const { walk, emulator } = googleWorld()
    const withIssuer = (issuer: string | undefined) => (back: URL) => {
      back.searchParams.delete("iss")
      if (issuer !== undefined) back.searchParams.set("iss", issuer)
      return back
    }
    const mixedUp = walk({ connector: "google-sheets" }, { arrive: withIssuer("https://evil.example") })
    expect(await mixedUp.then(({ error }) => error)).toBe("state_mismatch")
    expect(emulator.counters.tokensIssued).toEqual({})
    expect((await walk({ connector: "google-sheets" }, { arrive: withIssuer(undefined) })).error).toBeUndefined()
  })
})
