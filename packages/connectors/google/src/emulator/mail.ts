/** One part of a message: the whole, or what a multipart holds. */
export interface MailPart {
  /** As written, unfolded, with encoded words read. */
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  /** By name in lower case; of several the first. */
  readonly headers: ReadonlyMap<string, string>
  /** The same with encoded words as they are: a comma within one separates nothing. */
  readonly written: ReadonlyMap<string, string>
  readonly mimeType: string
  /** The decoded body of a part that holds no parts. */
  readonly text: string
  readonly parts: readonly MailPart[]
}

/** Reads a message as a receiver would. @see https://www.rfc-editor.org/rfc/rfc5322 https://www.rfc-editor.org/rfc/rfc2045 */
export function parseMail(source: string): MailPart {
  const [head = "", ...rest] = source.split(/\r?\n\r?\n/)
  const body = rest.join("\r\n\r\n")
  const lines = head
    .replace(/\r?\n[ \t]+/g, " ")
    .split(/\r?\n/)
    .filter((line) => line.includes(":"))
    .map((line) => {
      const colon = line.indexOf(":")
      return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() }
    })
  const fields = lines.map(({ name, value }) => ({ name, value: decodeWords(value) }))
  const byName = (list: typeof fields) =>
    new Map(list.toReversed().map(({ name, value }) => [name.toLowerCase(), value]))
  const [headers, written] = [byName(fields), byName(lines)]
  const contentType = headers.get("content-type") ?? "text/plain"
  const mimeType = (contentType.split(";")[0] ?? "").trim().toLowerCase()
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  if (mimeType.startsWith("multipart/") && boundary !== undefined) {
    const inner = body.split(`--${boundary}`).slice(1, -1)
    return {
      fields,
      headers,
      written,
      mimeType,
      text: "",
      parts: inner.map((part) => parseMail(part.replace(/^\r?\n/, ""))),
    }
  }
  const isBase64 = headers.get("content-transfer-encoding")?.toLowerCase() === "base64"
  return { fields, headers, written, mimeType, text: isBase64 ? fromBase64(body) : body, parts: [] }
}

/** Whether a header is a list of addresses, each with a domain. */
export function isAddressList(value: string): boolean {
  const addresses = value.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []
  return (
    addresses.length > 0 &&
    addresses.every((one) =>
      /^[^<>]*<[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>\s*$|^\s*[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+\s*$/.test(one),
    )
  )
}

/** @see https://www.rfc-editor.org/rfc/rfc2047 */
function decodeWords(value: string): string {
  return value
    .replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, "$1")
    .replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, text: string) => fromBase64(text))
}

function fromBase64(text: string): string {
  const bytes = Uint8Array.from(atob(text.replace(/\s/g, "")), (character) => character.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}
