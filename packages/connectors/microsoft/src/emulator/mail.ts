import type { EmulatedAccount } from "@holdfast/emulator"
import type { MicrosoftAccount } from "./accounts.js"
import { badRequest, type Graph, itemNotFound, paged, selected } from "./graph.js"

export interface Recipient {
  readonly emailAddress: { readonly name?: string; readonly address: string }
}

export interface MailMessage {
  readonly id: string
  /** The `oid` of whose mailbox it is in. */
  readonly owner: string
  readonly folder: "inbox" | "sentitems"
  readonly subject: string
  readonly body: { readonly contentType: "text" | "html"; readonly content: string }
  readonly from: Recipient
  readonly toRecipients: readonly Recipient[]
  readonly ccRecipients?: readonly Recipient[]
  readonly bccRecipients?: readonly Recipient[]
  readonly replyTo?: readonly Recipient[]
  readonly receivedDateTime: string
  readonly isRead: boolean
}

interface Draft {
  readonly subject?: string
  readonly body?: { readonly contentType?: string; readonly content?: string }
  readonly toRecipients?: readonly Recipient[]
  readonly ccRecipients?: readonly Recipient[]
  readonly bccRecipients?: readonly Recipient[]
  readonly replyTo?: readonly Recipient[]
}

const writable = ["subject", "body", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "importance"]

