import { inSet, type Word } from "./imap-words.js"
import { headerOf } from "./mime.js"
import type { StoredMail } from "./world.js"

const dayMs = 86_400_000

/** Whether a message is what `SEARCH` asks for; undefined for a key that is not known. @see https://www.rfc-editor.org/rfc/rfc3501#section-6.4.4 */
export function matches(mail: StoredMail, keys: readonly Word[], last: number): boolean | undefined {
  const left = keys.map((word) => (typeof word === "string" ? word : ""))
  const take = () => left.shift() ?? ""
  const has = (text: string | undefined, wanted: string) => (text ?? "").toLowerCase().includes(wanted.toLowerCase())
  let all = true
  while (left.length > 0) {
    const key = take().toUpperCase()
    const day = () => Date.parse(`${take().replaceAll("-", " ")} UTC`)
    const receivedOn = Math.floor(mail.receivedAt / dayMs) * dayMs
    if (key === "ALL") continue
    else if (key === "SEEN") all &&= mail.flags.has("\\Seen")
    else if (key === "UNSEEN") all &&= !mail.flags.has("\\Seen")
    else if (key === "UID") {
      const set = take()
      all &&= inSet(set, mail.uid, last)
    } else if (key === "FROM" || key === "TO" || key === "CC" || key === "SUBJECT") {
      const wanted = take()
      all &&= has(headerOf(mail.mime, key.toLowerCase()), wanted)
    } else if (key === "TEXT" || key === "BODY") {
      const wanted = take()
      all &&= has((key === "TEXT" ? mail.raw : mail.mime.body).toString(), wanted)
    } else if (key === "SINCE") all = day() <= receivedOn && all
    else if (key === "BEFORE") all = receivedOn < day() && all
    else if (key === "CHARSET") take()
    else return undefined
  }
  return all
}
