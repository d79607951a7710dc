import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"

/** The app, in a process that can be ended and started again. */
export interface AppProcess {
  /** Of the process that runs now. */
  readonly pid: number
  /** Asks it to end, and waits; after five seconds it is killed. */
  stop(): Promise<void>
  /** Kills it as a crash would, and starts another. */
  crash(): Promise<void>
  /** Ends it in order, and starts another. */
  restart(): Promise<void>
}

const file = fileURLToPath(new URL("../demo-app.ts", import.meta.url))
const kept = ["PATH", "HOME", "TMPDIR", "TEMP", "SystemRoot"]

/** Starts the app, and answers when it listens. It sees `environment` and nothing else of ours. */
export async function startApp(environment: Readonly<Record<string, string>>): Promise<AppProcess> {
  const inherited = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  const env = { ...Object.fromEntries(inherited), ...environment }
  let child = await start(env)

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, "exit")
    child.kill(signal)
    const stubborn = new AbortController()
    void setTimeout(5_000, undefined, { signal: stubborn.signal }).then(
      () => child.kill("SIGKILL"),
      () => {},
    )
    await ended
    stubborn.abort()
  }

  return {
    get pid() {
      return child.pid ?? 0
    },
    stop: () => end("SIGTERM"),
    async crash() {
      await end("SIGKILL")
      child = await start(env)
    },
    async restart() {
      await end("SIGTERM")
      child = await start(env)
    },
  }
}

async function start(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const node = ["--conditions=@holdfast/source", "--import", import.meta.resolve("tsx")]
  const child = spawn(process.execPath, [...node, file], { env, stdio: ["ignore", "inherit", "inherit", "ipc"] })
  try {
    await listening(child)
  } catch (error) {
    child.kill("SIGKILL")
    throw error
  }
  return child
}

async function listening(child: ChildProcess): Promise<void> {
  const given = new AbortController()
  const { signal } = given
  try {
    await Promise.race([
      once(child, "message", { signal }),
      once(child, "exit", { signal }).then(([code]) => {
        throw new Error(`The app ended with code ${code} before it listened.`)
      }),
      setTimeout(60_000, undefined, { signal }).then(() => {
        throw new Error("The app did not listen within a minute.")
      }),
    ])
  } finally {
    given.abort()
  }
}
