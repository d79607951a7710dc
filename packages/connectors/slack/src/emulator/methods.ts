import type { Installations } from "./installation.js"
import type { MethodCall, WebApiMethod } from "./web-api.js"
import type { SlackChannel, SlackMessage, SlackUser, SlackWorkspace } from "./workspace.js"

/**
 * The methods that the connector's operations call, and their neighbours in an app's life.
 * @see https://docs.slack.dev/reference/methods
 */
export function webApiMethods(installations: Installations): Readonly<Record<string, WebApiMethod>> {
  return {
    // https://docs.slack.dev/reference/methods/auth.test
    "auth.test": {
      run({ workspace, actor, isBot, token }) {
        const { isEnterpriseInstall } = token.account.data
        const { enterprise } = workspace
        const isOrg = isEnterpriseInstall && enterprise !== undefined
        return {
          url: `https://${workspace.domain}.slack.com/`,
          team: isOrg ? enterprise.name : workspace.name,
          user: workspace.users.find(({ id }) => id === actor)?.name,
          team_id: isOrg ? enterprise.id : workspace.id,
          user_id: actor,
          ...(isBot && { bot_id: workspace.bot.botId }),
          ...(enterprise && { enterprise_id: enterprise.id }),
          is_enterprise_install: isEnterpriseInstall,
        }
      },
    },

    // https://docs.slack.dev/reference/methods/auth.revoke
    "auth.revoke": {
      run: ({ args, accessToken }) => ({ revoked: !isTrue(args.test) && installations.revoke(accessToken) }),
    },

    // https://docs.slack.dev/reference/methods/chat.postMessage
    "chat.postMessage": {
      scopes: () => ["chat:write"],
      run(call) {
        const { args, workspace, actor } = call
        if (!args.channel) return { error: "channel_not_found" }
        if (!args.text && !args.blocks && !args.attachments) return { error: "no_text" }
        if ((args.text ?? "").length > 40_000) return { error: "msg_too_long" }
        const channel = addressee(call, args.channel)
        if (typeof channel !== "string") return channel
        const thread = args.thread_ts
        const isAnswer = thread !== undefined && thread !== ""
        if (isAnswer && !workspace.messages.some(({ ts, channel: at }) => ts === thread && at === channel)) {
          return { error: "thread_not_found" }
        }
        const message: SlackMessage = {
          channel,
          ts: nextTs(call),
          text: args.text ?? "",
          user: actor,
          ...(isAnswer && { threadTs: thread }),
        }
        workspace.messages.push(message)
        return { channel, ts: message.ts, message: shownMessage(call, message) }
      },
    },

    // https://docs.slack.dev/reference/methods/conversations.list
    "conversations.list": {
      scopes: ({ args }) => typesOf(args).map((type) => (type === "private_channel" ? "groups:read" : "channels:read")),
      run(call) {
        const { args, workspace } = call
        const types = typesOf(args)
        if (types.some((type) => !channelTypes.includes(type))) return { error: "invalid_types" }
        const visible = workspace.channels.filter(
          (channel) =>
            types.includes(channel.isPrivate ? "private_channel" : "public_channel") &&
            canSee(call, channel) &&
            !(args.exclude_archived === "true" && channel.isArchived),
        )
        return paged(args, visible, 100, "channels", (channel) => shownChannel(call, channel))
      },
    },

    // https://docs.slack.dev/reference/methods/conversations.create
    "conversations.create": {
      scopes: ({ args, isBot }) => [
        isTrue(args.is_private) ? "groups:write" : isBot ? "channels:manage" : "channels:write",
      ],
      run(call) {
        const { args, workspace, actor, now } = call
        const { name = "" } = args
        if (name === "") return { error: "invalid_name_required" }
        if (name.length > 80) return { error: "invalid_name_maxlength" }
        if (!/^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(name)) return { error: "invalid_name_specials" }
        if (workspace.channels.some((channel) => channel.name === name)) return { error: "name_taken" }
        const channel: SlackChannel = {
          id: `C${String(workspace.channels.length + 1).padStart(4, "0")}${workspace.id.slice(-5)}`,
          name,
          isPrivate: isTrue(args.is_private),
          isArchived: false,
          creator: actor,
          created: Math.floor(now / 1000),
          topic: "",
          purpose: "",
          members: new Set([actor]),
        }
        workspace.channels.push(channel)
        return { channel: shownChannel(call, channel) }
      },
    },

    // https://docs.slack.dev/reference/methods/users.info
    "users.info": {
      scopes: () => ["users:read"],
      run(call) {
        const user = call.workspace.users.find(({ id }) => id === call.args.user)
        return user ? { user: shownUser(call, user) } : { error: "user_not_found" }
      },
    },

    // https://docs.slack.dev/reference/methods/users.list
    "users.list": {
      scopes: () => ["users:read"],
      run: (call) => paged(call.args, call.workspace.users, 1000, "members", (user) => shownUser(call, user)),
    },

    // https://docs.slack.dev/reference/methods/team.info
    "team.info": {
      scopes: () => ["team:read"],
      run: ({ workspace: { id, name, domain } }) => ({ team: { id, name, domain } }),
    },
  }
}

