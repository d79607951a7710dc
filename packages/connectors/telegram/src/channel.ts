import { HoldfastError } from "@holdfast/core"
import type { Api } from "teleproto"
import { toHoldfastError } from "./errors.js"
import { type Device, type Line, openLine } from "./line.js"
import { readSession, writeSession } from "./session-string.js"

/** Where a data centre listens. */
export interface DataCenter {
  readonly host: string
  readonly port: number
}

export interface ChannelOptions {
  readonly apiId: number
  /** Every data centre that may be dialled, by its number. */
  readonly dataCenters: Readonly<Record<number, DataCenter>>
  /** RSA public keys in PEM that servers may prove themselves with, beside Telegram's own. */
  readonly publicKeys: readonly string[]
  readonly device: Device
  /** How long one `withChannel` may take, milliseconds. */
  readonly timeoutMs: number
}

/** Requests of one session, on one connection at a time. */
export interface Channel {
  /** Dials when it is needed first. @throws HoldfastError whatever goes wrong, translated */
  invoke<R extends Api.AnyRequest>(request: R): Promise<R["__response"]>
  /** Leaves for another data centre, with a new authorization key. */
  moveTo(dcId: number): Promise<void>
  /** The session as it is now, for another process to go on with. */
  session(): string
}

export interface OpenChannel extends Channel {
  close(): Promise<void>
}

/**
 * Opens a channel that lives for `timeoutMs` at most; whoever opens it closes it.
 *
 * @param start - the session to go on with, or the data centre to start at
 * @throws HoldfastError `input_invalid` when `start` is no session
 */
export function openChannel(options: ChannelOptions, start: string | number): OpenChannel {
  const from: { dcId: number; key?: Buffer } = typeof start === "number" ? { dcId: start } : readSession(start)
  const ended = new AbortController()
  const failed = new Promise<never>((_, reject) => {
    ended.signal.addEventListener("abort", () => reject(ended.signal.reason), { once: true })
  })
  // Looked at only while something is under way.
  failed.catch(() => undefined)
  const timer = setTimeout(() => {
    const details = { connector: "telegram", reason: "timeout" }
    ended.abort(new HoldfastError("provider_unavailable", "Telegram did not answer in time.", { details }))
  }, options.timeoutMs)

  let line: Promise<Line> | undefined
  async function dial(dcId: number, key?: Buffer): Promise<Line> {
    ended.signal.throwIfAborted()
    const at = options.dataCenters[dcId]
    if (!at) throw new HoldfastError("config_invalid", `No address is known for Telegram data centre ${dcId}.`)
    const { apiId, publicKeys, device } = options
    const { signal } = ended
    const onBroken = (error: Error) => ended.abort(error)
    opened = await openLine({ apiId, publicKeys, device, dcId, key, signal, ...at, onBroken })
    return opened
  }
  let opened: Line | undefined
  const current = () => {
    line ??= dial(from.dcId, from.key)
    return line
  }
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    Promise.race([work, failed]).catch((cause: unknown) => Promise.reject(toHoldfastError(cause)))

  return {
    invoke: <R extends Api.AnyRequest>(request: R): Promise<R["__response"]> =>
      guarded(current().then((at) => at.invoke(request))),
    moveTo: (dcId) =>
      guarded(
        current().then(async (before) => {
          await before.close()
          line = dial(dcId)
          await line
        }),
      ),
    session() {
      if (!opened) throw new HoldfastError("provider_unavailable", "The connection to Telegram is not open yet.")
      return writeSession(opened, options.dataCenters[opened.dcId]?.host ?? "")
    },
    async close() {
      clearTimeout(timer)
      ended.abort(new HoldfastError("aborted", "The connection to Telegram is closed."))
      await opened?.close()
    },
  }
}

/** A channel for one step, closed whatever happens, so that a session is never on two connections at once. */
export async function withChannel<T>(
  options: ChannelOptions,
  start: string | number,
  use: (channel: Channel) => Promise<T>,
): Promise<T> {
  const channel = openChannel(options, start)
  try {
    return await use(channel)
  } finally {
    await channel.close()
  }
}
