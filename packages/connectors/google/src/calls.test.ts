import { endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { seededSpreadsheetId } from "./emulator.js"
import { googleWorld } from "./test-support.js"

const hourMs = 3_600_000
const row = { spreadsheetId: seededSpreadsheetId, values: ["x"] }

describe("bad input", () => {
  it("cannot reach another path than the spreadsheet's (X10)", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    const { requests } = emulator.counters
    for (const spreadsheetId of ["../../drive/v3/files", "..", ".", "a/b", "a%2fb", "a?b", "a#b", "a\\b", ""])
      expect((await endOf(sheets.run("append_row", { ...row, spreadsheetId }))).code, spreadsheetId).toBe(
        "input_invalid",
      )
    expect(emulator.counters.requests).toBe(requests)
    // A sheet may have any name, so the range is one segment whatever is in it.
    expect((await endOf(sheets.run("read_range", { ...row, range: "../../x!A1?y#z" }))).code).toBe("input_invalid")
    expect(emulator.log.at(-1)).toMatchObject({ route: "sheets.spreadsheets.values.get" })
  })

  it("cannot reach another path through a space or a message either (X10)", async () => {
    const { emulator, connect } = googleWorld()
    const chat = await connect({ connector: "google-chat" })
    const mail = await connect({ connector: "gmail" })
    const { requests } = emulator.counters
    for (const part of ["../x", "spaces/../x", "spaces/a/messages/b", ".."]) {
      expect((await endOf(chat.run("send_chat_message", { space: part, message: "x" }))).code).toBe("input_invalid")
      expect((await endOf(mail.run("get_message", { id: part }))).code).toBe("input_invalid")
    }
    expect(emulator.counters.requests).toBe(requests)
  })

  it("does not become a formula unless asked to", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    await sheets.run("append_row", { ...row, values: ["12"] })
    await sheets.run("append_row", { ...row, values: ["12"], valueInputOption: "USER_ENTERED" })
    const rows = emulator.provider.spreadsheets.get(seededSpreadsheetId)?.sheets.get("Sheet1")
    expect(rows?.slice(-2)).toEqual([["12"], [12]])
    const wrong = { ...row, valueInputOption: "FORMULA" as "RAW" }
    expect((await endOf(sheets.run("append_row", wrong))).code).toBe("input_invalid")
    const nested = { ...row, values: [["x"]] as unknown as string[] }
    expect((await endOf(sheets.run("append_row", nested))).code).toBe("input_invalid")
  })

  it("goes below the table, and leaves what is further down where it is", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    const table = [["Name"], ["One"], [], ["Total"]]
    emulator.provider.addSpreadsheet("1table", { Sheet1: table })
    await sheets.run("append_row", { spreadsheetId: "1table", values: ["Two"] })
    expect(emulator.provider.spreadsheets.get("1table")?.sheets.get("Sheet1")).toEqual([
      ["Name"],
      ["One"],
      ["Two"],
      [],
      ["Total"],
    ])
  })

  it("cannot smuggle headers or recipients into a mail", async () => {
    const { emulator, connect } = googleWorld()
    const mail = await connect({ connector: "gmail" })
    const fine = { to: "second.user@example.net", subject: "x", text: "x" }
    const { requests } = emulator.counters
    for (const wrong of [
      { subject: "x\r\nBcc: third@example.org" },
      { to: "a@example.org\r\nBcc: third@example.org" },
      { to: "a@example.org, third@example.org" },
      { to: "A <a@example.org>, B <third@example.org>" },
      { to: "nobody" },
      { to: [] },
      { text: undefined },
    ])
      expect((await endOf(mail.run("send_email", { ...fine, ...wrong }))).code, JSON.stringify(wrong)).toBe(
        "input_invalid",
      )
    expect(emulator.counters.requests).toBe(requests)
  })
})

describe("the seeds' calls run unchanged (S7)", () => {
  it("google_sheets append_row of seed 004, by the alias that its author chose", async () => {
    const { emulator, connect, mine } = googleWorld()
    await connect({ connector: "google-sheets", alias: "conn_google" })
    emulator.provider.addSpreadsheet("1abc...", { Sheet1: [["Name", "Email", "Phone", "At"]] })
    const answer = await mine.execute({
      provider: "google_sheets",
      operation: "append_row",
      connectionId: "conn_google",
      parameters: {
        spreadsheetId: "1abc...",
        range: "Sheet1!A:D",
        values: ["{{trigger.body.name}}", "{{trigger.body.email}}", "{{trigger.body.phone}}", "{{now()}}"],
      },
    })
    expect(answer).toMatchObject({
      spreadsheetId: "1abc...",
      updates: { updatedRange: "Sheet1!A2:D2", updatedCells: 4 },
    })
  })

  it("the row of seed 000, which names no range", async () => {
    const { emulator, connect, mine } = googleWorld()
    await connect({ connector: "google-sheets" })
    const parameters = { spreadsheetId: seededSpreadsheetId, values: ["{{customer_email}}", "{{amount}}", "{{date}}"] }
    await mine.execute({ provider: "google-sheets", operation: "append_row", parameters })
    const rows = emulator.provider.spreadsheets.get(seededSpreadsheetId)?.sheets.get("Sheet1")
    expect(rows?.at(-1)).toEqual(parameters.values)
  })
})

describe("trouble of the app's project", () => {
  it("is said by the check, with what to do, before an operation trips over it", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    emulator.provider.disabledServices.add("sheets.googleapis.com")
    const report = await sheets.check()
    expect(report.parts).toContainEqual({
      name: "api",
      ok: false,
      code: "config_invalid",
      detail: "Enable the API in the Cloud project of the app.",
    })
    expect((await sheets.info()).status).toBe("active")
  })

  it("does not end connections: a wrong secret is the developer's", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    const [client] = emulator.provider.oauth.clients
    if (client) emulator.provider.oauth.registerClient({ ...client, clientSecret: "another" })
    emulator.clock.advance(hourMs)
    await endOf(sheets.run("append_row", row))
    expect(await sheets.info()).toMatchObject({ status: "degraded", reason: "app_refused", actor: "developer" })
  })

  it("does not end a connection whose token one API refuses and Google takes (R14)", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    const body = { error: { code: 401, status: "UNAUTHENTICATED", message: "Not here." } }
    for (const on of ["sheets.spreadsheets.values.append", "sheets.spreadsheets.get"])
      emulator.faults.next({ on, fault: { kind: "status", status: 401, body }, times: "always" })
    emulator.clock.advance(hourMs)
    expect((await endOf(sheets.run("append_row", row))).code).not.toBe("reauth_required")
    expect((await sheets.info()).status).toBe("active")
    emulator.faults.clear()
    expect(await sheets.run("append_row", row)).toMatchObject({ spreadsheetId: seededSpreadsheetId })
  })

  it("waits as long as Google says", async () => {
    const { emulator, connect } = googleWorld()
    const sheets = await connect({ connector: "google-sheets" })
    const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "30.5s" }]
    const body = { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Later.", details } }
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 429, body } })
    await expect(sheets.run("append_row", row)).rejects.toMatchObject({
      code: "rate_limited",
      details: { retryAfterMs: 30_500, providerCode: "RESOURCE_EXHAUSTED" },
    })
  })
})
