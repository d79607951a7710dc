import type { Step } from "@holdfast/core"
import { css, html, LitElement, svg } from "lit"
import { encode } from "uqr"
import { define } from "./define.js"
import { fill, type Strings, strings } from "./strings.js"
import { viewStyles } from "./styles.js"

/** A QR code, drawn here and now: what it holds opens an account, so no other service is asked to draw it. */
class StepQr extends LitElement {
  static override properties = {
    step: { attribute: false },
    connector: {},
    strings: { attribute: false },
    now: { state: true },
  }

  static override styles = [
    viewStyles,
    css`
      :host {
        display: grid;
        justify-items: center;
        gap: 0.9rem;
        text-align: center;
      }
      svg.code {
        inline-size: min(15rem, 70vw);
        padding: 0.75rem;
        border: 1px solid var(--hf-line);
        border-radius: var(--hf-radius);
        /* Cameras want dark on light, whatever the theme. */
        background: #fff;
      }
      svg.code path {
        fill: #10131a;
      }
      svg.code.old {
        opacity: 0.15;
      }
    `,
  ]

  declare step: Extract<Step, { kind: "qr" }>
  declare connector: string
  declare strings: Strings
  declare private now: number

  #timer: ReturnType<typeof setInterval> | undefined

  constructor() {
    super()
    this.connector = ""
    this.strings = strings
    this.now = Date.now()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#timer = setInterval(() => {
      this.now = Date.now()
    }, 1000)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#timer)
  }

  protected override render() {
    const { connector, strings: texts } = this
    const leftSeconds = Math.ceil((this.step.expiresAt - this.now) / 1000)
    const isOld = leftSeconds <= 0
    return html`
      <p>${fill(texts.qrTitle, { connector })}</p>
      ${drawing(this.step.data, fill(texts.qrLabel, { connector }), isOld)}
      <p class="muted small">${isOld ? texts.qrRenewing : fill(texts.qrLeft, { seconds: leftSeconds })}</p>
    `
  }
}

function drawing(data: string, label: string, isOld: boolean) {
  const { size, data: rows } = encode(data, { border: 0 })
  const dots = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])))
  return html`<svg
    class="code ${isOld ? "old" : ""}"
    viewBox="0 0 ${size} ${size}"
    shape-rendering="crispEdges"
    role="img"
    aria-label=${label}
  >
    ${svg`<path d=${dots.join("")}></path>`}
  </svg>`
}

define("hf-step-qr", StepQr)
