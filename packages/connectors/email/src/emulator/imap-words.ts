import type { Wire } from "./wire.js"

/** An argument: an atom or a string, or a list of them. */
export type Word = string | readonly Word[]

export interface ImapCommand {
  readonly tag: string
  readonly words: readonly Word[]
}

/** Reads one command, with its literals asked for. @see https://www.rfc-editor.org/rfc/rfc3501#section-9 */
export async function readCommand(wire: Wire): Promise<ImapCommand | undefined> {
  const pieces: (string | Buffer)[] = []
  for (;;) {
    const line = await wire.line()
    if (line === undefined) return undefined
    const [literal, length, now] = /\{(\d+)(\+?)\}$/.exec(line) ?? []
    if (literal === undefined) {
      pieces.push(line)
      break
    }
    pieces.push(line.slice(0, -literal.length))
    if (!now) wire.write("+ go ahead\r\n")
    const bytes = await wire.bytes(Number(length))
    if (!bytes) return undefined
    pieces.push(bytes)
  }
  const [tag = "*", ...words] = parse(pieces)
  return { tag: typeof tag === "string" ? tag : "*", words }
}

function parse(pieces: readonly (string | Buffer)[]): readonly Word[] {
  const open: Word[][] = [[]]
  const add = (word: Word) => void open.at(-1)?.push(word)
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) {
      add(piece.toString())
      continue
    }
    for (const [found, quoted, atom] of piece.matchAll(/"((?:[^"\\]|\\.)*)"|((?:[^\s()[\]"]|\[[^\]]*\])+)|[()]/g)) {
      if (found === "(") open.push([])
      else if (found === ")") add(open.length > 1 ? (open.pop() ?? []) : [])
      else add(quoted === undefined ? (atom ?? "") : Buffer.from(quoted.replace(/\\(.)/g, "$1"), "latin1").toString())
    }
  }
  return open[0] ?? []
}

export function quote(text: string | undefined): string {
  if (text === undefined) return "NIL"
  const bytes = Buffer.from(text)
  // What is not ASCII, or is no line, goes as a literal.
  return /^[\x20-\x7e]*$/.test(text)
    ? `"${text.replace(/["\\]/g, "\\$&")}"`
    : `{${bytes.length}}\r\n${bytes.toString("latin1")}`
}

/** Whether a number is in a set such as `1:4,7` or `9:*`. */
export function inSet(set: string, value: number, last: number): boolean {
  return set.split(",").some((range) => {
    const [from = 0, to = from] = range.split(":").map((end) => (end === "*" ? last : Number(end)))
    return value >= Math.min(from, to) && value <= Math.max(from, to)
  })
}
