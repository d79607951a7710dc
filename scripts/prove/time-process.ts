import { type LifeFigures, type LifeOptions, liveThrough } from "./time-life.js"

/** What it is started with, as JSON. */
export type Asked = LifeOptions
/** Its one line. */
export type Answered = LifeFigures

// Errors are thrown and caught by the thousand, and nobody reads where.
Error.stackTraceLimit = 0

const options = JSON.parse(process.argv[2] ?? "{}") as Asked
process.stdout.write(`${JSON.stringify((await liveThrough(options)) satisfies Answered)}\n`)
