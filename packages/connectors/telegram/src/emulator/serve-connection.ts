import type { Socket } from "node:net"
import { Api } from "teleproto"
import { type ClientMessage, unpackMessages } from "./client-messages.js"
import { type Envelope, openEnvelope, sealEnvelope } from "./envelope.js"
import { createFraming } from "./framing.js"
import { createKeyExchange } from "./key-exchange.js"
import { badMessageId, messageIds } from "./message-ids.js"
import type { AuthKey, LiveConnection } from "./model.js"
import { randomLong, tlInteger } from "./numbers.js"
import type { createRpc } from "./rpc.js"
import type { ServerKey } from "./server-key.js"
import type { World } from "./world.js"

export interface ServeOptions {
  readonly dcId: number
  readonly world: World
  readonly serverKey: ServerKey
  readonly rpc: ReturnType<typeof createRpc>
}

/** A connection that is being closed counts as closed; the other side's goodbye may arrive a moment after the next hello. */
const goodbyeMs = 30
const unknownKey = -404

/** Speaks MTProto 2.0 on one TCP connection until it ends. Transport time is the machine's, as for any client. */
export function serveConnection(socket: Socket, { dcId, world, serverKey, rpc }: ServeOptions): void {
  const framing = createFraming()
  const exchange = createKeyExchange(serverKey, () => Math.floor(Date.now() / 1000))
  const ids = messageIds(Date.now)
  let session: { key: AuthKey; sessionId: bigint; sent: number } | undefined
  let open = true
  let turn: Promise<void> = Promise.resolve()

  const connection: LiveConnection = {
    get open() {
      return open
    },
    push: (update) => send(update.getBytes(), "notice"),
    drop: () => socket.destroy(),
  }

  const close = () => {
    open = false
    session?.key.connections.delete(connection)
  }
  socket.on("end", close).on("close", close).on("error", close)
  socket.on("data", (chunk) => {
    turn = turn
      .then(async () => {
        for (const packet of framing.push(chunk)) await receive(packet)
      })
      .catch(() => {
        // A malformed stream cannot be followed any further.
        socket.destroy()
      })
  })

  async function receive(packet: Buffer): Promise<void> {
    if (!open) return
    if (packet.length < 24) return hangUp(unknownKey)
    const keyId = packet.subarray(0, 8)
    if (keyId.equals(Buffer.alloc(8))) return receivePlain(packet)
    const key = world.keyOf(dcId, keyId.toString("hex"))
    const envelope = key && openEnvelope(key.key, packet)
    if (!key || !envelope) return hangUp(unknownKey)
    await receiveSealed(key, envelope)
  }

  function receivePlain(packet: Buffer): void {
    const answered = exchange.answer(packet.subarray(20, 20 + packet.readInt32LE(16)))
    if (!answered) {
      hangUp(unknownKey)
      return
    }
    if (answered.done) {
      world.addKey({ ...answered.done, dcId, wrongPasswords: 0, connections: new Set() })
    }
    const head = Buffer.alloc(20)
    head.writeBigInt64LE(ids.next("answer"), 8)
    head.writeInt32LE(answered.reply.length, 16)
    socket.write(framing.pack(Buffer.concat([head, answered.reply])))
  }

  async function receiveSealed(key: AuthKey, envelope: Envelope): Promise<void> {
    const isNew = session?.key !== key || session.sessionId !== envelope.sessionId
    if (isNew) session = { key, sessionId: envelope.sessionId, sent: 0 }
    const about = { badMsgId: tlInteger(envelope.messageId), badMsgSeqno: envelope.sequence }
    if (!envelope.salt.equals(key.salt)) {
      const newServerSalt = tlInteger(key.salt.readBigInt64LE())
      send(new Api.BadServerSalt({ ...about, errorCode: 48, newServerSalt }).getBytes(), "notice")
      session = undefined
      return
    }
    const bad = badMessageId(envelope.messageId, Date.now())
    if (bad !== undefined) return send(new Api.BadMsgNotification({ ...about, errorCode: bad }).getBytes(), "notice")
    if (isNew) {
      const serverSalt = tlInteger(key.salt.readBigInt64LE())
      const created = new Api.NewSessionCreated({ firstMsgId: about.badMsgId, uniqueId: randomLong(), serverSalt })
      send(created.getBytes(), "notice")
    }
    for (const message of unpackMessages(envelope.messageId, envelope.sequence, envelope.body)) {
      await handle(key, message)
    }
  }

  async function handle(key: AuthKey, { id, content }: ClientMessage): Promise<void> {
    if (content instanceof Api.MsgsAck || content instanceof Api.HttpWait) return
    if (content instanceof Api.Ping || content instanceof Api.PingDelayDisconnect) {
      return send(new Api.Pong({ msgId: tlInteger(id), pingId: content.pingId }).getBytes(), "answer")
    }
    if (key.account && [...key.connections].some((other) => other !== connection)) await settle()
    if (!open) return
    const outcome = rpc.call(key, connection, content)
    if (outcome === "drop") socket.destroy()
    if (typeof outcome === "object") send(rpcResult(id, outcome.answer), "answer")
  }

  function send(body: Buffer, kind: "answer" | "notice"): void {
    if (!session || !open) return
    const { key, sessionId } = session
    const sequence = session.sent * 2 + 1
    session.sent += 1
    const sealed = { salt: key.salt, sessionId, messageId: ids.next(kind), sequence, body }
    socket.write(framing.pack(sealEnvelope(Buffer.from(key.id, "hex"), key.key, sealed)))
  }

  /** @see https://core.telegram.org/mtproto/mtproto-transports#transport-errors */
  function hangUp(code: number): void {
    const body = Buffer.alloc(4)
    body.writeInt32LE(code)
    socket.end(framing.pack(body))
    close()
  }
}

const settle = () => new Promise<void>((resolve) => setTimeout(resolve, goodbyeMs))

function rpcResult(requestId: bigint, answer: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt32LE(0xf35c6d01, 0)
  head.writeBigInt64LE(requestId, 4)
  return Buffer.concat([head, answer])
}
