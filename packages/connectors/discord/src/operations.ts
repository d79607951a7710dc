import { type Call, HoldfastError, isHoldfastError, operation } from "@holdfast/core"
import { z } from "zod"
import { guild, user } from "./schemas.js"

const snowflake = z.string().regex(/^\d{1,20}$/, "A Discord id is a number")

// https://discord.com/developers/docs/resources/channel#channel-object
const channel = z.looseObject({
  id: z.string(),
  type: z.number(),
  guild_id: z.string().optional(),
  name: z.string().nullish(),
  parent_id: z.string().nullish(),
  topic: z.string().nullish(),
  position: z.number().optional(),
})

// https://discord.com/developers/docs/resources/message#message-object
const message = z.looseObject({
  id: z.string(),
  channel_id: z.string(),
  content: z.string(),
  timestamp: z.string(),
  author: z.looseObject({ id: z.string(), username: z.string() }),
})

const maxGuilds = 200

export const send_message = operation({
  summary: "Post a message to a channel of the server",
  effect: "write",
  uses: "bot",
  input: z
    .object({
      channel_id: snowflake,
      content: z.string().min(1).max(2_000).optional(),
      embeds: z.array(z.looseObject({})).min(1).max(10).optional(),
      reply_to: snowflake.optional().describe("The id of a message in the same channel"),
      allowed_mentions: z.looseObject({}).optional().describe("Who may be notified: { parse: [] } for nobody"),
    })
    .refine(({ content, embeds }) => content !== undefined || embeds !== undefined, "content or embeds must be given"),
  output: message,
  trace: ["id", "channel_id"],
  // https://discord.com/developers/docs/resources/message#create-message
  async run(call: Call, { channel_id, reply_to, ...said }) {
    await refuseForeignChannel(call, channel_id)
    const json = { ...said, ...(reply_to !== undefined && { message_reference: { message_id: reply_to } }) }
    return await call.http.post("/channels/{channel_id}/messages", { path: { channel_id }, json, output: message })
  },
})

export const list_channels = operation({
  summary: "List the channels of the server, without its threads",
  effect: "read",
  uses: "bot",
  input: z.object({}),
  output: z.object({ channels: z.array(channel) }),
  // https://discord.com/developers/docs/resources/guild#get-guild-channels
  async run(call: Call) {
    const path = { guild_id: guildOf(call) }
    return { channels: await call.http.get("/guilds/{guild_id}/channels", { path, output: z.array(channel) }) }
  },
})

export const create_channel = operation({
  summary: "Create a channel in the server",
  effect: "write",
  uses: "bot",
  input: z.object({
    name: z.string().min(1).max(100),
    type: z.int().min(0).optional().describe("0 text, 2 voice, 4 category, 5 announcements, 15 forum. Default: 0"),
    topic: z.string().max(1_024).optional(),
    parent_id: snowflake.optional().describe("The category that it goes under"),
  }),
  output: channel,
  trace: ["id"],
  // https://discord.com/developers/docs/resources/guild#create-guild-channel
  run: (call: Call, json) =>
    call.http.post("/guilds/{guild_id}/channels", { path: { guild_id: guildOf(call) }, json, output: channel }),
})

export const list_guilds = operation({
  summary: "List the person's servers; of a bot's connection the one server",
  effect: "read",
  scopes: ["guilds|bot"],
  input: z.object({ limit: z.int().min(1).max(maxGuilds).optional(), after: snowflake.optional() }),
  output: z.object({ guilds: z.array(guild), after: z.string().optional() }),
  pages: {
    items: ({ guilds }) => guilds,
    next: ({ after }) => (after === undefined ? undefined : { after }),
  },
  // https://discord.com/developers/docs/resources/user#get-current-user-guilds
  async run({ http, account }: Call, { limit = maxGuilds, after }) {
    const guildId = account?.data?.guildId
    // The list of the bot has the servers of everybody who added it.
    if (guildId !== undefined)
      return { guilds: [await http.get("/guilds/{guildId}", { path: { guildId }, output: guild })] }
    const guilds = await http.get("/users/@me/guilds", { query: { limit, after }, output: z.array(guild) })
    const last = guilds.length === limit ? guilds.at(-1)?.id : undefined
    return { guilds, ...(last !== undefined && { after: last }) }
  },
})

export const get_user = operation({
  summary: "Read a user; without an id whoever is connected",
  effect: "read",
  input: z.object({
    user_id: z
      .union([z.literal("@me"), snowflake])
      .optional()
      .describe("Others than @me: with a bot's connection"),
  }),
  output: user,
  // https://discord.com/developers/docs/resources/user#get-user
  run: ({ http }: Call, { user_id = "@me" }) =>
    user_id === "@me"
      ? http.get("/users/@me", { output: user })
      : http.get("/users/{user_id}", { path: { user_id }, output: user }),
})

function guildOf({ account }: Call): string {
  const guildId = account?.data?.guildId
  if (guildId !== undefined) return guildId
  throw new HoldfastError("scope_missing", "This connection is a person's. Add the bot to a server to use the bot.")
}

/** The bot's token reaches the channels of every server that has the bot: those of others are not there. */
async function refuseForeignChannel(call: Call, channel_id: string): Promise<void> {
  const guild_id = guildOf(call)
  const missing = "The channel is not one of this connection's server."
  try {
    const found = await call.http.get("/channels/{channel_id}", { path: { channel_id }, output: channel })
    if (found.guild_id === guild_id) return
  } catch (error) {
    if (!isHoldfastError(error, "resource_not_found")) throw error
    // So it is said of every channel once the bot was removed from the server.
    await call.http.get("/guilds/{guild_id}", { path: { guild_id }, output: guild })
  }
  throw new HoldfastError("resource_not_found", missing, { details: { providerCode: "10003" } })
}
