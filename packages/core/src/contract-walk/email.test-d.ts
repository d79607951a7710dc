import { z } from "zod"
import { type AuthMethod, type Call, type CheckPart, defineConnector, operation } from "../index.js"
import { lastingClock, lastingPolicy, values } from "./kit.test-d.js"

// Two hosts, neither of them HTTP: both typed by a person and asked of the guard, one may fail while the other works.

const secret = z.object({
  username: z.string(),
  password: z.string(),
  smtp: z.object({ host: z.string(), port: z.number() }),
  imap: z.object({ host: z.string(), port: z.number() }),
})
type Secret = z.infer<typeof secret>

interface Mail {
  send(to: string, subject: string, text: string): Promise<string>
  search(query: string): Promise<readonly { uid: number; subject: string }[]>
  /** Each half by itself: the code it fails with, or undefined. */
  probe(half: "smtp" | "imap"): Promise<"credential_invalid" | "provider_unavailable" | undefined>
  close(): Promise<void>
}
declare const openMail: (secret: Secret) => Promise<Mail>

const password: AuthMethod<Secret, never> = {
  id: "password",
  kind: "basic",
  label: "Address and app password",
  needsApp: false,
  slots: ["main"],
  secret,
  fields: [
    { name: "username", label: "Address", type: "text" },
    { name: "password", label: "App password", type: "password" },
    { name: "smtpHost", label: "SMTP server", type: "text" },
    { name: "imapHost", label: "IMAP server", type: "text" },
  ],
  input: z.object({ username: z.email(), password: z.string(), smtpHost: z.string(), imapHost: z.string() }),
  policy: lastingPolicy,
  facts: { hostIsChosen: true, startsWith: "grant" },
  async begin({ guard }, input) {
    const { username = "", password: typed = "", smtpHost = "", imapHost = "" } = values(input) ?? {}
    await guard(smtpHost, 465)
    await guard(imapHost, 993)
    const given: Secret = {
      username,
      password: typed,
      smtp: { host: smtpHost, port: 465 },
      imap: { host: imapHost, port: 993 },
    }
    return {
      grant: {
        slots: { main: { secret: given, clock: lastingClock } },
        evidence: { input: { username, smtpHost, imapHost } },
      },
    }
  },
  advance: (context, input) => password.begin(context, input),
}

const define = defineConnector({
  id: "email",
  vendor: "email",
  name: "Email",
  category: "communication",
  documentation: "https://www.rfc-editor.org/rfc/rfc3501",
  methods: [password],
  app: null,
  tokens: "none",
  async client(_context, given) {
    const client = await openMail(secret.parse(given))
    return { client, close: () => client.close() }
  },
  errors: { codes: { EAUTH: "credential_invalid", ECONNECTION: "provider_unavailable" } },
  identify: async (_call, { input }) => ({
    id: `${input?.username}@@${input?.imapHost}`,
    label: input?.username ?? "",
    email: input?.username ?? "",
  }),
  async check({ client }): Promise<readonly CheckPart[]> {
    const part = async (name: "smtp" | "imap"): Promise<CheckPart> => {
      const code = await client.probe(name)
      return code ? { name, ok: false, code } : { name, ok: true }
    }
    return [await part("smtp"), await part("imap")]
  },
  operations: {
    send_email: operation({
      summary: "Send a message",
      effect: "write",
      input: z.object({ to: z.email(), subject: z.string(), text: z.string() }),
      output: z.object({ messageId: z.string() }),
      run: async ({ client }: Call<Mail>, { to, subject, text }) => ({
        messageId: await client.send(to, subject, text),
      }),
    }),
  },
  setup: { url: "https://support.google.com/mail/answer/185833", steps: ["Make an app password."] },
})
export interface EmailConnector extends ReturnType<typeof define> {}
export const email: () => EmailConnector = define