/** @see https://learn.microsoft.com/en-us/graph/api/resources/message */
export function mailApi(graph: Graph, mailbox: MailMessage[]): void {
  const { kit } = graph
  const now = () => new Date(kit.clock.now()).toISOString().replace(/\.\d+/, "")
  const find = (id: string | undefined, { id: owner }: EmulatedAccount<MicrosoftAccount>) =>
    mailbox.find((one) => one.id === id && one.owner === owner)

  function send(account: EmulatedAccount<MicrosoftAccount>, draft: Draft): void {
    const { subject = "", body, toRecipients = [], ccRecipients, bccRecipients, replyTo } = draft
    mailbox.push({
      id: `AAkALgAA${kit.random.string(32)}=`,
      owner: account.id,
      folder: "sentitems",
      subject,
      body: {
        contentType: body?.contentType?.toLowerCase() === "html" ? "html" : "text",
        content: body?.content ?? "",
      },
      from: { emailAddress: { name: account.data.name, address: account.data.email } },
      toRecipients,
      ...(ccRecipients && { ccRecipients }),
      ...(bccRecipients && { bccRecipients }),
      ...(replyTo && { replyTo }),
      receivedDateTime: now(),
      isRead: true,
    })
  }

  graph.add({
    id: "me.sendMail",
    method: "POST",
    path: "/me/sendMail",
    scopes: "mail.send",
    async answer(call, account) {
      const body = (await call.json()) as { message?: Draft; saveToSentItems?: boolean } | undefined
      if (!body?.message) return badRequest("The 'message' parameter is missing.", "RequestBodyRead")
      const unknown = Object.keys(body.message).find((name) => !writable.includes(name))
      if (unknown !== undefined) return badRequest(`The property '${unknown}' does not exist.`, "RequestBodyRead")
      const { toRecipients = [], ccRecipients = [], bccRecipients = [] } = body.message
      const everybody = [...toRecipients, ...ccRecipients, ...bccRecipients]
      if (everybody.length === 0 || everybody.some((one) => !/^[^@\s]+@[^@\s]+$/.test(one.emailAddress?.address ?? "")))
        return badRequest("At least one recipient is not valid.", "ErrorInvalidRecipients")
      send(account, body.message)
      return { status: 202 }
    },
  })

  for (const [action, toAll] of [
    ["reply", false],
    ["replyAll", true],
  ] as const)
    graph.add({
      id: `me.messages.${action}`,
      method: "POST",
      path: `/me/messages/{id}/${action}`,
      scopes: "mail.send",
      async answer(call, account) {
        const original = find(call.params.id, account)
        if (!original) return itemNotFound
        const { comment } = ((await call.json()) ?? {}) as { comment?: string }
        const others = toAll
          ? original.toRecipients.filter((one) => one.emailAddress.address !== account.data.email)
          : []
        send(account, {
          subject: `RE: ${original.subject}`,
          body: { contentType: "text", content: `${comment ?? ""}\n\n${original.body.content}` },
          toRecipients: [original.from, ...others],
        })
        return { status: 202 }
      },
    })

  graph.add({
    id: "me.mailFolders.messages.list",
    method: "GET",
    path: "/me/mailFolders/{folder}/messages",
    scopes: "mail.read",
    answer(call, account) {
      const { folder } = call.params
      if (folder !== "inbox" && folder !== "sentitems") return badRequest("Id is malformed.", "ErrorInvalidIdMalformed")
      const query = call.url.searchParams
      const clauses = query.get("$filter")?.split(" and ") ?? []
      const order = query.get("$orderby")
      const first = clauses[0]?.split(" ")[0]
      if (order !== null && first !== undefined && order.split(" ")[0] !== first)
        return badRequest("The restriction or sort order is too complex for this operation.", "InefficientFilter")
      const found = mailbox.filter((one) => one.owner === account.id && one.folder === folder)
      const kept: MailMessage[] = []
      for (const one of found) {
        const verdicts = clauses.map((clause) => holds(one, clause))
        if (verdicts.includes(undefined)) return badRequest("Invalid filter clause.")
        if (verdicts.every(Boolean)) kept.push(one)
      }
      return paged(call, newestFirst(kept).map(shown), { size: 10, most: 1_000 })
    },
  })

  graph.add({
    id: "me.messages.list",
    method: "GET",
    path: "/me/messages",
    scopes: "mail.read",
    answer(call, account) {
      const query = call.url.searchParams
      const search = query.get("$search")
      if (search !== null && (query.has("$filter") || query.has("$orderby")))
        return badRequest("The query parameter '$filter' is not supported with '$search'.", "SearchWithFilter")
      if (search !== null && !/^".*"$/s.test(search))
        return badRequest("Syntax error: character is not valid in '$search'.")
      const words = (search ?? "").replaceAll(/^"|"$/g, "").replaceAll('\\"', "").toLowerCase().split(/\s+/)
      const mine = mailbox.filter((one) => one.owner === account.id)
      const found = mine.filter((one) => words.every((word) => matches(one, word)))
      return paged(call, newestFirst(found).map(shown), {
        size: 10,
        most: 1_000,
        token: search === null ? "$skip" : "$skiptoken",
      })
    },
  })

  graph.add({
    id: "me.messages.get",
    method: "GET",
    path: "/me/messages/{id}",
    scopes: "mail.read",
    answer(call, account) {
      const message = find(call.params.id, account)
      if (!message) return itemNotFound
      const wanted = /outlook\.body-content-type="(text|html)"/.exec(call.request.headers.get("prefer") ?? "")?.[1]
      const { body } = message
      const content = wanted === "text" ? body.content.replaceAll(/<[^>]*>/g, "") : body.content
      const answered = { ...shown(message), body: { contentType: wanted ?? "html", content } }
      return { body: selected(answered, call.url.searchParams.get("$select")?.split(",")) }
    },
  })
}

function newestFirst(messages: readonly MailMessage[]): MailMessage[] {
  return messages.toSorted((a, b) => b.receivedDateTime.localeCompare(a.receivedDateTime))
}

function shown({ owner, folder, ...message }: MailMessage): object {
  return {
    ...message,
    bodyPreview: message.body.content.slice(0, 255),
    parentFolderId: `${folder}-of-${owner}`,
    isDraft: false,
    hasAttachments: false,
  }
}

/** One clause of a filter; undefined where it is none that is known here. */
function holds(message: MailMessage, clause: string): boolean | undefined {
  const flag = /^isRead eq (true|false)$/.exec(clause)
  if (flag) return message.isRead === (flag[1] === "true")
  const since = /^receivedDateTime ge (\S+)$/.exec(clause)
  return since ? Date.parse(message.receivedDateTime) >= Date.parse(since[1] ?? "") : undefined
}

function matches({ subject, from, body }: MailMessage, word: string): boolean {
  const [field, value] = word.includes(":") ? word.split(":") : [undefined, word]
  const texts = { subject, from: JSON.stringify(from), body: body.content }
  const within = field === undefined ? Object.values(texts) : [texts[field as keyof typeof texts] ?? ""]
  return within.some((text) => text.toLowerCase().includes(value ?? ""))
}
