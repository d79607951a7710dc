import type { CallSide } from "../call/call-side.js"
import type { LastError } from "../call/usage.js"
import { isDead } from "../call/verdicts.js"
import type { FoundConnection } from "../call/with-call.js"
import type { HealthReport } from "../connection.js"
import type { Engine } from "../engine/engine.js"
import { appTroubles } from "../engine/fence.js"
import { isHoldfastError } from "../errors.js"
import { reconnectUrl } from "../reconnect-url.js"
import type { ConnectionRow } from "../store.js"
import { causeOf } from "./cause-of.js"
import { diagnoseRow, type Finding, hasEnded, reasonOf, signOf } from "./diagnose-row.js"
import type { Diagnosis, Severity } from "./diagnosis.js"

export interface DiagnoseDependencies {
  /** Public address of the mount. */
  readonly url: string
  readonly engine: Engine
  readonly side: Pick<CallSide, "usage">
}

/**
 * What is wrong with a connection, worst first: from its row, its credential, its app, and what the provider last said to its calls. Nothing
 * is sent but what `check` sends, and what that finds is told as well.
 */
export async function diagnoseConnection(
  { url, engine, side }: DiagnoseDependencies,
  read: () => Promise<ConnectionRow>,
  check: (() => Promise<HealthReport>) | undefined,
): Promise<readonly Diagnosis[]> {
  const found = foundOf(engine, await read())
  if ("missing" in found) return [found.missing]
  const report = await check?.()
  // The check may have changed what is known.
  const row = report ? await read() : found.row
  return await diagnosed({ url, engine, side }, { ...found, row }, report)
}

async function diagnosed(
  { url, engine, side }: DiagnoseDependencies,
  found: FoundConnection,
  report: HealthReport | undefined,
): Promise<readonly Diagnosis[]> {
  const { row } = found
  const now = engine.runtime.clock.now()
  const ofRow = diagnoseRow(found, now)
  if (row.status === "disabled" || row.status === "disconnecting") return ofRow
  const isBroken = ofRow.some(({ severity }) => severity === "broken")
  const findings = [
    ...ofRow,
    ...(await secretFindings(engine, found)),
    ...(await appFindings(engine, found, now)),
    ...liveFindings(found, report, isBroken),
    ...(await side.usage.lastErrors(row.id)).flatMap((error) => callFinding(found, error, isBroken)),
  ]
  const told = findings.filter((one, index) => !findings.slice(0, index).some((earlier) => isSame(earlier, one)))
  return told.sort(byWeight).map((one) => withLinks(url, found, one))
}

/** The connector may be gone; its name is then not known either. */
function foundOf(engine: Engine, row: ConnectionRow): FoundConnection | { missing: Finding } {
  try {
    return { row, ...engine.methodOf(row) }
  } catch (error) {
    if (!isHoldfastError(error, "connector_unknown")) throw error
    const connector = { name: row.connector, setup: { url: "", steps: [] } }
    const cause = causeOf(connector, { moment: "calling", sign: "connector_missing" })
    return { missing: { ...cause, severity: "broken" } }
  }
}

async function secretFindings(engine: Engine, found: FoundConnection): Promise<Finding[]> {
  const { row, method } = found
  const findings: Finding[] = []
  for (const slot of Object.keys(row.sealed)) {
    try {
      const secret = await engine.vault.openSlot(row, slot)
      const isLacking = method.refresh !== undefined && method.renewable?.(secret) === false
      if (isLacking && method.policy.expectsRefreshToken)
        findings.push(reasonOf(found, "refresh_token_missing", "impaired", { slot }))
    } catch (error) {
      if (!isHoldfastError(error, "credential_unreadable")) throw error
      findings.push(signOf(found, "credential_unreadable", "broken", { slot }))
    }
  }
  return findings
}

async function appFindings(engine: Engine, found: FoundConnection, now: number): Promise<Finding[]> {
  const { row, method } = found
  if (!method.needsApp) return []
  const ended = Object.values(row.detail.slots).some((slot) => hasEnded(slot, now))
  const severity: Severity = ended ? "broken" : "impaired"
  try {
    if ((await engine.appsOf(row)).length === 0) return [reasonOf(found, "app_not_configured", severity)]
  } catch (error) {
    if (isHoldfastError(error, "credential_unreadable")) return [signOf(found, "credential_unreadable", severity)]
    throw error
  }
  const troubles = await appTroubles(engine, row.appId)
  // What holds others back has not reached this one.
  return troubles.map((reason) => reasonOf(found, reason, reason === "app_refused" ? "impaired" : "notice"))
}

function liveFindings(found: FoundConnection, report: HealthReport | undefined, isBroken: boolean): Finding[] {
  const failed = report?.parts.filter(({ ok, name }) => !ok && name !== "permissions") ?? []
  return failed.flatMap((part) => {
    // The row says it already, with the reason.
    if (isDead(part) && isBroken) return []
    const code = part.code ?? "provider_rejected"
    return {
      ...causeOf(found.connector, { moment: "calling", code, renews: found.method.refresh !== undefined }),
      code,
      severity: isDead(part) ? ("broken" as const) : ("impaired" as const),
      ...(part.slot !== undefined && { slot: part.slot }),
    }
  })
}

function callFinding({ connector }: FoundConnection, error: LastError, isBroken: boolean): Finding[] {
  const { code, providerCode, providerStatus, operation, at } = error
  if (isBroken && code === "reauth_required") return []
  const finding: Finding = {
    ...causeOf(connector, { moment: "calling", code, providerCode }),
    code,
    moment: "calling",
    severity: "notice",
    ...(operation !== undefined && { operation }),
    ...(providerCode !== undefined && { providerCode }),
    ...(providerStatus !== undefined && { providerStatus }),
    at,
  }
  return [finding]
}

/** Whether the later one says no more than the earlier did. */
function isSame(earlier: Finding, later: Finding): boolean {
  if (earlier.cause !== later.cause || earlier.operation !== later.operation) return false
  return later.slot === undefined || earlier.slot === later.slot
}

const severities: readonly Severity[] = ["broken", "impaired", "notice"]

function byWeight(a: Finding, b: Finding): number {
  const bySeverity = severities.indexOf(a.severity) - severities.indexOf(b.severity)
  return bySeverity || Number(a.actor === "provider") - Number(b.actor === "provider")
}

function withLinks(url: string, { row, method }: FoundConnection, finding: Finding): Diagnosis {
  if (finding.actor !== "end_user") return finding
  const scopes = method.facts.scopes ? finding.missingScopes : []
  const connectUrl = reconnectUrl(url, row, scopes)
  return { ...finding, link: finding.link ?? connectUrl, connectUrl }
}
