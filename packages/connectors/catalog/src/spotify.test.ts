import { connectorSuite, connectorWorld } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import type { OAuthAppOptions } from "./app.js"
import { createSpotifyEmulator, type SpotifyEmulator, spotifyApp } from "./spotify.emulator.js"
import { type SpotifyConnector, spotify } from "./spotify.js"

connectorSuite<SpotifyConnector, OAuthAppOptions, SpotifyEmulator>(spotify, {
  emulator: ({ redirectUri }) => createSpotifyEmulator({ redirectUris: [redirectUri] }),
  app: spotifyApp,
  methods: { oauth: { account: { id: "aB311dE5fG7hf", label: "First Person", email: "first@spotify.example" } } },
  operations: {
    search: { parameters: { q: "feeling" }, answer: { tracks: { items: [{ name: "Cut To The Feeling" }], total: 1 } } },
    get_track: { parameters: { id: "11dFghVXANMlKmJXsNCbNl" }, answer: { duration_ms: 207_959 } },
    list_playlists: { parameters: { limit: 1 }, answer: { items: [{ name: "Morning" }], total: 2 } },
    pause_playback: { parameters: { device_id: "emulatedDevice" }, answer: { ok: true } },
  },
  errors: [
    { when: "there is no such track", operation: "get_track", parameters: { id: "none" }, code: "resource_not_found" },
    {
      when: "nothing plays",
      operation: "pause_playback",
      code: "resource_not_found",
      providerCode: "NO_ACTIVE_DEVICE",
    },
  ],
  unknownError: ({ faults }) =>
    faults.next({
      on: "*",
      fault: {
        kind: "status",
        status: 409,
        body: { error: { status: 409, message: "No.", reason: "holdfast_unheard_of" } },
      },
    }),
})

const world = () => connectorWorld({ connectors: [spotify(spotifyApp)], emulator: createSpotifyEmulator() })

describe("tokens (quirk 40)", () => {
  it("are refreshed with Basic, and the refresh token is kept where the answer has none", async () => {
    const { connect, emulator, requests } = world()
    const connection = await connect()
    const before = (await connection.unsafe.secret()) as { refreshToken?: string }
    for (let hour = 0; hour < 2; hour++) {
      emulator.clock.advance(3_601_000)
      await connection.run("list_playlists")
    }
    expect(((await connection.unsafe.secret()) as { refreshToken?: string }).refreshToken).toBe(before.refreshToken)
    const asked = requests.filter(({ url }) => url === "https://accounts.spotify.com/api/token")
    expect(asked).toHaveLength(3)
    for (const { headers } of asked) expect(headers.get("authorization")).toMatch(/^Basic /)
  })

  it("are asked for with PKCE", async () => {
    expect((await world().leave()).searchParams.get("code_challenge_method")).toBe("S256")
  })

  it("never come back to localhost: the stand-in does not let it be registered (quirk 10)", () => {
    expect(() => createSpotifyEmulator({ redirectUris: ["http://localhost:3000/callback"] })).toThrow("127.0.0.1")
  })
})

describe("playlists", () => {
  it("are walked by offset", async () => {
    const connection = await world().connect()
    const names: string[] = []
    for await (const { name } of connection.paginate("list_playlists", { limit: 1 })) names.push(name)
    expect(names).toEqual(["Morning", "Evening"])
  })
})
