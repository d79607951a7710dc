import type { Api } from "teleproto"
import type { Channel } from "./channel.js"
import { type Dialog, readDialogs, readSelf, type SentMessage, sendText, type TelegramUser } from "./messaging.js"

/** What operations talk to: Telegram as the person who connected, on one connection that is opened when it is needed first. */
export interface TelegramApi {
  /**
   * Any method of the API: `invoke(new Api.help.GetNearestDc())`, with `Api` of `teleproto`.
   *
   * @throws HoldfastError with Telegram's short code in `details.providerCode`
   * @see https://core.telegram.org/methods
   */
  invoke<R extends Api.AnyRequest>(request: R): Promise<R["__response"]>
  me(): Promise<TelegramUser>
  sendMessage(message: { to: string; text: string; silent?: boolean }): Promise<SentMessage>
  listDialogs(page: { limit: number; cursor?: string }): Promise<{ dialogs: Dialog[]; nextCursor?: string }>
}

export function createApi(channel: Channel): TelegramApi {
  return {
    invoke: channel.invoke,
    me: () => readSelf(channel),
    sendMessage: (message) => sendText(channel, message),
    listDialogs: (page) => readDialogs(channel, page),
  }
}
