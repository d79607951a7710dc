/** What can be proved, each alone. */
export type PartName = "simulation" | "kill" | "herd" | "outage" | "time" | "canary"

/** One part of the proof: a storm of one kind, and what it cost. */
export interface Part<Figures = unknown> {
  readonly name: PartName
  /** Rejects when it could not run at all. Ends every process it started, also then. */
  run(options: PartOptions): Promise<PartResult<Figures>>
}

export interface PartOptions {
  /** The short version, for every change: at most 45 s on two busy cores. */
  readonly bounded: boolean
  /** A line of progress, for who watches. */
  log(line: string): void
}

export interface PartResult<Figures = unknown> {
  /** What `--json` prints under the part's name. */
  readonly figures: Figures
  /** Promises broken. Any is a failure. */
  readonly losses: number
  /** What was tried and how much of it, in one line of the table. */
  readonly row: string
  /** What a reader of the row should know beside it. */
  readonly note?: string
  /** What this machine has not got and so was not tried, a line each: a failure unless `--allow-missing`. */
  readonly missing?: readonly string[]
  /** Why it ended before it had done what it set out to do: always a failure. */
  readonly unfinished?: string
}
