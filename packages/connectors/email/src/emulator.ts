import { createEmulator, type Emulator, type EmulatorClock } from "@holdfast/emulator"
import { type Listening, listen } from "./emulator/listen.js"
import { microsoftTenant, type SignIn, signInAt } from "./emulator/sign-in.js"
import { createMailWorld, type MailboxSeed, type MailWorld } from "./emulator/world.js"

export type { Listening } from "./emulator/listen.js"
export type { MailboxSeed, MailWorld, PlannedAnswer, StoredMail } from "./emulator/world.js"
export { microsoftTenant }

/** The registration that the stand-in knows at both places where people sign in. */
export const emulatorApp = {
  clientId: "emulated-mail-client.apps.googleusercontent.com",
  clientSecret: "GOCSPX-emulatedMailClientSecret",
}

/** Two mailboxes that passwords open. */
export const emulatedMailboxes = [
  { address: "first@example.com", password: "abcd efgh ijkl mnop" },
  { address: "second@example.com", password: "qrst uvwx yzab cdef" },
] as const satisfies readonly MailboxSeed[]

/** People who sign in, with a mailbox each. */
export const emulatedPeople = {
  google: [
    { id: "110000000000000000001", address: "first.google@example.com" },
    { id: "110000000000000000002", address: "second.google@example.com" },
  ],
  microsoft: [
    { id: "7c1f0000-0000-4000-8000-000000000001", address: "first.microsoft@example.com" },
    { id: "7c1f0000-0000-4000-8000-000000000002", address: "second.microsoft@example.com" },
  ],
} as const

export interface EmailEmulatorOptions {
  /** Default: {@link emulatedMailboxes}. */
  mailboxes?: readonly MailboxSeed[]
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  redirectUris?: readonly string[]
  /** Default: a virtual clock. */
  clock?: EmulatorClock
}

/** What tests and demos hold in their hands. Read it again after `reset()`. */
export interface EmailProvider {
  readonly mail: MailWorld
  readonly google: SignIn
  readonly microsoft: SignIn
}

export type EmailEmulator = Emulator<EmailProvider>

/**
 * A strict stand-in for two mail servers and for the pages where people sign in. Its HTTP side is those pages; IMAP and SMTP are on TCP: give
 * what {@link listenEmail} answers to the connector, which then runs with nothing replaced.
 */
export function createEmailEmulator(options: EmailEmulatorOptions = {}): EmailEmulator {
  const emulator = createEmulator<EmailProvider>({
    name: "email",
    origins: ["https://accounts.google.com", "https://oauth2.googleapis.com", "https://login.microsoftonline.com"],
    ...(options.clock && { clock: options.clock }),
    setup(kit) {
      const clients = [
        {
          ...emulatorApp,
          redirectUris: options.redirectUris ?? ["https://app.example.com/api/integrations/oauth/callback/email"],
        },
      ]
      const google = signInAt(kit, "google", { clients, people: emulatedPeople.google })
      const microsoft = signInAt(kit, "microsoft", { clients, people: emulatedPeople.microsoft })
      const needed = {
        google: { imap: "https://mail.google.com/", smtp: "https://mail.google.com/" },
        microsoft: {
          imap: "https://outlook.office.com/IMAP.AccessAsUser.All",
          smtp: "https://outlook.office.com/SMTP.Send",
        },
      }
      const mail = createMailWorld({
        clock: kit.clock,
        mailboxes: [
          ...(options.mailboxes ?? emulatedMailboxes),
          ...[...emulatedPeople.google, ...emulatedPeople.microsoft].map(({ address }) => ({ address })),
        ],
        opens: (token, address, half) =>
          (["google", "microsoft"] as const).some((at) => {
            const found = (at === "google" ? google : microsoft).inspectToken(token)
            return (
              found.is === "live" && found.account.data.address === address && found.scopes.includes(needed[at][half])
            )
          }),
      })
      kit.action("inbox", (input) => mail.inbox(String((input as { address?: unknown } | null)?.address)))
      kit.action("commands", () => mail.commands)
      return { mail, google, microsoft }
    },
  })
  return Object.create(emulator, {
    // A command to a mail server is a request as well.
    counters: {
      get() {
        const { counters, provider } = emulator
        return { ...counters, requests: counters.requests + provider.mail.commands.length }
      },
    },
  })
}

/**
 * Opens an emulator's servers on loopback, at ports that the system chooses.
 *
 * @param emulator - or how to find the current one, where each test makes its own
 */
export function listenEmail(emulator: EmailEmulator | (() => EmailEmulator)): Promise<Listening> {
  return listen(() => (typeof emulator === "function" ? emulator() : emulator).provider.mail)
}

/** The options of the connector for these servers. */
export function optionsFor({ tls, starttls, ca }: Listening) {
  // Google has TLS from the first byte, Microsoft sends behind STARTTLS.
  return { ...emulatorApp, ca, servers: { google: tls, microsoft: { imap: tls.imap, smtp: starttls.smtp } } }
}

/** What a person types to connect one of the mailboxes. */
export function valuesFor(
  mailbox: { readonly address: string; readonly password?: string },
  { imap, smtp }: Listening["tls"],
): Record<string, string> {
  return {
    address: mailbox.address,
    password: mailbox.password ?? "",
    imapHost: imap.host,
    imapPort: String(imap.port),
    imapSecurity: imap.security,
    smtpHost: smtp.host,
    smtpPort: String(smtp.port),
    smtpSecurity: smtp.security,
  }
}
