import type { Part, PartName, PartOptions, PartResult } from "./part.js"

/** How one part went. */
export interface Proof {
  readonly name: PartName
  readonly seconds: number
  /** Undefined: it could not run. */
  readonly result: PartResult | undefined
  /** Why it counts as failed; empty: it holds. */
  readonly failures: readonly string[]
}

export interface RunOptions extends PartOptions {
  /** Whether what this machine has not got may go untried. */
  readonly allowMissing: boolean
  /** Milliseconds that only grow. */
  now(): number
}

/** Runs parts one after the other; one that breaks does not keep the next from running. */
export async function runParts(
  parts: readonly (readonly [PartName, () => Promise<Part>])[],
  { allowMissing, now, ...options }: RunOptions,
): Promise<readonly Proof[]> {
  const proofs: Proof[] = []
  for (const [name, load] of parts) {
    const startedAt = now()
    const ended = await attempt(load, options)
    const seconds = (now() - startedAt) / 1_000
    proofs.push(
      typeof ended === "string"
        ? { name, seconds, result: undefined, failures: [`could not run: ${ended}`] }
        : { name, seconds, result: ended, failures: failuresOf(ended, allowMissing) },
    )
  }
  return proofs
}

async function attempt(load: () => Promise<Part>, options: PartOptions): Promise<PartResult | string> {
  try {
    return await (await load()).run(options)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function failuresOf({ losses, missing = [], unfinished }: PartResult, allowMissing: boolean): string[] {
  return [
    // Also what is no number: a count that was never made is not zero.
    ...(losses === 0 ? [] : [`${losses} lost`]),
    ...(allowMissing ? [] : missing.map((what) => `not run: ${what}`)),
    ...(unfinished === undefined ? [] : [`did not finish: ${unfinished}`]),
  ]
}

/** The figures of the parts that ran, by name. */
export function figuresOf(proofs: readonly Proof[]): Record<string, unknown> {
  return Object.fromEntries(proofs.flatMap(({ name, result }) => (result ? [[name, result.figures]] : [])))
}

/** The table at the end, a line each. */
export function tableOf(proofs: readonly Proof[]): string[] {
  const lines = proofs.flatMap(({ name, seconds, result, failures }) => [
    cells(name, String(result?.losses ?? "?"), `${seconds.toFixed(0)} s`, result?.row ?? "did not run"),
    ...[result?.note ?? [], result?.missing?.map((what) => `not run: ${what}`) ?? []].flat().map(beside),
    ...failures.map((why) => beside(`FAILED: ${why}`)),
  ])
  return [cells("part", "lost", "took", "what was tried"), ...lines]
}

function cells(name: string, lost: string, took: string, what: string): string {
  return `${name.padEnd(12)}${lost.padStart(6)}${took.padStart(8)}   ${what}`
}

function beside(text: string): string {
  return `${" ".repeat(29)}${text}`
}
