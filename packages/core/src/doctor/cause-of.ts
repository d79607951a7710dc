import type { Connector, ErrorMeaning } from "../connector.js"
import { errorTable } from "../errors.js"
import type { Reason } from "../status.js"
import type { Diagnosis } from "./diagnosis.js"
import { type GeneralCause, generalCauses, type Sign } from "./general-causes.js"
import type { KnownCause, Moment } from "./known-cause.js"

type Cause = Pick<Diagnosis, "cause" | "actor" | "text" | "advice" | "link">

/** What there is to go by. */
export interface Symptom {
  readonly moment: Moment
  readonly code?: ErrorMeaning | undefined
  readonly reason?: Reason | undefined
  readonly sign?: Sign
  readonly providerCode?: string | undefined
  /** Whether the method can renew what it holds. */
  readonly renews?: boolean | undefined
}

/** The cause of a symptom: one of the connector's own that names the provider's code, else the general one. */
export function causeOf(connector: Pick<Connector, "name" | "causes" | "setup">, symptom: Symptom): Cause {
  const named = (text: string) => text.replaceAll("{provider}", connector.name)
  const own = knownCause(connector, symptom)
  const general = own ? undefined : generalCause(symptom)
  const found = own ?? general ?? unlisted(symptom.code)
  const { cause, actor } = found
  const link = own?.link ?? (general?.at === "setup" ? connector.setup.url : undefined)
  return { cause, actor, text: named(found.text), advice: named(found.advice), ...(link !== undefined && { link }) }
}

/** The connector's own cause for a code of its provider, where it has one. */
export function knownCause(
  { causes = [] }: Pick<Connector, "causes">,
  { moment, providerCode }: Pick<Symptom, "moment" | "providerCode">,
): KnownCause | undefined {
  if (providerCode === undefined) return undefined
  return causes.find(({ codes, when }) => codes.includes(providerCode) && (when?.includes(moment) ?? true))
}

function generalCause(symptom: Symptom): GeneralCause | undefined {
  return generalCauses.find((row) => fits(row, symptom))
}

function fits(row: GeneralCause, { moment, code, reason, sign, providerCode, renews }: Symptom): boolean {
  if (sign !== undefined) return row.signs?.includes(sign) === true
  if (reason !== undefined) return row.reasons?.includes(reason) === true
  if (code === undefined || !row.errors?.includes(code)) return false
  if (row.codes && (providerCode === undefined || !row.codes.includes(providerCode))) return false
  if (row.renews !== undefined && row.renews !== (renews ?? true)) return false
  return row.when?.includes(moment) ?? true
}

/** Codes that are ours alone hardly come from a provider; what they say stands in their own table. */
function unlisted(code: ErrorMeaning | undefined): GeneralCause {
  const text =
    code !== undefined && code !== "token_expired" && code !== "grant_ended" ? errorTable[code].text : undefined
  return {
    cause: code ?? "unexpected",
    actor: "developer",
    text: text ?? errorTable.unexpected.text,
    advice: "Look the code up in docs/errors.md.",
  }
}
