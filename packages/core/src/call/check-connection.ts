import type { HealthReport } from "../connection.js"
import type { CheckPart } from "../connector.js"
import { type ErrorCode, isHoldfastError } from "../errors.js"
import { missingScopes, slotOf } from "./scopes.js"
import { isDead } from "./verdicts.js"
import { type CallParts, type FoundConnection, withCall } from "./with-call.js"

/**
 * How well a connection is: whether its token is valid, the API reachable, the permissions enough, and what its connector looks at
 * besides. An unwell connection is a report, not an error.
 * @throws HoldfastError `not_found` `connector_unknown`
 */
export async function checkConnection(parts: CallParts, connectionId: string): Promise<HealthReport> {
  const found = await parts.find(connectionId)
  const asked = await askConnector(parts, found)
  const missing = missingPermissions(found)
  const permissions: CheckPart =
    missing.length === 0
      ? { name: "permissions", ok: true }
      : { name: "permissions", ok: false, code: "scope_missing", detail: `Not granted: ${missing.join(", ")}` }
  const all = [...asked, permissions]
  // The check itself may have changed what is known.
  const { status } = (await parts.find(connectionId).catch(() => found)).row
  return { ok: all.every((part) => part.ok), status, parts: all, missingScopes: missing }
}

async function askConnector(parts: CallParts, found: FoundConnection): Promise<readonly CheckPart[]> {
  const { row, connector } = found
  if (row.status === "disabled" || row.status === "disconnecting") return failed("connection_disabled", false)
  try {
    const own = await withCall(parts, found, {}, (call) => connector.check(call))
    for (const { slot } of own.filter(isDead)) if (slot !== undefined) await noteDead(parts, found, slot)
    const has = (name: string) => own.some((part) => part.name === name && part.slot === undefined)
    const first = ["token", "api"].filter((name) => !has(name)).map((name) => ({ name, ok: true }))
    return [...first, ...own.filter((part) => part.name !== "permissions")]
  } catch (error) {
    if (isHoldfastError(error)) return failed(error.code, error.details.providerStatus !== undefined)
    parts.log.error(`${connector.id} check threw`, { error })
    return failed("response_invalid", true)
  }
}

/** What a check says of one slot is that slot's alone: the others go on as they are. */
async function noteDead(parts: CallParts, { row }: FoundConnection, slot: string): Promise<void> {
  const asked = Object.hasOwn(row.detail.slots, slot) ? row.detail.slots[slot]?.generation : undefined
  if (asked === undefined) return
  const live = await parts.tokens.live(row.id, { slot }).catch(() => undefined)
  // Whatever was renewed since the check is not what it spoke of.
  if (live && live.row.detail.slots[slot]?.generation === asked) await parts.tokens.refused(live, undefined)
}

const ofToken: ReadonlySet<ErrorCode> = new Set([
  "reauth_required",
  "credential_invalid",
  "credential_unreadable",
  "refresh_token_missing",
  "scope_missing",
  "app_not_configured",
  "config_invalid",
  "connection_disabled",
])

/** Which of the two it was. An API that refused a token was reached; what was not asked is not called well. */
function failed(code: ErrorCode, wasAnswered: boolean): readonly CheckPart[] {
  if (!ofToken.has(code)) return [notAsked("token", code), { name: "api", ok: false, code }]
  return [{ name: "token", ok: false, code }, wasAnswered ? { name: "api", ok: true } : notAsked("api", code)]
}

function notAsked(name: string, code: ErrorCode): CheckPart {
  return { name, ok: false, code, detail: "Could not be checked." }
}

/**
 * Scopes that operations need and the grant lacks. Where scopes were chosen when connecting, operations outside that choice
 * are not counted; neither are those of a slot that was not asked for.
 */
export function missingPermissions({ row, connector, method }: FoundConnection): readonly string[] {
  const { requested } = row.detail
  const wasChosen = (entry: string) =>
    requested.length === 0 || entry.split("|").some((scope) => requested.includes(scope))
  const missing = Object.values(connector.operations).flatMap((operation) => {
    const slot = slotOf(row, method.slots, operation.uses)
    const detail = Object.hasOwn(row.detail.slots, slot) ? row.detail.slots[slot] : undefined
    return detail && operation.scopes.every(wasChosen) ? missingScopes(operation.scopes, detail.granted) : []
  })
  return [...new Set(missing)]
}
