import { type LifeOptions, liveThrough } from "./time-life.js"

// Errors are thrown and caught by the thousand, and nobody reads where.
Error.stackTraceLimit = 0

const options = JSON.parse(process.argv[2] ?? "{}") as LifeOptions
process.stdout.write(`${JSON.stringify(await liveThrough(options))}\n`)
