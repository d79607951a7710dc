import type { Actor, ErrorMeaning, Moment } from "@holdfast/core"

/**
 * An answer with an error as a provider's documentation shows it, and what must be made of it. Nothing in it looks like a secret.
 */
export interface ErrorCase {
  /** The public page that shows it. */
  readonly from: `https://${string}`
  readonly moment: Moment
  /** The method of connecting it is about, where there are several. */
  readonly method?: string
  /** HTTP status. While connecting, 3xx is the redirect back, and `body` holds its parameters. */
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text, or what its JSON holds. */
  readonly body?: unknown
  /** What it means here. */
  readonly code: ErrorMeaning
  /** A general cause, or one of the connector's own. */
  readonly cause: string
  readonly actor: Actor
  /** The short code that is read of it. For a provider that is not HTTP: what the connector's client names it. */
  readonly providerCode?: string
}

/** The same answer with a code that no documentation has; undefined where its code does not stand in its body. */
export function withUnheardOf(said: ErrorCase, providerCode: string): { case: ErrorCase; code: string } | undefined {
  const { body } = said
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "")
  const code = unheardOf(providerCode)
  const changed = text.replaceAll(wholeWord(providerCode), code)
  return changed === text ? undefined : { case: { ...said, body: changed }, code }
}

// Of the same make, so that what reads codes of this make reads this one too.
function unheardOf(providerCode: string): string {
  if (/\d$/.test(providerCode)) return providerCode.replace(/\d+$/, "987654321")
  return providerCode === providerCode.toUpperCase() ? "NEVER_HEARD_OF" : "never_heard_of"
}

function wholeWord(providerCode: string): RegExp {
  return new RegExp(`(?<![\\w.-])${providerCode.replace(/[.:/-]/g, "\\$&")}(?![\\w-])`, "g")
}
