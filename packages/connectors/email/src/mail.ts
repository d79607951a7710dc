import { type Context, HoldfastError } from "@holdfast/core"
import type { ImapFlow } from "imapflow"
import type { SendMailOptions } from "nodemailer"
import { credentialOf, knownMailbox } from "./credential.js"
import { CredentialRefused, type Half, mailError, refusedCode } from "./errors.js"
import { type ImapLine, imapLine, type LineOptions } from "./imap-line.js"
import type { Mailbox, OAuthProvider } from "./oauth.js"
import type { MailServers } from "./servers.js"
import { type Sent, smtpLine } from "./smtp-line.js"

/** How mail servers are reached, beside what a person typed. */
export interface Transport {
  /** Certificates in PEM that are trusted instead of those that Node trusts, for servers with one of their own. */
  readonly ca?: string | readonly string[]
  /** The most that one answer of a server may take. Default: 20 000. */
  readonly timeoutMs?: number
  /** Where the tokens of Google and Microsoft go. Default: their own servers. For stand-ins. */
  readonly servers?: Partial<Readonly<Record<OAuthProvider, MailServers>>>
}

/** What operations talk to: one mailbox, at its two servers. */
export interface Mail {
  /** Runs with the IMAP connection, which lives as long as the call. @throws HoldfastError with the server's short code */
  imap<T>(run: (client: ImapFlow) => Promise<T>): Promise<T>
  /** @throws HoldfastError with the server's short code */
  send(message: SendMailOptions): Promise<Sent>
  /** Whether each server takes the credential. @throws HoldfastError where neither does, or neither can be reached */
  probe(): Promise<Readonly<Record<Half, HoldfastError | undefined>>>
  /** The same with a mailbox that no account tells of yet. */
  of(mailbox: Pick<Mailbox, "address" | "provider">): Mail
  close(): Promise<void>
}

export function openMail(context: Context, secret: unknown, transport: Transport, servers: Servers): Mail {
  const { ca, timeoutMs = 20_000 } = transport
  const lines: ImapLine[] = []

  function mailOf(known: Pick<Mailbox, "address" | "provider"> | undefined): Mail {
    const optionsOf = (): LineOptions => ({
      guard: context.guard,
      credential: credentialOf(secret, known, servers),
      ca: ca === undefined ? undefined : [ca].flat(),
      timeoutMs,
    })
    let line: ImapLine | undefined
    const imap: Mail["imap"] = async (run) => {
      if (!line) {
        line = imapLine(optionsOf())
        lines.push(line)
      }
      return await line.use(run)
    }
    const knock: Readonly<Record<Half, () => Promise<unknown>>> = {
      imap: () => imap((client) => client.noop()),
      smtp: () => smtpLine(optionsOf(), (transport) => transport.verify()),
    }
    /** What one server refuses the other may take: the credential is dead only when neither does (ruling R14). */
    const judged = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await work
      } catch (error) {
        if (!(error instanceof CredentialRefused)) throw error
        const other = await refusalBy(knock[error.half === "imap" ? "smtp" : "imap"])
        throw other instanceof CredentialRefused ? dead() : other ? unknown() : aliveBut(error)
      }
    }
    return {
      imap: (run) => judged(imap(run)),
      send: (message) => judged(smtpLine(optionsOf(), (transport) => transport.sendMail(message))),
      async probe() {
        const said = { imap: await refusalBy(knock.imap), smtp: await refusalBy(knock.smtp) }
        if (said.imap instanceof CredentialRefused && said.smtp instanceof CredentialRefused) throw dead()
        const [trouble] = [said.imap, said.smtp].filter((one) => one instanceof HoldfastError)
        if (said.imap && said.smtp) throw trouble ?? unknown()
        return { imap: told(said.imap), smtp: told(said.smtp) }
      },
      of: mailOf,
      async close() {
        await Promise.all(lines.map((one) => one.close()))
      },
    }
  }
  return mailOf(knownMailbox(context.account?.data))
}

type Servers = Readonly<Record<OAuthProvider, MailServers>>

async function refusalBy(knock: () => Promise<unknown>): Promise<HoldfastError | CredentialRefused | undefined> {
  try {
    await knock()
    return undefined
  } catch (error) {
    if (error instanceof CredentialRefused || error instanceof HoldfastError) return error
    throw error
  }
}

function told(refusal: HoldfastError | CredentialRefused | undefined): HoldfastError | undefined {
  return refusal instanceof CredentialRefused
    ? mailError("credential_invalid", refusal.half, refusal.providerCode)
    : refusal
}

function dead(): HoldfastError {
  return new HoldfastError("reauth_required", "Neither server takes this password or token any more.", {
    details: { connector: "email", providerCode: refusedCode, fields: ["password"] },
  })
}

function unknown(): HoldfastError {
  return new HoldfastError("provider_unavailable", "The mail servers cannot say whether the credential is good.", {
    details: { connector: "email" },
  })
}

/** Such as SMTP that an administrator switched off: nothing that signing in again would mend. */
function aliveBut({ half, providerCode }: CredentialRefused): HoldfastError {
  const said = providerCode === refusedCode ? "NO" : providerCode
  return mailError("provider_rejected", half, said, { reason: "token_is_valid" })
}
