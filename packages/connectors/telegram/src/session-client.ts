import { isHoldfastError } from "@holdfast/core"
import { Api } from "teleproto"
import { computeCheck } from "teleproto/Password.js"
import {
  type Channel,
  type ChannelOptions,
  type DataCenter,
  type OpenChannel,
  openChannel,
  withChannel,
} from "./channel.js"
import { failureError, movedTo } from "./errors.js"
import type { Device } from "./line.js"
import {
  type Dialog,
  describeUser,
  readDialogs,
  readSelf,
  type SentMessage,
  sendText,
  type TelegramUser,
} from "./messaging.js"

export interface SessionClientOptions {
  /** Of the app made at https://my.telegram.org */
  apiId: number
  apiHash: string
  /** Data centres by number. Default: Telegram's. */
  dataCenters?: Readonly<Record<number, DataCenter>>
  /** RSA public keys in PEM by which servers prove themselves. Default: Telegram's. */
  publicKeys?: readonly string[]
  /** Where a login starts. Default: 2. */
  firstDataCenter?: number
  /** The most that one step may take, milliseconds. Default: 20 000. */
  timeoutMs?: number
  device?: Partial<Device>
}

/** Where a login stands. `session` is what the next step, in this process or another, goes on with. */
export type LoginResult =
  | { readonly is: "signed_in"; readonly session: string; readonly user: TelegramUser }
  | { readonly is: "password_needed"; readonly session: string; readonly hint?: string }

export type QrResult =
  | LoginResult
  | { readonly is: "waiting"; readonly session: string; readonly url: string; readonly expiresAt: number }

export interface SentCode {
  readonly session: string
  readonly phoneCodeHash: string
  /** Where the person finds the code. */
  readonly via: "app" | "sms" | "call" | "email" | "other"
  readonly codeLength?: number
}

/** Telegram in plain functions: each opens a connection, does one thing, and closes it. Nothing is kept in between. */
export interface SessionClient {
  /** @throws HoldfastError `input_invalid` (PHONE_NUMBER_INVALID), `rate_limited`, `access_denied`, `app_not_configured` */
  sendCode(phone: string): Promise<SentCode>
  /** @throws HoldfastError `input_invalid` (PHONE_CODE_INVALID, PHONE_NUMBER_UNOCCUPIED), `attempt_expired` (PHONE_CODE_EXPIRED), `rate_limited` */
  signIn(session: string, given: { phone: string; phoneCodeHash: string; code: string }): Promise<LoginResult>
  /** @throws HoldfastError `input_invalid` (PASSWORD_HASH_INVALID), `rate_limited` */
  checkPassword(session: string, password: string): Promise<LoginResult>
  /** A new QR code, for a session of its own. */
  exportQr(): Promise<QrResult>
  /** Whether the code was scanned; while it was not, the code to show now, which is another one when the last has expired. */
  pollQr(session: string): Promise<QrResult>
  /** @throws HoldfastError `reauth_required` when the session is over */
  me(session: string): Promise<TelegramUser>
  sendMessage(session: string, message: { to: string; text: string; silent?: boolean }): Promise<SentMessage>
  listDialogs(
    session: string,
    page: { limit: number; cursor?: string },
  ): Promise<{ dialogs: Dialog[]; nextCursor?: string }>
  /** Ends the session at Telegram. A session that is over already counts as ended. */
  logOut(session: string): Promise<void>
  /** Any number of requests on one connection, which is dialled when it is needed first; whoever takes it closes it. */
  channel(session: string): OpenChannel
}

/** @see https://core.telegram.org/api/datacenter */
const telegramDataCenters: Readonly<Record<number, DataCenter>> = {
  1: { host: "149.154.175.53", port: 443 },
  2: { host: "149.154.167.51", port: 443 },
  3: { host: "149.154.175.100", port: 443 },
  4: { host: "149.154.167.91", port: 443 },
  5: { host: "91.108.56.130", port: 443 },
}

