import { holdsRandom } from "../looks-random.js"

const short = /^[\w.:-]{1,64}$/

/**
 * A provider's code, as it may be shown and logged. What is no short code (a sentence, a page, a value echoed back) is not repeated:
 * it may hold anything. Nor is random text: it may be the token itself.
 */
export function shortCode(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return String(value)
  return typeof value === "string" && short.test(value) && !holdsRandom(value) ? value : undefined
}
