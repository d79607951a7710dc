import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"

/** Processes of the bench that are told what to do, a line at a time. None outlives {@link Children.end}. */
export interface Children {
  /** Starts one; ends when it has said its first line. */
  start(script: string, orders: unknown): Promise<Child>
  end(): void
}

export interface Child {
  /** Sends a line, and answers the next that comes back. */
  ask(line: string): Promise<string>
}

/** Runs one to its end, and answers the JSON that it prints. */
export async function runToEnd<Report>(
  script: string,
  orders: unknown,
  flags: readonly string[] = [],
): Promise<Report> {
  const child = spawn(process.execPath, [...flags, script, JSON.stringify(orders)], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  let printed = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text
  })
  const [code] = (await once(child, "close")) as [number | null]
  if (code !== 0) throw new Error(`A process of the bench ended with ${code}.`)
  return JSON.parse(printed) as Report
}

export function createChildren(): Children {
  const all: ChildProcess[] = []
  return {
    async start(script, orders) {
      const child = spawn(process.execPath, [script, JSON.stringify(orders)], {
        stdio: ["pipe", "pipe", "inherit"],
      })
      all.push(child)
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const next = async (): Promise<string> => {
        const { value, done } = await lines.next()
        if (done) throw new Error("A process of the bench ended early.")
        return value
      }
      await next()
      return {
        ask(line) {
          child.stdin.write(`${line}\n`)
          return next()
        },
      }
    },
    end() {
      for (const child of all) if (child.exitCode === null && child.signalCode === null) child.kill()
    },
  }
}
