import type { EmulatorKit } from "@holdfast/emulator"
import type { Answer, ApiAccess, Caller, Service } from "./access.js"
import { invalidArgument, type Refused } from "./errors.js"
import { isAddressList, type MailPart, parseMail } from "./mail.js"

export interface MailMessage {
  readonly id: string
  readonly threadId: string
  /** Id of the account whose mailbox it is in. */
  readonly owner: string
  readonly labelIds: readonly string[]
  /** The whole message, as RFC 5322 has it. */
  readonly source: string
  /** Milliseconds since the epoch. */
  readonly receivedAt: number
}

const service: Service = {
  name: "gmail.googleapis.com",
  title: "Gmail API",
  origin: "https://gmail.googleapis.com",
  style: "list",
}

const notFound: Refused = {
  code: 404,
  message: "Requested entity was not found.",
  status: "NOT_FOUND",
  reason: "notFound",
}
const invalid = (message: string): Refused => ({ ...invalidArgument(message), reason: "invalidArgument" })
const messages = "/gmail/v1/users/{userId}/messages"

/** @see https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages */
export function gmailApi(kit: EmulatorKit, access: ApiAccess, mailbox: MailMessage[]): void {
  const mine = (params: Readonly<Record<string, string>>, { account }: Caller) =>
    params.userId === "me" || params.userId === account.data.email
  const delegationDenied: Refused = {
    code: 403,
    message: "Delegation denied",
    status: "PERMISSION_DENIED",
    reason: "forbidden",
  }

  access.add({
    service,
    id: "gmail.users.messages.send",
    method: "POST",
    path: `${messages}/send`,
    scopes: "gmail.send",
    async answer(call, caller) {
      if (!mine(call.params, caller)) return { refused: delegationDenied }
      const { raw, threadId } = ((await call.json()) ?? {}) as { raw?: unknown; threadId?: string }
      if (typeof raw !== "string" || !/^[\w-]+=*$/.test(raw))
        return {
          refused: invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required"),
        }
      const source = decode(raw)
      const refused = refuseRecipients(parseMail(source))
      if (refused) return { refused }
      const id = kit.random.string(16, "0123456789abcdef")
      if (threadId !== undefined && !mailbox.some((known) => known.threadId === threadId)) return { refused: notFound }
      const message = {
        id,
        threadId: threadId ?? id,
        owner: caller.account.id,
        labelIds: ["SENT"],
        source,
        receivedAt: kit.clock.now(),
      }
      mailbox.push(message)
      return { body: { id, threadId: message.threadId, labelIds: message.labelIds } }
    },
  })
  access.add({
    service,
    id: "gmail.users.messages.list",
    method: "GET",
    path: messages,
    scopes: "gmail.read",
    answer({ params, url }, caller): Answer {
      if (!mine(params, caller)) return { refused: delegationDenied }
      const query = url.searchParams
      const onlyMetadata = !caller.scopes.some((scope) => /mail\.google\.com|gmail\.(?:modify|readonly)$/.test(scope))
      if (query.has("q") && onlyMetadata) return { refused: { ...noQuery } }
      const labels = query.getAll("labelIds")
      const found = mailbox
        .filter(({ owner }) => owner === caller.account.id)
        .filter(({ labelIds }) => labels.every((label) => labelIds.includes(label)))
        .filter((message) => matches(message, query.get("q") ?? ""))
        .toSorted((a, b) => b.receivedAt - a.receivedAt)
      const from = Number(query.get("pageToken") ?? 0)
      const size = Number(query.get("maxResults") ?? 100)
      const page = found.slice(from, from + size).map(({ id, threadId }) => ({ id, threadId }))
      return {
        body: {
          ...(page.length > 0 && { messages: page }),
          ...(found.length > from + size && { nextPageToken: String(from + size) }),
          resultSizeEstimate: found.length,
        },
      }
    },
  })
  access.add({
    service,
    id: "gmail.users.messages.get",
    method: "GET",
    path: `${messages}/{id}`,
    scopes: "gmail.read",
    answer({ params, url }, caller): Answer {
      if (!mine(params, caller)) return { refused: delegationDenied }
      const found = mailbox.find(({ id, owner }) => id === params.id && owner === caller.account.id)
      if (!found) return { refused: notFound }
      const format = (url.searchParams.get("format") ?? "full").toLowerCase()
      const only = url.searchParams.getAll("metadataHeaders").map((name) => name.toLowerCase())
      return { body: shown(found, format, only) }
    },
  })
  access.add({
    service,
    id: "gmail.users.getProfile",
    method: "GET",
    path: "/gmail/v1/users/{userId}/profile",
    scopes: "gmail.profile",
    answer({ params }, caller): Answer {
      if (!mine(params, caller)) return { refused: delegationDenied }
      const count = mailbox.filter(({ owner }) => owner === caller.account.id).length
      const { email } = caller.account.data
      return { body: { emailAddress: email, messagesTotal: count, threadsTotal: count, historyId: "1" } }
    },
  })
}

