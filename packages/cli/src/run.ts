import { parseArgs } from "node:util"
import type { Holdfast } from "@holdfast/core"
import { apiKeyActions, ownerOf } from "./api-key.js"
import { loadHoldfast } from "./config.js"
import { examine } from "./doctor/examine.js"
import { printExamination } from "./doctor/print-examination.js"
import { generateKey } from "./keygen.js"
import { rotateKeys, verifyKeys } from "./keys.js"
import { migrate } from "./migrate.js"

/** What a command is run in. */
export interface Surroundings {
  out(text: string): void
  error(text: string): void
  readonly env: Readonly<Record<string, string | undefined>>
  readonly directory: string
  /** Whether `error` goes to somebody who watches. */
  readonly isTerminal: boolean
  /** Ends a long command: what is done stays done. */
  readonly signal?: AbortSignal
}

const usage = `Usage: holdfast <command>

  keygen                    print a new key for HOLDFAST_KEYS
  migrate --url <url>       make the tables of a Postgres, MySQL or MariaDB database, or bring them up to date
          --print           print the SQL instead, to run it yourself
          --prefix <text>   before the names of the tables (default holdfast_)
  doctor --config <module>  say what is wrong with the store, the keys, the apps and the connections, and who must act
         --connection <id>  one connection alone
         --tenant <id>      the connections and apps of one tenant
         --live             ask the providers too
         --limit <n>        connections looked at, at most (default 10000)
         --json             the same as data
  rotate-keys --config <module>   seal everything anew under the first key of the keyring
  verify-keys --config <module>   open everything, and say which keys are still needed
         --batch <n> --per-second <n>   how fast to go
  api-key create --config <module> --tenant <id> --name <text>   print a new API key, once
          --user <id>        of one person (default: of the tenant)
          --scopes <list>    connect, read, run, separated by commas (default connect)
  api-key list --config <module> --tenant <id> [--user <id>]     what keys there are
  api-key revoke <key id> --config <module> --tenant <id> [--user <id>]   end one at once

The url may come as HOLDFAST_DATABASE_URL, which no list of processes shows. A module exports the Holdfast of your application, as \`holdfast\`
or as its default. doctor ends with 1 where something needs somebody, rotate-keys and verify-keys where something does not open.
`

type Command = (arguments_: string[], around: Surroundings) => Promise<number>

const commands: Readonly<Record<string, Command>> = {
  async keygen(_arguments, { out }) {
    out(`${generateKey()}\n`)
    return 0
  },
  async migrate(args, { out, env }) {
    const options = { url: { type: "string" }, print: { type: "boolean" }, prefix: { type: "string" } } as const
    const { values } = parseArgs({ args, options })
    const url = values.url ?? env.HOLDFAST_DATABASE_URL
    if (url === undefined) throw new Error("migrate needs --url, or HOLDFAST_DATABASE_URL.")
    const prefix = values.prefix !== undefined && { tablePrefix: values.prefix }
    out(await migrate({ url, print: values.print === true, ...prefix }))
    return 0
  },
  async doctor(args, around) {
    const { values } = parseArgs({
      args,
      options: {
        config: { type: "string" },
        connection: { type: "string" },
        tenant: { type: "string" },
        live: { type: "boolean" },
        limit: { type: "string" },
        json: { type: "boolean" },
      },
    })
    const { connection, tenant, live } = values
    const limit = positive("--limit", values.limit)
    const told = {
      ...(connection !== undefined && { connection }),
      ...(tenant !== undefined && { tenant }),
      ...(live !== undefined && { live }),
      ...(limit !== undefined && { limit }),
    }
    return await withHoldfast(values.config, around, async (holdfast) => {
      const found = await examine(holdfast, told)
      around.out(values.json ? `${JSON.stringify(found, null, 2)}\n` : printExamination(found))
      return found.ok ? 0 : 1
    })
  },
  "api-key": manageApiKeys,
  "rotate-keys": (args, around) => walkKeys(rotateKeys, args, around),
  "verify-keys": (args, around) => walkKeys(verifyKeys, args, around),
}

/** Runs a command; answers the exit code: 0 well, 1 something is wrong, 2 it was not understood. Never rejects. */
export async function run([name, ...rest]: string[], around: Surroundings): Promise<number> {
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    around.error(usage)
    return name === undefined || name === "help" || name === "--help" ? 0 : 2
  }
  try {
    return await command(rest, around)
  } catch (error) {
    around.error(`${error instanceof Error ? error.message : "It failed."}\n`)
    return isMisuse(error) ? 2 : 1
  }
}

async function manageApiKeys(args: string[], around: Surroundings): Promise<number> {
  const text = { type: "string" } as const
  const options = { config: text, tenant: text, user: text, name: text, scopes: text }
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [name = "", id] = positionals
  const action = Object.hasOwn(apiKeyActions, name) ? apiKeyActions[name] : undefined
  if (!action) throw new Error(`api-key is followed by ${Object.keys(apiKeyActions).join(", ")}.`)
  const { config, tenant, user, scopes } = values
  const told = { tenant, user, scopes, name: values.name, id }
  return await withHoldfast(config, around, async (holdfast) => {
    const { text, note } = await action(holdfast, ownerOf(told), told)
    if (note !== undefined) around.error(note)
    around.out(text)
    return 0
  })
}

async function walkKeys(
  walk: typeof rotateKeys | typeof verifyKeys,
  args: string[],
  around: Surroundings,
): Promise<number> {
  const options = { config: { type: "string" }, batch: { type: "string" }, "per-second": { type: "string" } } as const
  const { values } = parseArgs({ args, options })
  const batch = positive("--batch", values.batch)
  const perSecond = positive("--per-second", values["per-second"])
  const { signal, isTerminal } = around
  return await withHoldfast(values.config, around, async (holdfast) => {
    const { text, ok } = await walk(holdfast, {
      ...(batch !== undefined && { batch }),
      ...(perSecond !== undefined && { perSecond }),
      ...(signal && { signal }),
      // One line that is written over.
      ...(isTerminal && { onProgress: (line: string) => around.error(`\r${line}\u001b[K`) }),
    })
    if (isTerminal) around.error("\n")
    around.out(text)
    return ok ? 0 : 1
  })
}

async function withHoldfast(
  config: string | undefined,
  { directory }: Surroundings,
  use: (holdfast: Holdfast) => Promise<number>,
): Promise<number> {
  if (config === undefined) throw new Error("It needs --config, a module that exports your Holdfast.")
  const holdfast = await loadHoldfast(config, directory)
  try {
    return await use(holdfast)
  } finally {
    await holdfast.close()
  }
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new Error(`${name} takes a whole number from 1 on.`)
}

function isMisuse(error: unknown): boolean {
  return String((error as { code?: unknown } | null)?.code).startsWith("ERR_PARSE_ARGS_")
}
