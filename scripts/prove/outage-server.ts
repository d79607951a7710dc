import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { promisify } from "node:util"

/** A database server of the harness's own, which may be killed. */
export interface OwnServer {
  readonly port: number
  /** URL of a database on it, reached through a port. */
  urlAt(port: number): string
  start(): Promise<void>
  /** As a power cut: nothing is flushed, nobody is told. */
  kill(): Promise<void>
  /** As an operator would: sessions are ended, then it goes. */
  stop(): Promise<void>
  /** Ends it and removes its files. */
  remove(): Promise<void>
}

export type ServerKind = "postgres" | "mysql"

interface Recipe {
  /** The account of the machine that it runs as, where we are root. */
  readonly user: string
  readonly programs: readonly [init: string, server: string]
  readonly stopSignal: NodeJS.Signals
  init(folder: string): readonly string[]
  server(folder: string, port: number): readonly string[]
  url(port: number): string
  prepare?(folder: string): void
}

const run = promisify(execFile)
const host = "127.0.0.1"
const startWithinMs = 30_000

const recipes: Readonly<Record<ServerKind, Recipe>> = {
  postgres: {
    user: "postgres",
    programs: ["initdb", "postgres"],
    // Fast shutdown: sessions are cut off.
    stopSignal: "SIGINT",
    init: (folder) => ["-D", join(folder, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
    server: (folder, port) => [
      ...["-D", join(folder, "data"), "-p", String(port), "-c", `listen_addresses=${host}`],
      ...["-c", "unix_socket_directories=", "-c", "shared_buffers=16MB", "-c", "logging_collector=off"],
    ],
    url: (port) => `postgres://postgres@${host}:${port}/postgres`,
  },
  mysql: {
    user: "mysql",
    programs: ["mariadb-install-db", "mariadbd"],
    stopSignal: "SIGTERM",
    init: (folder) => [
      ...["--no-defaults", `--datadir=${join(folder, "data")}`, "--skip-test-db"],
      "--auth-root-authentication-method=normal",
    ],
    server: (folder, port) => [
      ...["--no-defaults", `--datadir=${join(folder, "data")}`, `--port=${port}`, `--bind-address=${host}`],
      ...[`--socket=${join(folder, "socket")}`, `--pid-file=${join(folder, "pid")}`, "--skip-grant-tables"],
      ...[`--init-file=${join(folder, "init.sql")}`, "--innodb-buffer-pool-size=16M", "--skip-log-bin"],
    ],
    url: (port) => `mysql://root@${host}:${port}/holdfast`,
    prepare: (folder) => writeFileSync(join(folder, "init.sql"), "create database if not exists holdfast;\n"),
  },
}

/** Makes and starts one, or says what this machine lacks for it. */
export async function ownServer(kind: ServerKind): Promise<OwnServer | { readonly missing: string }> {
  const recipe = recipes[kind]
  const [init, program] = recipe.programs.map(programPath)
  if (init === undefined || program === undefined)
    return { missing: `${recipe.programs.join(" and ")}, to start a server that may be killed` }
  const account = await accountOf(recipe.user)
  if (account === undefined) return { missing: `an account "${recipe.user}" that a server of our own may run as` }

  const folder = mkdtempSync(join(tmpdir(), "holdfast-outage-"))
  const port = await freePort()
  let server: ChildProcess | undefined

  const end = async (signal: NodeJS.Signals) => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, "exit")
    server.kill(signal)
    await gone
  }

  async function start(): Promise<void> {
    const endsAt = performance.now() + startWithinMs
    // What a kill left behind (a lock, a session on its way out) may keep it from starting at once.
    for (;;) {
      const child = startAs(account ?? {}, program ?? "", recipe.server(folder, port))
      server = child
      const gone = once(child, "exit")
      while (performance.now() < endsAt && child.exitCode === null && child.signalCode === null) {
        if (await answers(port)) return
        await Promise.race([gone, pause(50)])
      }
      if (performance.now() >= endsAt) {
        await end("SIGKILL")
        throw new Error(`A ${kind} server of the harness did not start.`)
      }
      await pause(200)
    }
  }

  try {
    if (account.uid !== undefined) chownSync(folder, account.uid, account.gid ?? account.uid)
    recipe.prepare?.(folder)
    await run(init, [...recipe.init(folder)], { ...account, cwd: folder })
    await start()
  } catch (error) {
    await end("SIGKILL")
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return {
    port,
    urlAt: recipe.url,
    start,
    kill: () => end("SIGKILL"),
    stop: () => end(recipe.stopSignal),
    async remove() {
      await end("SIGKILL")
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

interface Account {
  readonly uid?: number
  readonly gid?: number
}

/** Whom a server runs as: us, unless we are root, as which none of them runs. */
async function accountOf(user: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return {}
  try {
    const [uid, gid] = await Promise.all(
      ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, user])).stdout)),
    )
    return uid !== undefined && gid !== undefined ? { uid, gid } : undefined
  } catch {
    return undefined
  }
}

/** It does not outlive the harness: not its end, and where the system can promise that, not its being killed either. */
function startAs({ uid, gid }: Account, program: string, args: readonly string[]): ChildProcess {
  const setpriv = programPath("setpriv")
  const identity = uid === undefined ? [] : [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"]
  const child =
    setpriv === undefined
      ? spawn(program, args, { stdio: "ignore", ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) })
      : spawn(setpriv, [...identity, "--pdeathsig", "KILL", program, ...args], { stdio: "ignore" })
  const kill = () => void child.kill("SIGKILL")
  process.once("exit", kill)
  child.once("exit", () => process.off("exit", kill))
  return child
}

function programPath(name: string): string | undefined {
  const debian = "/usr/lib/postgresql"
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/sbin",
    ...versions.map((version) => join(debian, version, "bin")),
  ]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (typeof address !== "object" || address === null) throw new Error("No port is free.")
  return address.port
}

/** Whether somebody listens. A server that is still recovering says so to who asks, and is asked again. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    const end = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once("connect", () => end(true))
    socket.once("error", () => end(false))
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms))
}
