/** A rectangle of cells, counted from zero; what is open has no end. */
export interface Area {
  readonly sheet: string | undefined
  readonly top: number
  readonly left: number
  readonly bottom: number | undefined
  readonly right: number | undefined
}

/**
 * Reads A1 notation: `Sheet1!A:D`, `'My sheet'!A2:C9`, `A1`, `Sheet1`. Undefined where it is none.
 * @see https://developers.google.com/workspace/sheets/api/guides/concepts#cell
 */
export function parseA1(text: string, sheets: readonly string[]): Area | undefined {
  const [, quoted, plain, cells] = /^(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?([^!]*)$/.exec(text) ?? []
  const named = quoted?.replaceAll("''", "'") ?? plain
  if (named !== undefined) return sheets.includes(named) ? parseCells(named, cells ?? "") : undefined
  const whole = text.replace(/^'(.*)'$/, "$1")
  if (sheets.includes(whole)) return { sheet: whole, top: 0, left: 0, bottom: undefined, right: undefined }
  return parseCells(undefined, text)
}

function parseCells(sheet: string | undefined, text: string): Area | undefined {
  const match = /^\$?([A-Z]{0,3})\$?(\d{0,7})(?::\$?([A-Z]{0,3})\$?(\d{0,7}))?$/i.exec(text)
  const [, left = "", top = "", right, bottom] = match ?? []
  if (!match || (left === "" && top === "") || (right === "" && bottom === "")) return undefined
  const isOneCell = right === undefined
  const from = { top: top === "" ? 0 : Number(top) - 1, left: left === "" ? 0 : columnIndex(left) }
  if (from.top < 0) return undefined
  return {
    sheet,
    ...from,
    bottom: isOneCell ? from.top : bottom ? Number(bottom) - 1 : undefined,
    right: isOneCell ? from.left : right ? columnIndex(right) : undefined,
  }
}

/** `A` is 0, `AA` is 26. */
function columnIndex(letters: string): number {
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26))
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter
}

/** The rectangle in A1 notation. */
export function formatA1(sheet: string, area: { top: number; left: number; bottom: number; right: number }): string {
  const name = /^\w+$/.test(sheet) ? sheet : `'${sheet.replaceAll("'", "''")}'`
  const from = `${columnName(area.left)}${area.top + 1}`
  const to = `${columnName(area.right)}${area.bottom + 1}`
  return `${name}!${from === to ? from : `${from}:${to}`}`
}
