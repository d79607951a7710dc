import { createTransport, type SendMailOptions } from "nodemailer"
import { toMailError } from "./errors.js"
import type { LineOptions } from "./imap-line.js"
import { reach } from "./reach.js"

// Of our own name: under XOAUTH2 the library would wait for a new token of its own after a refusal.
const bearer = "HOLDFAST-XOAUTH2"

/** Sends, or only shows the credential. @throws HoldfastError or CredentialRefused, whatever goes wrong */
export async function smtpLine<T>(options: LineOptions, use: (transport: SmtpTransport) => Promise<T>): Promise<T> {
  try {
    const transport = await transportFor(options)
    try {
      return await use(transport)
    } finally {
      transport.close()
    }
  } catch (cause) {
    throw toMailError("smtp", cause)
  }
}

/** The part of the library's transport that is used. */
export interface SmtpTransport {
  verify(): Promise<unknown>
  sendMail(message: SendMailOptions): Promise<Sent>
  close(): void
}

export interface Sent {
  readonly messageId: string
  readonly accepted?: readonly unknown[]
  readonly rejected?: readonly unknown[]
}

async function transportFor({ guard, credential, ca, timeoutMs }: LineOptions): Promise<SmtpTransport> {
  const { smtp, username } = credential
  const { address, servername } = await reach(guard, smtp)
  return createTransport({
    host: address,
    port: smtp.port,
    ...(smtp.security === "tls" ? { secure: true } : { secure: false, requireTLS: true }),
    tls: { ...(servername !== undefined && { servername }), ...(ca && { ca: [...ca] }) },
    ...("password" in credential
      ? { auth: { user: username, pass: credential.password } }
      : {
          auth: { type: "custom", method: bearer, user: username, pass: credential.accessToken },
          customAuth: { [bearer]: showToken },
        }),
    forceAuth: true,
    logger: false,
    // Attachments are given as bytes: a message never makes us read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  }) as unknown as SmtpTransport
}

interface AuthConversation {
  readonly auth: { readonly credentials?: { readonly user?: string | undefined; readonly pass?: string | undefined } }
  readonly authMethods: readonly string[]
  sendCommand(command: string): Promise<{ readonly status?: number }>
}

/**
 * XOAUTH2. What went wrong comes as a challenge (334), which an empty line must answer before the refusal itself comes (quirk 39).
 * @see https://developers.google.com/workspace/gmail/imap/xoauth2-protocol#error_response_2
 */
async function showToken({ auth, authMethods, sendCommand }: AuthConversation): Promise<void> {
  const { user = "", pass = "" } = auth.credentials ?? {}
  if (!authMethods.includes("XOAUTH2")) throw new Error("The server does not take tokens.")
  const shown = Buffer.from(`user=${user}\u0001auth=Bearer ${pass}\u0001\u0001`).toString("base64")
  const first = await sendCommand(`AUTH XOAUTH2 ${shown}`)
  const last = first.status === 334 ? await sendCommand("") : first
  if (last.status !== 235) throw new Error("The server refused the token.")
}
