import { randomBytes } from "node:crypto"
import { Api } from "teleproto"
import type { Peer, StoredMessage, TelegramAccount, TelegramGroup } from "./model.js"
import { bytesFromBig, dhGenerator, dhPrime, type randomLong, tlInteger } from "./numbers.js"
import type { DataCenters } from "./rpc.js"
import type { World } from "./world.js"

/** The account as its owner sees it. */
export function selfUser(account: TelegramAccount): Api.User {
  return new Api.User({ self: true, phone: account.phone, ...shared(account) })
}

/** The account as another one sees it. */
export function otherUser(world: World, viewer: TelegramAccount, account: TelegramAccount): Api.User {
  if (viewer === account) return selfUser(account)
  return new Api.User({ accessHash: tlInteger(world.accessHash(viewer, account)), ...shared(account) })
}

function shared({ id, firstName, lastName, username }: TelegramAccount) {
  return {
    id: tlInteger(id),
    firstName,
    ...(lastName !== undefined && { lastName }),
    ...(username !== undefined && { username }),
  }
}

export const authorizationOf = (user: Api.User) => new Api.auth.Authorization({ user })

export function chatOf(group: TelegramGroup, nowSeconds: number): Api.Chat {
  return new Api.Chat({
    id: tlInteger(group.id),
    title: group.title,
    photo: new Api.ChatPhotoEmpty(),
    participantsCount: group.members.length,
    date: nowSeconds,
    version: 1,
  })
}

function peerOf({ kind, id }: Peer): Api.TypePeer {
  return kind === "user" ? new Api.PeerUser({ userId: tlInteger(id) }) : new Api.PeerChat({ chatId: tlInteger(id) })
}

export function messageOf(message: StoredMessage): Api.Message {
  return new Api.Message({
    out: message.out,
    id: message.id,
    peerId: peerOf(message.peer),
    fromId: new Api.PeerUser({ userId: tlInteger(message.fromId) }),
    date: message.date,
    message: message.text,
  })
}

export function dialogOf(peer: Peer, top: StoredMessage, unreadCount: number): Api.Dialog {
  return new Api.Dialog({
    peer: peerOf(peer),
    topMessage: top.id,
    readInboxMaxId: 0,
    readOutboxMaxId: 0,
    unreadCount,
    unreadMentionsCount: 0,
    unreadReactionsCount: 0,
    notifySettings: new Api.PeerNotifySettings({}),
  })
}

export function kdfAlgorithm(salt1: Buffer, salt2: Buffer) {
  return new Api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow({
    salt1,
    salt2,
    g: dhGenerator,
    p: bytesFromBig(dhPrime, 256),
  })
}

type PasswordState = Partial<
  Pick<Api.account.Password, "hasPassword" | "hint"> & {
    currentAlgo: Api.TypePasswordKdfAlgo
    srp_B: Buffer
    srpId: ReturnType<typeof randomLong>
  }
>

export function passwordOf(state: PasswordState): Api.account.Password {
  return new Api.account.Password({
    ...state,
    newAlgo: kdfAlgorithm(randomBytes(8), randomBytes(16)),
    newSecureAlgo: new Api.SecurePasswordKdfAlgoPBKDF2HMACSHA512iter100000({ salt: randomBytes(8) }),
    secureRandom: randomBytes(256),
  })
}

/** Where the data centres are, and limits that no method here depends on. */
export function configOf(thisDc: number, dataCenters: DataCenters, nowSeconds: number): Api.Config {
  return new Api.Config({
    date: nowSeconds,
    expires: nowSeconds + 3600,
    testMode: true,
    thisDc,
    dcOptions: Object.entries(dataCenters).map(
      ([id, { host, port }]) => new Api.DcOption({ id: Number(id), ipAddress: host, port }),
    ),
    dcTxtDomainName: "",
    chatSizeMax: 200,
    megagroupSizeMax: 200_000,
    forwardedCountMax: 100,
    onlineUpdatePeriodMs: 210_000,
    offlineBlurTimeoutMs: 5000,
    offlineIdleTimeoutMs: 30_000,
    onlineCloudTimeoutMs: 300_000,
    notifyCloudDelayMs: 30_000,
    notifyDefaultDelayMs: 1500,
    pushChatPeriodMs: 60_000,
    pushChatLimit: 2,
    editTimeLimit: 172_800,
    revokeTimeLimit: 2_147_483_647,
    revokePmTimeLimit: 2_147_483_647,
    ratingEDecay: 2_419_200,
    stickersRecentLimit: 200,
    channelsReadMediaPeriod: 604_800,
    callReceiveTimeoutMs: 20_000,
    callRingTimeoutMs: 90_000,
    callConnectTimeoutMs: 30_000,
    callPacketTimeoutMs: 10_000,
    meUrlPrefix: "https://t.me/",
    captionLengthMax: 1024,
    messageLengthMax: 4096,
    webfileDcId: thisDc,
  })
}
