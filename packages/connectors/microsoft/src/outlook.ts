// https://learn.microsoft.com/en-us/graph/api/resources/mail-api-overview
import { defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { changeNotifications } from "./change-notifications.js"
import { errors } from "./errors.js"
import { getPage, immutableIds, itemId, nextLink, nextPage, pageOf, recipient } from "./graph.js"
import { addresses } from "./mail-address.js"
import { microsoftAdminConsent, microsoftOAuth } from "./method.js"
import { checkWith, graphUrl, type MicrosoftOptions, microsoft, setupFor } from "./vendor.js"

const scopes = ["Mail.Read", "Mail.Send"]
// https://learn.microsoft.com/en-us/graph/permissions-reference
const read = ["Mail.Read|Mail.ReadWrite"]
const send = ["Mail.Send"]

const message = z.looseObject({
  id: z.string(),
  subject: z.string().nullish(),
  bodyPreview: z.string().optional(),
  from: recipient.nullish(),
  toRecipients: z.array(recipient).optional(),
  receivedDateTime: z.string().optional(),
  isRead: z.boolean().nullish(),
  conversationId: z.string().nullish(),
  webLink: z.string().nullish(),
  body: z.looseObject({ contentType: z.string(), content: z.string() }).optional(),
})
const messages = pageOf(message)

/** The answer to what is sent says only that it was taken: there is no id. */
const accepted = z.object({ status: z.literal("accepted") })

// Bodies are left out of lists: they are what makes pages large.
const listed =
  "id,subject,bodyPreview,from,toRecipients,receivedDateTime,isRead,isDraft,hasAttachments,conversationId,webLink"
const top = z.int().min(1).max(1_000).default(25).describe("Messages on a page")

const operations = {
  // https://learn.microsoft.com/en-us/graph/api/user-sendmail
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
        subject: z.string().max(255),
        text: z.string().optional(),
        html: z.string().optional().describe("Sent instead of the text where both are given"),
        importance: z.enum(["low", "normal", "high"]).optional(),
        saveToSentItems: z.boolean().default(true),
      })
      .refine(({ text, html }) => text !== undefined || html !== undefined, {
        path: ["text"],
        error: "text or html is needed",
      }),
    output: accepted,
    trace: ["status"],
    async run({ http }, { to, cc, bcc, replyTo, subject, text, html, importance, saveToSentItems }) {
      const body =
        html === undefined ? { contentType: "text", content: text ?? "" } : { contentType: "html", content: html }
      await http.post("/me/sendMail", {
        json: {
          message: {
            subject,
            body,
            toRecipients: to,
            ...(cc && { ccRecipients: cc }),
            ...(bcc && { bccRecipients: bcc }),
            ...(replyTo && { replyTo }),
            ...(importance && { importance }),
          },
          saveToSentItems,
        },
      })
      return { status: "accepted" as const }
    },
  }),

  // https://learn.microsoft.com/en-us/graph/api/user-list-messages
  list_messages: operation({
    summary: "List the messages of a folder, newest first; get_message tells more of each",
    effect: "read",
    scopes: read,
    input: z.object({
      folder: itemId
        .default("inbox")
        .describe("A well-known name (inbox, sentitems, drafts, archive) or a folder's id"),
      unreadOnly: z.boolean().default(false),
      top,
      nextLink,
    }),
    output: messages,
    pages: { items: ({ value }) => value, next: nextPage },
    run: (call, { folder, unreadOnly, top, nextLink }) =>
      getPage(call, nextLink, "/me/mailFolders/{folder}/messages", {
        path: { folder },
        query: {
          $top: top,
          $select: listed,
          $orderby: "receivedDateTime desc",
          // What is sorted by has to come first in the filter.
          $filter: unreadOnly ? "receivedDateTime ge 1900-01-01T00:00:00Z and isRead eq false" : undefined,
        },
        output: messages,
      }),
  }),

  // https://learn.microsoft.com/en-us/graph/search-query-parameter#using-search-on-message-collections
  search_messages: operation({
    summary: "Search all folders, newest first",
    effect: "read",
    scopes: read,
    input: z.object({
      query: z.string().min(1).max(1_000).describe("As in Outlook's search box: from:billing subject:invoice"),
      top,
      nextLink,
    }),
    output: messages,
    pages: { items: ({ value }) => value, next: nextPage },
    run: (call, { query, top, nextLink }) =>
      getPage(call, nextLink, "/me/messages", {
        query: { $search: `"${query.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`, $top: top, $select: listed },
        output: messages,
      }),
  }),

  // https://learn.microsoft.com/en-us/graph/api/message-get
  get_message: operation({
    summary: "Read a message",
    effect: "read",
    scopes: read,
    input: z.object({ id: itemId, format: z.enum(["text", "html"]).default("html").describe("Of the body") }),
    output: message,
    trace: ["id"],
    run: ({ http }, { id, format }) =>
      http.get("/me/messages/{id}", {
        path: { id },
        headers: { prefer: `${immutableIds}, outlook.body-content-type="${format}"` },
        output: message,
      }),
  }),

  // https://learn.microsoft.com/en-us/graph/api/message-reply
  reply_to_message: operation({
    summary: "Answer a message, below which the original is quoted",
    effect: "write",
    scopes: send,
    input: z.object({
      id: itemId,
      comment: z.string().min(1),
      toAll: z.boolean().default(false).describe("To everybody who got it"),
    }),
    output: accepted,
    trace: ["status"],
    async run({ http }, { id, comment, toAll }) {
      await http.post(toAll ? "/me/messages/{id}/replyAll" : "/me/messages/{id}/reply", {
        path: { id },
        json: { comment },
      })
      return { status: "accepted" as const }
    },
  }),
}

const define = defineConnector({
  ...microsoft,
  id: "outlook",
  name: "Outlook",
  category: "communication",
  documentation: "https://learn.microsoft.com/en-us/graph/outlook-mail-concept-overview",
  methods: [microsoftOAuth(scopes), microsoftAdminConsent(scopes)],
  api: { baseUrl: graphUrl, headers: { prefer: immutableIds }, authorization: "Bearer" },
  errors,
  check: checkWith(({ http }) => http.get("/me/mailFolders/inbox/messages", { query: { $top: 1, $select: "id" } })),
  operations,
  // https://learn.microsoft.com/en-us/graph/outlook-change-notifications-overview
  webhooks: changeNotifications({
    resource: "me/mailFolders('inbox')/messages",
    scope: "Mail.Read",
    changes: { created: "message_received" },
    summaries: { message_received: "A message came into the inbox" },
  }),
  setup: setupFor(scopes),
})

export interface OutlookConnector extends ReturnType<typeof define> {}
/** Outlook: mail of work, school and personal accounts. */
export const outlook: (options?: MicrosoftOptions) => OutlookConnector = define
