import { z } from "zod"

/** `tls`: from the first byte. `starttls`: after a command, and never without. Mail is not sent or read in the clear. */
export type Security = "tls" | "starttls"

export interface MailServer {
  readonly host: string
  readonly port: number
  readonly security: Security
}

/** Both halves of a mailbox. */
export interface MailServers {
  readonly imap: MailServer
  readonly smtp: MailServer
}

export const mailServer = z.object({ host: z.string(), port: z.number(), security: z.enum(["tls", "starttls"]) })

/** 993 and 465 begin with TLS, every other port with STARTTLS. @see https://www.rfc-editor.org/rfc/rfc8314#section-3 */
export function securityOf(port: number): Security {
  return port === 993 || port === 465 ? "tls" : "starttls"
}

const at = (host: string, port: number): MailServer => ({ host, port, security: securityOf(port) })

// https://developers.google.com/workspace/gmail/imap/imap-smtp
const gmail: MailServers = { imap: at("imap.gmail.com", 993), smtp: at("smtp.gmail.com", 465) }
// https://support.apple.com/en-us/102525
const icloud: MailServers = { imap: at("imap.mail.me.com", 993), smtp: at("smtp.mail.me.com", 587) }
// https://help.yahoo.com/kb/SLN4075.html
const yahoo: MailServers = { imap: at("imap.mail.yahoo.com", 993), smtp: at("smtp.mail.yahoo.com", 465) }
// https://www.fastmail.com/help/technical/servernamesandports.html
const fastmail: MailServers = { imap: at("imap.fastmail.com", 993), smtp: at("smtp.fastmail.com", 465) }

/** Servers by the domain of the address, so that people need not know them. */
const presets: Readonly<Record<string, MailServers>> = {
  "gmail.com": gmail,
  "googlemail.com": gmail,
  "icloud.com": icloud,
  "me.com": icloud,
  "mac.com": icloud,
  "yahoo.com": yahoo,
  "fastmail.com": fastmail,
}

export function presetFor(address: string): MailServers | undefined {
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase()
  return Object.hasOwn(presets, domain) ? presets[domain] : undefined
}
