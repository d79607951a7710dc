import type { Field, StepError } from "@holdfast/core"
import { fill, type Strings, textOf } from "./strings.js"

/** What an error tells a person: its code decides, and the backend's own words stand in where there is no text for it. */
export function errorText(texts: Strings, error: Told): string {
  const text = textOf(texts, `error.${error.code}`, error.message ?? texts["error.unexpected"])
  const retryAfterMs = error.details?.retryAfterMs ?? error.retryAfterMs
  return retryAfterMs === undefined ? text : `${text} ${fill(texts.retryIn, { time: duration(retryAfterMs) })}`
}

interface Told {
  readonly code: string
  readonly message?: string
  readonly retryAfterMs?: number
  readonly details?: { readonly retryAfterMs?: number }
}

const invalid = {
  text: "fieldInvalidText",
  url: "fieldInvalidUrl",
  tel: "fieldInvalidTel",
  code: "fieldInvalidCode",
  password: "fieldInvalidPassword",
  select: "fieldInvalidSelect",
} as const satisfies Record<Field["type"], keyof Strings>

/** What is wrong with a field: what its connector says of it, else what can be said of its kind. */
export function fieldErrorText(texts: Strings, field: Field, error: StepError): string {
  if (error.message !== undefined) return error.message
  if (error.code !== "input_invalid") return errorText(texts, error)
  const { placeholder: example, type } = field
  return type === "text" && example !== undefined ? fill(texts.fieldInvalidLike, { example }) : texts[invalid[type]]
}

/** "30 seconds", "5 minutes", in the page's language. */
function duration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  const [value, unit] = seconds < 100 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"]
  return new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "long" }).format(value)
}

/** The page's language, where it says one. */
export function language(): string | undefined {
  return document.documentElement.lang || undefined
}