const channelTypes: readonly string[] = ["public_channel", "private_channel", "mpim", "im"]

function typesOf({ types }: MethodCall["args"]): readonly string[] {
  return (types ?? "public_channel").split(",").map((type) => type.trim())
}

function isTrue(text: string | undefined): boolean {
  return text === "true" || text === "1"
}

function canSee({ actor }: MethodCall, channel: SlackChannel): boolean {
  return !channel.isPrivate || channel.members.has(actor)
}

/** The id of the conversation that a message goes to, or why it cannot. */
function addressee(call: MethodCall, channel: string): string | { error: string } {
  const { workspace, token, actor } = call
  if (workspace.users.some(({ id }) => id === channel)) return `D${channel.slice(1)}`
  const name = channel.replace(/^#/, "")
  const found = workspace.channels.find((one) => one.id === channel || (one.name === name && !one.isPrivate))
  if (!found || !canSee(call, found)) return { error: "channel_not_found" }
  if (found.isArchived) return { error: "is_archived" }
  const isOpen = token.scopes.includes("chat:write.public") && !found.isPrivate
  return found.members.has(actor) || isOpen ? found.id : { error: "not_in_channel" }
}

/** Message ids count up in microseconds, and no two in a workspace are the same. */
function nextTs({ now, workspace }: MethodCall): string {
  return `${Math.floor(now / 1000)}.${String(workspace.messages.length + 1).padStart(6, "0")}`
}

/** One page of a collection; the cursor is opaque to callers. @see https://docs.slack.dev/apis/web-api/pagination */
function paged<Item extends { readonly id: string }>(
  { cursor, limit }: MethodCall["args"],
  items: readonly Item[],
  defaultLimit: number,
  name: string,
  shown: (item: Item) => object,
): Readonly<Record<string, unknown>> {
  const size = limit === undefined ? defaultLimit : Number(limit)
  if (!Number.isInteger(size) || size < 1 || size > 1000) return { error: "invalid_limit" }
  const start = cursor === undefined || cursor === "" ? 0 : items.findIndex(({ id }) => cursorOf(id) === cursor)
  if (start < 0) return { error: "invalid_cursor" }
  const next = items[start + size]
  return {
    [name]: items.slice(start, start + size).map(shown),
    response_metadata: { next_cursor: next ? cursorOf(next.id) : "" },
  }
}

function cursorOf(id: string): string {
  return btoa(`next:${id}`)
}

function shownChannel({ actor, workspace }: MethodCall, channel: SlackChannel): object {
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.isPrivate,
    is_group: channel.isPrivate,
    is_im: false,
    is_mpim: false,
    is_private: channel.isPrivate,
    is_archived: channel.isArchived,
    is_general: channel.name === "general",
    is_member: channel.members.has(actor),
    created: channel.created,
    creator: channel.creator,
    context_team_id: workspace.id,
    topic: { value: channel.topic, creator: "", last_set: 0 },
    purpose: { value: channel.purpose, creator: "", last_set: 0 },
    num_members: channel.members.size,
  }
}

function shownUser({ token, workspace }: MethodCall, user: SlackUser): object {
  const mayReadEmail = token.scopes.includes("users:read.email") && user.email !== ""
  return {
    id: user.id,
    team_id: workspace.id,
    name: user.name,
    deleted: user.deleted,
    real_name: user.realName,
    tz: "Etc/UTC",
    profile: {
      real_name: user.realName,
      display_name: user.name,
      ...(mayReadEmail && { email: user.email }),
    },
    is_admin: user.isAdmin,
    is_owner: user.isAdmin,
    is_bot: user.isBot,
    updated: 0,
  }
}

function shownMessage({ isBot, workspace }: MethodCall, { text, ts, user, threadTs }: SlackMessage): object {
  return {
    type: "message",
    text,
    ts,
    user,
    team: workspace.id,
    ...(isBot && { bot_id: workspace.bot.botId }),
    ...(threadTs !== undefined && { thread_ts: threadTs }),
  }
}

/** A workspace's messages in one channel, as a person there would see them. */
export function messagesIn(workspace: SlackWorkspace, channel: string): readonly SlackMessage[] {
  return workspace.messages.filter((message) => message.channel === channel)
}
