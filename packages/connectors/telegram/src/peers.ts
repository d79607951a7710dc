import { HoldfastError } from "@holdfast/core"
import { Api, helpers } from "teleproto"
import type { Channel } from "./channel.js"

/**
 * Who a message goes to, as text that needs no memory: `me`, `@username`, `+15550100`, or an id that `listDialogs` gave
 * (`user:<id>:<hash>`, `chat:<id>`, `channel:<id>:<hash>`).
 *
 * @throws HoldfastError `input_invalid` for other text, `resource_not_found` where nobody has that name or number
 * @see https://core.telegram.org/api/peers
 */
export async function resolvePeer(channel: Channel, to: string): Promise<Api.TypeInputPeer> {
  const text = to.trim()
  if (text === "me") return new Api.InputPeerSelf()
  const known = parsePeerId(text)
  if (known) return known
  if (/^\+[\d\s()-]{6,20}$/.test(text)) {
    return firstPeer(await channel.invoke(new Api.contacts.ResolvePhone({ phone: text.replace(/\D/g, "") })))
  }
  if (/^@?[a-zA-Z]\w{2,31}$/.test(text)) {
    return firstPeer(await channel.invoke(new Api.contacts.ResolveUsername({ username: text.replace(/^@/, "") })))
  }
  throw new HoldfastError("input_invalid", "Name the recipient as me, @username, +phone, or an id of list_dialogs.", {
    details: { connector: "telegram", fields: ["chat"] },
  })
}

/** The id by which {@link resolvePeer} finds this user or chat again. Undefined for those that cannot be addressed. */
export function peerId(entity: Api.TypeUser | Api.TypeChat): string | undefined {
  if (entity instanceof Api.User) return `user:${entity.id}:${entity.accessHash ?? 0}`
  if (entity instanceof Api.Chat) return `chat:${entity.id}`
  if (entity instanceof Api.Channel) return `channel:${entity.id}:${entity.accessHash ?? 0}`
  return undefined
}

export function parsePeerId(text: string): Api.TypeInputPeer | undefined {
  const [, kind, id, hash] = /^(user|chat|channel):(\d{1,19})(?::(-?\d{1,19}))?$/.exec(text) ?? []
  if (kind === undefined || id === undefined || (kind === "chat") !== (hash === undefined)) return undefined
  const [number, accessHash] = [helpers.returnBigInt(id), helpers.returnBigInt(hash ?? 0)]
  if (kind === "user") return new Api.InputPeerUser({ userId: number, accessHash })
  if (kind === "chat") return new Api.InputPeerChat({ chatId: number })
  return new Api.InputPeerChannel({ channelId: number, accessHash })
}

/** Links what an answer lists as peers with the users and chats beside them. */
export function entityOf(
  peer: Api.TypePeer,
  { users, chats }: { users: readonly Api.TypeUser[]; chats: readonly Api.TypeChat[] },
): Api.TypeUser | Api.TypeChat | undefined {
  if (peer instanceof Api.PeerUser) return users.find(({ id }) => id.eq(peer.userId))
  const id = peer instanceof Api.PeerChat ? peer.chatId : peer.channelId
  return chats.find((chat) => chat.id.eq(id))
}

function firstPeer(found: Api.contacts.TypeResolvedPeer): Api.TypeInputPeer {
  const entity = entityOf(found.peer, found)
  const peer = entity && parsePeerId(peerId(entity) ?? "")
  if (peer) return peer
  throw new HoldfastError("resource_not_found", undefined, { details: { connector: "telegram" } })
}
