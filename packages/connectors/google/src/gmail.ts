// https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages
import { base64url, defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { errors } from "./errors.js"
import { addresses, composeMail, headerText } from "./mail-message.js"
import { checkWith, type GoogleOptions, google, googleOAuth, identityOrigin, scope, setupFor } from "./vendor.js"

const sent = z.looseObject({ id: z.string(), threadId: z.string(), labelIds: z.array(z.string()).default([]) })
const messageList = z.looseObject({
  messages: z.array(z.looseObject({ id: z.string(), threadId: z.string() })).default([]),
  nextPageToken: z.string().optional(),
  resultSizeEstimate: z.number().optional(),
})
const message = z.looseObject({
  id: z.string(),
  threadId: z.string(),
  labelIds: z.array(z.string()).default([]),
  snippet: z.string().optional(),
  /** Milliseconds since the epoch, as a string. */
  internalDate: z.string().optional(),
  payload: z
    .looseObject({ headers: z.array(z.looseObject({ name: z.string(), value: z.string() })).optional() })
    .optional(),
})

const send = [["gmail.send", "gmail.compose", "gmail.modify"].map(scope).concat("https://mail.google.com/").join("|")]
// `gmail.metadata` is not enough: it may not search.
const read = [["gmail.readonly", "gmail.modify"].map(scope).concat("https://mail.google.com/").join("|")]

const define = defineConnector({
  ...google,
  id: "gmail",
  name: "Gmail",
  category: "communication",
  documentation: "https://developers.google.com/workspace/gmail/api",
  methods: [googleOAuth([scope("gmail.send"), scope("gmail.readonly")])],
  api: { baseUrl: "https://gmail.googleapis.com/gmail/v1", hosts: [identityOrigin], authorization: "Bearer" },
  errors,
  check: checkWith(({ http }) => http.get("/users/me/profile", { query: { fields: "emailAddress" } })),

  operations: {
    send_email: operation({
      summary: "Send an email as the person who is connected",
      effect: "write",
      scopes: send,
      input: z
        .object({
          to: addresses.describe("first@example.com, or First <first@example.com>; several as a list"),
          cc: addresses.optional(),
          bcc: addresses.optional(),
          replyTo: addresses.optional(),
          subject: headerText,
          text: z.string().optional(),
          html: z.string().optional(),
          threadId: z.string().optional().describe("The conversation that it continues"),
        })
        .refine(({ text, html }) => text !== undefined || html !== undefined, {
          path: ["text"],
          error: "text or html is needed",
        }),
      output: sent,
      trace: ["id", "threadId"],
      run: ({ http, context }, { threadId, ...mail }) => {
        const source = composeMail(mail, base64url(context.random(12)))
        const raw = base64url(new TextEncoder().encode(source))
        return http.post("/users/me/messages/send", {
          json: { raw, ...(threadId !== undefined && { threadId }) },
          output: sent,
        })
      },
    }),
    list_messages: operation({
      summary: "List or search messages, newest first; get_message tells more of each",
      effect: "read",
      scopes: read,
      input: z.object({
        q: z.string().optional().describe("As in Gmail's search box: from:billing is:unread"),
        labelIds: z.array(z.string()).optional(),
        maxResults: z.int().min(1).max(500).default(100),
        pageToken: z.string().optional(),
      }),
      output: messageList,
      pages: {
        items: (result) => result.messages ?? [],
        next: ({ nextPageToken }) => (nextPageToken ? { pageToken: nextPageToken } : undefined),
      },
      run: ({ http }, query) => http.get("/users/me/messages", { query, output: messageList }),
    }),
    get_message: operation({
      summary: "Read a message",
      effect: "read",
      scopes: read,
      input: z.object({
        id: z.string().regex(/^\w{1,64}$/),
        format: z
          .enum(["minimal", "metadata", "full"])
          .default("metadata")
          .describe("Snippet and labels, headers too, or everything"),
      }),
      output: message,
      trace: ["id", "threadId"],
      run: ({ http }, { id, format }) =>
        http.get("/users/me/messages/{id}", { path: { id }, query: { format }, output: message }),
    }),
  },

  setup: setupFor({ title: "Gmail API", library: "gmail.googleapis.com" }, [
    "Under “Data access” add the scopes gmail.send and gmail.readonly. The second is restricted: an app that everybody may use needs Google's security assessment.",
  ]),
})

export interface GmailConnector extends ReturnType<typeof define> {}
/** Gmail: sending and reading mail as the person. */
export const gmail: (options?: GoogleOptions) => GmailConnector = (options) => define(options && { ...options })
