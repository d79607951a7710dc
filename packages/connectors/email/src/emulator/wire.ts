import type { Socket } from "node:net"
import { TLSSocket } from "node:tls"
import type { ServerIdentity } from "./certificate.js"

/** One connection, read line by line. */
export interface Wire {
  readonly isSecure: boolean
  /** Without its CRLF; undefined when the client is gone. */
  line(): Promise<string | undefined>
  bytes(count: number): Promise<Buffer | undefined>
  write(text: string | Buffer): void
  /** STARTTLS. What came before the handshake is forgotten: it was not protected. */
  secure(): void
  end(): void
}

export function createWire(plain: Socket, identity: ServerIdentity): Wire {
  let socket: Socket = plain
  let held = Buffer.alloc(0)
  let gone = false
  let wake: (() => void) | undefined

  function listen(to: Socket): void {
    to.on("data", (chunk: Buffer) => {
      held = Buffer.concat([held, chunk])
      wake?.()
    })
    const leave = () => {
      if (to !== socket) return
      gone = true
      wake?.()
    }
    to.on("close", leave).on("end", leave).on("error", leave)
  }
  listen(socket)

  async function taken(find: () => number): Promise<Buffer | undefined> {
    for (;;) {
      const length = find()
      if (length >= 0) {
        const found = held.subarray(0, length)
        held = held.subarray(length)
        return found
      }
      if (gone) return undefined
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      wake = undefined
    }
  }

  return {
    get isSecure() {
      return socket instanceof TLSSocket
    },
    async line() {
      const found = await taken(() => {
        const end = held.indexOf("\r\n")
        return end === -1 ? -1 : end + 2
      })
      return found?.subarray(0, -2).toString("latin1")
    },
    bytes: (count) => taken(() => (held.length >= count ? count : -1)),
    write: (text) => void (gone || socket.write(text)),
    secure() {
      held = Buffer.alloc(0)
      plain.removeAllListeners("data")
      socket = new TLSSocket(plain, { isServer: true, ...identity })
      listen(socket)
    },
    end: () => void socket.end(),
  }
}
