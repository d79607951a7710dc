import type { ConnectionInfo } from "@holdfast/core"
import { html, type TemplateResult } from "lit"
import { glyph } from "./glyphs.js"
import type { StringKey, Strings } from "./strings.js"

type Status = ConnectionInfo["status"]

const looks = {
  active: ["good", "check", "statusActive"],
  degraded: ["warn", "warning", "statusDegraded"],
  ambiguous: ["warn", "clock", "statusAmbiguous"],
  needs_reauth: ["bad", "warning", "statusNeedsReauth"],
  disconnecting: ["", "clock", "statusDisconnecting"],
  disabled: ["", "cross", "statusDisabled"],
} as const satisfies Record<Status, readonly [string, Parameters<typeof glyph>[0], StringKey]>

/** The status of a connection, in a word and a drawing. */
export function statusBadge(status: Status, texts: Strings): TemplateResult {
  const [tone, drawing, text] = looks[status]
  return html`<span class="badge ${tone}">${glyph(drawing)}${texts[text]}</span>`
}

/** Whether somebody has to see to it. */
export function needsAttention(status: Status): boolean {
  return status === "needs_reauth" || status === "degraded" || status === "disabled"
}
