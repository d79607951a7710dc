import { HoldfastError } from "@holdfast/core"
import type { FetchMessageObject, ImapFlow, MessageAddressObject, MessageStructureObject, SearchObject } from "imapflow"
import type { Mail } from "./mail.js"

export interface Address {
  readonly name?: string
  readonly address?: string
}

/** A message in a list. `uid` names it as long as the mailbox keeps its `uidValidity`. */
export interface MessageSummary {
  readonly uid: number
  readonly messageId?: string
  readonly subject?: string
  readonly from: Address[]
  readonly to: Address[]
  readonly cc: Address[]
  readonly date?: string
  readonly seen: boolean
  readonly flagged: boolean
  readonly size?: number
}

export interface Message extends MessageSummary {
  readonly inReplyTo?: string
  readonly text?: string
  readonly html?: string
  readonly attachments: {
    readonly part: string
    readonly filename?: string
    readonly type: string
    readonly size?: number
  }[]
}

const listed = { uid: true, envelope: true, flags: true, size: true } as const
const maxTextBytes = 1_048_576

/** One page, newest first. `cursor` is where the page before ended. */
export async function listPage(
  mail: Mail,
  mailbox: string,
  query: SearchObject,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ messages: MessageSummary[]; nextCursor?: string }> {
  return await inMailbox(mail, mailbox, async (client, uidValidity) => {
    const below = cursor === undefined ? undefined : uidBelow(cursor, uidValidity)
    if (below !== undefined && below <= 1) return { messages: [] }
    const range = below === undefined ? query : { ...query, uid: `1:${below - 1}` }
    const found = await client.search(range, { uid: true })
    if (!Array.isArray(found)) throw new HoldfastError("provider_rejected", "The IMAP server did not search.")
    const uids = found.toSorted((one, other) => other - one)
    const page = uids.slice(0, limit)
    const last = page.at(-1)
    if (last === undefined) return { messages: [] }
    const messages = await client.fetchAll(page.join(","), listed, { uid: true })
    return {
      messages: messages.toSorted((one, other) => other.uid - one.uid).map(summaryOf),
      ...(uids.length > limit && { nextCursor: `${uidValidity}:${last}` }),
    }
  })
}

export async function readMessage(mail: Mail, mailbox: string, uid: number): Promise<Message> {
  return await inMailbox(mail, mailbox, async (client) => {
    const found = await client.fetchOne(String(uid), { ...listed, bodyStructure: true }, { uid: true })
    if (!found)
      throw new HoldfastError("resource_not_found", "The mailbox has no message with this uid.", {
        details: { connector: "email" },
      })
    const parts = leavesOf(found.bodyStructure)
    const body = (type: string) => parts.find((part) => part.type === type && part.disposition !== "attachment")
    const [text, html] = [await textOf(client, uid, body("text/plain")), await textOf(client, uid, body("text/html"))]
    const shown = new Set([body("text/plain"), body("text/html")])
    const { inReplyTo } = found.envelope ?? {}
    return {
      ...summaryOf(found),
      ...(inReplyTo && { inReplyTo }),
      ...(text !== undefined && { text }),
      ...(html !== undefined && { html }),
      attachments: parts.filter((part) => !shown.has(part)).map(attachmentOf),
    }
  })
}

export async function listMailboxes(mail: Mail) {
  const found = await mail.imap((client) => client.list())
  return found.map(({ path, name, delimiter, specialUse }) => ({
    path,
    name,
    delimiter,
    ...(specialUse && { specialUse: specialUse.replace("\\", "").toLowerCase() }),
  }))
}

async function inMailbox<T>(
  mail: Mail,
  mailbox: string,
  run: (client: ImapFlow, uidValidity: string) => Promise<T>,
): Promise<T> {
  return await mail.imap(async (client) => {
    // Reading marks nothing as read.
    const { uidValidity } = await client.mailboxOpen(mailbox, { readOnly: true }).catch(async (cause: unknown) => {
      throw (await isMissing(client, mailbox, cause)) ? missing() : cause
    })
    return await run(client, String(uidValidity ?? ""))
  })
}

/** Dovecot says why it does not open a mailbox in prose alone, so its list tells whether there is one. */
async function isMissing(client: ImapFlow, mailbox: string, cause: unknown): Promise<boolean> {
  const { responseStatus, serverResponseCode } = cause as { responseStatus?: unknown; serverResponseCode?: unknown }
  if (responseStatus !== "NO" || serverResponseCode) return false
  const found = await client.list().catch(() => undefined)
  return found !== undefined && !found.some(({ path }) => path === mailbox)
}

function missing(): HoldfastError {
  return new HoldfastError("resource_not_found", "There is no such mailbox.", { details: { connector: "email" } })
}

/** Uids mean something else once a mailbox was made anew: https://www.rfc-editor.org/rfc/rfc3501#section-2.3.1.1 */
function uidBelow(cursor: string, uidValidity: string): number {
  const [, validity, uid] = /^(\d+):(\d+)$/.exec(cursor) ?? []
  if (validity === uidValidity) return Number(uid)
  throw new HoldfastError("input_invalid", "The mailbox was made anew since that page. Start again without a cursor.", {
    details: { connector: "email", fields: ["cursor"], reason: "cursor_expired" },
  })
}

function summaryOf({ uid, envelope, flags, size }: FetchMessageObject): MessageSummary {
  const { messageId, subject, date, from, to, cc } = envelope ?? {}
  const at = date === undefined ? undefined : new Date(date)
  return {
    uid,
    ...(messageId && { messageId }),
    ...(subject !== undefined && { subject }),
    from: addressesOf(from),
    to: addressesOf(to),
    cc: addressesOf(cc),
    ...(at && !Number.isNaN(at.getTime()) && { date: at.toISOString() }),
    seen: flags?.has("\\Seen") ?? false,
    flagged: flags?.has("\\Flagged") ?? false,
    ...(size !== undefined && { size }),
  }
}

function addressesOf(found: readonly MessageAddressObject[] = []): Address[] {
  return found.map(({ name, address }) => ({ ...(name && { name }), ...(address && { address }) }))
}

function leavesOf(node: MessageStructureObject | undefined): MessageStructureObject[] {
  if (!node) return []
  // A message in a message is one attachment.
  return node.childNodes && node.type !== "message/rfc822" ? node.childNodes.flatMap(leavesOf) : [node]
}

function attachmentOf({ part, type, size, parameters, dispositionParameters }: MessageStructureObject) {
  const filename = dispositionParameters?.filename ?? parameters?.name
  return { part: part ?? "1", type, ...(filename && { filename }), ...(size !== undefined && { size }) }
}

async function textOf(client: ImapFlow, uid: number, part: MessageStructureObject | undefined) {
  if (!part) return undefined
  // A message of a single part is asked for as part 1.
  const { content } = await client.download(String(uid), part.part ?? "1", { uid: true, maxBytes: maxTextBytes })
  if (!content) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of content) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString("utf8")
}
