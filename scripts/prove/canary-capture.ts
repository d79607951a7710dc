import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import type { Journal, Runtime } from "../../packages/core/src/index.js"
import { type Canary, type CanarySighting, createCanary } from "../../packages/testing/src/canary.js"
import type { Send } from "../../packages/testing/src/handler/browser.js"

/** Where something can come to light. */
export const channels = ["log", "error", "event", "file", "journal", "response", "url", "output"] as const
export type Channel = (typeof channels)[number]

/** Everything that is said in a run, channel by channel, to be searched for what must not be in it. */
export interface Capture {
  /** A secret to look for, also in what was captured before. */
  plant(value: string, name: string): void
  /** The same for bytes, which are looked for as they are in files, and written as text everywhere. */
  plantBytes(bytes: Buffer, name: string): void
  readonly logger: Canary["logger"]
  error(error: unknown): void
  event(event: unknown): void
  /** Looks at all files as they are now. */
  files(): void
  journal(journal: Journal): Journal
  /** What a browser is answered; a cookie may be in its own header, and nowhere else. */
  send(send: Send): Send
  /** Addresses of what leaves: of requests that are sent, and those that people are sent to. */
  url(url: string | URL): void
  fetch(fetch: Runtime["fetch"]): Runtime["fetch"]
  output(text: string): void
  found(): readonly CanarySighting[]
  /** How much was captured, by channel. */
  counts(): Readonly<Record<Channel, number>>
  planted(): number
}

// Control characters, and what is no UTF-8.
const unprintable = /[\p{Cc}\ufffd]+/u

/** A capture of what happens in and around a folder. */
export function createCapture(folder: string): Capture {
  const canary = createCanary()
  const counts = Object.fromEntries(channels.map((channel) => [channel, 0])) as Record<Channel, number>
  const secrets = new Set<string>()
  const plant = (value: string, name: string) => {
    secrets.add(value)
    canary.watch(value, name)
  }
  const look = (channel: Channel, what: unknown, where: string = channel) => {
    counts[channel]++
    canary.look(where, what)
  }
  const line =
    (level: keyof Canary["logger"]): Canary["logger"]["debug"] =>
    (...said) =>
      look("log", [...said, inspected(said)], `log (${level})`)

  const raw = new Map<string, Buffer>()
  const seen = new Set<string>()
  /** What stands in a file as text, once however often it stands there: a write-ahead log holds each page many times. */
  function newTexts(bytes: Buffer): string[] {
    const runs = bytes.toString("utf8").split(unprintable)
    const fresh = [...new Set(runs)].filter((run) => run.length >= 8 && !seen.has(run))
    for (const run of fresh) seen.add(run)
    return fresh
  }

  function files(channel: "file" | "journal", under: string): void {
    if (!existsSync(under)) return
    for (const name of readdirSync(under)) {
      const path = join(under, name)
      if (statSync(path).isDirectory()) {
        files("journal", path)
        continue
      }
      const bytes = readFileSync(path)
      const keys = [...raw].filter(([, key]) => bytes.includes(key)).map(([hex]) => hex)
      look(channel, [name, newTexts(bytes).join("\n"), keys], `${channel} ${name.replace(/^[0-9a-f]{8,}/, "…")}`)
    }
  }

  return {
    plant,
    plantBytes(bytes, name) {
      raw.set(bytes.toString("hex"), bytes)
      for (const spelling of ["hex", "latin1", "base64url"] as const) plant(bytes.toString(spelling), name)
    },
    logger: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") },
    error: (error) => look("error", [error, String(error), inspected(error), written(error)]),
    event: (event) => look("event", [event, inspected(event), written(event)]),
    files: () => files("file", folder),
    journal: (journal) => ({
      ...journal,
      async append(entry) {
        await journal.append(entry)
        files("journal", join(folder, "journal"))
      },
    }),
    send: (send) => async (request) => {
      const answer = await send(request)
      const { status, statusText } = answer
      const headers = [...answer.headers].filter(([name]) => name !== "set-cookie")
      const body = Buffer.from(await answer.clone().arrayBuffer()).toString("utf8")
      const path = new URL(request.url).pathname.split("/").slice(0, 5).join("/")
      look("response", [status, statusText, headers, body], `response to ${request.method} ${path}`)
      for (const cookie of answer.headers.getSetCookie()) {
        const [pair = ""] = cookie.split(";")
        const value = pair.slice(pair.indexOf("=") + 1)
        if (value.length >= 8) plant(value, "cookie")
      }
      return answer
    },
    url: (url) => look("url", String(url)),
    fetch: (fetch) => async (request) => {
      look("url", request.url, `url of ${request.method}`)
      return await fetch(request)
    },
    output: (text) => look("output", text),
    found: () => canary.found(),
    counts: () => ({ ...counts }),
    planted: () => secrets.size,
  }
}

/** As a console, a debugger or a crash report would show it. */
function inspected(value: unknown): string {
  return inspect(value, { depth: 10, showHidden: true, maxStringLength: null, breakLength: Number.POSITIVE_INFINITY })
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ""
  } catch {
    return ""
  }
}
