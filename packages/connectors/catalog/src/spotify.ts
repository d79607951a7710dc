// https://developer.spotify.com/documentation/web-api
import { type Call, defineConnector, oauth2, operation } from "@holdfast/core"
import { z } from "zod"
import { type OAuthAppOptions, oauthApp } from "./app.js"

/**
 * @see https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile
 * @see https://github.com/sonallux/spotify-web-api/blob/main/official-spotify-open-api.yml
 */
const me = z.looseObject({
  id: z.string().min(1),
  /** Immutable, which `id` is not: made for linking accounts. */
  account_id: z.string().min(1).optional(),
  display_name: z.string().nullish(),
  email: z.string().nullish(),
})

const playlist = z.looseObject({ id: z.string(), name: z.string(), uri: z.string() })
const playlists = z.looseObject({
  // Playlists that are gone leave a hole.
  items: z.array(playlist.nullable()),
  total: z.number(),
  next: z.string().nullish(),
})

const page = z.looseObject({
  items: z.array(z.looseObject({ id: z.string(), name: z.string() }).nullable()),
  total: z.number(),
})
const found = z.looseObject({ tracks: page.optional(), artists: page.optional(), albums: page.optional() })
const track = z.looseObject({ id: z.string(), name: z.string(), uri: z.string(), duration_ms: z.number() })

/** @see https://developer.spotify.com/documentation/web-api/concepts/api-calls#response-error */
const refusal = z.looseObject({ error: z.looseObject({ reason: z.string().optional() }) })

const define = defineConnector({
  id: "spotify",
  vendor: "spotify",
  name: "Spotify",
  category: "other",
  documentation: "https://developer.spotify.com/documentation/web-api",
  app: oauthApp("In the dashboard at developer.spotify.com/dashboard, on the app's page under Settings."),

  methods: [
    // https://developer.spotify.com/documentation/web-api/tutorials/code-flow
    oauth2({
      authorizationEndpoint: "https://accounts.spotify.com/authorize",
      tokenEndpoint: "https://accounts.spotify.com/api/token",
      scopes: ["user-read-private", "user-read-email", "playlist-read-private", "user-modify-playback-state"],
      clientAuthentication: "basic",
      // A refresh need not bring another refresh token: the one before is good then.
      // https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens
      policy: { accessTokenSeconds: 3_600 },
    }),
  ],

  api: { baseUrl: "https://api.spotify.com/v1", authorization: "Bearer" },
  errors: {
    read: ({ status, body }) => (status >= 400 ? refusal.safeParse(body).data?.error.reason : undefined),
    codes: {
      // https://developer.spotify.com/documentation/web-api/reference/pause-a-users-playback
      NO_ACTIVE_DEVICE: "resource_not_found",
      PREMIUM_REQUIRED: "forbidden",
    },
    statuses: { 400: "input_invalid", 403: "forbidden" },
  },
  causes: [
    {
      codes: ["PREMIUM_REQUIRED"],
      cause: "premium_required",
      actor: "end_user",
      text: "Playback can be controlled for accounts with Spotify Premium only.",
      advice: "Upgrade the account, or leave playback alone.",
      link: "https://developer.spotify.com/documentation/web-api/reference/pause-a-users-playback",
    },
    {
      codes: ["NO_ACTIVE_DEVICE"],
      cause: "no_active_device",
      actor: "end_user",
      text: "No device of the account is playing, so there is nothing to control.",
      advice: "Start playback on a device first, and try again.",
      link: "https://developer.spotify.com/documentation/web-api/reference/pause-a-users-playback",
    },
  ],

  async identify(call) {
    const { id, account_id = id, display_name, email } = await readMe(call)
    return { id: account_id, label: display_name || id, ...(email && { email }) }
  },

  async check(call) {
    await readMe(call)
    return []
  },

  operations: {
    // https://developer.spotify.com/documentation/web-api/reference/search
    search: operation({
      summary: "Find tracks, artists and albums",
      effect: "read",
      input: z.object({
        q: z.string().min(1),
        type: z
          .array(z.enum(["track", "artist", "album"]))
          .min(1)
          .default(["track"]),
        limit: z.number().int().min(1).max(10).optional(),
        offset: z.number().int().min(0).max(1_000).optional(),
      }),
      output: found,
      run: ({ http }, { type, ...query }) =>
        http.get("/search", { query: { ...query, type: type.join(",") }, output: found }),
    }),

    // https://developer.spotify.com/documentation/web-api/reference/get-track
    get_track: operation({
      summary: "Read a track",
      effect: "read",
      input: z.object({ id: z.string().min(1) }),
      output: track,
      trace: ["id"],
      run: ({ http }, path) => http.get("/tracks/{id}", { path, output: track }),
    }),

    // https://developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists
    list_playlists: operation({
      summary: "List the person's playlists",
      effect: "read",
      scopes: ["playlist-read-private"],
      input: z.object({
        limit: z.number().int().min(1).max(50).default(20),
        offset: z.number().int().min(0).default(0),
      }),
      output: playlists,
      pages: {
        items: ({ items }) => items.filter((one) => one !== null),
        next: ({ next }, { offset, limit }) => (next ? { offset: offset + limit } : undefined),
      },
      run: ({ http }, query) => http.get("/me/playlists", { query, output: playlists }),
    }),

    // https://developer.spotify.com/documentation/web-api/reference/pause-a-users-playback
    pause_playback: operation({
      summary: "Pause what plays; needs Spotify Premium",
      effect: "write",
      scopes: ["user-modify-playback-state"],
      input: z.object({ device_id: z.string().optional() }),
      output: z.object({ ok: z.literal(true) }),
      async run({ http }, query) {
        await http.put("/me/player/pause", { query })
        return { ok: true as const }
      },
    }),
  },

  setup: {
    url: "https://developer.spotify.com/dashboard",
    steps: [
      "Create an app for the “Web API”.",
      "Add {redirectUri} to its redirect URIs. While you develop it must be http://127.0.0.1 or http://[::1]: localhost is not taken.",
      "In development mode add the people who may connect under “User Management”.",
      "Copy client ID and client secret, and save them here.",
    ],
  },
})

export interface SpotifyConnector extends ReturnType<typeof define> {}

/**
 * Spotify, by OAuth with PKCE and Basic authentication.
 * @see https://developer.spotify.com/documentation/web-api/tutorials/code-flow
 */
export const spotify: (options?: OAuthAppOptions) => SpotifyConnector = define

async function readMe({ http }: Call): Promise<z.infer<typeof me>> {
  return await http.get("/me", { output: me })
}
