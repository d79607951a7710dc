import type { HealthReport } from "@holdfast/core"
import { css, html, nothing, type TemplateResult } from "lit"
import { glyph } from "./glyphs.js"
import { fill, type StringKey, type Strings, textOf } from "./strings.js"

// What every connector's test has; the connector's own parts are named as it names them.
const parts: Readonly<Record<string, StringKey>> = {
  token: "partToken",
  api: "partApi",
  permissions: "partPermissions",
}

/** What a test found, part by part. */
export function healthView({ ok, parts: found, missingScopes }: HealthReport, texts: Strings): TemplateResult {
  return html`<div class="health">
    <p class=${ok ? "good" : "bad"}>${glyph(ok ? "check" : "warning")}<strong>${ok ? texts.testPassed : texts.testFailed}</strong></p>
    <ul>
      ${found.map((part) => {
        const key = parts[part.name]
        return html`<li class=${part.ok ? "good" : "bad"}>
          ${glyph(part.ok ? "check" : "cross")}
          <span>
            ${key === undefined ? part.name : texts[key]}:
            ${part.ok ? texts.partOk : texts.partFailed}${part.ok ? nothing : html`. ${why(part, texts)}`}
          </span>
        </li>`
      })}
    </ul>
    ${
      missingScopes.length === 0
        ? nothing
        : html`<p class="small">${fill(texts.missingScopes, { scopes: missingScopes.join(", ") })}</p>`
    }
  </div>`
}

export const healthStyles = css`
  .health {
    display: grid;
    gap: 0.35rem;
    font-size: 0.9rem;
  }
  .health p,
  .health li {
    display: flex;
    align-items: baseline;
    gap: 0.4rem;
  }
  .health svg.glyph {
    align-self: center;
    inline-size: 1rem;
    block-size: 1rem;
    stroke-width: 2.2;
  }
  .health .good svg {
    color: var(--hf-good);
  }
  .health .bad svg {
    color: var(--hf-bad);
  }
  .health strong {
    font-weight: 600;
  }
`

function why({ code, detail }: HealthReport["parts"][number], texts: Strings): string {
  return detail ?? (code === undefined ? "" : textOf(texts, `error.${code}`, code))
}
