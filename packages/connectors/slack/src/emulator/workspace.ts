/** A person or bot of a workspace. */
export interface SlackUser {
  readonly id: string
  name: string
  realName: string
  email: string
  isAdmin: boolean
  isBot: boolean
  deleted: boolean
}

/** A public or private channel. */
export interface SlackChannel {
  readonly id: string
  name: string
  isPrivate: boolean
  isArchived: boolean
  readonly creator: string
  /** Seconds since the epoch. */
  readonly created: number
  topic: string
  purpose: string
  readonly members: Set<string>
}

/** A message as it was posted. */
export interface SlackMessage {
  readonly channel: string
  readonly ts: string
  readonly text: string
  readonly user: string
  readonly threadTs?: string
}

/** A workspace, and what is in it. */
export interface SlackWorkspace {
  readonly id: string
  readonly name: string
  /** `{domain}.slack.com`. */
  readonly domain: string
  readonly enterprise: { readonly id: string; readonly name: string } | undefined
  /** The bot user that the app has here. */
  readonly bot: { readonly userId: string; readonly botId: string }
  readonly users: SlackUser[]
  readonly channels: SlackChannel[]
  readonly messages: SlackMessage[]
}

/** What to fill a workspace with; see {@link defaultWorkspaces}. */
export interface SlackWorkspaceSeed {
  readonly id: string
  readonly name: string
  readonly domain: string
  /** The Enterprise organisation that it belongs to. */
  readonly enterprise?: { readonly id: string; readonly name: string }
  /** The first one installs apps unless another is picked. */
  readonly users: readonly (Pick<SlackUser, "id" | "name"> & Partial<SlackUser>)[]
  /** `withBot`: whether the app's bot was invited. */
  readonly channels: readonly {
    readonly id: string
    readonly name: string
    readonly isPrivate?: boolean
    readonly isArchived?: boolean
    readonly withBot?: boolean
  }[]
}

/** Two workspaces; the app's bot was invited to `#general` and `#alerts` of the first. */
export const defaultWorkspaces: readonly SlackWorkspaceSeed[] = [
  {
    id: "T0000000A1",
    name: "First workspace",
    domain: "first-workspace",
    users: [
      { id: "U0000000A1", name: "first.admin", isAdmin: true },
      { id: "U0000000A2", name: "first.member" },
      { id: "U0000000A3", name: "first.guest", deleted: true },
    ],
    channels: [
      { id: "C0000000A1", name: "general", withBot: true },
      { id: "C0000000A2", name: "alerts", withBot: true },
      { id: "C0000000A3", name: "random" },
      { id: "C0000000A4", name: "old-project", isArchived: true, withBot: true },
      { id: "C0000000A5", name: "board", isPrivate: true },
    ],
  },
  {
    id: "T0000000B1",
    name: "Second workspace",
    domain: "second-workspace",
    users: [{ id: "U0000000B1", name: "second.admin", isAdmin: true }],
    channels: [{ id: "C0000000B1", name: "general", withBot: true }],
  },
]

/** A workspace filled from its seed, the app's bot among its users. */
export function createWorkspace(seed: SlackWorkspaceSeed, createdSeconds: number): SlackWorkspace {
  const bot = { userId: `U0BOT${seed.id.slice(1)}`, botId: `B0BOT${seed.id.slice(1)}` }
  const users = seed.users.map((user) => ({
    realName: user.name,
    email: `${user.name}@${seed.domain}.example`,
    isAdmin: false,
    isBot: false,
    deleted: false,
    ...user,
  }))
  const creator = users[0]?.id ?? bot.userId
  return {
    id: seed.id,
    name: seed.name,
    domain: seed.domain,
    enterprise: seed.enterprise,
    bot,
    users: [
      ...users,
      {
        id: bot.userId,
        name: "the-app",
        realName: "The app",
        email: "",
        isAdmin: false,
        isBot: true,
        deleted: false,
      },
    ],
    channels: seed.channels.map(({ id, name, isPrivate = false, isArchived = false, withBot = false }) => ({
      id,
      name,
      isPrivate,
      isArchived,
      creator,
      created: createdSeconds,
      topic: "",
      purpose: "",
      members: new Set(withBot ? [creator, bot.userId] : [creator]),
    })),
    messages: [],
  }
}
