import { HoldfastError } from "../errors.js"

const hole = /\{([A-Za-z_]\w*)\}/g

/**
 * Fills the `{holes}` of a path template, each encoded, so that no value can add a segment, climb or start a query.
 * @throws HoldfastError `input_invalid` naming the holes whose value is missing, empty, `.` or `..`, or cannot be encoded
 */
export function fillPath(template: string, values: Readonly<Record<string, string | number>> = {}): string {
  const wrong: string[] = []
  const filled = template.replace(hole, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? encodeSegment(values[name]) : undefined
    if (value === undefined) wrong.push(name)
    return value ?? ""
  })
  if (wrong.length > 0) throw invalid(`These parts of the path are missing or not valid: ${wrong.join(", ")}.`, wrong)
  refuseClimbing(filled)
  return filled
}

/** One value as one path segment; undefined where that cannot be. */
export function encodeSegment(value: string | number | undefined): string | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) return undefined
  const text = String(value ?? "")
  if (text === "" || text === "." || text === "..") return undefined
  try {
    return encodeURIComponent(text)
  } catch {
    // Half a surrogate pair is no text.
    return undefined
  }
}

/** A template with its holes filled by a function of their names. What is sent where it goes must be checked by that. */
export function fillHoles(template: string, fill: (name: string) => string): string {
  return template.replace(hole, (_, name: string) => fill(name))
}

/** Names of a template's holes. */
export function holesOf(template: string): string[] {
  return [...template.matchAll(hole)].map((match) => match[1] ?? "")
}

// Values are encoded, but a hole may stand beside a dot, and a path may have been glued together by hand.
function refuseClimbing(path: string): void {
  const [before = ""] = path.split("?", 1)
  // URL parsers drop tabs and line breaks, which would put dots together.
  if (/[#\t\n\r]/.test(path)) throw invalid("The path holds a # or a control character.", ["path"])
  const climbs = before.split(/[/\\]/).some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))
  if (climbs) throw invalid("The path holds . or .. as a segment.", ["path"])
}

function invalid(message: string, fields: readonly string[]): HoldfastError {
  return new HoldfastError("input_invalid", message, { details: { fields } })
}
