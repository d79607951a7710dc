import type { Call, CheckPart, Connector } from "../connector.js"
import { isHoldfastError } from "../errors.js"
import type { Credential } from "./credential-source.js"
import type { Verdict } from "./exchange.js"

/** What the connector's own `check` says of a slot's credential that an API refused (ruling R14). Parts of other slots say nothing of it. */
export async function judge(connector: Connector, call: Call, slot: string): ReturnType<Verdict> {
  try {
    const parts = (await connector.check(call)).filter((part) => part.slot === undefined || part.slot === slot)
    if (parts.some(isDead)) return "dead"
    return parts.some((part) => !part.ok && (part.name === "token" || part.name === "api")) ? "unknown" : "alive"
  } catch (error) {
    return isHoldfastError(error) && saysDead(error.code) ? "dead" : "unknown"
  }
}

/** Whether a part of a check says that the credential itself is no longer good. */
export function isDead(part: CheckPart): boolean {
  return !part.ok && saysDead(part.code ?? (part.name === "token" ? "reauth_required" : undefined))
}

function saysDead(code: string | undefined): boolean {
  return code === "reauth_required" || code === "credential_invalid"
}

/** Lets a thousand callers of one dead key ask once: a verdict under way is shared by all who hold the same secret. */
export function sharedVerdicts(): (credential: Credential, ask: () => ReturnType<Verdict>) => ReturnType<Verdict> {
  const asked = new Map<string, ReturnType<Verdict>>()
  return (credential, ask) => {
    const known = asked.get(credential.version)
    if (known) return known
    const verdict = ask().finally(() => asked.delete(credential.version))
    asked.set(credential.version, verdict)
    return verdict
  }
}
