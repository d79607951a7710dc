// https://www.rfc-editor.org/rfc/rfc8314
import { type AuthMethod, type Call, type CheckPart, defineConnector, type HoldfastError } from "@holdfast/core"
import { z } from "zod"
import { causes } from "./causes.js"
import { mailCodes } from "./errors.js"
import type { Mail, Transport } from "./mail.js"
import { mailboxOf, type OAuthProvider, oauthMethods, providerServers } from "./oauth.js"
import { operations } from "./operations.js"
import { passwordMethod } from "./password.js"

export type { Mail, Transport } from "./mail.js"
export type { Address, Message, MessageSummary } from "./messages.js"
export type { OAuthProvider } from "./oauth.js"
export type { PasswordSecret } from "./password.js"
export type { MailServer, MailServers, Security } from "./servers.js"

/** The registration for signing in at Google or Microsoft, and how servers are reached. Passwords need none of it. */
export interface EmailOptions extends Transport {
  /** Where the app is registered, or `"none"` for passwords alone. Default: both ways of signing in are offered. */
  readonly oauth?: OAuthProvider | "none"
  /** Default: `EMAIL_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `EMAIL_CLIENT_SECRET`. */
  readonly clientSecret?: string
}

const define = defineConnector(({ oauth, ...transport }: EmailOptions) => ({
  id: "email",
  vendor: "email",
  name: "Email",
  category: "communication",
  documentation: "https://www.rfc-editor.org/rfc/rfc8314",
  methods: methodsOf(oauth),
  app:
    oauth === "none"
      ? null
      : {
          schema: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
          fields: [
            {
              name: "clientId",
              label: "Client ID",
              secret: false,
              help: "Of Google's Cloud console or of Microsoft Entra. Only for signing in there: passwords need none.",
            },
            { name: "clientSecret", label: "Client secret", secret: true },
          ],
        },
  tokens: "none",
  async client(context, secret) {
    const { openMail } = await import("./mail.js")
    const client = openMail(context, secret, transport, { ...providerServers, ...transport.servers })
    return { client, close: () => client.close() }
  },
  errors: { codes: mailCodes },
  causes,

  // Mail has no id that outlives a name: what a person logs in as, at the server that keeps the messages, is as lasting as it gets.
  async identify({ client }: Call<Mail>, { input, token }) {
    if (token) {
      const { id, address, provider } = mailboxOf({ token })
      const mail = client.of({ address, provider })
      await mail.imap((imap) => imap.noop())
      return { id, label: address, email: address, data: { address, provider } }
    }
    const { address = "", username = address, imapHost = "" } = input ?? {}
    const { imap, smtp } = await client.probe()
    const refused: HoldfastError | undefined = imap ?? smtp
    if (refused) throw refused
    return { id: `${username}@@${imapHost}`, label: address, email: address }
  },

  async check({ client }: Call<Mail>): Promise<readonly CheckPart[]> {
    const { imap, smtp } = await client.probe()
    return [partOf("imap", imap), partOf("smtp", smtp)]
  },

  operations,

  setup: {
    url: "https://support.google.com/mail/answer/185833",
    steps: [
      "Most mailboxes: enter the address and a password. Servers of Google, Apple, Yahoo and Fastmail are known; for others your provider's help names the IMAP and the SMTP server.",
      "Google, Apple, Yahoo and Fastmail refuse the password of the account here. Make an app password in its security settings and use that; Google asks for two-step verification first.",
      "Microsoft takes no passwords for IMAP: choose “Sign in with Microsoft”.",
      "For “Sign in with Google” register a web application at https://console.cloud.google.com/apis/credentials with the scope https://mail.google.com/ and the redirect URI {redirectUri}.",
      "For “Sign in with Microsoft” register an app at https://entra.microsoft.com with the delegated permissions IMAP.AccessAsUser.All and SMTP.Send and the redirect URI {redirectUri}.",
      "Copy the client ID and client secret into the settings here: of one of the two.",
    ],
  },
}))

export interface EmailConnector extends ReturnType<typeof define> {}

/**
 * A mailbox at any provider: IMAP to read, SMTP to send, both with TLS that is always checked. Hosts are typed by people, so Holdfast needs a
 * guard (`nodeGuard` of `@holdfast/server/node`). Runs on Node.
 */
export const email: (options?: EmailOptions) => EmailConnector = define

function methodsOf(oauth: EmailOptions["oauth"]): readonly AuthMethod[] {
  const password = passwordMethod as AuthMethod
  if (oauth === "none") return [password]
  const signIns = oauth === undefined ? Object.values(oauthMethods) : [oauthMethods[oauth]]
  return [password, ...(signIns as readonly AuthMethod[])]
}

function partOf(name: "imap" | "smtp", refused: HoldfastError | undefined): CheckPart {
  return refused ? { name, ok: false, code: refused.code } : { name, ok: true }
}
