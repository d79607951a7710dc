// https://www.rfc-editor.org/rfc/rfc5322 https://www.rfc-editor.org/rfc/rfc2047 https://www.rfc-editor.org/rfc/rfc2046
import { z } from "zod"

/** A message before it is written down. */
export interface Mail {
  readonly to: readonly Address[]
  readonly cc?: readonly Address[] | undefined
  readonly bcc?: readonly Address[] | undefined
  readonly replyTo?: readonly Address[] | undefined
  readonly subject: string
  readonly text?: string | undefined
  readonly html?: string | undefined
}

export interface Address {
  readonly name: string
  readonly email: string
}

/** Text of a header: no line break, which would begin a header of its own. */
export const headerText = z
  .string()
  .max(2_000)
  .regex(/^\P{Cc}*$/u, "control characters are not allowed")

// One mailbox: commas, semicolons and blanks would make it several.
const mailbox = /^(?:([^<>]*)<)?([^\s<>@,;:"()[\]\\]+@[^\s<>@,;:"()[\]\\]+?)>?$/

const address = headerText.transform((text, context): Address => {
  const [whole, name, email = ""] = mailbox.exec(text.trim()) ?? []
  const isPair = whole?.endsWith(">") === (name !== undefined)
  if (whole === undefined || !isPair || !/^[\x21-\x7e]+$/.test(email)) {
    context.addIssue({ code: "custom", message: "not an address" })
    return z.NEVER
  }
  return { name: (name ?? "").trim().replace(/^"(.*)"$/, "$1"), email }
})

/** One address, or a list of them. */
export const addresses = z.union([address.transform((one) => [one]), z.array(address).min(1).max(500)])

/**
 * The message as it goes over the wire. The sender is left to Gmail, which puts in whoever is connected.
 * @param boundary - a random word that is in neither part
 */
export function composeMail(mail: Mail, boundary: string): string {
  const { to, cc, bcc, replyTo, subject, text, html } = mail
  const headers = [
    ...Object.entries({ To: to, Cc: cc, Bcc: bcc, "Reply-To": replyTo }).flatMap(([name, list]) =>
      list ? [`${name}: ${list.map(formatAddress).join(",\r\n ")}`] : [],
    ),
    `Subject: ${encodeHeader(subject)}`,
    "MIME-Version: 1.0",
  ]
  const parts = [
    ...(text === undefined ? [] : [bodyPart("text/plain", text)]),
    ...(html === undefined ? [] : [bodyPart("text/html", html)]),
  ]
  if (parts.length < 2) return `${headers.join("\r\n")}\r\n${parts.join("")}`
  const body = parts.map((part) => `--=_${boundary}\r\n${part}\r\n`).join("")
  return `${headers.join("\r\n")}\r\nContent-Type: multipart/alternative; boundary="=_${boundary}"\r\n\r\n${body}--=_${boundary}--\r\n`
}

function bodyPart(type: string, content: string): string {
  const lines = base64(content.replace(/\r\n|\r|\n/g, "\r\n")).match(/.{1,76}/g) ?? []
  return `Content-Type: ${type}; charset="UTF-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines.join("\r\n")}`
}

function formatAddress({ name, email }: Address): string {
  if (name === "") return email
  const isPlain = /^[\x20-\x7e]*$/.test(name) && !name.includes("=?")
  return `${isPlain ? `"${name.replace(/["\\]/g, "\\$&")}"` : encodeWords(name)} <${email}>`
}

function encodeHeader(text: string): string {
  return /^[\x20-\x7e]{0,200}$/.test(text) && !text.includes("=?") ? text : encodeWords(text)
}

/** Encoded words of 75 characters at most, none of which cuts a character in two. */
function encodeWords(text: string): string {
  const words: string[] = []
  let word = ""
  for (const character of text) {
    if (new TextEncoder().encode(word + character).length > 45) {
      words.push(word)
      word = ""
    }
    word += character
  }
  return [...words, word].map((one) => `=?UTF-8?B?${base64(one)}?=`).join("\r\n ")
}

function base64(text: string): string {
  let binary = ""
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary)
}
