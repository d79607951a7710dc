// https://discord.com/developers/docs/reference
import { type AppOptions, defineConnector } from "@holdfast/core"
import { z } from "zod"
import { botMethod, granted } from "./bot.js"
import { causes } from "./causes.js"
import { errors } from "./errors.js"
import { webhooks } from "./events.js"
import { apiHeaders, person } from "./oauth.js"
import * as operations from "./operations.js"
import { guild, user } from "./schemas.js"

function describe(permissions: string) {
  return defineConnector({
    id: "discord",
    vendor: "discord",
    name: "Discord",
    category: "communication",
    documentation: "https://discord.com/developers/docs/reference",
    app: {
      schema: z.object({
        clientId: z.string().regex(/^\d{1,20}$/),
        clientSecret: z.string().min(1),
        botToken: z.string().min(1).optional(),
        publicKey: z
          .string()
          .regex(/^[\da-f]{64}$/i)
          .optional(),
      }),
      fields: [
        { name: "clientId", label: "Client ID", secret: false, help: "On the page “OAuth2” of the application." },
        { name: "clientSecret", label: "Client secret", secret: true },
        {
          name: "botToken",
          label: "Bot token",
          secret: true,
          required: false,
          help: "To use the bot. On the page “Bot”.",
        },
        {
          name: "publicKey",
          label: "Public key",
          secret: false,
          required: false,
          help: "To receive interactions and events. On the page “General Information”.",
        },
      ],
    },

    methods: [botMethod(permissions), person],

    api: {
      baseUrl: "https://discord.com/api/v10",
      headers: apiHeaders,
      authorization: "`Bot` and the app's token in a server, `Bearer` on behalf of a person",
    },
    errors,
    causes,

    async identify({ http }, { token }) {
      const added = granted.safeParse(token).data?.guild
      if (added) {
        const { id, name, owner_id } = await http.get("/guilds/{id}", { path: { id: added.id }, output: guild })
        return { id, label: name, data: { guildId: id, ...(owner_id && { ownerId: owner_id }) } }
      }
      const { id, username, global_name, email } = await http.get("/users/@me", { output: user })
      return { id, label: global_name ?? username, ...(email && { email }), data: { username } }
    },

    async check({ http, account }) {
      const guildId = account?.data?.guildId
      if (guildId === undefined) await http.get("/users/@me", { output: user })
      else await http.get("/guilds/{guildId}", { path: { guildId }, output: guild })
      return [
        { name: "token", ok: true },
        { name: "api", ok: true },
      ]
    },

    operations,
    webhooks,

    setup: {
      url: "https://discord.com/developers/applications",
      steps: [
        "At discord.com/developers/applications choose “New Application” and give it a name.",
        "Under “OAuth2” add {redirectUri} as a redirect; copy client ID and client secret from there.",
        "Under “Bot” reset the token and copy it: it is shown once, and is the same for every server. Leave “Requires OAuth2 Code Grant” off, or turn it on if nobody shall add the bot in any other way.",
        "To receive commands, clicks and events, copy the public key from “General Information” and save everything here first. Then enter {webhookUrl} as Interactions Endpoint URL there, and under “Webhooks” as the endpoint of the events you want: Discord tries both at once.",
        "Connect here. To add the bot one must be allowed to manage the server.",
      ],
    },
  })
}

/** An application at Discord, and what its bot asks for. */
export interface DiscordOptions extends AppOptions {
  /** Default: `DISCORD_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `DISCORD_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** Needed for the bot. Default: `DISCORD_BOT_TOKEN`. */
  readonly botToken?: string
  /** Needed for interactions and events, 64 hex digits. Default: `DISCORD_PUBLIC_KEY`. */
  readonly publicKey?: string
  /** What the bot may do in a server, as Discord's bit field in decimal. Default: {@link defaultPermissions}. */
  readonly permissions?: string
}

/**
 * What the operations need: manage channels, see them, read what was said, post, embed.
 * @see https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags
 */
export const defaultPermissions = "85008"

export interface DiscordConnector extends ReturnType<ReturnType<typeof describe>> {}

/**
 * Discord: as a bot in a server, or on behalf of a person. The bot acts with the application's own token, a person's tokens are renewed
 * each week.
 * @see https://discord.com/developers/docs/topics/oauth2
 */
export function discord({ permissions, ...app }: DiscordOptions = {}): DiscordConnector {
  return describe(permissions ?? defaultPermissions)(app)
}
