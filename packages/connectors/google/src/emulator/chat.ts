import type { EmulatorKit } from "@holdfast/emulator"
import type { Answer, ApiAccess, Service } from "./access.js"
import { entityNotFound, invalidArgument, noPermission } from "./errors.js"

export interface ChatSpace {
  /** `spaces/AAAA…`. */
  readonly name: string
  readonly displayName?: string
  readonly spaceType: "SPACE" | "GROUP_CHAT" | "DIRECT_MESSAGE"
  /** Ids of the accounts that are in it. */
  readonly members: readonly string[]
}

export interface ChatMessage {
  readonly name: string
  readonly sender: { readonly name: string; readonly type: "HUMAN" }
  readonly createTime: string
  readonly text: string
  readonly thread: { readonly name: string; readonly threadKey?: string }
  readonly space: { readonly name: string }
}

const service: Service = {
  name: "chat.googleapis.com",
  title: "Google Chat API",
  origin: "https://chat.googleapis.com",
  style: "status",
}

const mostBytes = 32_000

/** @see https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages/create */
export function chatApi(
  kit: EmulatorKit,
  access: ApiAccess,
  spaces: readonly ChatSpace[],
  messages: ChatMessage[],
): void {
  access.add({
    service,
    id: "chat.spaces.messages.create",
    method: "POST",
    path: "/v1/spaces/{space}/messages",
    scopes: "chat.messages.create",
    async answer(call, { account }): Promise<Answer> {
      const space = spaces.find(({ name }) => name === `spaces/${call.params.space}`)
      if (!space) return { refused: entityNotFound }
      if (!space.members.includes(account.id)) return { refused: noPermission }
      const body = ((await call.json()) ?? {}) as { text?: unknown; thread?: { name?: string; threadKey?: string } }
      const unknown = Object.keys(body).find((name) => !["text", "thread"].includes(name))
      if (unknown !== undefined)
        return { refused: invalidArgument(`Invalid JSON payload received. Unknown name "${unknown}" at 'message'`) }
      const { text, thread } = body
      if (typeof text !== "string" || text === "") return { refused: invalidArgument("Message cannot be empty.") }
      if (new TextEncoder().encode(text).length > mostBytes) return { refused: invalidArgument("Message is too long.") }
      const option = call.url.searchParams.get("messageReplyOption")
      if (option !== null && !/^REPLY_MESSAGE_(FALLBACK_TO_NEW_THREAD|OR_FAIL)$/.test(option))
        return { refused: invalidArgument(`Invalid value at 'message_reply_option': "${option}"`) }
      const known = thread && messages.find((other) => isSameThread(other, space.name, thread))
      if (thread && !known && option === "REPLY_MESSAGE_OR_FAIL") return { refused: entityNotFound }
      const id = kit.random.string(11)
      const message: ChatMessage = {
        name: `${space.name}/messages/${id}.${id}`,
        sender: { name: `users/${account.id}`, type: "HUMAN" },
        createTime: new Date(kit.clock.now()).toISOString(),
        text,
        // Without a reply option a thread is not looked at.
        thread: (option !== null && known?.thread) || {
          name: `${space.name}/threads/${id}`,
          ...(thread?.threadKey !== undefined && { threadKey: thread.threadKey }),
        },
        space: { name: space.name },
      }
      messages.push(message)
      return { body: message }
    },
  })
  access.add({
    service,
    id: "chat.spaces.list",
    method: "GET",
    path: "/v1/spaces",
    scopes: "chat.spaces.list",
    answer({ url }, { account }): Answer {
      const filter = url.searchParams.get("filter")
      const types = [...(filter ?? "").matchAll(/(?:spaceType|space_type)\s*=\s*"(\w+)"/g)].map((found) => found[1])
      if (filter !== null && types.length === 0) return { refused: invalidArgument("Invalid filter") }
      const found = spaces
        .filter(({ members }) => members.includes(account.id))
        .filter(({ spaceType }) => types.length === 0 || types.includes(spaceType))
        .map(({ members: _members, ...space }) => ({ ...space, spaceUri: `https://chat.google.com/${space.name}` }))
      const from = Number(url.searchParams.get("pageToken") ?? 0)
      const size = Math.min(1_000, Number(url.searchParams.get("pageSize") ?? 100))
      const page = found.slice(from, from + size)
      const nextPageToken = found.length > from + size ? String(from + size) : ""
      return { body: { ...(page.length > 0 && { spaces: page }), ...(nextPageToken !== "" && { nextPageToken }) } }
    },
  })
}

function isSameThread(message: ChatMessage, space: string, thread: { name?: string; threadKey?: string }): boolean {
  if (message.space.name !== space) return false
  if (thread.name !== undefined) return message.thread.name === thread.name
  return thread.threadKey !== undefined && message.thread.threadKey === thread.threadKey
}
