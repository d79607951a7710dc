import { type Logger, silentLogger } from "../logger.js"
import { createRedactor, type RedactorOptions } from "./redact.js"

/** A logger in front of another, through which no secret, query string or body gets. A logger that fails fails nobody else. */
export function redactingLogger(logger: Logger, options: RedactorOptions = {}): Logger {
  if (logger === silentLogger) return silentLogger
  const redactor = createRedactor(options)

  function line(level: keyof Logger): Logger["debug"] {
    return (message, fields) => {
      try {
        const clean = redactor.text(message)
        if (fields === undefined) logger[level](clean)
        else logger[level](clean, redactor.value(fields) as Readonly<Record<string, unknown>>)
      } catch {
        // Writing a line down must not end a call.
      }
    }
  }
  return Object.freeze({ debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") })
}
