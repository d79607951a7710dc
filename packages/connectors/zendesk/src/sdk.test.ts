import { listen } from "@holdfast/emulator/node"
import { createClient } from "node-zendesk"
import { afterEach, describe, expect, it } from "vitest"
import { apiTokens, createZendeskEmulator } from "./emulator.js"

// The library that most programs use against the stand-in: what it refuses, that has wrong.

const origin = "https://first.zendesk.com"
const close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of close.splice(0)) await end()
})

async function standIn() {
  const emulator = createZendeskEmulator()
  const server = await listen(emulator, { origins: [origin] })
  close.push(server.close)
  const { main } = emulator.provider.oauth.issue({ scopes: ["read", "write"], origin })
  const endpointUri = `${server.reroute[origin]}/api/v2`
  const byToken = (token = apiTokens.first ?? "") => createClient({ username: "ada@first.example", token, endpointUri })
  const byOAuth = createClient({ username: "ada@first.example", token: main.accessToken, oauth: true, endpointUri })
  return { emulator, byToken, byOAuth }
}

describe("node-zendesk", () => {
  it("knows the person, by API token and by OAuth", async () => {
    const { byToken, byOAuth } = await standIn()
    for (const client of [byToken(), byOAuth]) {
      expect(await client.users.me()).toMatchObject({ result: { id: 1_001, name: "Ada First" } })
    }
  })

  it("creates, changes, comments and finds tickets", async () => {
    const { byOAuth, emulator } = await standIn()
    const { result } = await byOAuth.tickets.create({ ticket: { subject: "New", comment: { body: "Please." } } })
    expect(result).toMatchObject({ subject: "New", description: "Please." })
    const changed = await byOAuth.tickets.update(result.id, {
      ticket: { status: "solved", comment: { body: "Done.", public: false } },
    })
    expect(changed.result).toMatchObject({ id: result.id, status: "solved" })
    expect(emulator.provider.comments.map(({ body }) => body)).toEqual(["Please.", "Done."])
    expect(await byOAuth.tickets.show(1)).toMatchObject({ result: { id: 1, subject: "Help" } })
  })

  it("lists people, by cursor", async () => {
    const { byOAuth } = await standIn()
    const people = await byOAuth.users.list()
    expect(people).toMatchObject([{ id: 1_001 }, { id: 1_002 }])
  })

  it("sees Zendesk's errors", async () => {
    const { byOAuth, byToken, emulator } = await standIn()
    await expect(byOAuth.tickets.show(999)).rejects.toThrow("(404)")
    await expect(byToken("wrong").tickets.show(1)).rejects.toThrow("(401)")
    emulator.provider.oauth.expireAccessTokens()
    for (const { id } of emulator.provider.oauth.grants()) emulator.provider.oauth.revokeGrant(id)
    await expect(byOAuth.tickets.show(1)).rejects.toThrow("(401)")
  })
})
