import type { Logger } from "@holdfast/core"
import { textOf } from "./canary-text.js"

/** Where a secret came to light. Never shows the secret. */
export interface CanarySighting {
  /** What was captured: "log", "error", "event", or as told. */
  readonly where: string
  /** What the secret is called. */
  readonly secret: string
  /** How it was written there. */
  readonly as: "plain" | "base64" | "hex" | "percent-encoded" | "reversed"
}

/** Knows secrets, keeps what was said in public, and tells whether one is in the other. */
export interface Canary {
  /** Makes a secret of its own to plant, and watches for it. */
  plant(name: string): string
  /**
   * Watches for a secret from now on and in what was captured before. Texts below 8 characters are refused: they would be found
   * everywhere.
   * @throws TypeError
   */
  watch(value: string, name?: string): void
  /** Captures anything that may be seen: a text, an error with its causes, an event, bytes of a file, a row. */
  look(where: string, what: unknown): void
  /** Captures a response: status line, headers and body. Reads a clone. */
  lookAt(where: string, response: Response): Promise<void>
  /** Captures every line that is logged, at every level. */
  readonly logger: Logger
  /** Every sighting so far. Empty is good. */
  found(): readonly CanarySighting[]
}

const shortest = 8

/**
 * Plants secrets and finds them again: hand `logger` to what is tested, `look` at all it says, and expect `found()` to be empty.
 * A secret is found as it is, and in base64, base64url, hex, percent-encoding and backwards.
 *
 * ```ts
 * const canary = createCanary()
 * const key = canary.plant("api key")
 * canary.look("error", await thrownBy(() => connectWith(key)))
 * expect(canary.found()).toEqual([])
 * ```
 */
export function createCanary(): Canary {
  const secrets = new Map<string, string>()
  const captured: { readonly where: string; readonly text: string }[] = []
  const look = (where: string, what: unknown) => void captured.push({ where, text: textOf(what) })
  const line =
    (level: string): Logger["info"] =>
    (message, fields) =>
      look(`log (${level})`, [message, fields])
  let planted = 0

  return {
    plant(name) {
      planted += 1
      const value = `canary-${planted}-${randomText()}`
      secrets.set(value, name)
      return value
    },
    watch(value, name = "secret") {
      if (value.length < shortest) throw new TypeError(`A secret to watch for has ${shortest} characters or more.`)
      if (!secrets.has(value)) secrets.set(value, name)
    },
    look,
    async lookAt(where, response) {
      const copy = response.clone()
      look(where, [copy.status, copy.statusText, copy.url, copy.headers, new Uint8Array(await copy.arrayBuffer())])
    },
    logger: Object.freeze({ debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") }),
    found() {
      const sightings: CanarySighting[] = []
      for (const [value, secret] of secrets) {
        for (const [as, spellings] of spellingsOf(value)) {
          for (const { where, text } of captured) {
            if (spellings.some((spelling) => text.includes(spelling))) sightings.push({ where, secret, as })
          }
        }
      }
      return sightings
    },
  }
}

function spellingsOf(value: string): [CanarySighting["as"], readonly string[]][] {
  const bytes = new TextEncoder().encode(value)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
  const percent = encodeURIComponent(value)
  return [
    ["plain", [value, JSON.stringify(value).slice(1, -1)]],
    ["base64", base64Cores(bytes)],
    ["hex", [hex, hex.toUpperCase()]],
    ["percent-encoded", percent === value ? [] : [percent, new URLSearchParams({ v: value }).toString().slice(2)]],
    ["reversed", [[...value].reverse().join("")]],
  ]
}

/**
 * What base64 of anything around the secret must contain: the part of it that does not depend on its neighbours, for each of the
 * three ways in which it can fall on the groups of three bytes.
 */
function base64Cores(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = new Uint8Array(offset + bytes.length)
    padded.set(bytes, offset)
    const text = btoa(Array.from(padded, (byte) => String.fromCharCode(byte)).join("")).replace(/=+$/, "")
    const start = offset === 0 ? 0 : offset + 1
    const end = Math.floor((padded.length * 8) / 6)
    const core = text.slice(start, end)
    return core.length < shortest ? [] : [core, core.replaceAll("+", "-").replaceAll("/", "_")]
  })
}

function randomText(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(18)), (byte) => (byte % 36).toString(36)).join("")
}
