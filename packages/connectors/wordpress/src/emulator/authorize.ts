import { type Call, escapeHtml, page, redirect } from "@holdfast/emulator"
import type { Passwords } from "./passwords.js"
import type { Site } from "./site.js"

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

/**
 * The page where a person who is logged in gives an application a password of its own. Whoever it sends on, it sends no state back but
 * what the address has in it already.
 * @see https://developer.wordpress.org/advanced-administration/security/application-passwords/
 * @see https://developer.wordpress.org/reference/functions/wp_is_authorize_application_redirect_url_valid/
 */
export async function authorize(call: Call, site: Site, passwords: Passwords): Promise<Response> {
  const asked = call.url.searchParams
  const success = asked.get("success_url")
  const reject = asked.get("reject_url") ?? (success === null ? null : withParameters(success, { success: "false" }))
  const wrong = wrongAddress(success, site) ?? wrongAddress(reject, site) ?? wrongAppId(asked.get("app_id"))
  if (wrong !== undefined) return refusal(call, wrong, 500)
  if (!site.hasApplicationPasswords) return refusal(call, "Application passwords are not available.", 501)
  const name = asked.get("app_name") ?? ""
  if (call.request.method !== "POST") return consent(site, name)

  const form = await call.form()
  if (form?.get("decision") === "deny") return redirect(reject ?? `${site.siteUrl}/wp-admin/`)
  const user = site.users.find(({ id }) => !form?.has("account") || String(id) === form.get("account"))
  if (!user || form?.get("decision") !== "allow") return refusal(call, "The link you followed has expired.", 403)
  // As the page's script does it: in groups of four.
  const password = passwords.create(user, { name, appId: asked.get("app_id") ?? "" })
  if (success === null) return page("Authorize Application", `<p>${escapeHtml(password)}</p>`)
  return redirect(withParameters(success, { site_url: site.siteUrl, user_login: user.login, password }))
}

function consent({ name, users }: Site, appName: string): Response {
  const pickable = users.map(({ id, name, role }, index) => {
    const attributes = `name="account" value="${id}"${index === 0 ? " checked" : ""}`
    return `<p><label><input type="radio" ${attributes}> ${escapeHtml(name)} (${role})</label></p>`
  })
  return page(
    "Authorize Application",
    `<h1>${escapeHtml(name)}</h1>
<p>An application would like to connect to your account. Would you like to give the application identifying itself as <strong>${escapeHtml(appName)}</strong> access to your account?</p>
<form method="post">
<fieldset>
<legend>Logged in as</legend>
${pickable.join("\n")}
</fieldset>
<p>
<button type="submit" name="decision" value="allow">Yes, I approve of this connection</button>
<button type="submit" name="decision" value="deny">No, I do not approve of this connection</button>
</p>
</form>`,
  )
}

function wrongAddress(address: string | null, { isLocal }: Site): string | undefined {
  if (address === null) return undefined
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url?.host || ["javascript:", "data:"].includes(url.protocol)) return "Invalid URL format."
  if (url.protocol === "http:" && !isLocal) return "The URL must be served over a secure connection."
  return undefined
}

function wrongAppId(appId: string | null): string | undefined {
  return appId === null || appId === "" || uuid.test(appId) ? undefined : "The application ID must be a UUID."
}

function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const added = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `${address}${address.includes("?") ? "&" : "?"}${added.join("&")}`
}

function refusal(call: Call, message: string, status: number): Response {
  call.note({ refusal: message })
  return page("Cannot Authorize Application", `<p>${escapeHtml(message)}</p>`, status)
}
