import type { AppProcess } from "./app-process.js"
import { createBrowser } from "./browser.js"
import { createSession } from "./session.js"
import { steps, type Trial } from "./steps.js"
import type { World } from "./world.js"

/** One row of the table: a cell for each step. */
export interface TrialResult {
  readonly connector: string
  readonly cells: readonly Cell[]
}

export interface Cell {
  readonly title: string
  readonly text: string
  readonly ok: boolean
}

export interface OnceOptions {
  readonly world: World
  readonly app: AppProcess
  readonly url: string
  /** Default: all. */
  readonly connectors?: readonly string[]
  /** How many callers come at once. Default: 1 000 in the first ten rows, 100 in those after them, so that the table is done sooner. */
  readonly callers?: number
  /** Told of each row as it is done. */
  onRow?(result: TrialResult): void
}

/**
 * Tries every connector from its first click to its revocation, one after another, over HTTP as a browser would.
 * @throws RangeError for a connector that the demo does not have
 */
export async function runOnce({ world, app, url, ...options }: OnceOptions): Promise<readonly TrialResult[]> {
  const { callers, connectors = [...world.connectors.keys()], onRow } = options
  const results: TrialResult[] = []
  for (const [index, connector] of connectors.entries()) {
    const row = world.connectors.get(connector)
    if (!row) throw new RangeError(`"${connector}" is none of ${[...world.connectors.keys()].join(", ")}`)
    const browser = createBrowser()
    const session = createSession(browser, url, connector, row)
    const cells = await session.signIn().then(
      () => tryRow({ row, session, app, callers: callers ?? (index < 10 ? 1_000 : 100) }),
      (error: unknown) => [failed("sign in", error)],
    )
    browser.close()
    results.push({ connector, cells })
    onRow?.({ connector, cells })
  }
  return results
}

/** What goes wrong ends the row: the steps behind it would say nothing of their own. */
async function tryRow(trial: Trial): Promise<readonly Cell[]> {
  const cells: Cell[] = []
  for (const { title, run } of steps) {
    try {
      cells.push({ title, text: await run(trial), ok: true })
    } catch (error) {
      return [...cells, failed(title, error)]
    }
  }
  return cells
}

function failed(title: string, error: unknown): Cell {
  return { title, text: error instanceof Error ? error.message : String(error), ok: false }
}

/** Whether nothing is wrong and nothing is missing. */
export function isComplete({ cells }: TrialResult): boolean {
  return cells.length === steps.length && cells.every((cell) => cell.ok)
}
