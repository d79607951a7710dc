import type { Site } from "../site.js"
import { html, page } from "./html.js"

/** Asks before anything happens: who wants to connect what, for whom. A click is the answer (X4, X5). */
export function askPage(
  site: Site,
  ask: {
    readonly connector: string
    readonly asker: string
    readonly action: string
    readonly hidden?: Readonly<Record<string, string>>
    readonly headers?: Readonly<Record<string, string>>
  },
): Response {
  const hidden = Object.entries(ask.hidden ?? {})
  return page(site, {
    title: `Connect ${ask.connector}?`,
    hasForm: true,
    ...(ask.headers && { headers: ask.headers }),
    body: html`<p><strong>${ask.asker}</strong> asks to use your ${ask.connector} account. Go on only if you expected this.</p>
<form method="post" action="${ask.action}">
${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">Continue</button>
</form>`,
  })
}
