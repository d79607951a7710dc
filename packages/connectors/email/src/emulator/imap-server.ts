import { fetched } from "./imap-fetch.js"
import { matches } from "./imap-search.js"
import { inSet, quote, readCommand, type Word } from "./imap-words.js"
import { readXoauth2 } from "./smtp-server.js"
import type { Wire } from "./wire.js"
import type { Account, Folder, MailWorld } from "./world.js"

/** How a command ended: `OK`, `NO` or `BAD` and what is said with it. */
type Ending = string

/**
 * One conversation of an IMAP4rev1 server. No login before TLS; an opened mailbox can only be read.
 * @see https://www.rfc-editor.org/rfc/rfc3501
 */
export async function serveImap(wire: Wire, world: MailWorld): Promise<void> {
  let account: Account | undefined
  let folder: Folder | undefined
  const say = (text: string) => wire.write(Buffer.from(`${text}\r\n`, "latin1"))
  const offers = () => {
    const logins = wire.isSecure ? ["AUTH=PLAIN", "AUTH=XOAUTH2", "SASL-IR"] : ["STARTTLS", "LOGINDISABLED"]
    return ["IMAP4rev1", "ID", "LITERAL+", "NAMESPACE", ...(account ? [] : logins)].join(" ")
  }

  async function logIn(found: Account | undefined): Promise<Ending> {
    if (!found) return "NO [AUTHENTICATIONFAILED] Invalid credentials"
    account = found
    return `OK [CAPABILITY ${offers()}] Logged in`
  }

  async function authenticate([mechanism, initial]: readonly string[]): Promise<Ending> {
    const ask = async (text: string) => {
      say(`+ ${text}`)
      return await wire.line()
    }
    const shown = Buffer.from(initial ?? (await ask("")) ?? "", "base64").toString()
    if (mechanism?.toUpperCase() === "PLAIN") {
      const [, username = "", password = ""] = shown.split("\0")
      return await logIn(world.byPassword(username, password))
    }
    if (mechanism?.toUpperCase() !== "XOAUTH2") return "NO [CANNOT] Unsupported authentication mechanism"
    const token = readXoauth2(shown)
    const found = token && world.byToken(token.username, token.token, "imap")
    if (found) return await logIn(found)
    // https://developers.google.com/workspace/gmail/imap/xoauth2-protocol#error_response
    const why = JSON.stringify({ status: "401", schemes: "bearer mac", scope: "https://mail.google.com/" })
    const answer = await ask(Buffer.from(why).toString("base64"))
    world.note("IMAP", answer === "" ? "XOAUTH2 dismissed" : "XOAUTH2 unanswered")
    return await logIn(undefined)
  }

  function select(path: string): Ending {
    folder = account?.folders.find(
      (one) => one.path === path || (one.path === "INBOX" && path.toUpperCase() === "INBOX"),
    )
    if (!folder) return "NO [NONEXISTENT] Unknown mailbox"
    say(`* ${folder.messages.length} EXISTS`)
    say("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)")
    say(`* OK [UIDVALIDITY ${folder.uidValidity}] UIDs valid`)
    say(`* OK [UIDNEXT ${folder.nextUid}] Predicted next UID`)
    return "OK [READ-ONLY] Examined"
  }

  function list(pattern: string): Ending {
    for (const { path, specialUse } of account?.folders ?? []) {
      if (pattern === "*" || pattern === "%" || pattern === path)
        say(`* LIST (\\HasNoChildren${specialUse ? ` ${specialUse}` : ""}) "/" ${quote(path)}`)
    }
    if (pattern === "") say('* LIST (\\Noselect) "/" ""')
    return "OK Listed"
  }

  function byUid(what: string, words: readonly Word[]): Ending {
    if (!folder) return "BAD No mailbox is open"
    const last = folder.messages.at(-1)?.uid ?? 0
    if (what === "SEARCH") {
      const found: number[] = []
      for (const mail of folder.messages) {
        const wanted = matches(mail, words, last)
        if (wanted === undefined) return "BAD Unknown search key"
        if (wanted) found.push(mail.uid)
      }
      say(`* SEARCH${found.map((uid) => ` ${uid}`).join("")}`)
      return "OK Searched"
    }
    if (what !== "FETCH") return "BAD Unknown command"
    const [set, items = []] = words
    for (const [index, mail] of folder.messages.entries()) {
      if (typeof set !== "string" || !inSet(set, mail.uid, last)) continue
      const answer = fetched(mail, typeof items === "string" ? [items] : items)
      if (answer === undefined) return "BAD Unknown item"
      say(`* ${index + 1} FETCH (${answer})`)
    }
    return "OK Fetched"
  }

  say(`* OK [CAPABILITY ${offers()}] ready`)
  for (;;) {
    const came = await readCommand(wire)
    if (!came) return
    const { tag, words } = came
    const [name = "", ...rest] = words.map((word) => (typeof word === "string" ? word : ""))
    const verb = name.toUpperCase()
    const what = verb === "UID" ? (rest[0] ?? "").toUpperCase() : ""
    const command = what === "" ? verb : `${verb} ${what}`
    world.note("IMAP", command)
    const planned = world.planned("imap", command)
    const end = (ending: Ending) => say(`${tag} ${ending}`)

    if (planned !== undefined) end(planned)
    else if (verb === "CAPABILITY") {
      say(`* CAPABILITY ${offers()}`)
      end("OK That is all")
    } else if (verb === "NOOP") end("OK Nothing done")
    else if (verb === "ID") {
      say('* ID ("name" "stand-in")')
      end("OK Pleased")
    } else if (verb === "LOGOUT") {
      say("* BYE Logging out")
      end("OK Bye")
      wire.end()
      return
    } else if (verb === "STARTTLS" && !wire.isSecure) {
      end("OK Begin TLS")
      wire.secure()
    } else if (!wire.isSecure) end("NO [PRIVACYREQUIRED] TLS first")
    else if (verb === "LOGIN") end(await logIn(world.byPassword(rest[0] ?? "", rest[1] ?? "")))
    else if (verb === "AUTHENTICATE") end(await authenticate(rest))
    else if (!account) end("BAD Log in first")
    else if (verb === "NAMESPACE") {
      say('* NAMESPACE (("" "/")) NIL NIL')
      end("OK Listed")
    } else if (verb === "LIST") end(list(rest[1] ?? ""))
    else if (verb === "LSUB") end("OK Listed")
    else if (verb === "EXAMINE") end(select(rest[0] ?? ""))
    else if (verb === "CLOSE" || verb === "UNSELECT") {
      folder = undefined
      end("OK Closed")
    } else if (verb === "UID") end(byUid(what, words.slice(2)))
    else end("BAD Unknown command")
  }
}
