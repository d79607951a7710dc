import { connectorWorld, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { trello } from "./trello.js"
import { createTrelloEmulator, seededIds, trelloApp } from "./trello-emulator.js"

const redirectUris = ["https://app.example.com/api/integrations/oauth/callback/trello"]
const trelloWorld = () =>
  connectorWorld({ connectors: [trello(trelloApp)], emulator: createTrelloEmulator({ redirectUris }) })

describe("Trello by OAuth 1.0a (quirk 32, rulings C4 and C15)", () => {
  it("asks for a token that never ends, with its scopes in the query", async () => {
    const url = await trelloWorld().leave()
    expect(url.origin + url.pathname).toBe("https://trello.com/1/OAuthAuthorizeToken")
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ expiration: "never", scope: "read,write" })
  })

  it("lives on for years, since it was asked to", async () => {
    const world = trelloWorld()
    const connection = await world.connect()
    world.emulator.clock.advance(3 * 365 * 86_400_000)
    expect((await connection.run("list_boards")).boards).toHaveLength(1)
  })

  it("signs every request with what is in its query, and sends no secret in any", async () => {
    const world = trelloWorld()
    const connection = await world.connect()
    await connection.run("list_cards", { boardId: seededIds.board, limit: 5 })
    const sent = world.requests.filter(({ url }) => url.startsWith("https://api.trello.com"))
    for (const request of sent) {
      expect(request.headers.get("authorization")).toMatch(/^OAuth .*oauth_signature="/)
      expect(request.url).not.toMatch(/token|secret|oauth_/)
    }
    expect(world.lines.join()).not.toContain(trelloApp.clientSecret)
  })

  it("ends as a refusal where the person says no", async () => {
    const world = trelloWorld()
    const { status, error } = await world.walk({}, { deny: true })
    expect([status, error?.code]).toEqual(["failed", "access_denied"])
  })

  it("tells the app's developer where the callback's origin is not allowed", async () => {
    const emulator = createTrelloEmulator({ redirectUris: ["https://other.example/callback"] })
    const world = connectorWorld({ connectors: [trello(trelloApp)], emulator })
    expect(await endOf(world.leave())).toEqual({ code: "config_invalid" })
  })

  it("is over when the member takes it away, at the next call", async () => {
    const world = trelloWorld()
    const connection = await world.connect()
    const server = world.emulator.authorizationServers.oauth1
    for (const grant of server?.grants() ?? []) server?.revokeGrant(grant.id)
    expect(await endOf(connection.run("list_boards"))).toEqual({
      code: "reauth_required",
      providerCode: "invalid_token",
    })
    expect((await connection.info()).status).toBe("needs_reauth")
  })
})

describe("lists of Trello", () => {
  it("are walked to their end, newest first", async () => {
    const world = trelloWorld()
    const connection = await world.connect()
    for (const name of ["Two", "Three", "Four", "Five"])
      await connection.run("create_card", { listId: seededIds.todo, name })
    const names: string[] = []
    for await (const { name } of connection.paginate("list_cards", { boardId: seededIds.board, limit: 2 }))
      names.push(name)
    expect(names).toEqual(["Five", "Four", "Three", "Two", "Write it down"])
  })
})
