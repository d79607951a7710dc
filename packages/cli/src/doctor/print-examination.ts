import type { Diagnosis } from "@holdfast/core"
import { printable } from "../printable.js"
import { type Examination, needsSomebody, type UnwellConnection } from "./examine.js"
import type { AppFinding } from "./examine-apps.js"

/** An examination for people. */
export function printExamination({ store, keys, apps, connections }: Examination): string {
  const { looked, cutOff, unwell } = connections
  const needing = unwell.filter(({ diagnoses }) => diagnoses.some(needsSomebody)).length
  return [
    `store        ${store.ok ? "answers" : `${store.code}: ${store.message}`}`,
    ...(store.ok ? [] : ["Nothing else could be looked at."]),
    ...(keys.looked || !keys.ok ? [`keys         ${printKeys(keys)}`] : []),
    ...(apps.length > 0 ? ["apps"] : []),
    ...apps.flatMap(printApp),
    ...(store.ok
      ? [`connections  ${looked} looked at, ${needing} need somebody${cutOff ? "; there are more" : ""}`]
      : []),
    ...unwell.flatMap(printConnection),
    "",
  ].join("\n")
}

function printKeys({ ok, message, retired, unreadable }: Examination["keys"]): string {
  if (message !== undefined) return message
  if (!ok) return `${unreadable} sealed values do not open; holdfast verify-keys names them`
  const spare = retired.length > 0 ? `; nothing needs ${retired.join(", ")} any more` : ""
  return `open everything${spare}`
}

function printApp({ connector, source, clientId, redirectUri, missing, problem, setupUrl }: AppFinding): string[] {
  const from = source === "none" ? "no app" : `${source}, ${clientId}`
  return [
    `  ${connector}: ${from}`,
    ...(source === "none" && problem !== undefined ? [`    ${problem}`, `    Make one at ${setupUrl}.`] : []),
    ...(source !== "none" && missing.length > 0 ? [`    Not set: ${missing.join(", ")}.`] : []),
    `    redirect URI to register: ${redirectUri}`,
  ]
}

function printConnection({ id, connector, tenantId, userId, name, status, diagnoses }: UnwellConnection): string[] {
  const whose = userId === null ? tenantId : `${tenantId} ${userId}`
  return [
    `  ${id}  ${connector}  ${status}  ${printable(name)}  (${printable(whose)})`,
    ...diagnoses.flatMap(printDiagnosis),
  ]
}

function printDiagnosis(diagnosis: Diagnosis): string[] {
  const { severity, actor, cause, text, advice, link, operation, providerCode, slot } = diagnosis
  const about = [operation ?? (slot === "main" ? undefined : slot), providerCode].filter((word) => word !== undefined)
  return [
    `    ${severity}: ${cause}${about.length > 0 ? ` (${about.join(", ")})` : ""}, ${actors[actor]}`,
    `      ${text}`,
    `      ${advice}${link === undefined ? "" : ` ${link}`}`,
  ]
}

const actors = {
  developer: "for the developer",
  end_user: "for the person",
  provider: "nobody need do anything",
} as const
