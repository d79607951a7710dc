// https://www.rfc-editor.org/rfc/rfc3501 and https://www.rfc-editor.org/rfc/rfc5321
import { type Call, operation } from "@holdfast/core"
import { z } from "zod"
import type { Mail } from "./mail.js"
import { listMailboxes, listPage, readMessage } from "./messages.js"

const recipients = z.union([z.email(), z.array(z.email()).min(1).max(500)])
const person = z.object({ name: z.string().optional(), address: z.string().optional() })

const summary = z.object({
  uid: z.number(),
  messageId: z.string().optional(),
  subject: z.string().optional(),
  from: z.array(person),
  to: z.array(person),
  cc: z.array(person),
  date: z.string().optional(),
  seen: z.boolean(),
  flagged: z.boolean(),
  size: z.number().optional(),
})

const page = z.object({ messages: z.array(summary), nextCursor: z.string().optional() })
const paging = {
  mailbox: z.string().min(1).default("INBOX"),
  limit: z.number().int().min(1).max(100).default(20),
  cursor: z.string().optional().describe("nextCursor of the page before"),
}
const nextPage = ({ nextCursor }: z.infer<typeof page>) =>
  nextCursor === undefined ? undefined : { cursor: nextCursor }
const day = z.iso.date().transform((text) => new Date(`${text}T00:00:00Z`))
// What a header may hold: a line of its own could not be smuggled in.
const line = z.string().regex(/^[^\r\n]*$/)

export const operations = {
  list_messages: operation({
    summary: "List the messages of a mailbox, newest first",
    effect: "read",
    input: z.object(paging),
    output: page,
    pages: { items: ({ messages }) => messages, next: nextPage },
    run: ({ client }: Call<Mail>, { mailbox, ...at }) => listPage(client, mailbox, { all: true }, at),
  }),

  search_messages: operation({
    summary: "Find messages in a mailbox",
    effect: "read",
    input: z.object({
      ...paging,
      from: z.string().min(1).optional(),
      to: z.string().min(1).optional(),
      subject: z.string().min(1).optional(),
      text: z.string().min(1).optional().describe("Anywhere in the message"),
      since: day.optional().describe("On or after this day, 2026-01-31"),
      before: day.optional().describe("Before this day"),
      unseen: z.boolean().optional(),
    }),
    output: page,
    pages: { items: ({ messages }) => messages, next: nextPage },
    run({ client }: Call<Mail>, { mailbox, limit, cursor, unseen, ...wanted }) {
      const asked = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
      const query = { ...asked, ...(unseen !== undefined && { seen: !unseen }) }
      return listPage(client, mailbox, Object.keys(query).length > 0 ? query : { all: true }, { limit, cursor })
    },
  }),

  get_message: operation({
    summary: "Read a message, without marking it as read",
    effect: "read",
    input: z.object({ mailbox: paging.mailbox, uid: z.number().int().min(1).max(4_294_967_295) }),
    output: summary.extend({
      inReplyTo: z.string().optional(),
      text: z.string().optional(),
      html: z.string().optional(),
      attachments: z.array(
        z.object({
          part: z.string(),
          filename: z.string().optional(),
          type: z.string(),
          size: z.number().optional(),
        }),
      ),
    }),
    run: ({ client }: Call<Mail>, { mailbox, uid }) => readMessage(client, mailbox, uid),
  }),

  list_mailboxes: operation({
    summary: "List the mailboxes (folders)",
    effect: "read",
    input: z.object({}),
    output: z.object({
      mailboxes: z.array(
        z.object({
          path: z.string().describe("For `mailbox` of other operations"),
          name: z.string(),
          delimiter: z.string(),
          specialUse: z.string().optional().describe("inbox, sent, trash, …"),
        }),
      ),
    }),
    run: async ({ client }: Call<Mail>) => ({ mailboxes: await listMailboxes(client) }),
  }),

  send_email: operation({
    summary: "Send a message",
    effect: "write",
    input: z
      .object({
        to: recipients,
        cc: recipients.optional(),
        bcc: recipients.optional(),
        subject: line,
        text: z.string().optional(),
        html: z.string().optional(),
        inReplyTo: line.optional().describe("messageId of the message that this answers"),
        attachments: z
          .array(z.object({ filename: line, contentType: line.optional(), content: z.base64().describe("Base64") }))
          .max(50)
          .optional(),
      })
      .refine(({ text, html }) => text !== undefined || html !== undefined, { path: ["text"] }),
    output: z.object({ messageId: z.string(), accepted: z.array(z.string()), rejected: z.array(z.string()) }),
    async run({ client, account }: Call<Mail>, { attachments, inReplyTo, ...message }) {
      const { messageId, accepted, rejected } = await client.send({
        ...present(message),
        from: account?.email ?? "",
        ...(inReplyTo !== undefined && { inReplyTo, references: inReplyTo }),
        ...(attachments && {
          attachments: attachments.map(({ content, ...rest }) => ({ ...present(rest), content, encoding: "base64" })),
        }),
      })
      return { messageId, accepted: (accepted ?? []).map(String), rejected: (rejected ?? []).map(String) }
    },
  }),
}

function present<T extends object>(given: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never
}
