import { connectorSuite, connectorWorld } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import type { OAuthAppOptions } from "./app.js"
import { createFigmaEmulator, type FigmaEmulator, figmaApp, figmaTokens } from "./figma.emulator.js"
import { type FigmaConnector, figma } from "./figma.js"

const file_key = "emulatedFileKey"
const account = { id: "700000000000000001", label: "First Person", email: "first@figma.example" }

connectorSuite<FigmaConnector, OAuthAppOptions, FigmaEmulator>(figma, {
  emulator: ({ redirectUri }) => createFigmaEmulator({ redirectUris: [redirectUri] }),
  app: figmaApp,
  methods: {
    oauth: { account },
    personal_token: {
      values: { key: figmaTokens.first },
      account,
      another: { values: { key: figmaTokens.second } },
      withdraw: ({ provider }) => void provider.revokeKey(figmaTokens.first),
      refused: [{ values: { key: "figd_wrong" }, code: "credential_invalid" }],
    },
  },
  operations: {
    get_file_metadata: { parameters: { file_key }, answer: { name: "Poster", folder_name: "Plans" } },
    get_file: { parameters: { file_key, depth: 1 }, answer: { name: "Poster", version: "1" } },
    list_comments: { parameters: { file_key }, answer: { comments: [{ message: "Larger, please." }] } },
    create_comment: { parameters: { file_key, message: "Done." }, answer: { message: "Done." } },
  },
  errors: [
    {
      when: "there is no such file",
      operation: "get_file",
      parameters: { file_key: "none" },
      code: "resource_not_found",
      providerCode: "not_found",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({ on: "*", fault: { kind: "status", status: 409, body: { status: 409, err: "holdfast_unheard_of" } } }),
})

describe("refreshing (quirk 19, quirk 40)", () => {
  it("goes to an address of its own, with Basic, and keeps the refresh token that no answer repeats", async () => {
    const emulator = createFigmaEmulator()
    const world = connectorWorld({ connectors: [figma(figmaApp)], emulator })
    const connection = await world.connect()
    const before = (await connection.unsafe.secret()) as { refreshToken?: string }
    for (let time = 0; time < 2; time++) {
      emulator.clock.advance(7_776_001_000)
      await connection.run("list_comments", { file_key })
    }
    const asked = world.requests.filter(({ url }) => url.includes("/oauth/"))
    expect(asked.map(({ url }) => url)).toEqual([
      "https://api.figma.com/v1/oauth/token",
      "https://api.figma.com/v1/oauth/refresh",
      "https://api.figma.com/v1/oauth/refresh",
    ])
    for (const { headers } of asked) expect(headers.get("authorization")).toMatch(/^Basic /)
    expect(((await connection.unsafe.secret()) as { refreshToken?: string }).refreshToken).toBe(before.refreshToken)
  })

  it("happens when a token is refused with 403 before its time", async () => {
    const emulator = createFigmaEmulator()
    const connection = await connectorWorld({ connectors: [figma(figmaApp)], emulator }).connect()
    emulator.clock.advance(61_000)
    emulator.provider.oauth.expireAccessTokens()
    await connection.run("list_comments", { file_key })
    expect(emulator.counters.refreshes.issued).toBe(1)
  })
})

describe("personal access tokens", () => {
  it("go as X-Figma-Token", async () => {
    const world = connectorWorld({ connectors: [figma(figmaApp)], emulator: createFigmaEmulator() })
    await world.connect({ method: "personal_token", values: { key: figmaTokens.first } })
    expect(world.requests[0]?.headers.get("x-figma-token")).toBe(figmaTokens.first)
    expect(world.requests[0]?.headers.has("authorization")).toBe(false)
  })
})
