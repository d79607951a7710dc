import { escapeHtml, page } from "../responses.js"
import type { EmulatedAccount, EmulatedClient } from "./model.js"

/** What the consent page shows. */
export interface ConsentPage {
  provider: string
  client: EmulatedClient
  scopes: readonly string[]
  /** Whether scopes can be unticked. */
  partial: boolean
  accounts: readonly EmulatedAccount[]
}

/**
 * A consent page without script. Its form goes back to the same URL, query included, with `decision=allow|deny`, the
 * ticked `scope`s and the picked `account`.
 */
export function consentPage({ provider, client, scopes, partial, accounts }: ConsentPage): Response {
  const name = client.name ?? client.clientId
  const scopeList = scopes.map((scope) => (partial ? tickable(scope) : `<li>${escapeHtml(scope)}</li>`)).join("\n")
  const scopePart = partial ? fieldset("It may", scopeList) : `<p>It may:</p>\n<ul>\n${scopeList}\n</ul>`
  return page(
    `${provider} asks for your consent`,
    `<h1>${escapeHtml(name)} asks for access to ${escapeHtml(provider)}</h1>
<form method="post">
${fieldset("As", accounts.map((account, index) => pickable(account, index === 0)).join("\n"))}
${scopes.length > 0 ? scopePart : ""}
<p>
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny">Deny</button>
</p>
</form>`,
  )
}

/** What the provider shows when it must not send the browser back: RFC 6749 4.1.2.1. */
export function refusalPage(provider: string, description: string): Response {
  return page(`${provider} cannot go on`, `<h1>This link does not work</h1>\n<p>${escapeHtml(description)}</p>`, 400)
}

function fieldset(legend: string, content: string): string {
  return `<fieldset>\n<legend>${legend}</legend>\n${content}\n</fieldset>`
}

function tickable(scope: string): string {
  const value = escapeHtml(scope)
  return `<p><label><input type="checkbox" name="scope" value="${value}" checked> ${value}</label></p>`
}

function pickable(account: EmulatedAccount, checked: boolean): string {
  const attributes = `name="account" value="${escapeHtml(account.id)}"${checked ? " checked" : ""}`
  return `<p><label><input type="radio" ${attributes}> ${escapeHtml(account.label)}</label></p>`
}