export function createSessionClient(options: SessionClientOptions): SessionClient {
  const { apiId, apiHash } = options
  const channelOptions: ChannelOptions = {
    apiId,
    dataCenters: options.dataCenters ?? telegramDataCenters,
    publicKeys: options.publicKeys ?? [],
    timeoutMs: options.timeoutMs ?? 20_000,
    device: { deviceModel: "Holdfast", systemVersion: "1.0", appVersion: "1.0", ...options.device },
  }
  const first = options.firstDataCenter ?? 2
  const open = <T>(start: string | number, use: (channel: Channel) => Promise<T>) =>
    withChannel(channelOptions, start, use)

  return {
    channel: (session) => openChannel(channelOptions, session),

    sendCode: (phone) =>
      open(first, async (channel) => {
        const request = () =>
          new Api.auth.SendCode({ phoneNumber: phone, apiId, apiHash, settings: new Api.CodeSettings({}) })
        const sent = await channel.invoke(request()).catch(async (error: unknown) => {
          // https://core.telegram.org/api/datacenter#user-authorization-by-data-center
          const home = movedTo(error)
          if (home === undefined) throw error
          await channel.moveTo(home)
          return channel.invoke(request())
        })
        if (!(sent instanceof Api.auth.SentCode)) throw failureError({ providerCode: "SEND_CODE_UNAVAILABLE" })
        return {
          session: channel.session(),
          phoneCodeHash: sent.phoneCodeHash,
          via: viaOf(sent.type),
          ...("length" in sent.type && { codeLength: sent.type.length }),
        }
      }),

    signIn: (session, { phone, phoneCodeHash, code }) =>
      open(session, async (channel) => {
        const request = new Api.auth.SignIn({ phoneNumber: phone, phoneCodeHash, phoneCode: code })
        const answer = await channel.invoke(request).catch((error: unknown) => passwordNeeded(channel, error))
        if ("is" in answer) return answer
        // Making new accounts is for Telegram's own apps.
        if (!(answer instanceof Api.auth.Authorization)) throw failureError({ providerCode: "PHONE_NUMBER_UNOCCUPIED" })
        return signedIn(channel, answer.user)
      }),

    checkPassword: (session, password) =>
      open(session, async (channel) => {
        // The password may change between question and answer; asking again is what the page says to do.
        const user = await prove(channel, password).catch((error: unknown) => {
          const again = isHoldfastError(error) && error.details.providerCode === "SRP_ID_INVALID"
          return again ? prove(channel, password) : Promise.reject(error)
        })
        return signedIn(channel, user)
      }),

    exportQr: () => open(first, (channel) => askQr(channel, apiId, apiHash)),
    pollQr: (session) => open(session, (channel) => askQr(channel, apiId, apiHash)),
    me: (session) => open(session, readSelf),
    sendMessage: (session, message) => open(session, (channel) => sendText(channel, message)),
    listDialogs: (session, page) => open(session, (channel) => readDialogs(channel, page)),

    logOut: (session) =>
      open(session, async (channel) => {
        await channel.invoke(new Api.auth.LogOut())
      }).catch((error: unknown) => {
        if (!isHoldfastError(error, "reauth_required")) throw error
      }),
  }
}

/** @see https://core.telegram.org/api/srp */
async function prove(channel: Channel, password: string): Promise<Api.TypeUser> {
  const question = await channel.invoke(new Api.account.GetPassword())
  if (!question.hasPassword) throw failureError({ providerCode: "PASSWORD_MISSING", status: 400 })
  const answer = await channel.invoke(new Api.auth.CheckPassword({ password: await computeCheck(question, password) }))
  if (!(answer instanceof Api.auth.Authorization)) throw failureError({ providerCode: "PHONE_NUMBER_UNOCCUPIED" })
  return answer.user
}

/** What is missing is the password, when that is what Telegram said. */
async function passwordNeeded(channel: Channel, error: unknown): Promise<LoginResult> {
  if (!isHoldfastError(error) || error.details.providerCode !== "SESSION_PASSWORD_NEEDED") throw error
  const { hint } = await channel.invoke(new Api.account.GetPassword())
  return { is: "password_needed", session: channel.session(), ...(hint && { hint }) }
}

const signedIn = (channel: Channel, user: Api.TypeUser): LoginResult => ({
  is: "signed_in",
  session: channel.session(),
  user: describeUser(user),
})

/**
 * Exporting again is how the fate of a shown code is learnt: the same token while it lives, a new one after, or the login.
 *
 * @see https://core.telegram.org/api/qr-login
 */
async function askQr(channel: Channel, apiId: number, apiHash: string): Promise<QrResult> {
  let answer: Api.auth.TypeLoginToken
  try {
    answer = await channel.invoke(new Api.auth.ExportLoginToken({ apiId, apiHash, exceptIds: [] }))
    if (answer instanceof Api.auth.LoginTokenMigrateTo) {
      const { token } = answer
      await channel.moveTo(answer.dcId)
      answer = await channel.invoke(new Api.auth.ImportLoginToken({ token }))
    }
  } catch (error) {
    return passwordNeeded(channel, error)
  }
  if (answer instanceof Api.auth.LoginToken) {
    const url = `tg://login?token=${answer.token.toString("base64url")}`
    return { is: "waiting", session: channel.session(), url, expiresAt: answer.expires * 1000 }
  }
  if (answer instanceof Api.auth.LoginTokenSuccess && answer.authorization instanceof Api.auth.Authorization) {
    return signedIn(channel, answer.authorization.user)
  }
  throw failureError({ providerCode: "PHONE_NUMBER_UNOCCUPIED" })
}

function viaOf(type: Api.auth.TypeSentCodeType): SentCode["via"] {
  if (type instanceof Api.auth.SentCodeTypeApp) return "app"
  if (type instanceof Api.auth.SentCodeTypeSms || type instanceof Api.auth.SentCodeTypeFirebaseSms) return "sms"
  if (type instanceof Api.auth.SentCodeTypeCall) return "call"
  if (type instanceof Api.auth.SentCodeTypeEmailCode) return "email"
  return "other"
}
