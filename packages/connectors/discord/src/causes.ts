// https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
import type { KnownCause } from "@holdfast/core"

/** What Discord's numbers ask people to do. */
export const causes: readonly KnownCause[] = [
  {
    codes: ["50001"],
    cause: "channel_hidden_from_bot",
    actor: "end_user",
    text: "The bot cannot see this channel.",
    advice: "Let the bot's role view the channel in the channel's permissions.",
  },
  {
    codes: ["50013"],
    cause: "bot_permission_missing",
    actor: "end_user",
    text: "The bot's role lacks the permission for this, in the server or in this channel.",
    advice:
      "Give the role the permission under the server's settings, “Roles”, and look for a denial in the channel's own permissions.",
  },
  {
    codes: ["10004"],
    when: ["calling"],
    cause: "server_out_of_reach",
    actor: "end_user",
    text: "The bot is not in this server, or no longer.",
    advice: "Have somebody who may manage the server add the bot again by connecting.",
  },
  {
    codes: ["bot_removed"],
    when: ["refreshing"],
    cause: "bot_removed",
    actor: "end_user",
    text: "The bot was removed from the server.",
    advice: "Have somebody who may manage the server add the bot again by connecting.",
  },
  {
    codes: ["bot_token_invalid"],
    when: ["refreshing"],
    cause: "bot_token_reset",
    actor: "developer",
    text: "The bot's token is not the application's, as when it was reset.",
    advice: "Reset the token on the page “Bot” of the application, and save the new one; every server goes on then.",
    link: "https://discord.com/developers/applications",
  },
  {
    codes: ["50007"],
    cause: "direct_messages_closed",
    actor: "end_user",
    text: "The person does not take direct messages from this bot.",
    advice: "Write in a channel instead, or have the person allow direct messages from members of the server.",
  },
  {
    codes: ["30013"],
    cause: "channel_limit_reached",
    actor: "end_user",
    text: "The server has as many channels as it may have.",
    advice: "Delete channels that are not needed.",
  },
  {
    codes: ["60003"],
    cause: "owner_needs_two_factor",
    actor: "developer",
    text: "The server asks for two-factor authentication, which for a bot means that of the account that owns it.",
    advice: "Turn on two-factor authentication for the account that owns the application.",
    link: "https://discord.com/developers/docs/topics/oauth2#twofactor-authentication-requirement",
  },
]
