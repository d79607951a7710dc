import { HoldfastError } from "@holdfast/core"
import { Api, helpers } from "teleproto"
import type { Channel } from "./channel.js"
import { entityOf, parsePeerId, peerId, resolvePeer } from "./peers.js"

/** Who is logged in. */
export interface TelegramUser {
  /** Immutable. */
  readonly id: string
  readonly firstName: string
  readonly lastName?: string
  /** Without `@`. */
  readonly username?: string
  /** Digits, international format. */
  readonly phone?: string
}

export interface SentMessage {
  readonly messageId: number
  /** Milliseconds since the epoch. */
  readonly sentAt: number
}

export interface Dialog {
  /** For `sendMessage`. */
  readonly id: string
  readonly kind: "user" | "group" | "channel"
  readonly title: string
  readonly username?: string
  readonly unread: number
  readonly lastMessage?: { readonly text: string; readonly sentAt: number }
}

/** @see https://core.telegram.org/method/users.getUsers */
export async function readSelf(channel: Channel): Promise<TelegramUser> {
  const [self] = await channel.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }))
  return describeUser(self)
}

export function describeUser(user: Api.TypeUser | undefined): TelegramUser {
  if (!(user instanceof Api.User)) {
    throw new HoldfastError("response_invalid", "Telegram did not say who is logged in.", {
      details: { connector: "telegram" },
    })
  }
  return {
    id: user.id.toString(),
    firstName: user.firstName ?? "",
    ...(user.lastName && { lastName: user.lastName }),
    ...(user.username && { username: user.username }),
    ...(user.phone && { phone: user.phone }),
  }
}

/**
 * @param randomId - decides whether a repeated call is the same message, 64 bits
 * @see https://core.telegram.org/method/messages.sendMessage
 */
export async function sendText(
  channel: Channel,
  message: { to: string; text: string; silent?: boolean; randomId?: bigint },
): Promise<SentMessage> {
  const peer = await resolvePeer(channel, message.to)
  const sent = await channel.invoke(
    new Api.messages.SendMessage({
      peer,
      message: message.text,
      ...(message.silent && { silent: true }),
      ...(message.randomId !== undefined && { randomId: helpers.returnBigInt(message.randomId) }),
    }),
  )
  if (sent instanceof Api.UpdateShortSentMessage) return { messageId: sent.id, sentAt: sent.date * 1000 }
  if (sent instanceof Api.Updates) {
    const named = sent.updates.find((update) => update instanceof Api.UpdateMessageID)
    if (named instanceof Api.UpdateMessageID) return { messageId: named.id, sentAt: sent.date * 1000 }
  }
  throw new HoldfastError("response_invalid", "Telegram did not say under which id the message was sent.", {
    details: { connector: "telegram" },
  })
}

/**
 * The latest dialogs first, a page at a time.
 *
 * @see https://core.telegram.org/method/messages.getDialogs and https://core.telegram.org/api/offsets
 */
export async function readDialogs(
  channel: Channel,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<{ dialogs: Dialog[]; nextCursor?: string }> {
  const from = readCursor(cursor)
  const page = await channel.invoke(
    new Api.messages.GetDialogs({
      offsetDate: from?.date ?? 0,
      offsetId: from?.id ?? 0,
      offsetPeer: from?.peer ?? new Api.InputPeerEmpty(),
      limit,
      hash: helpers.returnBigInt(0),
    }),
  )
  if (page instanceof Api.messages.DialogsNotModified) return { dialogs: [] }
  const views = page.dialogs.flatMap((dialog) => describeDialog(dialog, page) ?? [])
  const last = views.at(-1)
  const more = page instanceof Api.messages.DialogsSlice && page.dialogs.length >= limit && last?.topMessage
  return {
    dialogs: views.map(({ dialog }) => dialog),
    ...(more && { nextCursor: `${more.date}.${more.id}.${last.dialog.id}` }),
  }
}

type DialogPage = Api.messages.Dialogs | Api.messages.DialogsSlice

function describeDialog(
  dialog: Api.TypeDialog,
  page: DialogPage,
): { dialog: Dialog; topMessage?: Api.Message } | undefined {
  if (!(dialog instanceof Api.Dialog)) return undefined
  const entity = entityOf(dialog.peer, page)
  const id = entity && peerId(entity)
  if (!entity || id === undefined) return undefined
  const top = page.messages.find((message) => message.id === dialog.topMessage && samePeer(message, dialog.peer))
  const topMessage = top instanceof Api.Message ? top : undefined
  const username = "username" in entity ? entity.username : undefined
  return {
    ...(topMessage && { topMessage }),
    dialog: {
      id,
      kind: kindOf(entity),
      title: titleOf(entity),
      ...(username && { username }),
      unread: dialog.unreadCount,
      ...(topMessage && { lastMessage: { text: topMessage.message, sentAt: topMessage.date * 1000 } }),
    },
  }
}

/** Message ids are counted per channel, and once for all other peers. */
function samePeer(message: Api.TypeMessage, peer: Api.TypePeer): boolean {
  const at = message.peerId
  if (!(peer instanceof Api.PeerChannel)) return !(at instanceof Api.PeerChannel)
  return at instanceof Api.PeerChannel && at.channelId.eq(peer.channelId)
}

function kindOf(entity: Api.TypeUser | Api.TypeChat): Dialog["kind"] {
  if (entity instanceof Api.User) return "user"
  return entity instanceof Api.Channel && entity.broadcast ? "channel" : "group"
}

function titleOf(entity: Api.TypeUser | Api.TypeChat): string {
  if (entity instanceof Api.User) return [entity.firstName, entity.lastName].filter(Boolean).join(" ")
  return "title" in entity ? entity.title : ""
}

function readCursor(cursor: string | undefined) {
  if (cursor === undefined) return undefined
  const [, date, id, peerText = ""] = /^(\d{1,10})\.(\d{1,10})\.(.+)$/.exec(cursor) ?? []
  const peer = parsePeerId(peerText)
  if (date === undefined || id === undefined || !peer) {
    throw new HoldfastError("input_invalid", "This cursor is not one that list_dialogs gave.", {
      details: { connector: "telegram", fields: ["cursor"] },
    })
  }
  return { date: Number(date), id: Number(id), peer }
}
