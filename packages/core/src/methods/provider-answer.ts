/** An answer of a provider's OAuth endpoint, read whole. */
export interface ProviderAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON, the fields of a form, or undefined where it is neither: a page, a cut-off text, nothing. */
  readonly body: unknown
}

const maxBytes = 1_048_576

/** Reads an answer, at most 1 MiB of it. Rejects when it breaks off or is larger: what it said is then not known. */
export async function readAnswer(response: Response): Promise<ProviderAnswer> {
  const text = await readText(response)
  return answerOf(response.status, response.headers, text)
}

/** The same answer, read whole. */
export function answerOf(status: number, headers: Headers, text: string): ProviderAnswer {
  return { status, headers, body: parse(text, headers) }
}

async function readText(response: Response): Promise<string> {
  if (!response.body) return ""
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  let text = ""
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => {})
      throw new Error("the answer is larger than 1 MiB")
    }
    text += decoder.decode(value, { stream: true })
  }
}

// The content type is often wrong, so the text decides; a form is only taken for one where it can be nothing else.
function parse(text: string, headers: Headers): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const type = headers.get("content-type") ?? ""
    const looksLikeForm = /^[\w.~%-]+=[^<>\s]*$/.test(text.trim()) && !/json|html|xml/i.test(type)
    return looksLikeForm ? Object.fromEntries(new URLSearchParams(text.trim())) : undefined
  }
}

/** Whether this is a JSON object (and not an array). */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/**
 * `Retry-After` in milliseconds from now, a day at most.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after")?.trim()
  if (!value) return undefined
  const waitMs = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now
  return Number.isFinite(waitMs) ? Math.min(Math.max(0, Math.round(waitMs)), 86_400_000) : undefined
}
