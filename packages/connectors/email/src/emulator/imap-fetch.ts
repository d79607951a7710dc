import { quote, type Word } from "./imap-words.js"
import { addressesOf, fieldOf, headerOf, type MimePart } from "./mime.js"
import type { StoredMail } from "./world.js"

/** What `FETCH` answers of one message, or undefined for an item that it does not know. */
export function fetched(mail: StoredMail, items: readonly Word[]): string | undefined {
  const found: string[] = []
  for (const item of items) {
    const name = typeof item === "string" ? item.toUpperCase() : ""
    if (name === "UID") found.push(`UID ${mail.uid}`)
    else if (name === "FLAGS") found.push(`FLAGS (${[...mail.flags].join(" ")})`)
    else if (name === "RFC822.SIZE") found.push(`RFC822.SIZE ${mail.raw.length}`)
    else if (name === "ENVELOPE") found.push(`ENVELOPE ${envelope(mail.mime)}`)
    else if (name === "BODYSTRUCTURE") found.push(`BODYSTRUCTURE ${structure(mail.mime)}`)
    else {
      const [, , section, start, length] = /^BODY(\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?$/.exec(name) ?? []
      const body = section === undefined ? undefined : sectionOf(mail, section)
      if (body === undefined) return undefined
      const shown = start === undefined ? body : body.subarray(Number(start), Number(start) + Number(length))
      found.push(
        `BODY[${section}]${start === undefined ? "" : `<${start}>`} {${shown.length}}\r\n${shown.toString("latin1")}`,
      )
    }
  }
  return found.join(" ")
}

function sectionOf({ raw, mime }: StoredMail, section: string): Buffer | undefined {
  if (section === "") return raw
  if (section === "HEADER") return mime.header
  if (section === "TEXT") return mime.body
  const [, path = "", mimeHeader] = /^(\d+(?:\.\d+)*)(\.MIME)?$/.exec(section) ?? []
  let part: MimePart | undefined = path === "" ? undefined : mime
  for (const index of path.split(".").map(Number)) {
    if (part && part.parts.length === 0 && index === 1) continue
    part = part?.parts[index - 1]
  }
  return mimeHeader ? part?.header : part?.body
}

/** @see https://www.rfc-editor.org/rfc/rfc3501#section-7.4.2 */
function envelope(mime: MimePart): string {
  const header = (name: string) => quote(headerOf(mime, name))
  const from = people(mime, "from")
  const people_ = [from, from, from, people(mime, "to"), people(mime, "cc"), "NIL"]
  return `(${[header("date"), header("subject"), ...people_, header("in-reply-to"), header("message-id")].join(" ")})`
}

function people(mime: MimePart, name: string): string {
  const found = addressesOf(headerOf(mime, name)).map(({ name: called, address }) => {
    const at = address.lastIndexOf("@")
    return `(${quote(called)} NIL ${quote(address.slice(0, at))} ${quote(address.slice(at + 1))})`
  })
  return found.length > 0 ? `(${found.join("")})` : "NIL"
}

function structure(part: MimePart): string {
  const [kind = "", subtype = ""] = part.type.toUpperCase().split("/")
  if (part.parts.length > 0)
    return `(${part.parts.map(structure).join("")} ${quote(subtype)} ${pairs(part.parameters)} NIL NIL NIL)`
  const lines = kind === "TEXT" ? ` ${part.body.toString("latin1").split("\r\n").length - 1}` : ""
  const encoding = headerOf(part, "content-transfer-encoding") ?? "7BIT"
  const disposition = headerOf(part, "content-disposition")
  const { value, parameters } = fieldOf(disposition ?? "")
  const shown = disposition === undefined ? "NIL" : `(${quote(value)} ${pairs(parameters)})`
  return `(${quote(kind)} ${quote(subtype)} ${pairs(part.parameters)} NIL NIL ${quote(encoding)} ${part.body.length}${lines} NIL ${shown} NIL NIL)`
}

function pairs(parameters: Readonly<Record<string, string>>): string {
  const found = Object.entries(parameters).map(([name, value]) => `${quote(name)} ${quote(value)}`)
  return found.length > 0 ? `(${found.join(" ")})` : "NIL"
}
