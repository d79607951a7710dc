import {
  type AuthorizationServer,
  authorizationServer,
  type Call,
  type Emulator,
  json,
  standardTokenBody,
} from "@holdfast/emulator"
import {
  authenticatedRoutes,
  type CatalogEmulatorOptions,
  catalogEmulator,
  type Person,
  registered,
} from "./emulator-kit.js"

/** The registration that the stand-in knows. */
export const spotifyApp = {
  clientId: "0e5f0000000040008000000000005907",
  clientSecret: "emulated-spotify-client-secret",
}

const people: readonly Person[] = [
  { id: "firstperson", name: "First Person", email: "first@spotify.example" },
  { id: "secondperson", name: "Second Person", email: "second@spotify.example" },
]

export interface SpotifyProvider {
  readonly oauth: AuthorizationServer<Person>
}

export type SpotifyEmulator = Emulator<SpotifyProvider>

/**
 * A strict stand-in for Spotify: Basic authentication, refreshes without a new refresh token, search, playlists and a player
 * without a device.
 * @see https://developer.spotify.com/documentation/web-api/tutorials/code-flow
 */
export function createSpotifyEmulator(options: CatalogEmulatorOptions = {}): SpotifyEmulator {
  return catalogEmulator("spotify", ["https://accounts.spotify.com", "https://api.spotify.com"], options, (kit) => {
    const client = { ...spotifyApp, ...registered("spotify", options) }
    const local = client.redirectUris.find((uri) => new URL(uri).hostname === "localhost")
    if (local !== undefined) throw new TypeError(`Spotify takes 127.0.0.1 and not localhost: ${local}`)
    const oauth = authorizationServer<Person>(kit, {
      authorizationEndpoint: "https://accounts.spotify.com/authorize",
      tokenEndpoint: "https://accounts.spotify.com/api/token",
      clients: [client],
      accounts: people.map((data) => ({ id: data.id, label: data.name, data })),
      clientAuthentication: "basic",
      pkce: "optional",
      accessTokenSeconds: 3_600,
      refreshToken: { rotation: "reusable" },
      tokenResponse({ grantType, ...answer }) {
        const { refresh_token, ...body } = standardTokenBody({ grantType, ...answer })
        return json({ ...body, ...(grantType === "authorization_code" && { refresh_token }) })
      },
    })
    const tracks = [{ id: "11dFghVXANMlKmJXsNCbNl", name: "Cut To The Feeling" }].map((one) => ({
      ...one,
      uri: `spotify:track:${one.id}`,
      duration_ms: 207_959,
      type: "track",
    }))
    const playlists = ["Morning", "Evening"].map((name, index) => ({
      id: `3cEYpjA9oz9GiPac4Asg${index}n`,
      name,
      uri: `spotify:playlist:3cEYpjA9oz9GiPac4Asg${index}n`,
    }))
    const routes = (scope?: string) =>
      authenticatedRoutes(kit, "https://api.spotify.com", (call: Call) => {
        const token = oauth.authenticate(call.request)
        if (!token) return refusal(401, "The access token expired")
        if (scope !== undefined && !token.scopes.includes(scope)) return refusal(403, "Insufficient client scope")
        return token
      })

    routes()("GET", "/v1/me", (_call, { account, scopes }) => {
      const { id, name, email } = account.data
      return json({
        id,
        account_id: accountIdOf(id),
        display_name: name,
        type: "user",
        ...(scopes.includes("user-read-email") && { email }),
      })
    })
    routes()("GET", "/v1/search", ({ url }) => {
      const { q = "", type = "" } = Object.fromEntries(url.searchParams)
      if (q === "") return refusal(400, "No search query")
      if (Number(url.searchParams.get("limit") ?? 5) > 10) return refusal(400, "Invalid limit")
      const items = tracks.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()))
      const empty = { items: [], total: 0 }
      const pages = {
        track: { tracks: { items, total: items.length } },
        artist: { artists: empty },
        album: { albums: empty },
      }
      const asked = type.split(",").filter((one): one is keyof typeof pages => one in pages)
      return json(Object.assign({}, ...asked.map((one) => pages[one])))
    })
    routes()("GET", "/v1/tracks/{id}", ({ params }) => {
      const track = tracks.find(({ id }) => id === params.id)
      return track ? json(track) : refusal(404, "Resource not found")
    })
    routes("playlist-read-private")("GET", "/v1/me/playlists", ({ url }) => {
      const { limit = "20", offset = "0" } = Object.fromEntries(url.searchParams)
      const end = Number(offset) + Number(limit)
      const next =
        end < playlists.length ? `https://api.spotify.com/v1/me/playlists?offset=${end}&limit=${limit}` : null
      return json({ items: playlists.slice(Number(offset), end), total: playlists.length, next })
    })
    routes("user-modify-playback-state")("PUT", "/v1/me/player/pause", ({ url }) =>
      url.searchParams.get("device_id") === "emulatedDevice"
        ? new Response(null, { status: 204 })
        : refusal(404, "Player command failed: No active device found", "NO_ACTIVE_DEVICE"),
    )
    kit.notFound(() => refusal(404, "Service not found"))
    return { oauth }
  })
}

/** Ids of accounts say nothing of the names that people have. */
function accountIdOf(id: string): string {
  return `aB3${id.length}dE5fG7h${id.charAt(0)}`
}

function refusal(status: number, message: string, reason?: string): Response {
  return json({ error: { status, message, ...(reason && { reason }) } }, { status })
}
