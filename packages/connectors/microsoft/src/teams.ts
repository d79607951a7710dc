// https://learn.microsoft.com/en-us/graph/api/resources/teams-api-overview
import { defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { errors } from "./errors.js"
import { getPage, itemId, nextLink, nextPage, pageOf } from "./graph.js"
import { microsoftAdminConsent, microsoftOAuth } from "./method.js"
import { checkWith, graphUrl, type MicrosoftOptions, microsoft, setupFor } from "./vendor.js"

const scopes = [
  "Team.ReadBasic.All",
  "Channel.ReadBasic.All",
  "ChannelMessage.Send",
  "Chat.ReadBasic",
  "ChatMessage.Send",
]

const team = z.looseObject({ id: z.string(), displayName: z.string(), description: z.string().nullish() })
const channel = z.looseObject({
  id: z.string(),
  displayName: z.string(),
  description: z.string().nullish(),
  membershipType: z.string().optional(),
  webUrl: z.string().nullish(),
})
const chat = z.looseObject({
  id: z.string(),
  topic: z.string().nullish(),
  chatType: z.string().optional(),
  webUrl: z.string().nullish(),
})
const chatMessage = z.looseObject({
  id: z.string(),
  createdDateTime: z.string().optional(),
  webUrl: z.string().nullish(),
  body: z.looseObject({ contentType: z.string(), content: z.string() }).optional(),
})
const teamPage = pageOf(team)
const channels = pageOf(channel)
const chats = pageOf(chat)

const teamId = z.guid().describe("As list_teams says")
const text = {
  message: z.string().min(1).max(28_000),
  contentType: z.enum(["text", "html"]).default("text"),
}

const operations = {
  // https://learn.microsoft.com/en-us/graph/api/channel-post-messages
  send_channel_message: operation({
    summary: "Post a message in a channel as the person who is connected",
    effect: "write",
    scopes: ["ChannelMessage.Send"],
    input: z.object({
      teamId,
      channelId: itemId.describe("19:…@thread.tacv2, as list_channels says"),
      ...text,
      subject: z.string().optional(),
      replyTo: z
        .string()
        .regex(/^\d{1,20}$/)
        .optional()
        .describe("The id of the message that it answers"),
    }),
    output: chatMessage,
    trace: ["id", "createdDateTime"],
    run({ http }, { teamId, channelId, message, contentType, subject, replyTo }) {
      const json = { body: { contentType, content: message }, ...(subject !== undefined && { subject }) }
      const path = { teamId, channelId }
      const messages = "/teams/{teamId}/channels/{channelId}/messages"
      return replyTo === undefined
        ? http.post(messages, { path, json, output: chatMessage })
        : http.post(`${messages}/{replyTo}/replies`, { path: { ...path, replyTo }, json, output: chatMessage })
    },
  }),

  // https://learn.microsoft.com/en-us/graph/api/user-list-joinedteams
  list_teams: operation({
    summary: "List the teams that the person is in",
    effect: "read",
    scopes: ["Team.ReadBasic.All"],
    input: z.object({ nextLink }),
    output: teamPage,
    pages: { items: ({ value }) => value, next: nextPage },
    run: (call, { nextLink }) => getPage(call, nextLink, "/me/joinedTeams", { output: teamPage }),
  }),

  // https://learn.microsoft.com/en-us/graph/api/channel-list
  list_channels: operation({
    summary: "List the channels of a team",
    effect: "read",
    scopes: ["Channel.ReadBasic.All"],
    input: z.object({ teamId, nextLink }),
    output: channels,
    pages: { items: ({ value }) => value, next: nextPage },
    run: (call, { teamId, nextLink }) =>
      getPage(call, nextLink, "/teams/{teamId}/channels", { path: { teamId }, output: channels }),
  }),

  // https://learn.microsoft.com/en-us/graph/api/chat-list
  list_chats: operation({
    summary: "List the chats that the person is in",
    effect: "read",
    scopes: ["Chat.ReadBasic|Chat.Read|Chat.ReadWrite"],
    input: z.object({ top: z.int().min(1).max(50).default(50), nextLink }),
    output: chats,
    pages: { items: ({ value }) => value, next: nextPage },
    run: (call, { top, nextLink }) => getPage(call, nextLink, "/me/chats", { query: { $top: top }, output: chats }),
  }),

  // https://learn.microsoft.com/en-us/graph/api/chat-post-messages
  send_chat_message: operation({
    summary: "Post a message in a chat as the person who is connected",
    effect: "write",
    scopes: ["ChatMessage.Send|Chat.ReadWrite"],
    input: z.object({ chatId: itemId.describe("19:…, as list_chats says"), ...text }),
    output: chatMessage,
    trace: ["id", "createdDateTime"],
    run: ({ http }, { chatId, message, contentType }) =>
      http.post("/chats/{chatId}/messages", {
        path: { chatId },
        json: { body: { contentType, content: message } },
        output: chatMessage,
      }),
  }),
}

const define = defineConnector({
  ...microsoft,
  id: "teams",
  name: "Microsoft Teams",
  category: "communication",
  documentation: "https://learn.microsoft.com/en-us/graph/teams-concept-overview",
  methods: [microsoftOAuth(scopes), microsoftAdminConsent(scopes)],
  api: { baseUrl: graphUrl, authorization: "Bearer" },
  errors,
  check: checkWith(({ http }) => http.get("/me/joinedTeams")),
  operations,
  setup: setupFor(scopes, [
    "Only work and school accounts can connect Teams: Microsoft has no Teams API for personal ones.",
  ]),
})

export interface TeamsConnector extends ReturnType<typeof define> {}
/** Microsoft Teams: channels and chats of work and school accounts. */
export const teams: (options?: MicrosoftOptions) => TeamsConnector = define
