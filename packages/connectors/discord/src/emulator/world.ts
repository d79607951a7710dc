/** A person with an account at the stand-in. */
export interface DiscordUser {
  readonly id: string
  readonly username: string
  readonly global_name: string | null
  readonly email: string | null
}

/** A server. */
export interface DiscordGuild {
  readonly id: string
  readonly name: string
  readonly ownerId: string
  readonly channels: DiscordChannel[]
}

export interface DiscordChannel {
  readonly id: string
  readonly type: number
  readonly name: string
  readonly topic: string | null
  readonly parentId: string | null
  /** What the bot may do there. Default: everything. */
  readonly bot?: "sees nothing" | "may not post"
  readonly messages: DiscordMessage[]
}

export interface DiscordMessage {
  readonly id: string
  readonly content: string
  readonly replyTo: string | undefined
}

export interface DiscordWorld {
  readonly users: readonly DiscordUser[]
  readonly guilds: readonly DiscordGuild[]
  /** Servers that have the bot. */
  readonly botGuilds: Set<string>
  /** An id that was not there before. */
  nextId(): string
}

/** Who consents: a person, or for a bot a person with the server that it goes to. */
export interface Consent {
  readonly user: DiscordUser
  readonly guild?: DiscordGuild
}

export const defaultUsers: readonly DiscordUser[] = [
  { id: "700000000000000001", username: "first_user", global_name: "First user", email: "first@discord.example" },
  { id: "700000000000000002", username: "second_user", global_name: null, email: null },
]

/** The bot of the application. */
export const botUser = { id: "1100000000000000001", username: "emulated-bot", global_name: null, bot: true }

/** Ids of what is there from the beginning. */
export const seededIds = {
  guild: "800000000000000001",
  secondGuild: "800000000000000002",
  general: "900000000000000001",
  hidden: "900000000000000002",
  readOnly: "900000000000000003",
  voice: "900000000000000004",
  foreign: "900000000000000011",
}

export function createWorld(): DiscordWorld {
  let last = 990000000000000000n
  const channel = (id: string, name: string, more: Partial<DiscordChannel> = {}): DiscordChannel => ({
    id,
    type: 0,
    name,
    topic: null,
    parentId: null,
    messages: [],
    ...more,
  })
  const [first, second] = defaultUsers
  return {
    users: defaultUsers,
    guilds: [
      {
        id: seededIds.guild,
        name: "First server",
        ownerId: first?.id ?? "",
        channels: [
          channel(seededIds.general, "general"),
          channel(seededIds.hidden, "hidden", { bot: "sees nothing" }),
          channel(seededIds.readOnly, "rules", { bot: "may not post" }),
          channel(seededIds.voice, "category", { type: 4 }),
        ],
      },
      {
        id: seededIds.secondGuild,
        name: "Second server",
        ownerId: second?.id ?? "",
        channels: [channel(seededIds.foreign, "general")],
      },
    ],
    botGuilds: new Set(),
    nextId: () => String(++last),
  }
}
