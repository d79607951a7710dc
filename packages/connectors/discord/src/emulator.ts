import {
  type AuthorizationServer,
  createEmulator,
  type Delivery,
  type DeliverySignature,
  deliver,
  type Emulator,
  type EmulatorClock,
} from "@holdfast/emulator"
import { discordApi, refusal } from "./emulator/api.js"
import { discordAuthorization } from "./emulator/authorization.js"
import { discordSignature, emulatorPublicKey } from "./emulator/signature.js"
import {
  type Consent,
  createWorld,
  type DiscordChannel,
  type DiscordUser,
  type DiscordWorld,
} from "./emulator/world.js"

export { discordSignature } from "./emulator/signature.js"
export {
  botUser,
  type Consent,
  type DiscordChannel,
  type DiscordGuild,
  type DiscordMessage,
  type DiscordUser,
  type DiscordWorld,
  defaultUsers,
  seededIds,
} from "./emulator/world.js"

/** The application that the stand-in knows unless told otherwise. */
export const emulatorApp = {
  clientId: "1100000000000000001",
  clientSecret: "emulated-discord-client-secret",
  botToken: "emulated.discord.bot-token",
  publicKey: emulatorPublicKey,
}

/** What a test or a demo may choose. Every field has a default. */
export interface DiscordEmulatorOptions {
  /** Default: {@link emulatorApp}. The public key is always the one that {@link discordSignature} signs for. */
  app?: Partial<Omit<typeof emulatorApp, "publicKey">>
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests hold in their hands. Read it again after `reset()`. */
export interface DiscordProvider {
  readonly oauth: AuthorizationServer<Consent>
  readonly world: DiscordWorld
  readonly signature: DeliverySignature
  /** @throws TypeError for a channel that is not there */
  channel(id: string): DiscordChannel
  /** Somebody removes the bot from a server. */
  kick(guildId: string): void
  /** An interaction with an id of its own, in a server or in a person's messages. `type` 1 is a `PING`. */
  interaction(type: number, where: { guildId?: string; user: DiscordUser }, data?: object): Delivery
  /** A webhook event in its envelope; without one a `PING`. */
  event(type?: string, data?: object): Delivery
  /** A person takes the app's authorization back in their settings. */
  deauthorize(user: DiscordUser): Delivery
}

export type DiscordEmulator = Emulator<DiscordProvider>

const scopes = ["bot", "applications.commands", "identify", "email", "guilds", "guilds.members.read", "connections"]

/**
 * A strict stand-in for Discord, written from its documentation: code grants with single-use refresh tokens, bots that are added to servers,
 * permissions in channels, and interactions and events signed by Ed25519.
 * @see https://discord.com/developers/docs/reference
 */
export function createDiscordEmulator(options: DiscordEmulatorOptions = {}): DiscordEmulator {
  const app = { ...emulatorApp, ...options.app }
  const redirectUris = options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/discord"]
  return createEmulator<DiscordProvider>({
    name: "discord",
    origins: ["https://discord.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const world = createWorld()
      const oauth = discordAuthorization(kit, world, { ...app, redirectUris, scopes })
      discordApi(kit, { world, oauth, botToken: app.botToken })
      kit.notFound((_call, allowed) =>
        allowed.length > 0 ? refusal(405, 0, "405: Method Not Allowed") : refusal(404, 0, "404: Not Found"),
      )

      const envelope = { version: 1, application_id: app.clientId }
      const provider: DiscordProvider = {
        oauth,
        world,
        signature: discordSignature(),
        channel(id) {
          const found = world.guilds.flatMap(({ channels }) => channels).find((channel) => channel.id === id)
          if (!found) throw new TypeError(`there is no channel "${id}"`)
          return found
        },
        kick: (guildId) => void world.botGuilds.delete(guildId),
        interaction(type, { guildId, user }, data = {}) {
          const common = { ...envelope, id: world.nextId(), type, token: kit.random.id("interaction-", 40) }
          const who = guildId === undefined ? { user } : { guild_id: guildId, member: { user } }
          return { body: type === 1 ? common : { ...common, ...who, channel_id: "900000000000000001", data } }
        },
        event(type, data = {}) {
          if (type === undefined) return { body: { ...envelope, type: 0 } }
          const timestamp = new Date(kit.clock.now()).toISOString()
          return { body: { ...envelope, type: 1, event: { type, timestamp, data } } }
        },
        deauthorize(user) {
          for (const { id, account } of oauth.grants()) if (account.data.user.id === user.id) oauth.revokeGrant(id)
          return provider.event("APPLICATION_DEAUTHORIZED", { user })
        },
      }
      kit.action("deliver_command", async (input) => {
        const { url, guildId, name } = input as { url: string; guildId: string; name: string }
        const [user] = world.users
        if (!user) throw new TypeError("nobody is there")
        const signing = { signature: provider.signature, clock: kit.clock }
        return (await deliver(provider.interaction(2, { guildId, user }, { name }), { url }, signing)).status
      })
      kit.action("guilds", () => world.guilds)
      return provider
    },
  })
}
