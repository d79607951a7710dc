import * as catalog from "@holdfast/catalog/emulator"
import * as discordAt from "@holdfast/discord/emulator"
import * as emailAt from "@holdfast/email/emulator"
import * as slackAt from "@holdfast/slack/emulator"
import * as telegramAt from "@holdfast/telegram/emulator"
import * as zoomAt from "@holdfast/zoom/emulator"
import type { ProviderMaker } from "../provider.js"

const slack: ProviderMaker = ({ clock, callback }) => ({
  emulator: slackAt.createSlackEmulator({ clock, redirectUris: [callback("slack")] }),
  registrations: { slack: slackAt.emulatorApp },
  connectors: () => ({
    slack: {
      operation: "list_channels",
      parameters: { list_channels: {}, send_message: { channel: "#general", message: "Hello from Holdfast" } },
    },
  }),
})

const discord: ProviderMaker = ({ clock, callback }) => ({
  emulator: discordAt.createDiscordEmulator({ clock, redirectUris: [callback("discord")] }),
  registrations: { discord: discordAt.emulatorApp },
  connectors: () => ({
    discord: {
      // The one whose tokens end: the bot's own token never does.
      method: "oauth",
      operation: "list_guilds",
      parameters: {
        list_guilds: {},
        list_channels: {},
        send_message: { channel_id: discordAt.seededIds.general, content: "Hello from Holdfast" },
      },
    },
  }),
})

const zoom: ProviderMaker = ({ clock, callback }) => {
  const { accountId, clientId, clientSecret } = zoomAt.emulatorServerToServer.first
  return {
    emulator: zoomAt.createZoomEmulator({ clock, redirectUris: [callback("zoom")] }),
    registrations: { zoom: zoomAt.emulatorApp },
    connectors: () => ({
      zoom: {
        method: "oauth",
        operation: "list_meetings",
        parameters: { list_meetings: {}, create_meeting: { topic: "Weekly", duration: 30 } },
        hints: [
          ["server-to-server: account ID", accountId],
          ["client ID", clientId],
          ["client secret", clientSecret],
        ],
      },
    }),
  }
}

const telegram: ProviderMaker = async ({ clock }) => {
  const emulator = telegramAt.telegramEmulator({ clock })
  const { dataCenters, publicKeys, close } = await telegramAt.listenTelegram(emulator)
  // The account with a two-step password: every step there is.
  const phone = "+15550100002"
  const password = "two-step password"
  return {
    emulator,
    registrations: { telegram: telegramAt.emulatedApp },
    beside: { options: { telegram: { dataCenters, publicKeys } }, close },
    connectors: ({ reroute, control }) => ({
      telegram: {
        method: "phone",
        answers: { phone, password, code: () => control.act("code", { phone }) },
        operation: "list_dialogs",
        parameters: { list_dialogs: {}, send_message: { chat: "me", message: "Hello from Holdfast" } },
        hints: [
          ["phone", phone],
          ["code: on the phone, at", `${reroute["https://web.telegram.org"]}/`],
          ["two-step password", password],
        ],
        tokens: "none",
      },
    }),
  }
}

const email: ProviderMaker = async ({ clock }) => {
  const emulator = emailAt.createEmailEmulator({ clock })
  const { tls, ca, close } = await emailAt.listenEmail(emulator)
  const [mailbox] = emailAt.emulatedMailboxes
  const values = emailAt.valuesFor(mailbox, tls)
  const serverOf = ({ host, port }: { host: string; port: number }) => `${host}:${port}`
  return {
    emulator,
    // Google and Microsoft are themselves here, and know nothing of mail servers: mailboxes are opened by password.
    isRerouted: false,
    beside: {
      options: { email: { oauth: "none", ca } },
      allow: [tls.imap, tls.smtp].map(serverOf),
      close,
    },
    connectors: () => ({
      email: {
        answers: values,
        operation: "list_mailboxes",
        parameters: {
          list_mailboxes: {},
          list_messages: {},
          send_email: { to: [mailbox.address], subject: "Hello", text: "From Holdfast" },
        },
        hints: [
          ["address", mailbox.address],
          ["password", mailbox.password],
          ["IMAP, TLS", serverOf(tls.imap)],
          ["SMTP, TLS", serverOf(tls.smtp)],
        ],
        tokens: "none",
        revocation: "none",
      },
    }),
  }
}

const sendgrid: ProviderMaker = ({ clock }) => ({
  emulator: catalog.createSendgridEmulator({ clock }),
  connectors: () => ({
    sendgrid: {
      answers: { key: catalog.sendgridKeys.first },
      operation: "list_bounces",
      parameters: { list_bounces: {}, get_statistics: { start_date: "2026-11-01" } },
      hints: [["API key", catalog.sendgridKeys.first]],
      // A key lasts until whoever typed it takes it back.
      tokens: "none",
      revocation: "none",
    },
  }),
})

/** Talk between people, and mail that programs send. */
export const messengers = [slack, discord, zoom, telegram, email, sendgrid]
