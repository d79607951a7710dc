import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"

/** A process of the harness, spoken with in lines of JSON. */
export interface Child {
  readonly process: ChildProcess
  /** Its next line, parsed. Rejects when it ended without one. */
  next<Line>(): Promise<Line>
  tell(line: unknown): void
  /** Ends it for good, and waits until it is gone. */
  end(): Promise<void>
}

/**
 * Starts a bundled script. It does not outlive the harness: it is killed when this process exits, and one that reads its input sees that
 * end when this process is killed outright.
 */
export function startChild(script: string, args: readonly string[] = []): Child {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "inherit"] })
  const kill = () => void child.kill("SIGKILL")
  process.once("exit", kill)
  const gone = new Promise<void>((resolve) => {
    child.once("close", () => {
      process.off("exit", kill)
      resolve()
    })
  })
  // A child that died is noticed where its next line is awaited.
  child.stdin.on("error", () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    process: child,
    async next<Line>() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`A process of the harness ended early: ${child.signalCode ?? child.exitCode}.`)
      return JSON.parse(value) as Line
    },
    tell: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`),
    async end() {
      kill()
      await gone
    },
  }
}
