import type { Wire } from "./wire.js"
import type { Account, MailWorld } from "./world.js"

const sizeLimit = 10_485_760

/**
 * One conversation of a submission server: nothing but STARTTLS before TLS, nothing but AUTH before a credential.
 * @see https://www.rfc-editor.org/rfc/rfc6409 and https://www.rfc-editor.org/rfc/rfc4954
 */
export async function serveSmtp(wire: Wire, world: MailWorld): Promise<void> {
  let account: Account | undefined
  let from: string | undefined
  let recipients: string[] = []
  const say = (text: string) => wire.write(`${text}\r\n`)

  say("220 localhost ESMTP ready")
  for (;;) {
    const line = await wire.line()
    if (line === undefined) return
    const command = (/^[A-Za-z]+/.exec(line)?.[0] ?? "").toUpperCase()
    const rest = line.slice(command.length).trim()
    world.note("SMTP", command)
    const planned = command === "DATA" ? undefined : world.planned("smtp", command)
    if (planned !== undefined) say(planned)
    else if (command === "EHLO") {
      const offers = wire.isSecure ? ["AUTH PLAIN LOGIN XOAUTH2"] : ["STARTTLS"]
      const all = ["localhost", "8BITMIME", "ENHANCEDSTATUSCODES", `SIZE ${sizeLimit}`, ...offers]
      for (const [index, offer] of all.entries()) say(`250${index === all.length - 1 ? " " : "-"}${offer}`)
    } else if (command === "STARTTLS" && !wire.isSecure) {
      say("220 2.0.0 Ready to start TLS")
      wire.secure()
    } else if (command === "QUIT") {
      say("221 2.0.0 Bye")
      wire.end()
      return
    } else if (command === "NOOP" || command === "RSET") say("250 2.0.0 OK")
    else if (!wire.isSecure) say("530 5.7.0 Must issue a STARTTLS command first")
    else if (command === "AUTH") {
      if (account) say("503 5.5.1 Already authenticated")
      else account = await authenticate(wire, world, rest)
    } else if (!account) say("530 5.7.0 Authentication required")
    else if (command === "MAIL") {
      const [, address = ""] = /^FROM:<([^<>]*)>/i.exec(rest) ?? []
      if (address.toLowerCase() !== account.address.toLowerCase())
        say("553 5.7.1 Sender address rejected: not owned by user")
      else {
        from = address
        recipients = []
        say("250 2.1.0 OK")
      }
    } else if (command === "RCPT") {
      const [, address] = /^TO:<([^<>\s]+@[^<>\s]+)>/i.exec(rest) ?? []
      if (from === undefined) say("503 5.5.1 MAIL first")
      else if (address === undefined) say("501 5.1.3 Bad recipient address syntax")
      else if (address.toLowerCase().startsWith("nobody@")) say("550 5.1.1 No such user here")
      else {
        recipients.push(address)
        say("250 2.1.5 OK")
      }
    } else if (command === "DATA") {
      if (recipients.length === 0) say("503 5.5.1 RCPT first")
      else {
        say("354 End data with <CR><LF>.<CR><LF>")
        const raw = await message(wire)
        if (raw === undefined) return
        const refused = world.planned("smtp", "DATA")
        if (refused === undefined) world.deliver(raw, recipients)
        say(refused ?? "250 2.0.0 Queued")
        from = undefined
      }
    } else say("500 5.5.2 Command not recognized")
  }
}

async function authenticate(wire: Wire, world: MailWorld, rest: string): Promise<Account | undefined> {
  const [mechanism = "", initial] = rest.split(/\s+/)
  const ask = async (prompt: string) => {
    wire.write(`334 ${prompt}\r\n`)
    return await wire.line()
  }
  const refuse = (text = "535 5.7.8 Authentication credentials invalid") => void wire.write(`${text}\r\n`)
  const text = (encoded = "") => Buffer.from(encoded, "base64").toString()
  let found: Account | undefined
  if (mechanism.toUpperCase() === "PLAIN") {
    const [, username = "", password = ""] = text(initial ?? (await ask(""))).split("\0")
    found = world.byPassword(username, password)
  } else if (mechanism.toUpperCase() === "LOGIN") {
    const username = text(initial ?? (await ask("VXNlcm5hbWU6")))
    found = world.byPassword(username, text(await ask("UGFzc3dvcmQ6")))
  } else if (mechanism.toUpperCase() === "XOAUTH2") {
    const shown = readXoauth2(text(initial ?? (await ask(""))))
    found = shown && world.byToken(shown.username, shown.token, "smtp")
    if (!found) {
      // The challenge says why, and waits for an empty line before the refusal: https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
      const answer = await ask(
        Buffer.from(
          JSON.stringify({ status: "401", schemes: "bearer mac", scope: "https://mail.google.com/" }),
        ).toString("base64"),
      )
      world.note("SMTP", answer === "" ? "XOAUTH2 dismissed" : "XOAUTH2 unanswered")
      refuse(answer === "" ? "535 5.7.8 Username and Password not accepted." : "501 5.5.2 Cannot decode the response")
      return undefined
    }
  } else {
    refuse("504 5.5.4 Unrecognized authentication type")
    return undefined
  }
  if (!found) {
    refuse()
    return undefined
  }
  if (!found.smtp) {
    refuse("535 5.7.139 Authentication unsuccessful, sending is disabled for the mailbox")
    return undefined
  }
  wire.write("235 2.7.0 Accepted\r\n")
  return found
}

/** @see https://developers.google.com/workspace/gmail/imap/xoauth2-protocol#initial_client_response */
export function readXoauth2(text: string): { readonly username: string; readonly token: string } | undefined {
  const [user = "", auth = "", ...end] = text.split(String.fromCharCode(1))
  const isWhole = user.startsWith("user=") && auth.startsWith("auth=Bearer ") && end.join() === ","
  return isWhole ? { username: user.slice(5), token: auth.slice(12) } : undefined
}

async function message(wire: Wire): Promise<Buffer | undefined> {
  const lines: string[] = []
  for (;;) {
    const line = await wire.line()
    if (line === undefined) return undefined
    if (line === ".") return Buffer.from(`${lines.join("\r\n")}\r\n`, "latin1")
    lines.push(line.startsWith(".") ? line.slice(1) : line)
  }
}
