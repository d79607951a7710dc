import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

const channel = z.looseObject({
  id: z.string(),
  name: z.string(),
  is_private: z.boolean().optional(),
  is_archived: z.boolean().optional(),
  is_member: z.boolean().optional(),
  num_members: z.number().optional(),
})

const user = z.looseObject({
  id: z.string(),
  name: z.string(),
  real_name: z.string().optional(),
  deleted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  is_admin: z.boolean().optional(),
  profile: z.looseObject({ display_name: z.string().optional(), email: z.string().optional() }).optional(),
})

const teamId = z.string().optional().describe("The workspace, where the app is installed for a whole organisation")
const limit = z.number().int().min(1).max(5_000).default(200).describe("The most to answer; there may be more")
const cursor = z.string().min(1).optional().describe("`next_cursor` of the answer before")
const nextCursor = z.string().optional().describe("Where to go on; absent at the end")

/**
 * What can be done in a workspace, as the bot, or as the person where there is no bot.
 * @see https://docs.slack.dev/reference/methods
 */
export const operations = {
  // https://docs.slack.dev/reference/methods/chat.postMessage
  send_message: operation({
    summary: "Post a message to a channel, a thread or a person",
    effect: "write",
    scopes: ["chat:write"],
    input: z.object({
      channel: z
        .string()
        .min(1)
        .describe("Id of a channel or person (`C012AB3CD`), or the name of a public channel (`#alerts`)"),
      message: z.string().min(1).max(40_000).describe("Slack's mrkdwn"),
      thread_ts: z.string().min(1).optional().describe("`ts` of the message to answer"),
    }),
    output: z.looseObject({ ok: z.literal(true), channel: z.string(), ts: z.string() }),
    trace: ["ok", "ts"],
    run: ({ http }: Call, { channel, message, thread_ts }) =>
      http.post("/chat.postMessage", { json: { channel, text: message, thread_ts }, output: posted }),
  }),

  // https://docs.slack.dev/reference/methods/conversations.list
  list_channels: operation({
    summary: "List the channels of the workspace",
    effect: "read",
    scopes: ["channels:read|groups:read"],
    input: z.object({
      types: z
        .string()
        .min(1)
        .default("public_channel")
        .describe("Any of `public_channel`, `private_channel`, `mpim`, `im`, comma separated; each needs its scope"),
      exclude_archived: z.boolean().default(false),
      limit,
      cursor,
      team_id: teamId,
    }),
    output: z.object({ channels: z.array(channel), next_cursor: nextCursor }),
    trace: ["next_cursor"],
    pages: {
      items: (result) => result.channels,
      next: ({ next_cursor }) => (next_cursor === undefined ? undefined : { cursor: next_cursor }),
    },
    async run({ http }: Call, { types, exclude_archived, team_id, ...page }) {
      const fixed = { types, exclude_archived, team_id }
      const { items, ...rest } = await paged(page, async (next) => {
        const answer = await http.get("/conversations.list", { query: { ...fixed, ...next }, output: channelPage })
        return { items: answer.channels, next: answer.response_metadata?.next_cursor }
      })
      return { channels: items, ...rest }
    },
  }),

  // https://docs.slack.dev/reference/methods/conversations.create
  create_channel: operation({
    summary: "Create a channel",
    effect: "write",
    // Bot tokens are granted the first, user tokens the second, and private channels need the third.
    scopes: ["channels:manage|channels:write|groups:write"],
    input: z.object({
      name: z
        .string()
        .min(1)
        .max(81)
        .transform((name) => name.replace(/^#/, ""))
        .describe("Lower-case letters, numbers, hyphens and underscores"),
      is_private: z.boolean().default(false),
      team_id: teamId,
    }),
    output: z.object({ channel }),
    async run({ http }: Call, parameters) {
      const answer = await http.post("/conversations.create", { json: parameters, output: z.object({ channel }) })
      return { channel: answer.channel }
    },
  }),

  // https://docs.slack.dev/reference/methods/users.info
  get_user: operation({
    summary: "Look up a person by id",
    effect: "read",
    scopes: ["users:read"],
    input: z.object({ user: z.string().min(1).describe("Id of the person: `U012AB3CD`") }),
    output: z.object({ user }),
    run: ({ http }: Call, { user: id }) => http.get("/users.info", { query: { user: id }, output: z.object({ user }) }),
  }),

  // https://docs.slack.dev/reference/methods/users.list
  list_users: operation({
    summary: "List the people and bots of the workspace",
    effect: "read",
    scopes: ["users:read"],
    input: z.object({ limit, cursor, team_id: teamId }),
    output: z.object({ users: z.array(user), next_cursor: nextCursor }),
    trace: ["next_cursor"],
    pages: {
      items: (result) => result.users,
      next: ({ next_cursor }) => (next_cursor === undefined ? undefined : { cursor: next_cursor }),
    },
    async run({ http }: Call, { team_id, ...page }) {
      const { items, ...rest } = await paged(page, async (next) => {
        const answer = await http.get("/users.list", { query: { team_id, ...next }, output: userPage })
        return { items: answer.members, next: answer.response_metadata?.next_cursor }
      })
      return { users: items, ...rest }
    },
  }),
}

const posted = z.looseObject({ ok: z.literal(true), channel: z.string(), ts: z.string() })
const metadata = z.looseObject({ next_cursor: z.string().optional() }).optional()
const channelPage = z.object({ channels: z.array(channel), response_metadata: metadata })
const userPage = z.object({ members: z.array(user), response_metadata: metadata })

// Slack advises 200 an answer, and may answer fewer than were asked for though there are more.
const pageSize = 200
const mostPages = 40

/** Reads page after page until `limit` items are there. @see https://docs.slack.dev/apis/web-api/pagination */
async function paged<Item>(
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  read: (page: { limit: number; cursor: string | undefined }) => Promise<{ items: Item[]; next: string | undefined }>,
): Promise<{ items: Item[]; next_cursor?: string }> {
  const items: Item[] = []
  let next = cursor
  for (let page = 0; page < mostPages; page++) {
    const answer = await read({ limit: Math.min(pageSize, limit - items.length), cursor: next })
    items.push(...answer.items.slice(0, limit - items.length))
    next = answer.next === "" ? undefined : answer.next
    if (next === undefined || items.length >= limit) break
  }
  return { items, ...(next !== undefined && { next_cursor: next }) }
}
