#!/usr/bin/env node
import { run } from "./run.js"

const abort = new AbortController()
process.once("SIGINT", () => abort.abort())

const code = await run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  env: process.env,
  directory: process.cwd(),
  isTerminal: process.stderr.isTTY === true,
  signal: abort.signal,
})
process.exitCode = code
// The application's module may have opened what keeps a process alive.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)))
