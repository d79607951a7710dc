// https://www.rfc-editor.org/rfc/rfc8314
import {
  type AuthMethod,
  type Field,
  type Form,
  formSchema,
  lastingClock,
  lastingPolicy,
  type Next,
  takeForm,
} from "@holdfast/core"
import { z } from "zod"
import { type MailServer, type MailServers, mailServer, presetFor, type Security, securityOf } from "./servers.js"

/** What is sealed: the password, and the only servers that it may go to. */
export interface PasswordSecret extends MailServers {
  readonly username: string
  readonly password: string
}

export const passwordSecret = z.object({
  username: z.string().min(1),
  password: z.string().min(1),
  imap: mailServer,
  smtp: mailServer,
})

const securities = [
  { value: "tls", label: "TLS" },
  { value: "starttls", label: "STARTTLS" },
] as const

const fields: readonly Field[] = [
  { name: "address", label: "Address", type: "text", placeholder: "first@example.com" },
  {
    name: "password",
    label: "Password",
    type: "password",
    help: "Where the provider has app passwords (Google, Apple, Yahoo, Fastmail), make one for this app: the password of the account is refused there.",
  },
  { name: "username", label: "User name", type: "text", required: false, help: "If it is not the address." },
  { name: "imapHost", label: "IMAP server", type: "text", required: false, placeholder: "imap.example.com" },
  { name: "imapPort", label: "IMAP port", type: "text", required: false, placeholder: "993" },
  { name: "imapSecurity", label: "IMAP security", type: "select", required: false, options: securities },
  { name: "smtpHost", label: "SMTP server", type: "text", required: false, placeholder: "smtp.example.com" },
  { name: "smtpPort", label: "SMTP port", type: "text", required: false, placeholder: "465" },
  { name: "smtpSecurity", label: "SMTP security", type: "select", required: false, options: securities },
]

const hostName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$|^[0-9a-f]*:[0-9a-f:.]+$/i
const checks: Readonly<Record<string, { readonly is: (value: string) => boolean; readonly message: string }>> = {
  address: { is: (value) => z.email().safeParse(value).success, message: "This is no mail address." },
  imapHost: { is: (value) => hostName.test(value), message: "This is no host name." },
  smtpHost: { is: (value) => hostName.test(value), message: "This is no host name." },
  imapPort: { is: isPort, message: "This is no port." },
  smtpPort: { is: isPort, message: "This is no port." },
}

const schema = formSchema(fields).superRefine((values, context) => {
  const wrong = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message })
  for (const [name, { is, message }] of Object.entries(checks)) {
    const value = values[name]
    if (value !== undefined && !is(value)) wrong(name, message)
  }
  if (presetFor(values.address ?? "")) return
  for (const name of ["imapHost", "smtpHost"] as const)
    if (!values[name]) wrong(name, "The servers of this domain are not known: name them.")
})

const form: Form = { id: "password", title: "Connect a mailbox", fields, schema }

async function connect(
  { attempt, clock }: Parameters<AuthMethod["begin"]>[0],
  input: Parameters<AuthMethod["begin"]>[1],
) {
  const typed = takeForm(form, input, attempt?.input ?? {})
  if ("step" in typed) return typed
  const { password = "", ...described } = typed.values
  const { address = "", username = address } = described
  const { imap, smtp } = serversOf(typed.values)
  const next: Next<never, PasswordSecret> = {
    grant: {
      slots: { main: { secret: { username, password, imap, smtp }, clock: lastingClock(clock.now()) } },
      evidence: { input: { ...described, imapHost: imap.host, smtpHost: smtp.host } },
    },
  }
  return next
}

/** An address, a password, and two servers; those of some domains are known. Both servers pass the guard before anything is sent. */
export const passwordMethod: AuthMethod<PasswordSecret, never> = {
  id: "password",
  kind: "basic",
  label: "Address and password",
  needsApp: false,
  slots: ["main"],
  secret: passwordSecret,
  fields,
  input: schema,
  policy: lastingPolicy,
  facts: { hostIsChosen: true, startsWith: "form" },
  begin: connect,
  advance: connect,
}

function serversOf(values: Readonly<Record<string, string>>): MailServers {
  const preset = presetFor(values.address ?? "")
  return {
    imap: serverOf("imap", values, preset?.imap, 993),
    smtp: serverOf("smtp", values, preset?.smtp, 465),
  }
}

function serverOf(
  half: "imap" | "smtp",
  values: Readonly<Record<string, string>>,
  preset: MailServer | undefined,
  usual: number,
): MailServer {
  const host = values[`${half}Host`]?.toLowerCase()
  const known = host === undefined || host === preset?.host ? preset : undefined
  const port = Number(values[`${half}Port`] ?? known?.port ?? usual)
  const security = (values[`${half}Security`] as Security | undefined) ?? securityOf(port)
  return { host: host ?? known?.host ?? "", port, security }
}

function isPort(value: string): boolean {
  return /^[1-9]\d{0,4}$/.test(value) && Number(value) < 65_536
}
