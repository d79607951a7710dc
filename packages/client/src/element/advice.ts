import type { Diagnosis } from "@holdfast/core"
import { css, html, type TemplateResult } from "lit"
import { glyph } from "./glyphs.js"
import type { StringKey, Strings } from "./strings.js"

const tones = { broken: "bad", impaired: "warn", notice: "" } as const satisfies Record<
  NonNullable<Diagnosis["severity"]>,
  string
>

// Where nobody here need do anything, the advice says so itself.
const actors: Readonly<Partial<Record<Diagnosis["actor"], StringKey>>> = {
  end_user: "actorEndUser",
  developer: "actorDeveloper",
}

/** What the doctor says of a connection: what happened, who must act, what to do, and where. */
export function advice(diagnoses: readonly Diagnosis[], texts: Strings): readonly TemplateResult[] {
  return diagnoses.map(({ actor, advice, link, severity = "notice", text }) => {
    const who = actors[actor]
    return html`<div class="note advice ${tones[severity]}">
      ${glyph(severity === "notice" ? "info" : "warning")}
      <div>
        <p><strong>${text}</strong></p>
        <p>${who === undefined ? "" : html`<span class="actor">${texts[who]}</span> `}${advice}</p>
        ${
          link === undefined
            ? ""
            : html`<p>
              <a href=${link} target="_blank" rel="noopener noreferrer"
                >${texts.adviceLink} ${hostOf(link)}<span class="unseen"> ${texts.opensInNewTab}</span></a
              >
            </p>`
        }
      </div>
    </div>`
  })
}

export const adviceStyles = css`
  .note.advice {
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.6rem;
    color: var(--hf-text);
  }
  .note.advice > svg {
    margin-block-start: 0.12rem;
    color: var(--hf-muted);
  }
  .note.advice.warn > svg {
    color: var(--hf-warn);
  }
  .note.advice.bad > svg {
    color: var(--hf-bad);
  }
  .note.advice strong {
    font-weight: 600;
  }
  .note.advice .actor {
    font-weight: 550;
  }
`

function hostOf(link: string): string {
  return URL.canParse(link) ? new URL(link).host : link
}
