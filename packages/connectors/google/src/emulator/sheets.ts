import type { Call } from "@holdfast/emulator"
import { type Area, formatA1, parseA1 } from "./a1.js"
import type { Answer, ApiAccess, Caller, Service } from "./access.js"
import { entityNotFound, invalidArgument, noPermission } from "./errors.js"

export type Cell = string | number | boolean
export type Rows = (Cell | undefined)[][]

export interface Spreadsheet {
  readonly id: string
  /** Rows by the title of the sheet, in order. */
  readonly sheets: Map<string, Rows>
  /** Ids of the accounts that may open it. Default: all. */
  readonly openTo?: readonly string[]
  /** Whether it was opened with the app, which is all that `drive.file` reaches. Default: false. */
  readonly openedWithApp?: boolean
}

const service: Service = {
  name: "sheets.googleapis.com",
  title: "Google Sheets API",
  origin: "https://sheets.googleapis.com",
  style: "status",
}

const values = "/v4/spreadsheets/{spreadsheetId}/values/{range}"

/** The values of spreadsheets. @see https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values */
export function sheetsApi(access: ApiAccess, spreadsheets: ReadonlyMap<string, Spreadsheet>): void {
  access.add({
    service,
    id: "sheets.spreadsheets.get",
    method: "GET",
    path: "/v4/spreadsheets/{spreadsheetId}",
    scopes: "sheets.values.read",
    answer({ params }, caller) {
      const found = open(spreadsheets, params.spreadsheetId, caller)
      if ("refused" in found) return found
      const { id, sheets } = found.body
      return { body: { spreadsheetId: id, sheets: [...sheets.keys()].map((title) => ({ properties: { title } })) } }
    },
  })
  access.add({
    service,
    id: "sheets.spreadsheets.values.get",
    method: "GET",
    path: values,
    scopes: "sheets.values.read",
    answer: (call, caller) =>
      within(spreadsheets, call, caller, ({ title, rows, area }) => {
        const render = call.url.searchParams.get("valueRenderOption") ?? "FORMATTED_VALUE"
        if (!["FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"].includes(render))
          return { refused: invalidArgument(`Invalid value at 'value_render_option': "${render}"`) }
        const found = read(rows, area).map((row) =>
          row.map((cell) => (render === "FORMATTED_VALUE" ? shown(cell) : (cell ?? ""))),
        )
        const range = formatA1(title, bounded(rows, area))
        return { body: { range, majorDimension: "ROWS", ...(found.length > 0 && { values: found }) } }
      }),
  })
  access.add({
    service,
    id: "sheets.spreadsheets.values.append",
    method: "POST",
    path: `${values}:append`,
    scopes: "sheets.values.write",
    answer: (call, caller) =>
      within(spreadsheets, call, caller, async ({ id, title, rows, area }) => {
        const input = await readInput(call)
        if ("refused" in input) return input
        const insert = call.url.searchParams.get("insertDataOption") ?? "OVERWRITE"
        if (insert !== "OVERWRITE" && insert !== "INSERT_ROWS")
          return { refused: invalidArgument(`Invalid value at 'insert_data_option': "${insert}"`) }
        const table = tableIn(rows, area)
        const start = table ? { top: table.bottom + 1, left: table.left } : { top: area.top, left: area.left }
        if (insert === "INSERT_ROWS" && start.top < rows.length) rows.splice(start.top, 0, ...input.body.map(() => []))
        const updates = write(rows, start, input.body, { id, title })
        return { body: { spreadsheetId: id, ...(table && { tableRange: formatA1(title, table) }), updates } }
      }),
  })
  access.add({
    service,
    id: "sheets.spreadsheets.values.update",
    method: "PUT",
    path: values,
    scopes: "sheets.values.write",
    answer: (call, caller) =>
      within(spreadsheets, call, caller, async ({ id, title, rows, area }) => {
        const input = await readInput(call)
        if ("refused" in input) return input
        const height = area.bottom === undefined ? Number.POSITIVE_INFINITY : area.bottom - area.top + 1
        const width = area.right === undefined ? Number.POSITIVE_INFINITY : area.right - area.left + 1
        const isOneCell = height === 1 && width === 1
        // A single cell is where writing starts; a larger range must hold all.
        if (!isOneCell && (input.body.length > height || input.body.some((row) => row.length > width)))
          return {
            refused: invalidArgument(
              `Requested writing within range [${call.params.range}], but tried writing outside it`,
            ),
          }
        return { body: write(rows, area, input.body, { id, title }) }
      }),
  })
}

interface Within {
  readonly id: string
  readonly title: string
  readonly rows: Rows
  readonly area: Area
}

function within(
  spreadsheets: ReadonlyMap<string, Spreadsheet>,
  { params }: Call,
  caller: Caller,
  answer: (found: Within) => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  const found = open(spreadsheets, params.spreadsheetId, caller)
  if ("refused" in found) return found
  const { id, sheets } = found.body
  const area = parseA1(params.range ?? "", [...sheets.keys()])
  const [first = ""] = sheets.keys()
  const title = area?.sheet ?? first
  const rows = sheets.get(title)
  if (!area || !rows) return { refused: invalidArgument(`Unable to parse range: ${params.range}`) }
  return answer({ id, title, rows, area })
}

