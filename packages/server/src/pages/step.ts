import type { AttemptView, Field, Step } from "@holdfast/core"
import { renderSVG } from "uqr"
import { failureOf } from "../failure.js"
import type { Site } from "../site.js"
import { type Html, html, page } from "./html.js"

type Typed = Readonly<Record<string, string>>

/**
 * The page of a step that is no redirect: a form, a QR code, or a wait. Works without scripts. `typed` is what a form that comes back had
 * been filled with: it stays, but for what is secret.
 */
export function stepPage(site: Site, view: AttemptView, connector: string, typed: Typed = {}): Response | undefined {
  const { step } = view
  const address = `${site.url}/attempts/${encodeURIComponent(view.id)}`
  if (view.status === "exchanging") return waitPage(site, connector, "One moment", 1000)
  if (step.kind === "form") return formPage(site, address, step, typed)
  if (step.kind === "wait") return waitPage(site, connector, step.message, step.pollAfterMs)
  if (step.kind === "qr") return qrPage(site, connector, step)
  return undefined
}

function formPage(site: Site, address: string, step: Extract<Step, { kind: "form" }>, typed: Typed): Response {
  const { error } = step
  return page(site, {
    title: step.title,
    hasForm: true,
    body: html`${error && html`<p class="error" role="alert" id="wrong">${error.message ?? failureOf(error.code).message}</p>`}
<form method="post" action="${address}" autocomplete="off">
${step.fields.map((field) => fieldLabel(field, field.name === error?.field, typed[field.name]))}
<button type="submit">Continue</button>
</form>`,
  })
}

function fieldLabel(field: Field, invalid: boolean, typed: string | undefined): Html {
  const required = field.required !== false && html` required`
  const wrong = invalid && html` aria-invalid="true" aria-describedby="wrong"`
  const help = field.help !== undefined && html`<small>${field.help}</small>`
  if (field.type === "select") {
    const options = (field.options ?? []).map(
      ({ value, label }) => html`<option value="${value}"${value === typed && html` selected`}>${label}</option>`,
    )
    return html`<label>${field.label}${help}<select name="${field.name}"${required}${wrong}>${options}</select></label>`
  }
  const hint = field.placeholder !== undefined && html` placeholder="${field.placeholder}"`
  const isSecret = field.type === "password" || field.type === "code"
  const kept = typed !== undefined && !isSecret && html` value="${typed}"`
  return html`<label>${field.label}${help}<input name="${field.name}" ${inputType(field)}${kept}${hint}${required}${wrong}></label>`
}

function inputType({ type }: Field): Html {
  if (type === "code") return html`type="text" inputmode="numeric" autocomplete="one-time-code"`
  // A secret of another service is nothing for the browser's password store.
  if (type === "password") return html`type="password" autocomplete="off"`
  return html`type="${type}"`
}

function waitPage(site: Site, connector: string, message: string, pollAfterMs: number): Response {
  return page(site, {
    title: `Connecting ${connector}`,
    body: html`<p>${message}</p>`,
    refreshSeconds: Math.max(1, Math.ceil(pollAfterMs / 1000)),
  })
}

function qrPage(site: Site, connector: string, step: Extract<Step, { kind: "qr" }>): Response {
  const image = `data:image/svg+xml,${encodeURIComponent(renderSVG(step.data))}`
  return page(site, {
    title: `Connect ${connector}`,
    body: html`<p>Scan this code with the app.</p><img alt="QR code" src="${image}">`,
    refreshSeconds: Math.max(1, Math.ceil(step.pollAfterMs / 1000)),
  })
}
