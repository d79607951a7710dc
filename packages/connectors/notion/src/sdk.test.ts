import { approve } from "@holdfast/emulator"
import { Client } from "@notionhq/client"
import { describe, expect, it } from "vitest"
import { createNotionEmulator, emulatorApp, seededIds } from "./emulator.js"

// Notion's own library against the stand-in: what it refuses, that has wrong.

const callback = "https://app.example.com/notion/callback"
const client = { client_id: emulatorApp.clientId, client_secret: emulatorApp.clientSecret }

async function installed() {
  const emulator = createNotionEmulator({ redirectUris: [callback] })
  const fetch = ((url, init) => emulator.fetch(url, init as RequestInit)) as NonNullable<
    ConstructorParameters<typeof Client>[0]
  >["fetch"]
  const options = { ...(fetch && { fetch }), retry: false as const, logger() {} }
  const url = new URL("https://api.notion.com/v1/oauth/authorize?response_type=code&owner=user")
  url.searchParams.set("client_id", emulatorApp.clientId)
  url.searchParams.set("redirect_uri", callback)
  const code = (await approve(emulator.fetch, url)).searchParams.get("code") ?? ""
  const anonymous = new Client(options)
  const tokens = await anonymous.oauth.token({
    ...client,
    grant_type: "authorization_code",
    code,
    redirect_uri: callback,
  })
  return { emulator, anonymous, tokens, notion: new Client({ ...options, auth: tokens.access_token }) }
}

describe("@notionhq/client", () => {
  it("trades codes and refresh tokens, and revokes", async () => {
    const { anonymous, tokens, notion } = await installed()
    expect(tokens).toMatchObject({ token_type: "bearer", workspace_name: "First workspace", owner: { type: "user" } })
    const refresh = { ...client, grant_type: "refresh_token" as const, refresh_token: tokens.refresh_token ?? "" }
    const renewed = await anonymous.oauth.token(refresh)
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token)
    await expect(anonymous.oauth.token(refresh)).rejects.toMatchObject({ status: 400 })
    await anonymous.oauth.revoke({ ...client, token: renewed.access_token })
    await expect(notion.users.me({})).rejects.toMatchObject({ status: 401, code: "unauthorized" })
  })

  it("knows the bot, finds and reads pages", async () => {
    const { notion, tokens } = await installed()
    expect(await notion.users.me({})).toMatchObject({ id: tokens.bot_id, type: "bot" })
    const { results } = await notion.search({ query: "Handbook" })
    expect(results.map(({ id }) => id)).toEqual([seededIds.page])
    expect(await notion.pages.retrieve({ page_id: seededIds.page })).toMatchObject({ object: "page" })
  })

  it("reads databases by their data sources, writes rows and blocks", async () => {
    const { notion } = await installed()
    const database = await notion.databases.retrieve({ database_id: seededIds.database })
    expect("data_sources" in database && database.data_sources).toMatchObject([{ id: seededIds.dataSource }])
    const row = await notion.pages.create({
      parent: { data_source_id: seededIds.dataSource },
      properties: { Name: { title: [{ text: { content: "New" } }] } },
    })
    const { results } = await notion.dataSources.query({ data_source_id: seededIds.dataSource })
    expect(results.map(({ id }) => id)).toEqual([seededIds.row, row.id])
    const added = await notion.blocks.children.append({
      block_id: row.id,
      children: [{ paragraph: { rich_text: [{ text: { content: "Hello" } }] } }],
    })
    expect(added.results).toMatchObject([{ object: "block", type: "paragraph" }])
  })

  it("sees Notion's errors: status, code and words", async () => {
    const { notion } = await installed()
    await expect(notion.pages.retrieve({ page_id: seededIds.unsharedPage })).rejects.toMatchObject({
      status: 404,
      code: "object_not_found",
      message: expect.stringContaining("Could not find page"),
    })
    await expect(
      notion.pages.create({ parent: { page_id: seededIds.page }, properties: { Nonsense: { number: 1 } } }),
    ).rejects.toMatchObject({ status: 400, code: "validation_error" })
  })
})