function open(
  spreadsheets: ReadonlyMap<string, Spreadsheet>,
  id: string | undefined,
  { account, scopes }: Caller,
): { body: Spreadsheet } | { refused: typeof entityNotFound } {
  const found = spreadsheets.get(id ?? "")
  const onlyOpened = scopes.includes("https://www.googleapis.com/auth/drive.file") && !scopes.some(reachesAll)
  if (!found || (onlyOpened && !found.openedWithApp)) return { refused: entityNotFound }
  if (found.openTo && !found.openTo.includes(account.id)) return { refused: noPermission }
  return { body: found }
}

function reachesAll(scope: string): boolean {
  return /\/auth\/(?:spreadsheets|drive)(?:\.readonly)?$/.test(scope)
}

/** A `ValueRange`, checked as the API checks it. */
async function readInput(call: Call): Promise<{ body: Cell[][] } | { refused: ReturnType<typeof invalidArgument> }> {
  const option = call.url.searchParams.get("valueInputOption")
  if (option === null || option === "INPUT_VALUE_OPTION_UNSPECIFIED")
    return { refused: invalidArgument("'valueInputOption' is required but not specified") }
  if (option !== "RAW" && option !== "USER_ENTERED")
    return { refused: invalidArgument(`Invalid value at 'value_input_option': "${option}"`) }
  const body = await call.json()
  if (typeof body !== "object" || body === null) return { refused: invalidArgument("Invalid JSON payload received.") }
  const unknown = Object.keys(body).find((name) => !["range", "majorDimension", "values"].includes(name))
  if (unknown) return { refused: invalidArgument(`Invalid JSON payload received. Unknown name "${unknown}" at 'data'`) }
  const { values: given = [], majorDimension = "ROWS", range } = body as Record<string, unknown>
  if (majorDimension !== "ROWS") return { refused: invalidArgument("Only ROWS is emulated") }
  if (range !== undefined && range !== call.params.range)
    return { refused: invalidArgument("Requested range does not match the range of the value") }
  const isGrid = Array.isArray(given) && given.every((row) => Array.isArray(row) && row.every(isCell))
  if (!isGrid) return { refused: invalidArgument("Invalid value at 'data.values' (google.protobuf.ListValue)") }
  return { body: given.map((row: Cell[]) => row.map((cell) => (option === "RAW" ? cell : typed(cell)))) }
}

function isCell(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value)
}

/** What a person's typing becomes. Dates and formulas stay as they were typed. */
function typed(cell: Cell): Cell {
  if (typeof cell !== "string") return cell
  if (/^-?\d+(\.\d+)?$/.test(cell)) return Number(cell)
  return /^(true|false)$/i.test(cell) ? cell.toLowerCase() === "true" : cell
}

function write(rows: Rows, start: { top: number; left: number }, input: Cell[][], at: { id: string; title: string }) {
  let cells = 0
  for (const [down, row] of input.entries()) {
    const y = start.top + down
    while (rows.length <= y) rows.push([])
    const target = rows[y] ?? []
    for (const [across, cell] of row.entries()) {
      // Null leaves a cell as it is.
      if (cell === null) continue
      target[start.left + across] = cell
      cells++
    }
  }
  const columns = Math.max(0, ...input.map((row) => row.length))
  const area = {
    top: start.top,
    left: start.left,
    bottom: start.top + Math.max(1, input.length) - 1,
    right: start.left + Math.max(1, columns) - 1,
  }
  return {
    spreadsheetId: at.id,
    updatedRange: formatA1(at.title, area),
    ...(cells > 0 && { updatedRows: input.length, updatedColumns: columns, updatedCells: cells }),
  }
}

/** The block of rows with something in them that begins within the range; new rows go below it. */
function tableIn(rows: Rows, area: Area): { top: number; left: number; bottom: number; right: number } | undefined {
  const used = rows.flatMap((row, y) => (y >= area.top && row.some(isFilled) ? [y] : []))
  const [top] = used
  if (top === undefined) return undefined
  const bottom = used.findLast((_, index) => used.slice(0, index + 1).every((y, i) => y === top + i)) ?? top
  const filled = rows.slice(top, bottom + 1).flatMap((row) => row.flatMap((cell, x) => (isFilled(cell) ? [x] : [])))
  return { top, left: Math.min(...filled), bottom, right: Math.max(...filled) }
}

function isFilled(cell: Cell | undefined): boolean {
  return cell !== undefined && cell !== ""
}

/** Without the empty rows and cells at the ends, which the API leaves out. */
function read(rows: Rows, area: Area): Rows {
  const { top, left, bottom, right } = bounded(rows, area)
  const found = rows.slice(top, bottom + 1).map((row) => trimmed(Array.from(row.slice(left, right + 1))))
  return found.slice(0, found.findLastIndex((row) => row.length > 0) + 1)
}

function trimmed(row: (Cell | undefined)[]): (Cell | undefined)[] {
  return row.slice(0, row.findLastIndex(isFilled) + 1)
}

function bounded(rows: Rows, area: Area): { top: number; left: number; bottom: number; right: number } {
  const width = Math.max(1, ...rows.map((row) => row.length))
  const bottom = area.bottom ?? Math.max(area.top, rows.length - 1)
  return { top: area.top, left: area.left, bottom, right: area.right ?? Math.max(area.left, width - 1) }
}

function shown(cell: Cell | undefined): string {
  return typeof cell === "boolean" ? String(cell).toUpperCase() : String(cell ?? "")
}
