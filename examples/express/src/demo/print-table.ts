import { isComplete, type TrialResult } from "./once.js"
import { steps } from "./steps.js"

/** The results as a table for a terminal; what went wrong is told in full below it. */
export function printTable(results: readonly TrialResult[]): string {
  const header = ["connector", ...steps.map((step) => step.title)]
  const rows = results.map(({ connector, cells }) => [
    connector,
    ...steps.map(({ title }) => {
      const cell = cells.find((one) => one.title === title)
      return cell === undefined ? "" : cell.ok ? cell.text : "WRONG"
    }),
  ])
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd()
  const wrong = results.flatMap(({ connector, cells }) =>
    cells.filter((cell) => !cell.ok).map(({ title, text }) => `${connector}, ${title}: ${text}`),
  )
  return [
    line(header),
    line(widths.map((width) => "─".repeat(width))),
    ...rows.map(line),
    "",
    ...wrong,
    `${results.filter(isComplete).length} of ${results.length} connectors went all the way`,
  ].join("\n")
}
