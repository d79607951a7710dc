import { type Call, defineConnector, HoldfastError } from "@holdfast/core"
import { z } from "zod"
import type { TelegramApi } from "./api-client.js"
import { causes } from "./causes.js"
import { telegramCodes } from "./codes.js"
import { loginMethods } from "./login.js"
import type { TelegramUser } from "./messaging.js"
import { operations } from "./operations.js"
import { connect, type Transport } from "./transport.js"

export type { TelegramApi } from "./api-client.js"
export type { DataCenter } from "./channel.js"
export type { TelegramSecret } from "./login.js"
export type { Dialog, SentMessage, TelegramUser } from "./messaging.js"

/** The app made at https://my.telegram.org/apps, and how Telegram is reached. */
export interface TelegramOptions extends Transport {
  /** `api_id`. Default: `TELEGRAM_API_ID`. */
  apiId?: string | number
  /** `api_hash`. Default: `TELEGRAM_API_HASH`. */
  apiHash?: string
}

const define = defineConnector((transport: TelegramOptions) => ({
  id: "telegram",
  vendor: "telegram",
  name: "Telegram",
  category: "communication",
  documentation: "https://core.telegram.org/api",
  methods: loginMethods(transport),
  app: {
    schema: z.object({
      apiId: z.string().regex(/^[1-9]\d{0,9}$/),
      apiHash: z.string().regex(/^[0-9a-f]{32}$/i),
    }),
    identity: "apiId",
    fields: [
      { name: "apiId", label: "api_id", secret: false },
      { name: "apiHash", label: "api_hash", secret: true },
    ],
  },
  tokens: "none",
  exclusive: true,
  async client(context, secret) {
    const [{ createApi }, client] = await Promise.all([import("./api-client.js"), connect(transport, context)])
    const channel = client.channel(sessionOf(secret))
    return { client: createApi(channel), close: () => channel.close() }
  },
  errors: { codes: telegramCodes },
  causes,
  async identify({ client }: Call<TelegramApi>) {
    const user = await client.me()
    return { id: user.id, label: labelOf(user) }
  },
  // What goes wrong is told apart by core: a session that was refused was refused by a reachable API.
  async check({ client }: Call<TelegramApi>) {
    await client.me()
    return [
      { name: "token", ok: true },
      { name: "api", ok: true },
    ]
  },
  operations,
  setup: {
    url: "https://my.telegram.org/apps",
    steps: [
      "Log in at my.telegram.org with your own phone number; the code arrives in Telegram.",
      "Open “API development tools” and create an application. Any short name will do; no address is registered.",
      "Copy api_id and api_hash into TELEGRAM_API_ID and TELEGRAM_API_HASH, or save them in the settings.",
      "Keep api_hash to yourself: it cannot be revoked. Read https://core.telegram.org/api/terms before others log in through it.",
    ],
  },
}))

export interface TelegramConnector extends ReturnType<typeof define> {}

/**
 * Telegram as a person, over MTProto: not the Bot API. Connects by phone number and code or by QR code, with the two-step password where
 * the account has one. One session is never used from two places at once, which would destroy it.
 *
 * @see https://core.telegram.org/api/auth and https://core.telegram.org/api/qr-login
 */
export const telegram: (options?: TelegramOptions) => TelegramConnector = define

function sessionOf(secret: unknown): string {
  const parsed = z.object({ session: z.string() }).safeParse(secret)
  if (!parsed.success)
    throw new HoldfastError("credential_unreadable", "The stored Telegram session has another shape.")
  return parsed.data.session
}

function labelOf({ firstName, lastName, username }: TelegramUser): string {
  const name = [firstName, lastName].filter(Boolean).join(" ")
  return username ? `${name} (@${username})` : name
}
