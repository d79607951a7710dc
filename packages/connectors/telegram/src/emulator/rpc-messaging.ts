import { Api } from "teleproto"
import type { Peer, StoredMessage, TelegramAccount } from "./model.js"
import { method, openMethod, type RpcCall } from "./rpc.js"
import { failure } from "./rpc-failure.js"
import { loggedIn } from "./rpc-login.js"
import { chatOf, configOf, dialogOf, messageOf, otherUser, selfUser } from "./tl-objects.js"
import { digits, type World } from "./world.js"

const longestMessage = 4096

/** People, messages and dialogs. */
export const messagingMethods = [
  openMethod(Api.help.GetConfig, ({ world, key, dataCenters }) => configOf(key.dcId, dataCenters, world.nowSeconds())),

  openMethod(Api.help.GetNearestDc, ({ key }) => {
    return new Api.NearestDc({ country: "", thisDc: key.dcId, nearestDc: key.dcId })
  }),

  method(Api.users.GetUsers, ({ world, key }, request) => {
    const viewer = loggedIn(key)
    return request.id.map((input) => {
      if (input instanceof Api.InputUserSelf) return selfUser(viewer)
      if (!(input instanceof Api.InputUser)) throw failure("USER_ID_INVALID")
      return otherUser(world, viewer, knownUser(world, viewer, input.userId, input.accessHash))
    })
  }),

  method(Api.updates.GetState, ({ world }) => {
    return new Api.updates.State({ pts: 1, qts: 0, date: world.nowSeconds(), seq: 0, unreadCount: 0 })
  }),

  method(Api.contacts.ResolveUsername, (call, request) => {
    const wanted = request.username.toLowerCase()
    if (!/^[a-z]\w{3,31}$/.test(wanted)) throw failure("USERNAME_INVALID")
    const found = [...call.world.accounts.values()].find(({ username }) => username?.toLowerCase() === wanted)
    if (!found) throw failure("USERNAME_NOT_OCCUPIED")
    return resolved(call, found)
  }),

  method(Api.contacts.ResolvePhone, (call, request) => {
    const found = call.world.accounts.get(digits(request.phone))
    if (!found) throw failure("PHONE_NOT_OCCUPIED")
    return resolved(call, found)
  }),

  method(Api.messages.SendMessage, ({ world, key }, request) => {
    const from = loggedIn(key)
    if (request.message.trim() === "") throw failure("MESSAGE_EMPTY")
    if (request.message.length > longestMessage) throw failure("MESSAGE_TOO_LONG")
    const peer = inputPeer(world, from, request.peer)
    const group = peer.kind === "chat" ? world.groups.find(({ id }) => id === peer.id) : undefined
    if (group?.readOnly && group.members[0] !== from) throw failure("CHAT_WRITE_FORBIDDEN")
    const sent = world.deliver(from, peer, request.message, request.randomId?.toString() ?? "")
    if (peer.kind === "user") {
      return new Api.UpdateShortSentMessage({ out: true, id: sent.id, pts: sent.id, ptsCount: 1, date: sent.date })
    }
    return new Api.Updates({
      updates: [
        new Api.UpdateMessageID({ id: sent.id, randomId: request.randomId as never }),
        new Api.UpdateNewMessage({ message: messageOf(sent), pts: sent.id, ptsCount: 1 }),
      ],
      users: [selfUser(from)],
      chats: group ? [chatOf(group, world.nowSeconds())] : [],
      date: sent.date,
      seq: 0,
    })
  }),

  method(Api.messages.GetDialogs, ({ world, key }, request) => {
    const viewer = loggedIn(key)
    const all = dialogs(viewer)
    const after = request.offsetDate
      ? all.filter(
          ({ top }) => top.date < request.offsetDate || (top.date === request.offsetDate && top.id < request.offsetId),
        )
      : all
    const page = after.slice(0, Math.min(Math.max(request.limit, 0), 100))
    const people = new Set([viewer, ...page.flatMap(({ peer, top }) => participants(world, peer, top))])
    const fields = {
      dialogs: page.map(({ peer, top, unread }) => dialogOf(peer, top, unread)),
      messages: page.map(({ top }) => messageOf(top)),
      chats: page.flatMap(({ peer }) =>
        world.groups.filter(({ id }) => peer.kind === "chat" && peer.id === id).map((group) => chatOf(group, 0)),
      ),
      users: [...people].map((person) => otherUser(world, viewer, person)),
    }
    if (page.length === all.length) return new Api.messages.Dialogs(fields)
    return new Api.messages.DialogsSlice({ ...fields, count: all.length })
  }),
]

interface DialogView {
  readonly peer: Peer
  readonly top: StoredMessage
  readonly unread: number
}

/** One a peer, the latest message first. */
function dialogs(viewer: TelegramAccount): DialogView[] {
  const byPeer = new Map<string, DialogView>()
  for (const message of viewer.history) {
    const at = `${message.peer.kind}:${message.peer.id}`
    const unread = message.out ? 0 : (byPeer.get(at)?.unread ?? 0) + 1
    byPeer.set(at, { peer: message.peer, top: message, unread })
  }
  return [...byPeer.values()].sort((a, b) => b.top.date - a.top.date || b.top.id - a.top.id)
}

function participants(world: World, peer: Peer, top: StoredMessage): TelegramAccount[] {
  const ids = peer.kind === "user" ? [peer.id, top.fromId] : [top.fromId]
  return ids.flatMap((id) => world.accountById(id) ?? [])
}

function resolved({ world, key }: RpcCall, found: TelegramAccount): Api.contacts.ResolvedPeer {
  const user = otherUser(world, loggedIn(key), found)
  return new Api.contacts.ResolvedPeer({ peer: new Api.PeerUser({ userId: user.id }), chats: [], users: [user] })
}

type Long = Api.InputUser["userId"]

function inputPeer(world: World, viewer: TelegramAccount, peer: unknown): Peer {
  if (peer instanceof Api.InputPeerSelf) return { kind: "user", id: viewer.id }
  if (peer instanceof Api.InputPeerUser) {
    return { kind: "user", id: knownUser(world, viewer, peer.userId, peer.accessHash).id }
  }
  if (peer instanceof Api.InputPeerChat) {
    const id = BigInt(peer.chatId.toString())
    const group = world.groups.find((known) => known.id === id && known.members.includes(viewer))
    if (group) return { kind: "chat", id }
  }
  throw failure("PEER_ID_INVALID")
}

function knownUser(world: World, viewer: TelegramAccount, userId: Long, accessHash: Long): TelegramAccount {
  const found = world.accountById(BigInt(userId.toString()))
  if (!found) throw failure("PEER_ID_INVALID")
  const knows = found === viewer || world.accessHash(viewer, found) === BigInt(accessHash.toString())
  if (!knows) throw failure("PEER_ID_INVALID")
  return found
}
