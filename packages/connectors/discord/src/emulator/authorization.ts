import {
  type AuthorizationServer,
  authorizationServer,
  type EmulatorKit,
  json,
  standardTokenBody,
} from "@holdfast/emulator"
import type { Consent, DiscordWorld } from "./world.js"

interface Registration {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly scopes: readonly string[]
}

/** The code grant, which also adds the bot to a server. @see https://discord.com/developers/docs/topics/oauth2 */
export function discordAuthorization(
  kit: EmulatorKit,
  world: DiscordWorld,
  app: Registration,
): AuthorizationServer<Consent> {
  const people = world.users.map((user) => ({ id: user.id, label: user.global_name ?? user.username, data: { user } }))
  // Only who manages a server may add a bot to it.
  const servers = world.guilds.flatMap((guild) => {
    const user = world.users.find(({ id }) => id === guild.ownerId)
    return user ? [{ id: guild.id, label: `${guild.name} (as ${user.username})`, data: { user, guild } }] : []
  })
  const asksForBot = (scope = "") => scope.split(" ").includes("bot")

  return authorizationServer<Consent>(kit, {
    authorizationEndpoint: "https://discord.com/oauth2/authorize",
    tokenEndpoint: "https://discord.com/api/oauth2/token",
    revocation: { endpoint: "https://discord.com/api/oauth2/token/revoke", revokes: "grant" },
    clients: [app],
    accounts: [...people, ...servers],
    accountsFor: ({ scope }) => (asksForBot(scope) ? servers : people),
    scopes: app.scopes,
    pkce: "optional",
    accessTokenSeconds: 604_800,
    refreshToken: { rotation: "single-use", reuse: "refused" },
    tokenValue: ({ random }) => random.slice(0, 30),
    callbackParameters({ grant, request: { permissions = "0" } }) {
      const guild = grant?.account.data.guild
      if (!guild) return {}
      world.botGuilds.add(guild.id)
      return { guild_id: guild.id, permissions }
    },
    tokenResponse(answer) {
      const { guild } = answer.account.data
      const added = guild && answer.grantType === "authorization_code"
      return json({
        ...standardTokenBody(answer),
        token_type: "Bearer",
        ...(added && {
          guild: { id: guild.id, name: guild.name, owner_id: guild.ownerId, icon: null, features: [], roles: [] },
        }),
      })
    },
    errorResponse: ({ reason, error, description, status }) =>
      json({ error, error_description: description }, { status: reason === "content_type" ? 400 : status }),
  })
}
