import type { EmulatedAccount } from "@holdfast/emulator"
import type { MicrosoftAccount } from "./accounts.js"
import { badRequest, type Graph, type GraphAnswer, type GraphRefusal, paged } from "./graph.js"

export interface Team {
  readonly id: string
  readonly displayName: string
  readonly description?: string
  /** The `oid`s of those who are in it. */
  readonly members: readonly string[]
  readonly channels: readonly { readonly id: string; readonly displayName: string; readonly membershipType: string }[]
}

export interface Chat {
  readonly id: string
  readonly topic: string | null
  readonly chatType: "oneOnOne" | "group" | "meeting"
  readonly members: readonly string[]
}

export interface ChatMessage {
  readonly id: string
  readonly replyToId: string | null
  readonly chatId: string | null
  readonly channelIdentity: { readonly teamId: string; readonly channelId: string } | null
  readonly subject: string | null
  readonly createdDateTime: string
  readonly body: { readonly contentType: "text" | "html"; readonly content: string }
  readonly from: { readonly user: { readonly id: string; readonly displayName: string } }
}

type Person = EmulatedAccount<MicrosoftAccount>
interface Sent {
  readonly body?: { readonly contentType?: string; readonly content?: string }
  readonly subject?: string
}

const notFound = (what: string): { readonly refused: GraphRefusal } => ({
  refused: { status: 404, code: "NotFound", message: `No ${what} was found.` },
})
const notThere: { readonly refused: GraphRefusal } = {
  refused: { status: 403, code: "Forbidden", message: "The user is not a member of the roster." },
}

/** @see https://learn.microsoft.com/en-us/graph/api/resources/teams-api-overview */
export function teamsApi(graph: Graph, teams: Team[], chats: Chat[], messages: ChatMessage[]): void {
  const { kit } = graph
  const workOnly = true

  async function post(
    call: { json(): Promise<unknown> },
    { id, data }: Person,
    where: Pick<ChatMessage, "replyToId" | "chatId" | "channelIdentity">,
  ): Promise<GraphAnswer> {
    const { body, subject } = ((await call.json()) ?? {}) as Sent
    if (typeof body?.content !== "string" || body.content === "") return badRequest("Missing body content.")
    const at = kit.clock.now()
    const message: ChatMessage = {
      id: String(at + messages.length),
      ...where,
      subject: subject ?? null,
      createdDateTime: new Date(at).toISOString(),
      body: { contentType: body.contentType === "html" ? "html" : "text", content: body.content },
      from: { user: { id, displayName: data.name } },
    }
    messages.push(message)
    return { status: 201, body: message }
  }

  graph.add({
    id: "me.joinedTeams.list",
    method: "GET",
    path: "/me/joinedTeams",
    scopes: "teams.list",
    workOnly,
    answer(call, { id }) {
      if (call.url.searchParams.size > 0) return badRequest("OData query parameters are not supported here.")
      const mine = teams.filter(({ members }) => members.includes(id))
      return { body: { value: mine.map(({ members: _members, channels: _channels, ...team }) => team) } }
    },
  })

  graph.add({
    id: "teams.channels.list",
    method: "GET",
    path: "/teams/{teamId}/channels",
    scopes: "channels.list",
    workOnly,
    answer({ params }, { id }) {
      const team = teams.find((one) => one.id === params.teamId)
      if (!team) return notFound("team")
      return team.members.includes(id) ? { body: { value: team.channels } } : notThere
    },
  })

  for (const path of [
    "/teams/{teamId}/channels/{channelId}/messages",
    "/teams/{teamId}/channels/{channelId}/messages/{replyTo}/replies",
  ])
    graph.add({
      id: path.endsWith("replies") ? "teams.channels.messages.reply" : "teams.channels.messages.create",
      method: "POST",
      path,
      scopes: "channel.send",
      workOnly,
      answer(call, account) {
        const { teamId = "", channelId = "", replyTo } = call.params
        const team = teams.find((one) => one.id === teamId)
        if (!team?.channels.some(({ id }) => id === channelId)) return notFound("channel")
        if (!team.members.includes(account.id)) return notThere
        if (replyTo !== undefined && !messages.some(({ id }) => id === replyTo)) return notFound("message")
        return post(call, account, { replyToId: replyTo ?? null, chatId: null, channelIdentity: { teamId, channelId } })
      },
    })

  graph.add({
    id: "me.chats.list",
    method: "GET",
    path: "/me/chats",
    scopes: "chats.list",
    workOnly,
    answer(call, { id }) {
      const mine = chats.filter(({ members }) => members.includes(id))
      return paged(
        call,
        mine.map(({ members: _members, ...chat }) => chat),
        { size: 20, most: 50, token: "$skiptoken" },
      )
    },
  })

  graph.add({
    id: "chats.messages.create",
    method: "POST",
    path: "/chats/{chatId}/messages",
    scopes: "chat.send",
    workOnly,
    answer(call, account) {
      const chat = chats.find(({ id }) => id === call.params.chatId)
      if (!chat) return notFound("chat")
      if (!chat.members.includes(account.id)) return notThere
      return post(call, account, { replyToId: null, chatId: chat.id, channelIdentity: null })
    },
  })
}
