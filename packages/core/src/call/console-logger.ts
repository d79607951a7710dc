import type { Logger } from "../logger.js"

export interface ConsoleLoggerOptions {
  /** The least that is written. Default: "info". `debug` shows every request to a provider. */
  readonly level?: keyof Logger
  /** Default: the global console. */
  readonly console?: Pick<Console, keyof Logger>
}

const order: readonly (keyof Logger)[] = ["debug", "info", "warn", "error"]

/**
 * A logger that writes lines to the console, such as `[DEBUG] Response: 200 OK { ok: true }`.
 * Hand it to `createHoldfast({ logger })`, which takes secrets out before they reach it.
 */
export function consoleLogger({ level = "info", console = globalThis.console }: ConsoleLoggerOptions = {}): Logger {
  function line(at: keyof Logger): Logger["debug"] {
    if (order.indexOf(at) < order.indexOf(level)) return () => {}
    return (message, fields) => {
      const text = `[${at.toUpperCase()}] ${message}`
      if (fields === undefined) console[at](text)
      else console[at](text, fields)
    }
  }
  return Object.freeze({ debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") })
}
