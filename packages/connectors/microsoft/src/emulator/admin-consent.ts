import { type Call, type EmulatorKit, escapeHtml, page, redirect } from "@holdfast/emulator"
import { accountsAt, personalTenantId } from "./accounts.js"
import type { Entra, EntraOptions } from "./entra.js"
import { describedError } from "./refusals.js"
import { knownScopes } from "./scopes.js"

const at = "https://login.microsoftonline.com"

/** The page on which an administrator approves an app. @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent */
export function adminConsentPage(kit: EmulatorKit, server: Entra, { accounts }: EntraOptions): void {
  kit.route(["GET", "POST"], at, "/{tenant}/v2.0/adminconsent", (call) => answer(call), { id: "adminconsent" })

  async function answer(call: Call): Promise<Response> {
    const { tenant = "" } = call.params
    const asked = call.url.searchParams
    const wrong = refusal(tenant, asked)
    if (wrong !== undefined)
      return page("Sign in", `<h1>Sorry, but we’re having trouble</h1><p>${escapeHtml(wrong)}</p>`, 400)
    const admins = (accountsAt(tenant, accounts) ?? []).filter(({ data }) => data.tenantId !== personalTenantId)
    if (call.request.method === "GET") {
      const choices = admins.map(
        ({ id, label }, index) =>
          `<label><input type="radio" name="account" value="${escapeHtml(id)}"${index === 0 ? " checked" : ""}> ${escapeHtml(label)}</label>`,
      )
      return page(
        "Permissions requested",
        `<h1>Permissions requested: accept for your organisation</h1><form method="post"><fieldset><legend>Administrator</legend>${choices.join("")}</fieldset><p>${escapeHtml(asked.get("scope") ?? "")}</p><button name="decision" value="allow">Accept</button> <button name="decision" value="deny">Cancel</button></form>`,
      )
    }
    const form = await call.form()
    const admin = admins.find(({ id }) => id === form?.get("account")) ?? admins[0]
    const back = new URL(asked.get("redirect_uri") ?? "")
    back.searchParams.set("admin_consent", "True")
    if (form?.get("decision") === "allow" && admin) {
      server.approved.add(admin.data.tenantId)
      back.searchParams.set("tenant", admin.data.tenantId)
      back.searchParams.set("scope", asked.get("scope") ?? "")
    } else {
      back.searchParams.set("error", "access_denied")
      back.searchParams.set("error_description", describedError(kit, 65004, "The administrator declined to consent."))
    }
    const state = asked.get("state")
    if (state !== null) back.searchParams.set("state", state)
    return redirect(back)
  }

  function refusal(tenant: string, asked: URLSearchParams): string | undefined {
    if (tenant === "common" || tenant === "consumers")
      return "AADSTS90019: No administrator could be found by this tenant."
    if (!accountsAt(tenant, accounts)) return `AADSTS90002: Tenant '${tenant}' not found.`
    const client = server.clients.find(({ clientId }) => clientId === asked.get("client_id"))
    if (!client) return "AADSTS700016: Application was not found in the directory."
    if (!client.redirectUris.includes(asked.get("redirect_uri") ?? ""))
      return "AADSTS50011: The redirect URI does not match."
    const scopes = (asked.get("scope") ?? "").split(" ")
    return scopes.every((scope) => knownScopes.includes(scope)) ? undefined : "AADSTS70011: 'scope' is not valid."
  }
}
