/** One part of a message, as it is kept: nothing is decoded. */
export interface MimePart {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly header: Buffer
  readonly body: Buffer
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
  readonly parts: readonly MimePart[]
}

/** Takes a message apart. @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1 */
export function parseMime(raw: Buffer): MimePart {
  const end = raw.indexOf("\r\n\r\n")
  const header = end === -1 ? raw : raw.subarray(0, end + 4)
  const body = end === -1 ? Buffer.alloc(0) : raw.subarray(end + 4)
  const headers = header
    .toString("latin1")
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n")
    .flatMap((line) => {
      const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? []
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const]
    })
  const { value, parameters } = fieldOf(
    headers.find(([name]) => name === "content-type")?.[1] ?? "text/plain; charset=us-ascii",
  )
  const type = value.toLowerCase()
  const boundary = type.startsWith("multipart/") ? parameters.boundary : undefined
  const parts = boundary === undefined ? [] : split(body, boundary).map(parseMime)
  return { headers, header, body, type, parameters, parts }
}

export function headerOf({ headers }: MimePart, name: string): string | undefined {
  return headers.find(([found]) => found === name)?.[1]
}

/** `attachment; filename="a.txt"` */
export function fieldOf(text: string): { readonly value: string; readonly parameters: Record<string, string> } {
  const [value = "", ...rest] = text.split(";")
  const parameters = rest.flatMap((piece) => {
    const [, name, quoted, plain] = /^\s*([^=\s]+)=(?:"([^"]*)"|(\S*))\s*$/.exec(piece) ?? []
    return name === undefined ? [] : [[name.toLowerCase(), quoted ?? plain ?? ""] as const]
  })
  return { value: value.trim(), parameters: Object.fromEntries(parameters) }
}

export interface MailAddress {
  readonly name?: string
  readonly address: string
}

/** `"First" <first@example.com>, second@example.com` */
export function addressesOf(text: string | undefined): readonly MailAddress[] {
  return [...(text ?? "").matchAll(/(?:"([^"]*)"\s*|([^<>,"]*))<([^<>\s]+)>|([^<>,\s"]+@[^<>,\s"]+)/g)].map(
    ([, quoted, plain, bracketed, bare]) => {
      const name = (quoted ?? plain ?? "").trim()
      return { address: bracketed ?? bare ?? "", ...(name && { name }) }
    },
  )
}

function split(body: Buffer, boundary: string): Buffer[] {
  const text = body.toString("latin1")
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`)
  // Before the first delimiter and behind the last there is nothing that counts.
  return pieces
    .slice(1)
    .filter((piece) => !piece.startsWith("--"))
    .map((piece) => Buffer.from(piece.replace(/^[ \t]*\r\n/, ""), "latin1"))
}