const noQuery: Refused = {
  code: 403,
  message: "Metadata scope does not support 'q' parameter",
  status: "PERMISSION_DENIED",
  reason: "forbidden",
}

function refuseRecipients({ written }: MailPart): Refused | undefined {
  const fields = ["To", "Cc", "Bcc"].map((name) => [name, written.get(name.toLowerCase())] as const)
  if (fields.every(([, value]) => !value?.trim())) return invalid("Recipient address required")
  const wrong = fields.find(([, value]) => value !== undefined && !isAddressList(value))
  return wrong && invalid(`Invalid ${wrong[0]} header`)
}

function shown(message: MailMessage, format: string, only: readonly string[]): object {
  const { id, threadId, labelIds, source, receivedAt } = message
  const mail = parseMail(source)
  const head = {
    id,
    threadId,
    labelIds,
    snippet: textOf(mail).replace(/\s+/g, " ").trim().slice(0, 200),
    sizeEstimate: source.length,
    historyId: "1",
    internalDate: String(receivedAt),
  }
  if (format === "minimal") return head
  if (format === "raw") return { ...head, raw: encode(source) }
  const isWanted = ({ name }: { name: string }) => only.length === 0 || only.includes(name.toLowerCase())
  if (format === "metadata")
    return { ...head, payload: { mimeType: mail.mimeType, headers: mail.fields.filter(isWanted) } }
  return { ...head, payload: payloadOf(mail, "") }
}

function payloadOf(part: MailPart, partId: string): object {
  const parts = part.parts.map((child, index) => payloadOf(child, partId === "" ? String(index) : `${partId}.${index}`))
  return {
    partId,
    mimeType: part.mimeType,
    filename: "",
    headers: part.fields,
    body: parts.length > 0 ? { size: 0 } : { size: part.text.length, data: encode(part.text) },
    ...(parts.length > 0 && { parts }),
  }
}

function textOf(part: MailPart): string {
  if (part.parts.length === 0) return part.mimeType === "text/html" ? part.text.replace(/<[^>]*>/g, " ") : part.text
  return textOf(part.parts.find(({ mimeType }) => mimeType === "text/plain") ?? (part.parts[0] as MailPart))
}

/** A few words of the search language: `from:`, `to:`, `subject:`, `is:unread`, `in:`, and bare words. */
function matches(message: MailMessage, query: string): boolean {
  const mail = parseMail(message.source)
  return (query.match(/\S+/g) ?? []).every((term) => {
    const [, key = "", value = ""] = /^(from|to|subject|is|in|label):(.+)$/i.exec(term) ?? []
    const wanted = value.toLowerCase()
    if (key === "is" || key === "in" || key === "label") return message.labelIds.includes(wanted.toUpperCase())
    if (key !== "") return (mail.headers.get(key.toLowerCase()) ?? "").toLowerCase().includes(wanted)
    return [...mail.headers.values(), textOf(mail)].join(" ").toLowerCase().includes(term.toLowerCase())
  })
}

function decode(raw: string): string {
  const binary = atob(raw.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, ""))
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
}

function encode(text: string): string {
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("")
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
}
