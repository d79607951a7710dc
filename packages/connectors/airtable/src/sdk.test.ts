import { listen } from "@holdfast/emulator/node"
import Airtable from "airtable"
import { afterEach, describe, expect, it } from "vitest"
import { createAirtableEmulator, personalTokens } from "./emulator.js"

// Airtable's own library against the stand-in: what it refuses, that has wrong.

const close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of close.splice(0)) await end()
})

async function opened(apiKey: string) {
  const emulator = createAirtableEmulator()
  const server = await listen(emulator)
  close.push(server.close)
  const endpointUrl = server.reroute["https://api.airtable.com"] ?? ""
  const { main } = emulator.provider.oauth.issue({ scopes: ["data.records:read", "data.records:write"] })
  const options = { apiKey: apiKey || main.accessToken, endpointUrl, noRetryIfRateLimited: true }
  return { emulator, base: new Airtable(options).base("appFirst000000001") }
}

describe.each([
  ["an OAuth token", ""],
  ["a personal access token", personalTokens[0]?.token ?? ""],
])("airtable.js with %s", (_kind, apiKey) => {
  it("reads records, all pages and one by one", async () => {
    const { base } = await opened(apiKey)
    const all = await base("Tasks")
      .select({ pageSize: 1, fields: ["Name"] })
      .all()
    expect(all.map((record) => record.get("Name"))).toEqual(["Write it down", "Read it again"])
    expect((await base("Tasks").find("recTask0000000001")).get("Name")).toBe("Write it down")
  })

  it("creates one and several, and changes one", async () => {
    const { base, emulator } = await opened(apiKey)
    const one = await base("Tasks").create({ Name: "One" })
    const [two] = await base("Tasks").create([{ fields: { Name: "Two" } }])
    expect(two?.get("Name")).toBe("Two")
    await base("Tasks").update(one.id, { Done: true })
    const { records = [] } = emulator.provider.bases[0]?.tables[0] ?? {}
    expect(records.find(({ id }) => id === one.id)?.fields).toEqual({ Name: "One", Done: true })
    expect(records).toHaveLength(4)
  })

  it("sees Airtable's errors: status and type", async () => {
    const { base } = await opened(apiKey)
    await expect(base("Tasks").find("recNobody")).rejects.toMatchObject({ statusCode: 404, error: "NOT_FOUND" })
    await expect(base("Tasks").create({ Nonsense: "1" })).rejects.toMatchObject({
      statusCode: 422,
      error: "UNKNOWN_FIELD_NAME",
    })
    await expect((await opened("patNobody.wrong")).base("Tasks").find("recTask0000000001")).rejects.toMatchObject({
      statusCode: 401,
      error: "AUTHENTICATION_REQUIRED",
    })
  })
})
