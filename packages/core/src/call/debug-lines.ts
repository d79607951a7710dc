import type { Logger } from "../logger.js"

/** The lines of one exchange, for people who follow what an integration does. */
export interface DebugLines {
  request(method: string, url: string): void
  /** `body` is read only where fields of it may be printed. */
  response(status: number, statusText: string, body: Uint8Array | undefined): void
  noAnswer(reason: string): void
}

export interface DebugLinesOptions {
  /** Fields of the answer that may be printed. */
  readonly trace?: readonly string[] | undefined
  /** Values that must not be printed wherever they stand, such as a token in a path. */
  readonly secrets?: readonly string[] | undefined
}

/** Debug lines: method, address without its query, status, and the fields of the answer that an operation lets be seen. */
export function debugLines(log: Logger, options: DebugLinesOptions = {}): DebugLines {
  const { trace = [], secrets = [] } = options
  const say = (line: string) => log.debug(secrets.reduce((text, secret) => text.replaceAll(secret, "[redacted]"), line))
  return {
    request: (method, url) => say(`Request: ${method} ${withoutQuery(url)}`),
    response(status, statusText, body) {
      const shown = body && trace.length > 0 ? tracedFields(body, trace) : ""
      say(`Response: ${status} ${statusText || reasonPhrase(status)}`.trimEnd() + shown)
    },
    noAnswer: (reason) => say(`Response: none (${reason})`),
  }
}

/** The URL up to its path. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, "")
}

function tracedFields(body: Uint8Array, trace: readonly string[]): string {
  const parsed = parseObject(body)
  const shown = trace.flatMap((name) => {
    const value = parsed && Object.hasOwn(parsed, name) ? parsed[name] : undefined
    const isPlain = value === null || ["string", "number", "boolean"].includes(typeof value)
    return isPlain ? [`${name}: ${JSON.stringify(typeof value === "string" ? value.slice(0, 200) : value)}`] : []
  })
  return shown.length > 0 ? ` { ${shown.join(", ")} }` : ""
}

function parseObject(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body))
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

// HTTP/2 and some servers send none.
const reasonPhrases: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
}

function reasonPhrase(status: number): string {
  return Object.hasOwn(reasonPhrases, status) ? (reasonPhrases[status] ?? "") : ""
}
