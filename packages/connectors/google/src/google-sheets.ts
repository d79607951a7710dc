// https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values
import { defineConnector, operation } from "@holdfast/core"
import { z } from "zod"
import { errors } from "./errors.js"
import { checkWith, type GoogleOptions, google, googleOAuth, identityOrigin, scope, setupFor } from "./vendor.js"

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()])
const row = z.array(cell).min(1)

const updated = z.looseObject({
  spreadsheetId: z.string(),
  updatedRange: z.string(),
  updatedRows: z.number().default(0),
  updatedColumns: z.number().default(0),
  updatedCells: z.number().default(0),
})
const appended = z.looseObject({ spreadsheetId: z.string(), tableRange: z.string().optional(), updates: updated })
const valueRange = z.looseObject({
  range: z.string(),
  majorDimension: z.string(),
  // Left out where there is nothing in the range.
  values: z.array(z.array(cell)).default([]),
})

const spreadsheetId = z
  .string()
  .regex(/^[\w.-]{1,200}$/, "the part of its address between /d/ and /edit")
  .describe("The part of the spreadsheet's address between /d/ and /edit")
const range = z.string().min(1).max(1_000).describe("A1 notation: Sheet1!A:D")
const valueInputOption = z
  .enum(["RAW", "USER_ENTERED"])
  // What strangers filled in must not become a formula: =IMPORTDATA(…) would send the sheet away.
  .default("RAW")
  .describe("RAW stores what is given; USER_ENTERED reads it as if typed, formulas and dates too")

const write = [`${scope("spreadsheets")}|${scope("drive.file")}|${scope("drive")}`]
const read = [
  `${scope("spreadsheets")}|${scope("spreadsheets.readonly")}|${scope("drive.file")}|${scope("drive")}|${scope("drive.readonly")}`,
]
const path = "/spreadsheets/{spreadsheetId}/values/{range}"

const define = defineConnector({
  ...google,
  id: "google-sheets",
  name: "Google Sheets",
  category: "productivity",
  documentation: "https://developers.google.com/workspace/sheets/api",
  methods: [googleOAuth([scope("spreadsheets")])],
  api: { baseUrl: "https://sheets.googleapis.com/v4", hosts: [identityOrigin], authorization: "Bearer" },
  errors,
  // There is no method without a spreadsheet, so one is asked for that nobody has; "not found" is what is hoped for.
  check: checkWith(({ http }) =>
    http.get("/spreadsheets/holdfast-health-check", { query: { fields: "spreadsheetId" } }),
  ),

  operations: {
    append_row: operation({
      summary: "Add a row below the table in a sheet",
      effect: "write",
      scopes: write,
      input: z.object({
        spreadsheetId,
        range: range.default("A1").describe("Where the table is, in A1 notation. Default: the first sheet"),
        values: row.describe("The cells of the new row, from left to right"),
        valueInputOption,
      }),
      output: appended,
      trace: ["spreadsheetId", "tableRange"],
      run: ({ http }, { spreadsheetId, range, values, valueInputOption }) =>
        http.post(`${path}:append`, {
          path: { spreadsheetId, range },
          query: { valueInputOption, insertDataOption: "INSERT_ROWS" },
          json: { values: [values] },
          output: appended,
        }),
    }),
    read_range: operation({
      summary: "Read the cells of a range",
      effect: "read",
      scopes: read,
      input: z.object({
        spreadsheetId,
        range,
        valueRenderOption: z
          .enum(["FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"])
          .default("FORMATTED_VALUE")
          .describe("As shown, as calculated, or as typed"),
      }),
      output: valueRange,
      trace: ["range"],
      run: ({ http }, { spreadsheetId, range, valueRenderOption }) =>
        http.get(path, { path: { spreadsheetId, range }, query: { valueRenderOption }, output: valueRange }),
    }),
    update_range: operation({
      summary: "Write the cells of a range",
      effect: "write",
      scopes: write,
      input: z.object({
        spreadsheetId,
        range,
        values: z.array(row).min(1).describe("Rows from top to bottom; null leaves a cell as it is"),
        valueInputOption,
      }),
      output: updated,
      trace: ["spreadsheetId", "updatedRange", "updatedCells"],
      run: ({ http }, { spreadsheetId, range, values, valueInputOption }) =>
        http.put(path, {
          path: { spreadsheetId, range },
          query: { valueInputOption },
          json: { values },
          output: updated,
        }),
    }),
  },

  setup: setupFor({ title: "Google Sheets API", library: "sheets.googleapis.com" }),
})

export interface GoogleSheetsConnector extends ReturnType<typeof define> {}
/** Google Sheets: rows and ranges of the person's spreadsheets. */
export const googleSheets: (options?: GoogleOptions) => GoogleSheetsConnector = (options) =>
  define(options && { ...options })
