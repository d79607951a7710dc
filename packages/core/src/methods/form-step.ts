import { type ZodType, z } from "zod"
import type { Context } from "../context.js"
import { HoldfastError } from "../errors.js"
import type { Field, Input, Step } from "../step.js"

type FormStep = Extract<Step, { kind: "form" }>

/** A form that a method asks for. `schema` checks and normalises what is typed: see {@link formSchema}. */
export interface Form {
  readonly id: string
  readonly title: string
  readonly fields: readonly Field[]
  readonly schema: ZodType<Record<string, string>>
}

/** Either everything that was to be typed, checked and normalised, or the form to show (again). */
export type Typed = { readonly values: Readonly<Record<string, string>> } | { readonly step: FormStep }

const maxLength = 8_192
// What zod writes for a check that was given no words.
const unsaid = "Invalid input"

/** Checks what the fields say of themselves. Blanks around a value are cut off, but for those of a password unless told. */
export function formSchema(
  fields: readonly Field[],
  options: { readonly trimsPasswords?: boolean } = {},
): ZodType<Record<string, string>> {
  return z.object(Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field, options)])))
}

function fieldSchema(field: Field, { trimsPasswords }: { readonly trimsPasswords?: boolean }): ZodType<string> {
  const text = z.string().min(1).max(maxLength)
  const trimmed = z.string().trim().min(1).max(maxLength)
  const choices = new Set(field.options?.map(({ value }) => value))
  const checked =
    field.type === "password" && !trimsPasswords
      ? text
      : field.type === "url"
        ? trimmed.refine(isWebAddress)
        : field.type === "select"
          ? text.refine((value) => choices.has(value))
          : trimmed
  return field.required === false ? checked.exactOptional() : checked
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/**
 * Takes what came, over what was known before. Something missing or wrong answers the form; its `error` is `input_invalid` with the
 * field, and is there only if that field was filled in or the form was sent.
 */
export function takeForm(form: Form, input: Input, known: Readonly<Record<string, string>>): Typed {
  const came = input.from === "start" || input.from === "form" ? input.values : {}
  const names = new Set(form.fields.map(({ name }) => name))
  const given = Object.entries({ ...known, ...came }).filter(([name, value]) => names.has(name) && value !== "")
  const values = Object.fromEntries(given)
  const parsed = form.schema.safeParse(values)
  if (parsed.success) return { values: parsed.data }
  const issue = parsed.error.issues.find(({ path: [name] }) => typeof name === "string" && names.has(name))
  const field = issue?.path[0] as string | undefined
  const wasFilledIn = input.from === "form" || (field !== undefined && Boolean(came[field]))
  // Only what a connector wrote itself is public: the words of other checks may quote what was typed.
  const message = issue?.code === "custom" && issue.message !== unsaid ? issue.message : undefined
  return { step: formStep(form, wasFilledIn ? "input_invalid" : undefined, field, message) }
}

/** The form, and why it is shown again. */
export function formStep(form: Form, code?: string, field?: string, message?: string): FormStep {
  const { id, title, fields } = form
  return {
    kind: "form",
    id,
    title,
    fields,
    ...(code && { error: { code, ...(field && { field }), ...(message && { message }) } }),
  }
}

/** @throws HoldfastError `config_invalid` where a method's form lacks a field that it stands on */
export function requireFields(fields: readonly Field[], names: readonly string[]): void {
  const missing = names.filter((name) => !fields.some((field) => field.name === name))
  if (missing.length === 0) return
  throw new HoldfastError("config_invalid", `The form lacks the field ${missing.join(" and ")}.`, {
    details: { fields: missing },
  })
}

/** The attempt that a conversation is part of. */
export function attemptOf<State>(context: Context<State>): NonNullable<Context<State>["attempt"]> {
  if (!context.attempt) throw new HoldfastError("unexpected", "A conversation needs an attempt.")
  return context.attempt
}
