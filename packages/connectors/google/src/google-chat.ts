// https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages
import { defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { errors } from "./errors.js"
import { checkWith, type GoogleOptions, google, googleOAuth, identityOrigin, scope, setupFor } from "./vendor.js"

const message = z.looseObject({
  /** `spaces/…/messages/…` */
  name: z.string(),
  text: z.string().optional(),
  createTime: z.string().optional(),
  thread: z.looseObject({ name: z.string() }).optional(),
  space: z.looseObject({ name: z.string() }).optional(),
})
const spaceList = z.looseObject({
  spaces: z
    .array(
      z.looseObject({
        name: z.string(),
        displayName: z.string().optional(),
        spaceType: z.string().optional(),
        spaceUri: z.string().optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
})

const space = z
  .string()
  .regex(/^(?:spaces\/)?[\w-]{1,100}$/)
  .transform((name) => name.replace(/^spaces\//, ""))
  .describe("spaces/AAAA…, as list_spaces names it, or the last part of the space's address")

const define = defineConnector({
  ...google,
  id: "google-chat",
  name: "Google Chat",
  category: "communication",
  documentation: "https://developers.google.com/workspace/chat",
  methods: [googleOAuth([scope("chat.messages.create"), scope("chat.spaces.readonly")])],
  api: { baseUrl: "https://chat.googleapis.com/v1", hosts: [identityOrigin], authorization: "Bearer" },
  errors,
  check: checkWith(({ http }) => http.get("/spaces", { query: { pageSize: 1 } })),

  operations: {
    send_chat_message: operation({
      summary: "Post a message in a space as the person who is connected",
      effect: "write",
      scopes: [`${scope("chat.messages.create")}|${scope("chat.messages")}`],
      input: z.object({
        space,
        message: z.string().min(1),
        threadKey: z
          .string()
          .min(1)
          .max(4_000)
          .optional()
          .describe("Any word of yours: messages with the same one form a thread"),
      }),
      output: message,
      trace: ["name", "createTime"],
      run: ({ http }, { space, message: text, threadKey }) =>
        http.post("/spaces/{space}/messages", {
          path: { space },
          query: { messageReplyOption: threadKey === undefined ? undefined : "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD" },
          json: { text, ...(threadKey !== undefined && { thread: { threadKey } }) },
          output: message,
        }),
    }),
    list_spaces: operation({
      summary: "List the spaces that the person is in",
      effect: "read",
      scopes: [`${scope("chat.spaces.readonly")}|${scope("chat.spaces")}`],
      input: z.object({
        filter: z.string().optional().describe('spaceType = "SPACE"'),
        pageSize: z.int().min(1).max(1_000).default(100),
        pageToken: z.string().optional(),
      }),
      output: spaceList,
      pages: {
        items: (result) => result.spaces ?? [],
        next: ({ nextPageToken }) => (nextPageToken ? { pageToken: nextPageToken } : undefined),
      },
      run: ({ http }, query) => http.get("/spaces", { query, output: spaceList }),
    }),
  },

  setup: setupFor({ title: "Google Chat API", library: "chat.googleapis.com" }, [
    "Under “Google Chat API”, “Configuration”, give the Chat app a name, an avatar and a description; the API refuses projects without one.",
    "Only people with a Google Workspace account can connect.",
  ]),
})

export interface GoogleChatConnector extends ReturnType<typeof define> {}
/** Google Chat: messages in the spaces that the person is in. */
export const googleChat: (options?: GoogleOptions) => GoogleChatConnector = (options) =>
  define(options && { ...options })
