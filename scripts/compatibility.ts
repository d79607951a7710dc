/** What a run of the tests showed of each connector, and the page that says so. */

/** The part of vitest's JSON report that is read. */
export interface TestReport {
  readonly testResults: readonly {
    /** Path of the file. */
    readonly name: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

/** Behaviours by the titles under which `connectorSuite` shows them. */
const behaviours: readonly { readonly heading: string; readonly title: RegExp }[] = [
  { heading: "Connects", title: /^ends in a connection to the account that the provider names/ },
  { heading: "Reconnects", title: /^reconnects under the same connection id/ },
  { heading: "Another account is refused", title: /^refuses another account when reconnecting/ },
  { heading: "Consent refused", title: /^ends with access_denied when the person says no/ },
  { heading: "One refresh for many callers", title: /^refreshes once for 20 callers/ },
  { heading: "Outlives trouble", title: /^outlives trouble at the provider/ },
  { heading: "Withdrawal is noticed", title: /^needs authorising again when the grant was withdrawn/ },
  { heading: "Revoked on disconnecting", title: /^is gone after disconnecting, here and at the provider/ },
  { heading: "Forged deliveries are refused", title: /^refuses (tampered|foreign|unsigned) deliveries/ },
]

type Cell =
  | { readonly is: "shown" }
  | { readonly is: "left out"; readonly reasons: readonly string[] }
  | { readonly is: "none" }

/** What was shown of one connector, and of the package that it is in. */
export interface Compatibility {
  readonly connector: string
  readonly folder: string
  /** In the order of the page's columns. */
  readonly cells: readonly Cell[]
  readonly usedBySdk: boolean
}

/** A quirk of a provider that a test shows, by the test's own title. */
export interface ShownQuirk {
  /** The connector, where the test's file is named after it; else the package's folder. */
  readonly of: string
  readonly title: string
}

const folderOf = (file: string) => /packages\/connectors\/([^/]+)\//.exec(file)?.[1]
const connectorOf = (titles: readonly string[]) =>
  titles.map((title) => /^connector ([a-z0-9-]+)$/.exec(title)?.[1]).find((id) => id !== undefined)

/** Reads a report; tests that are not of a connector's package are no business of this page. */
export function readCompatibility(report: TestReport): { rows: Compatibility[]; quirks: ShownQuirk[] } {
  const tests = report.testResults.flatMap(({ name, assertionResults }) => {
    const folder = folderOf(name)
    return folder === undefined ? [] : assertionResults.map((test) => ({ ...test, folder, file: name }))
  })
  const folders = new Map<string, string>()
  for (const { ancestorTitles, folder } of tests) {
    const id = connectorOf(ancestorTitles)
    if (id !== undefined) folders.set(id, folder)
  }
  const rows = [...folders].map(([connector, folder]) => {
    const own = tests.filter(({ ancestorTitles }) => connectorOf(ancestorTitles) === connector)
    const sdk = tests.filter((test) => test.folder === folder && /sdk[^/]*\.test\.ts$/.test(test.file))
    return {
      connector,
      folder,
      cells: behaviours.map(({ title }) => cellOf(own.filter((test) => title.test(test.title)))),
      usedBySdk: sdk.length > 0 && sdk.every(({ status }) => status === "passed"),
    }
  })
  const quirks = tests
    .filter(
      ({ ancestorTitles, title, status }) =>
        status === "passed" && quirkNumber.test(`${ancestorTitles.at(-1)} ${title}`),
    )
    .map(({ ancestorTitles, file, folder, title }) => {
      const base = /([^/.]+)[^/]*$/.exec(file)?.[1] ?? ""
      return { of: folders.has(base) ? base : folder, title: sentenceOf([...ancestorTitles.slice(-1), title]) }
    })
  const once = new Map(quirks.map((quirk) => [keyOf(quirk), quirk]))
  return {
    rows: rows.sort((a, b) => inOrder(a.connector, b.connector)),
    quirks: [...once.values()].sort((a, b) => inOrder(keyOf(a), keyOf(b))),
  }
}

const keyOf = ({ of, title }: ShownQuirk) => `${of} ${title}`
// The same on every machine, whatever its language.
const inOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const quirkNumber = /\(([^()]*, )?quirks? \d[^()]*\)/

/** What a test shows, in one sentence: its title behind that of what it is about. */
function sentenceOf(titles: readonly string[]): string {
  return titles
    .map((title) =>
      title
        .replace(quirkNumber, "")
        .replace(/\s+/g, " ")
        .replace(/ ([:,])/g, "$1")
        .trim(),
    )
    .join(" ")
}

function cellOf(tests: readonly { readonly title: string; readonly status: string }[]): Cell {
  if (tests.length === 0) return { is: "none" }
  if (tests.some(({ status }) => status === "failed")) return { is: "none" }
  const reasons = tests.flatMap(({ title }) => /\(skip: (.+)\)$/.exec(title)?.[1] ?? [])
  // Shown for one way of connecting and not for another still counts, with the reason.
  return reasons.length > 0 ? { is: "left out", reasons: [...new Set(reasons)] } : { is: "shown" }
}

/** The page. The same report makes the same page. */
export function compatibilityPage({ rows, quirks }: ReturnType<typeof readCompatibility>): string {
  const notes: string[] = []
  const mark = (cell: Cell) => {
    if (cell.is === "shown") return "✓"
    if (cell.is === "none") return ""
    return cell.reasons
      .map((reason) => {
        if (!notes.includes(reason)) notes.push(reason)
        return `[${notes.indexOf(reason) + 1}](#notes)`
      })
      .join(" ")
  }
  const headings = ["Connector", ...behaviours.map(({ heading }) => heading), "Vendor's SDK runs against the emulator"]
  const lines = rows.map(({ connector, cells, usedBySdk }) =>
    [`[${connector}](./${connector}.md)`, ...cells.map(mark), usedBySdk ? "✓" : ""].join(" | "),
  )
  const headed = [...new Set(quirks.map((quirk) => quirk.of))]
  return `${[
    "# Compatibility",
    "",
    "<!-- Made by `pnpm docs:compatibility` from a run of the tests. Change a test, not this page. -->",
    "",
    "✓: a test of this connector shows it, over an emulator written from the provider's documentation. A number: the provider has no such thing, or it cannot be",
    "shown there, and [why](#notes). Blank: it does not apply.",
    "",
    `| ${headings.join(" | ")} |`,
    `| ${headings.map(() => "---").join(" | ")} |`,
    ...lines.map((line) => `| ${line} |`),
    "",
    "## Notes",
    "",
    ...notes.map((note, index) => `${index + 1}. ${note}`),
    "",
    "## Quirks of providers, each shown by a test",
    ...headed.flatMap((heading) => [
      "",
      `### ${heading}`,
      "",
      ...quirks.filter((quirk) => quirk.of === heading).map(({ title }) => `- ${title}`),
    ]),
  ].join("\n")}\n`
}
