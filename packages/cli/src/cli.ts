#!/usr/bin/env node
import { parseArgs } from "node:util"
import { generateKey } from "./keygen.js"
import { migrate } from "./migrate.js"

const usage = `Usage: holdfast <command>

  keygen                    print a new key for HOLDFAST_KEYS
  migrate --url <url>       make the tables of a Postgres, MySQL or MariaDB database, or bring them up to date
          --print           print the SQL instead, to run it yourself
          --prefix <text>   before the names of the tables (default holdfast_)

The url may come as HOLDFAST_DATABASE_URL, which no list of processes shows.
`

function migrateOptions(arguments_: string[]) {
  const { values } = parseArgs({
    args: arguments_,
    options: { url: { type: "string" }, print: { type: "boolean" }, prefix: { type: "string" } },
  })
  const url = values.url ?? process.env.HOLDFAST_DATABASE_URL
  if (url === undefined) throw new Error("migrate needs --url, or HOLDFAST_DATABASE_URL.")
  return { url, print: values.print === true, ...(values.prefix !== undefined && { tablePrefix: values.prefix }) }
}

const [command, ...rest] = process.argv.slice(2)
if (command === "keygen") {
  process.stdout.write(`${generateKey()}\n`)
} else if (command === "migrate") {
  try {
    process.stdout.write(await migrate(migrateOptions(rest)))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : "It failed."}\n`)
    process.exitCode = 1
  }
} else {
  process.stderr.write(usage)
  process.exitCode = command === undefined || command === "help" || command === "--help" ? 0 : 2
}
