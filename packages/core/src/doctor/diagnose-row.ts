import { missingPermissions } from "../call/check-connection.js"
import type { FoundConnection } from "../call/with-call.js"
import { keepAliveAt } from "../engine/due.js"
import type { Reason } from "../status.js"
import type { SlotDetail } from "../store.js"
import { causeOf, knownCause, type Symptom } from "./cause-of.js"
import type { Diagnosis, Severity } from "./diagnosis.js"
import type { Sign } from "./general-causes.js"

const hour = 3_600_000
const soonMs = 72 * hour

/** What is said of a connection before it is known where its person reconnects. */
export type Finding = Diagnosis & { readonly severity: Severity }

/** What a connection's row shows, without opening or asking anything. */
export function diagnoseRow(found: FoundConnection, now: number): readonly Finding[] {
  const { row } = found
  if (row.status === "disabled") return [signOf(found, "disabled", "broken")]
  if (row.status === "disconnecting") return [signOf(found, "disconnecting", "broken")]
  const slots = Object.entries(row.detail.slots)
  const ofSlots = slots.flatMap(([name, detail]) => [
    ...slotFindings(found, name, detail, now),
    ...lifeFindings(found, name, detail, now),
  ])
  const isOverdue = ofSlots.some(({ cause }) => cause === "keep_alive_overdue")
  const isBehind = !isOverdue && row.dueAt !== null && row.dueAt < now - hour
  return [
    ...ofSlots,
    ...permissionFindings(found),
    ...webhookFindings(found),
    ...(isBehind ? [signOf(found, "scheduler_behind", "notice", { at: row.dueAt })] : []),
  ]
}

/** A finding by a reason of a slot's state. */
export function reasonOf(
  { connector }: Pick<FoundConnection, "connector">,
  reason: Reason,
  severity: Severity,
  more: Pick<Diagnosis, "slot" | "providerCode" | "retryAt"> = {},
): Finding {
  const { providerCode } = more
  // The provider's code explains these; of the others it is but what the last answer said.
  const explains = explained.has(reason) && providerCode !== undefined
  // A grant may be refused to a refresh, or named as gone by the API.
  const isOfCall = ofCalls.has(reason) || (explains && !knownCause(connector, { moment: "refreshing", providerCode }))
  const symptom: Symptom = { moment: isOfCall ? "calling" : "refreshing", reason, ...(explains && { providerCode }) }
  return { ...causeOf(connector, symptom), reason, severity, ...more }
}

const ofCalls: ReadonlySet<Reason> = new Set(["key_refused", "ended_by_provider"])
const explained: ReadonlySet<Reason> = new Set(["grant_refused", "app_refused", ...ofCalls])

/** A finding by something else that the connection shows. */
export function signOf(
  { connector }: Pick<FoundConnection, "connector">,
  sign: Sign,
  severity: Severity,
  more: Partial<Diagnosis> = {},
): Finding {
  return { ...causeOf(connector, { moment: "refreshing", sign }), severity, ...more }
}

/** Whether the slot's access token has ended. */
export function hasEnded({ clock }: SlotDetail, now: number): boolean {
  return typeof clock.expiresAt === "number" && clock.expiresAt <= now
}

function slotFindings(found: FoundConnection, slot: string, detail: SlotDetail, now: number): Finding[] {
  const { status, reason, providerCode, retryAt, failures } = detail
  const more = { slot, ...(retryAt !== null && { retryAt }), ...(providerCode !== null && { providerCode }) }
  if (status !== "active" && reason !== null) {
    const isBroken = status === "needs_reauth" || hasEnded(detail, now)
    return [reasonOf(found, reason, isBroken ? "broken" : "impaired", more)]
  }
  // It could not be renewed, and goes on with the token it has.
  return failures > 0 && retryAt !== null ? [signOf(found, "refresh_failing", "notice", more)] : []
}

function lifeFindings(found: FoundConnection, slot: string, { status, clock, retryAt }: SlotDetail, now: number) {
  const { method } = found
  if (!method.refresh || status === "needs_reauth" || retryAt !== null) return []
  const keepAlive = keepAliveAt(method, clock)
  if (keepAlive !== undefined && keepAlive < now - hour)
    return [signOf(found, "keep_alive_overdue", "impaired", { slot })]
  const { refreshExpiresAt } = clock
  return refreshExpiresAt !== undefined && refreshExpiresAt < now + soonMs
    ? [signOf(found, "refresh_token_ends", "impaired", { slot, at: refreshExpiresAt })]
    : []
}

function permissionFindings(found: FoundConnection): Finding[] {
  const missingScopes = missingPermissions(found)
  return missingScopes.length > 0 ? [signOf(found, "permissions_missing", "impaired", { missingScopes })] : []
}

function webhookFindings(found: FoundConnection): Finding[] {
  const { webhooks } = found.row.detail
  if (!webhooks) return []
  if (webhooks.state === "failed") return [signOf(found, "webhooks_failed", "impaired")]
  const { retryAt } = webhooks
  return webhooks.tries > 0
    ? [signOf(found, "webhooks_waiting", "notice", retryAt === undefined ? {} : { retryAt })]
    : []
}
