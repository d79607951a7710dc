import { addressesOf, headerOf, type MimePart, parseMime } from "./mime.js"

/** Who has a mailbox, and what it is opened with. */
export interface MailboxSeed {
  readonly address: string
  /** What a person logs in with. Default: none; only tokens open it. */
  readonly password?: string
  /** Default: true. Administrators can switch sending off, and reading goes on. */
  readonly smtp?: boolean
}

export interface StoredMail {
  readonly uid: number
  readonly raw: Buffer
  readonly mime: MimePart
  readonly receivedAt: number
  readonly flags: Set<string>
}

export interface Folder {
  readonly path: string
  readonly specialUse?: string
  readonly uidValidity: number
  readonly messages: StoredMail[]
  nextUid: number
}

export interface Account {
  readonly address: string
  password: string | undefined
  smtp: boolean
  readonly folders: readonly Folder[]
}

/** What a server answers instead of what it would: the text behind the tag or the whole line. */
export interface PlannedAnswer {
  readonly protocol: "imap" | "smtp"
  /** `SELECT`, `UID SEARCH`, `AUTH`, `RCPT`, `DATA`, … */
  readonly command: string
  readonly answer: string
}

export interface MailWorldOptions {
  readonly clock: { now(): number }
  readonly mailboxes: readonly MailboxSeed[]
  /** Whether an access token opens a mailbox now. */
  opens(accessToken: string, address: string, half: "imap" | "smtp"): boolean
}

export type MailWorld = ReturnType<typeof createMailWorld>

/** Everything that the two servers know. */
export function createMailWorld({ clock, mailboxes, opens }: MailWorldOptions) {
  const accounts = new Map<string, Account>()
  const planned: PlannedAnswer[] = []
  const commands: string[] = []
  let validity = 1_700_000_000

  const folder = (path: string, specialUse?: string): Folder => ({
    path,
    ...(specialUse && { specialUse }),
    uidValidity: validity++,
    messages: [],
    nextUid: 1,
  })
  for (const { address, password, smtp = true } of mailboxes) {
    const folders = [folder("INBOX"), folder("Sent", "\\Sent"), folder("Archive", "\\Archive")]
    accounts.set(address.toLowerCase(), { address, password, smtp, folders })
  }

  function account(address: string): Account {
    const found = accounts.get(address.toLowerCase())
    if (!found) throw new RangeError(`the stand-in has no mailbox ${address}`)
    return found
  }

  function put(target: Folder, raw: Buffer): StoredMail {
    const mail = { uid: target.nextUid++, raw, mime: parseMime(raw), receivedAt: clock.now(), flags: new Set<string>() }
    target.messages.push(mail)
    return mail
  }

  const inboxOf = (one: Account) => one.folders[0] as Folder

  return {
    account,
    /** Commands so far, without what was said in them: `IMAP LOGIN`, `SMTP AUTH`. */
    commands,
    note: (protocol: "IMAP" | "SMTP", command: string) => void commands.push(`${protocol} ${command}`),
    /** The next such command is answered so, once. */
    plan: (answer: PlannedAnswer) => void planned.push(answer),
    planned(protocol: "imap" | "smtp", command: string): string | undefined {
      const index = planned.findIndex((one) => one.protocol === protocol && one.command === command)
      return index === -1 ? undefined : planned.splice(index, 1)[0]?.answer
    },

    byPassword(username: string, password: string): Account | undefined {
      const found = accounts.get(username.toLowerCase())
      return found?.password !== undefined && found.password === password ? found : undefined
    },
    byToken(username: string, token: string, half: "imap" | "smtp"): Account | undefined {
      const found = accounts.get(username.toLowerCase())
      return found && opens(token, found.address, half) ? found : undefined
    },
    /** App passwords are taken away one by one. */
    revokePassword(address: string): void {
      account(address).password = undefined
    },
    /** What an administrator does. */
    allowSmtp(address: string, allowed: boolean): void {
      account(address).smtp = allowed
    },

    /** Brings a message to whoever of the recipients has a mailbox here. */
    deliver(raw: Buffer, recipients: readonly string[]): void {
      for (const recipient of recipients) {
        const found = accounts.get(recipient.toLowerCase())
        if (found) put(inboxOf(found), raw)
      }
    },
    /** A message in somebody's inbox, written for the occasion. */
    receive(to: string, message: { from?: string; subject: string; text: string }): StoredMail {
      const { from = "sender@example.com", subject, text } = message
      const date = new Date(clock.now()).toUTCString().replace("GMT", "+0000")
      const id = `<${clock.now()}.${inboxOf(account(to)).nextUid}@example.com>`
      const head = [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Date: ${date}`, `Message-ID: ${id}`]
      const raw = `${head.join("\r\n")}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`
      return put(inboxOf(account(to)), Buffer.from(raw))
    },
    /** What is in somebody's inbox, oldest first. */
    inbox: (address: string) =>
      inboxOf(account(address)).messages.map(({ uid, mime, raw }) => ({
        uid,
        subject: headerOf(mime, "subject") ?? "",
        from: addressesOf(headerOf(mime, "from"))[0]?.address ?? "",
        raw: raw.toString("latin1"),
      })),
    /** Deletes a mailbox's inbox and makes it anew: its uids begin again under another validity. */
    remakeInbox(address: string): void {
      const { folders } = account(address)
      ;(folders as Folder[])[0] = folder("INBOX")
    },
  }
}
