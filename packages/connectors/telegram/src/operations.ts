import { type Call, operation } from "@holdfast/core"
import { z } from "zod"
import type { TelegramApi } from "./api-client.js"

const chatHelp = "`me`, `@username`, `+phone`, or an `id` of list_dialogs"

/** What can be done as the person who connected. */
export const operations = {
  send_message: operation({
    summary: "Send a text message as the connected person",
    effect: "write",
    input: z.object({
      chat: z.string().min(1).max(100).describe(chatHelp),
      message: z.string().min(1).max(4096),
      silent: z.boolean().optional().describe("Without a notification"),
    }),
    output: z.object({ messageId: z.number(), sentAt: z.number().describe("Milliseconds since the epoch") }),
    trace: ["sentAt"],
    run: ({ client }: Call<TelegramApi>, { chat, message, silent }) =>
      client.sendMessage({ to: chat, text: message, ...(silent !== undefined && { silent }) }),
  }),

  list_dialogs: operation({
    summary: "List chats, the one with the latest message first",
    effect: "read",
    input: z.object({
      limit: z.number().int().min(1).max(100).default(20),
      cursor: z.string().max(100).optional().describe("`nextCursor` of the page before"),
    }),
    output: z.object({
      dialogs: z.array(
        z.object({
          id: z.string().describe("For send_message"),
          kind: z.enum(["user", "group", "channel"]),
          title: z.string(),
          username: z.string().optional(),
          unread: z.number(),
          lastMessage: z.object({ text: z.string(), sentAt: z.number() }).optional(),
        }),
      ),
      nextCursor: z.string().optional(),
    }),
    run: ({ client }: Call<TelegramApi>, { limit, cursor }) =>
      client.listDialogs({ limit, ...(cursor !== undefined && { cursor }) }),
  }),
}
