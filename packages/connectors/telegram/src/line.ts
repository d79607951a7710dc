import { Api, extensions, type TelegramClient } from "teleproto"
import { AuthKey } from "teleproto/crypto/AuthKey.js"
import { InvalidBufferError, SecurityError } from "teleproto/errors/index.js"
import { LogLevel } from "teleproto/extensions/Logger.js"
import { ConnectionTCPFull, MTProtoSender, UpdateConnectionState } from "teleproto/network/index.js"
import { LAYER } from "teleproto/tl/AllTLObjects.js"
import { failureError, toHoldfastError } from "./errors.js"
import { withServerKeys } from "./server-keys.js"

/** One TCP connection to one data centre, under one authorization key. */
export interface Line {
  readonly dcId: number
  readonly key: Buffer
  /** Rejects with the library's error when Telegram refuses, and with ours when the line breaks. */
  invoke<R extends Api.AnyRequest>(request: R): Promise<R["__response"]>
  close(): Promise<void>
}

export interface LineOptions {
  readonly apiId: number
  readonly host: string
  readonly port: number
  readonly dcId: number
  /** Without one a new key is made. */
  readonly key: Buffer | undefined
  readonly publicKeys: readonly string[]
  readonly device: Device
  /** Closes the line, also while it is still being opened. */
  readonly signal: AbortSignal
  /** Told once, when the line breaks by itself. */
  onBroken(error: Error): void
}

/** What the person sees in their list of devices. */
export interface Device {
  readonly deviceModel: string
  readonly systemVersion: string
  readonly appVersion: string
}

/**
 * An exchange now and then fails by chance: the library trims a key that begins with a zero byte, one in 256, and then finds its own hash
 * wrong; and about one in a thousand of its first messages is refused. Nothing is spent by making another key.
 */
const exchangeTries = 3
const isSpoilt = (cause: unknown) => cause instanceof SecurityError || cause instanceof InvalidBufferError

/** Opens a line; where a new key is needed, that is tried again when the exchange fails its own checks. */
export async function openLine(options: LineOptions): Promise<Line> {
  for (let tried = 1; ; tried++) {
    try {
      return await openOnce(options)
    } catch (cause) {
      if (!isSpoilt(cause) || options.key || tried === exchangeTries) throw toHoldfastError(cause)
    }
  }
}

/**
 * Uses the library's protocol layer and not its `TelegramClient`: that one sleeps through flood waits, reconnects for ever, dials port 80
 * whatever the session says, and prints to the console.
 */
async function openOnce(options: LineOptions): Promise<Line> {
  const { dcId } = options
  const authKey = new AuthKey()
  if (options.key) await authKey.setKey(options.key)
  const logger = new extensions.Logger(LogLevel.NONE)
  let closed = false
  const broken = (error: Error) => {
    if (!closed) options.onBroken(error)
  }

  const sender = new MTProtoSender(authKey, {
    logger,
    dcId,
    retries: 1,
    reconnectRetries: 0,
    delay: 0,
    autoReconnect: false,
    connectTimeout: null,
    authKeyCallback: null,
    isMainSender: true,
    securityChecks: true,
    _exportedSenderPromises: new Map(),
    updateCallback: (_: unknown, update: unknown) => {
      if (update instanceof UpdateConnectionState && update.state === UpdateConnectionState.broken) {
        broken(failureError({ providerCode: "AUTH_KEY_NOT_FOUND", status: 404 }))
      }
    },
    // The one thing the sender asks of a client: who to tell of a failed connect. Thrown on, so that nothing is tried behind our back.
    client: {
      _errorHandler: async (error: Error) => {
        throw error
      },
    } as unknown as TelegramClient,
  })
  // A line that broke is opened again by whoever needs it, never by itself: a request may have been done already.
  sender.reconnect = () => broken(toHoldfastError(undefined))

  const connection = new ConnectionTCPFull({
    ip: options.host,
    port: options.port,
    dcId,
    loggers: logger,
    socket: extensions.PromisedNetSockets,
    testServers: false,
  })

  async function close(): Promise<void> {
    closed = true
    await sender.disconnect()
    // The connection forgets a socket that is still dialling.
    await connection.socket.close()
  }

  const aborted = new Promise<never>((_, reject) => {
    const stop = () => void close().finally(() => reject(options.signal.reason))
    if (options.signal.aborted) stop()
    options.signal.addEventListener("abort", stop, { once: true })
  })
  aborted.catch(() => undefined)

  try {
    const connect = () => Promise.race([sender.connect(connection, false), aborted])
    await (options.key ? connect() : withServerKeys(options.publicKeys, connect))
  } catch (cause) {
    await close()
    throw cause
  }

  let introduced = false
  return {
    dcId,
    get key() {
      return authKey.getKey() ?? Buffer.alloc(0)
    },
    invoke<R extends Api.AnyRequest>(request: R): Promise<R["__response"]> {
      if (introduced) return sender.send(request) as Promise<R["__response"]>
      introduced = true
      // @see https://core.telegram.org/api/invoking#saving-client-info
      const query = new Api.InitConnection({
        apiId: options.apiId,
        ...options.device,
        systemLangCode: "en",
        langPack: "",
        langCode: "en",
        query: request,
      })
      return sender.send(new Api.InvokeWithLayer({ layer: LAYER, query })) as Promise<R["__response"]>
    },
    close,
  }
}
