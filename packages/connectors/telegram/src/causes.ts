// https://core.telegram.org/api/errors
import type { KnownCause } from "@holdfast/core"

const apps = "https://my.telegram.org/apps"

/** What Telegram's codes ask people to do. */
export const causes: readonly KnownCause[] = [
  {
    codes: ["AUTH_KEY_UNREGISTERED", "SESSION_REVOKED", "SESSION_EXPIRED"],
    cause: "session_ended",
    actor: "end_user",
    text: "This session was ended in Telegram, by the person under “Devices” or by Telegram itself.",
    advice: "Log in again by connecting.",
  },
  {
    codes: ["AUTH_KEY_DUPLICATED"],
    cause: "session_used_twice",
    actor: "developer",
    text: "The session was used from two places at once, and Telegram destroyed it for that.",
    advice: "Find the other program that holds this session and stop it, then have the person log in again.",
    link: "https://core.telegram.org/api/errors#406-not-acceptable",
  },
  {
    codes: ["USER_DEACTIVATED", "USER_DEACTIVATED_BAN"],
    cause: "account_gone",
    actor: "end_user",
    text: "The Telegram account was deleted or banned.",
    advice: "Connect another account, or have the person write to Telegram's support.",
  },
  {
    codes: ["PHONE_NUMBER_BANNED"],
    cause: "number_banned",
    actor: "end_user",
    text: "Telegram has banned this phone number.",
    advice: "Connect another account, or have the person write to Telegram's support.",
  },
  {
    codes: ["PEER_FLOOD"],
    cause: "account_limited_for_spam",
    actor: "end_user",
    text: "Telegram limits what this account may write to people it does not know.",
    advice: "Have the person ask @SpamBot in Telegram how long it lasts.",
    link: "https://telegram.org/faq_spam",
  },
  {
    codes: ["API_ID_INVALID"],
    cause: "app_credentials_wrong",
    actor: "developer",
    text: "Telegram does not know this api_id, or the api_hash is not its own.",
    advice: "Copy both again from my.telegram.org, and save them.",
    link: apps,
  },
  {
    codes: ["API_ID_PUBLISHED_FLOOD"],
    cause: "api_id_published",
    actor: "developer",
    text: "This api_id was published somewhere, and Telegram lets nobody log in with it.",
    advice: "Make an app of your own at my.telegram.org, and save its api_id and api_hash.",
    link: apps,
  },
  {
    codes: ["CHANNEL_PRIVATE"],
    cause: "chat_not_joined",
    actor: "end_user",
    text: "The account is not a member of this channel or group, or was banned from it.",
    advice: "Have the person join it in Telegram.",
  },
  {
    codes: ["CHAT_WRITE_FORBIDDEN", "USER_IS_BLOCKED"],
    cause: "may_not_write_there",
    actor: "end_user",
    text: "The account may not write in this chat, or the person on the other side has blocked it.",
    advice: "Write to another chat, or have the right to write given back in Telegram.",
  },
]
