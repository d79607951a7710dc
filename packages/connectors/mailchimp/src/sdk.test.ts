import { listen } from "@holdfast/emulator/node"
import client from "@mailchimp/mailchimp_marketing"
import { afterEach, describe, expect, it } from "vitest"
import { apiKeys, createMailchimpEmulator } from "./emulator.js"

// Mailchimp's own library against the stand-in: what it refuses, that has wrong.

const origin = "https://us1.api.mailchimp.com"
const close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of close.splice(0)) await end()
})

async function standIn() {
  const emulator = createMailchimpEmulator()
  const server = await listen(emulator, { origins: [origin] })
  close.push(server.close)
  Object.assign(client, { basePath: `${server.reroute[origin]}/3.0` })
  client.setConfig({ apiKey: apiKeys.us1, server: "us1" })
  return emulator
}

describe("@mailchimp/mailchimp_marketing", () => {
  it("lists audiences, by API key and by token", async () => {
    const emulator = await standIn()
    const expected = { total_items: 3, lists: [{ name: "News", stats: { member_count: 3 } }, {}, {}] }
    expect(await client.lists.getAllLists()).toMatchObject(expected)
    const { main } = emulator.provider.oauth.issue({})
    client.setConfig({ accessToken: main.accessToken, server: "us1" })
    expect(await client.lists.getAllLists()).toMatchObject(expected)
  })

  it("adds and changes members, by the same hash", async () => {
    await standIn()
    const added = await client.lists.setListMember("acc1list1", "0cc33cd6c40a4c2e0a5d685dcb829181", {
      email_address: "one@example.com",
      status_if_new: "subscribed",
    })
    expect(added).toMatchObject({ email_address: "one@example.com", status: "subscribed" })
  })

  it("sees Mailchimp's errors", async () => {
    await standIn()
    await expect(client.lists.getListMembersInfo("none")).rejects.toMatchObject({ status: 404 })
    client.setConfig({ apiKey: "nobody-us1", server: "us1" })
    await expect(client.lists.getAllLists()).rejects.toMatchObject({ status: 401 })
  })
})
